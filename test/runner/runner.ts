// Runs the built action as GitHub's runner does: in a separate process with INPUT_ variables, an event file and the
// files for outputs and state. log-view.ts renders its output.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ActionMetadata, readMetadata } from '../../scripts/action-metadata.ts';
import { root } from '../../scripts/paths.ts';
import { parseCommandFile } from './command-files.ts';
import { type CommandFiles, type Event, prepareEnvironment, pushEvent } from './environment.ts';
import { type Annotation, LogView, type ShownLine } from './log-view.ts';
import { OutputLines } from './output-lines.ts';

export type Entry = 'main' | 'post';

export interface ActionOptions {
  /** Default: `main`. */
  readonly entry?: Entry;
  /** The step's `with`. Omitted inputs have the defaults of action.yml. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** The state that the main step saved; for `post`. */
  readonly state?: ReadonlyMap<string, string>;
  /** Default: a push to main. */
  readonly event?: Event;
  /** Added to the runner's variables, or replacing them. */
  readonly env?: Readonly<Record<string, string>>;
  /** GITHUB_WORKSPACE and working folder. Default: a new one that is deleted when the action has ended. */
  readonly workspace?: string;
  /** The folder of action.yml and dist/. Default: the repository. */
  readonly actionFolder?: string;
  /** Called with each shown line while the action runs. */
  readonly onLine?: (line: ShownLine) => void;
  /** False: `stdout`, `stderr` and `lines` stay empty, for logs that are too long to keep in memory. */
  readonly keepOutput?: boolean;
}

export interface ActionResult {
  /** Null when a signal ended the process. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The raw output, including commands. */
  readonly stdout: string;
  readonly stderr: string;
  /** The output as it is shown. */
  readonly lines: readonly ShownLine[];
  readonly outputs: ReadonlyMap<string, string>;
  readonly state: ReadonlyMap<string, string>;
  /** Variables for later steps. */
  readonly env: ReadonlyMap<string, string>;
  /** The job summary's Markdown. */
  readonly summary: string;
  readonly masks: readonly string[];
  readonly annotations: readonly Annotation[];
  /** The runner's own errors, which fail the step. */
  readonly runnerErrors: readonly string[];
  /** True if workflow commands were still stopped at the end. */
  readonly leftStopped: boolean;
}

export interface RunningAction {
  readonly child: ChildProcess;
  readonly done: Promise<ActionResult>;
  signal(signal: NodeJS.Signals): void;
  /** Cancels as the runner does: SIGINT, SIGTERM 7.5 s later, and SIGKILL after another 2.5 s. */
  cancel(): void;
}

/** Runs the action to its end. */
export function runAction(options: ActionOptions = {}): Promise<ActionResult> {
  return startAction(options).done;
}

export interface StepResult {
  readonly main: ActionResult;
  readonly post: ActionResult;
}

/** Runs main, then post with the state that main saved, as the runner does whatever the result of main. */
export async function runStep(options: Omit<ActionOptions, 'entry' | 'state'> = {}): Promise<StepResult> {
  const main = await runAction({ ...options, entry: 'main' });
  const post = await runAction({ ...options, entry: 'post', state: main.state });
  return { main, post };
}

/** Starts the action, so that the caller can send it signals. */
export function startAction(options: ActionOptions = {}): RunningAction {
  const actionFolder = options.actionFolder ?? root;
  const metadata = readMetadata(readFileSync(join(actionFolder, 'action.yml'), 'utf8'));
  const home = mkdtempSync(join(tmpdir(), 'codearts-action-'));
  const { env, files, workspace } = prepareEnvironment(home, {
    inputs: inputsWithDefaults(metadata, options.inputs ?? {}),
    state: options.state ?? new Map(),
    event: options.event ?? pushEvent(),
    workspace: options.workspace,
    env: options.env ?? {},
  });
  const view = new LogView({ debugging: env['RUNNER_DEBUG'] === '1' });
  view.runnerErrors.push(...unknownInputs(metadata, options.inputs ?? {}));
  const child = spawn(process.execPath, [join(actionFolder, metadata.runs[options.entry ?? 'main'])], {
    cwd: workspace,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collectOutput(child, view, options);
  const done = new Promise<ActionResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => {
      output.end();
      resolve({ exitCode, signal, ...output.kept(), ...readResults(view, files) });
    });
  }).finally(() => rmSync(home, { recursive: true, force: true, maxRetries: 3 }));
  return { child, done, signal: (signal) => void child.kill(signal), cancel: () => cancel(child) };
}

/** The runner sets a variable for every input of action.yml, which is empty if the input has no default. */
function inputsWithDefaults(
  metadata: ActionMetadata,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const defaults = Object.entries(metadata.inputs).map(([name, input]) => [name, input.default ?? '']);
  return { ...Object.fromEntries(defaults), ...given };
}

/** The runner passes unknown inputs with a warning; in our tests such an input is a mistake. */
function unknownInputs(metadata: ActionMetadata, given: Readonly<Record<string, string>>): readonly string[] {
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(metadata.inputs, name));
  return unknown.map((name) => `Unexpected input '${name}'`);
}

interface Output {
  end(): void;
  kept(): Pick<ActionResult, 'stdout' | 'stderr' | 'lines'>;
}

function collectOutput(child: ChildProcess, view: LogView, options: ActionOptions): Output {
  const keep = options.keepOutput ?? true;
  const lines: ShownLine[] = [];
  const bytes = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const readers = (['stdout', 'stderr'] as const).map((name) => {
    const reader = new OutputLines((text) => {
      for (const line of view.line(text)) {
        if (keep) lines.push(line);
        options.onLine?.(line);
      }
    });
    child[name]?.on('data', (chunk: Buffer) => {
      if (keep) bytes[name].push(chunk);
      reader.push(chunk);
    });
    return reader;
  });
  return {
    end: () => {
      for (const reader of readers) reader.end();
    },
    kept: () => ({
      stdout: Buffer.concat(bytes.stdout).toString('utf8'),
      stderr: Buffer.concat(bytes.stderr).toString('utf8'),
      lines,
    }),
  };
}

function readResults(
  view: LogView,
  files: CommandFiles,
): Omit<ActionResult, 'exitCode' | 'signal' | 'stdout' | 'stderr' | 'lines'> {
  const runnerErrors = [...view.runnerErrors];
  const readValues = (name: 'output' | 'state' | 'env'): ReadonlyMap<string, string> => {
    try {
      return parseCommandFile(readFileSync(files[name], 'utf8'));
    } catch (error) {
      runnerErrors.push(`Unable to process file command '${name}' successfully. ${String(error)}`);
      return new Map();
    }
  };
  return {
    outputs: new Map([...view.outputs, ...readValues('output')]),
    state: new Map([...view.state, ...readValues('state')]),
    env: readValues('env'),
    summary: readFileSync(files.summary, 'utf8'),
    masks: view.masks,
    annotations: view.annotations,
    runnerErrors,
    leftStopped: view.stopped,
  };
}

function cancel(child: ChildProcess): void {
  child.kill('SIGINT');
  const later = [
    setTimeout(() => child.kill('SIGTERM'), 7_500),
    setTimeout(() => child.kill('SIGKILL'), 10_000),
  ];
  child.once('exit', () => {
    for (const timer of later) clearTimeout(timer);
  });
}
