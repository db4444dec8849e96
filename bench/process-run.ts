// Runs a process and measures it from its spawn to its end: its output, time and memory. The step is the built action, run as a
// runner runs it, but without parsing its lines, which would be slower than the step.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import * as v from 'valibot';
import { readMetadata } from '../scripts/action-metadata.ts';
import { root } from '../scripts/paths.ts';
import { prepareEnvironment, pushEvent } from '../test/runner/environment.ts';
import type { Simulator } from '../test/simulator/simulator.ts';

export interface ProcessEnd {
  /** From the spawn to the end of the process. */
  readonly ms: number;
  /** Epoch milliseconds of its end. */
  readonly endedAt: number;
  /** Bytes written to stdout. */
  readonly bytes: number;
  /** The peak memory in KB; 0 if it was not measured. */
  readonly peakKb: number;
  readonly cpuMs: number;
}

export interface RunningProcess {
  /** The time of the start on the monotonic clock (performance.now). */
  readonly startedAt: number;
  /** @throws Error if it fails or is ended by a signal */
  readonly done: Promise<ProcessEnd>;
  kill(): void;
}

export interface ProcessOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly onOutput?: (piece: Buffer) => void;
  /** False: nothing is preloaded, and its memory is not measured. */
  readonly usage?: boolean;
  /** Further files to load first. */
  readonly preload?: readonly string[];
}

export const preloads = join(root, 'bench', 'preload');
const usageSchema = v.pipe(v.string(), v.parseJson(), v.object({ peakKb: v.number(), cpuMs: v.number() }));

/** Runs Node with these arguments. */
export function startProcess(args: readonly string[], options: ProcessOptions = {}): RunningProcess {
  const wanted = options.usage ?? true;
  const preload = [...(options.preload ?? []), ...(wanted ? [join(preloads, 'usage.cjs')] : [])];
  const flags = preload.flatMap((file) => ['--require', file]);
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...flags, ...args], {
    cwd: options.cwd ?? root,
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'inherit', wanted ? 'pipe' : 'ignore'],
  });
  let bytes = 0;
  let tail = '';
  child.stdout?.on('data', (piece: Buffer) => {
    bytes += piece.length;
    tail = piece.subarray(-2_000).toString('utf8');
    options.onOutput?.(piece);
  });
  let usage = '';
  const usagePipe = child.stdio[3];
  if (usagePipe && 'read' in usagePipe) readInto(usagePipe, (text) => (usage += text));
  const done = new Promise<ProcessEnd>((resolve, reject) => {
    let ms = 0;
    let endedAt = 0;
    child.once('error', reject);
    child.once('exit', () => {
      ms = performance.now() - startedAt;
      endedAt = Date.now();
    });
    child.once('close', (code, signal) => {
      if (code !== 0) reject(new Error(`${args[0]} ended with ${code ?? signal}: ${tail.trim()}`));
      else
        resolve({ ms, endedAt, bytes, ...(wanted ? v.parse(usageSchema, usage) : { peakKb: 0, cpuMs: 0 }) });
    });
  });
  // Nothing waits for a process that is killed on purpose.
  done.catch(() => {});
  return { startedAt, done, kill: () => void child.kill('SIGKILL') };
}

function readInto(stream: Readable, take: (text: string) => void): void {
  stream.on('data', (piece: Buffer) => take(piece.toString('utf8')));
}

export interface StepOptions extends Omit<ProcessOptions, 'cwd'> {
  readonly simulator: Simulator;
  readonly jobId: string;
  readonly inputs?: Readonly<Record<string, string>>;
  /** The folder of action.yml and dist/. Default: the repository. */
  readonly action?: string;
}

/** Runs the built action. */
export function startStep({
  simulator,
  jobId,
  inputs,
  env,
  action = root,
  ...options
}: StepOptions): RunningProcess {
  const metadata = readMetadata(readFileSync(join(action, 'action.yml'), 'utf8'));
  const home = mkdtempSync(join(tmpdir(), 'codearts-bench-'));
  const defaults = Object.entries(metadata.inputs).map(([name, input]) => [name, input.default ?? '']);
  const prepared = prepareEnvironment(home, {
    inputs: {
      ...Object.fromEntries(defaults),
      region: simulator.region,
      endpoint: simulator.url,
      'access-key': simulator.accessKey.ak,
      'secret-key': simulator.accessKey.sk,
      'job-id': jobId,
      ...inputs,
    },
    state: new Map(),
    event: pushEvent(),
    workspace: undefined,
    env: env ?? {},
  });
  const running = startProcess([join(action, metadata.runs.main)], {
    ...options,
    cwd: prepared.workspace,
    env: prepared.env,
  });
  const remove = () => rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  running.done.then(remove, remove);
  return running;
}
