// `npm run demo [-- --scenario NAME] [--speed N]`: runs the built action as a runner would, on a simulator of its
// own or one that is already running, and prints what GitHub would show: the log, then the outputs and the path of the
// summary. Exits with the action's exit code. Needs no account and no network. --help lists the scenarios.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { similarNames } from '../src/text.ts';
import type { ShownLine } from '../test/runner/log-view.ts';
import { type ActionResult, type RunningAction, startAction } from '../test/runner/runner.ts';
import { TerminalView } from '../test/runner/terminal.ts';
import {
  defaultAccessKey,
  type FaultName,
  faultNames,
  isFaultName,
  isScenarioName,
  type ScenarioName,
  scenarioNamed,
  scenarioNames,
  startSimulator,
} from '../test/simulator/simulator.ts';
import { hintAboutNpm } from './npm-options.ts';
import { dist, root } from './paths.ts';

const usage = `usage: npm run demo -- [--scenario NAME] [--speed N] [--fault NAME]
       npm run demo -- --endpoint URL --job ID
  --speed N: how many times faster than real time the build runs (default 1)
  --fault NAME: how the service misbehaves; npm run simulator -- --help lists them
  --endpoint URL, --job ID: a job of a simulator that is already running (npm run simulator)
  Ctrl+C cancels the step, as GitHub does when the workflow is cancelled.
  --scenario NAME: what the build does (default success)
${scenarioNames.map((name) => `    ${name.padEnd(16)} ${scenarioNamed(name).description}`).join('\n')}`;

const options = {
  scenario: { type: 'string', default: 'success' },
  speed: { type: 'string', default: '1' },
  fault: { type: 'string', multiple: true, default: [] },
  endpoint: { type: 'string' },
  job: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const satisfies ParseArgsOptionsConfig;

const summaryFile = join(root, '.tmp', 'demo-summary.md');

/** The command line is wrong; the usage is printed below the message. */
class UsageError extends Error {}

interface Place {
  readonly endpoint: string;
  readonly jobId: string;
  readonly close: () => Promise<void>;
}

type Arguments =
  | { readonly kind: 'help' }
  | { readonly kind: 'running'; readonly endpoint: string; readonly jobId: string }
  | {
      readonly kind: 'own';
      readonly scenario: ScenarioName;
      readonly speed: number;
      readonly faults: readonly FaultName[];
    };

async function main(): Promise<number> {
  const chosen = readArguments();
  if (chosen.kind === 'help') {
    console.log(usage);
    return 0;
  }
  if (!existsSync(join(dist, 'main/index.js'))) throw new Error('dist/ is missing: run npm run build first.');
  const place = await open(chosen);
  try {
    return await demonstrate(place);
  } finally {
    await place.close();
  }
}

async function open(chosen: Exclude<Arguments, { kind: 'help' }>): Promise<Place> {
  if (chosen.kind === 'running') return { ...chosen, close: async () => undefined };
  const { scenario, speed, faults } = chosen;
  const simulator = await startSimulator({ speed, faults });
  const job = simulator.addJob({ name: 'shop-backend', scenario });
  return { endpoint: simulator.url, jobId: job.id, close: () => simulator.close() };
}

async function demonstrate({ endpoint, jobId }: Place): Promise<number> {
  const inputs = {
    region: 'cn-north-4',
    endpoint,
    'access-key': defaultAccessKey.ak,
    'secret-key': defaultAccessKey.sk,
    'job-id': jobId,
  };
  const view = new TerminalView({
    colour: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
  });
  const onLine = (line: ShownLine): void => {
    const text = view.line(line);
    if (text !== undefined) console.log(text);
  };
  const main = await passingSignals(startAction({ inputs, onLine, keepOutput: false }));
  const post = await passingSignals(startAction({ entry: 'post', inputs, state: main.state, onLine }));
  printOutputs(main.outputs);
  saveSummary(main.summary);
  const code = Math.max(exitCode(main), exitCode(post));
  console.log(`exit code ${code}: GitHub shows the step as ${code === 0 ? 'successful' : 'failed'}`);
  return code;
}

/** Ctrl+C cancels as GitHub does: the action gets the signal and ends by itself. */
async function passingSignals(running: RunningAction): Promise<ActionResult> {
  const names = ['SIGINT', 'SIGTERM'] as const;
  const pass = (signal: NodeJS.Signals): void => running.signal(signal);
  for (const name of names) process.on(name, pass);
  try {
    return await running.done;
  } finally {
    for (const name of names) process.off(name, pass);
  }
}

/** A step that was killed, or whose commands the runner rejects, has failed. */
function exitCode({ exitCode, runnerErrors }: ActionResult): number {
  if (exitCode === 0) return runnerErrors.length > 0 ? 1 : 0;
  return exitCode ?? 1;
}

function printOutputs(outputs: ReadonlyMap<string, string>): void {
  console.log('\noutputs');
  for (const [name, value] of outputs) {
    if (value !== '') console.log(`  ${name} = ${value.replaceAll('\n', '\n    ')}`);
  }
  const empty = [...outputs].filter(([, value]) => value === '').map(([name]) => name);
  if (empty.length > 0) console.log(`  empty: ${empty.join(', ')}`);
  console.log('');
}

function saveSummary(summary: string): void {
  if (summary === '') return;
  mkdirSync(join(root, '.tmp'), { recursive: true });
  writeFileSync(summaryFile, summary);
  console.log(
    `summary of the job, which GitHub shows on the page of the run: ${relative(root, summaryFile)}`,
  );
}

function readArguments(): Arguments {
  const hint = hintAboutNpm('demo', Object.keys(options), process.argv.slice(2), process.env);
  if (hint !== undefined) throw new UsageError(hint);
  const { values } = typed();
  if (values.help) return { kind: 'help' };
  if (values.endpoint !== undefined || values.job !== undefined) {
    const { endpoint, job } = values;
    if (endpoint === undefined || job === undefined) {
      throw new UsageError('--endpoint and --job go together.');
    }
    return { kind: 'running', endpoint, jobId: job };
  }
  const { scenario } = values;
  if (!isScenarioName(scenario)) throw unknownName('scenario', scenario, scenarioNames);
  const speed = Number(values.speed);
  if (!(speed > 0 && Number.isFinite(speed))) throw new UsageError('--speed must be a number above 0.');
  const wrong = values.fault.find((name) => !isFaultName(name));
  if (wrong !== undefined) throw unknownName('fault', wrong, faultNames);
  return { kind: 'own', scenario, speed, faults: values.fault.filter(isFaultName) };
}

function unknownName(what: string, name: string, known: readonly string[]): UsageError {
  const [nearest] = similarNames(name, known);
  return new UsageError(
    `There is no ${what} "${name}".${nearest === undefined ? '' : ` Did you mean "${nearest}"?`}`,
  );
}

function typed() {
  try {
    return parseArgs({ options });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    if (error instanceof UsageError) console.error(usage);
    process.exitCode = 2;
  },
);
