// `npm run demo [-- --scenario NAME] [--speed N]`: the built action runs a build on the simulator as a runner would run
// it, and this prints what a person would see. Ends with the action's exit code. Needs no account and no network. With
// --help it says what there is to see.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ShownLine } from '../test/runner/log-view.ts';
import { type ActionResult, type RunningAction, startAction } from '../test/runner/runner.ts';
import { TerminalView } from '../test/runner/terminal.ts';
import {
  isScenarioName,
  type ScenarioName,
  type Simulator,
  scenarioNamed,
  scenarioNames,
  startSimulator,
} from '../test/simulator/simulator.ts';
import { dist } from './paths.ts';

const usage = `usage: npm run demo -- [--scenario NAME] [--speed N]
  --speed N: how many times faster than life the build runs (default 1)
  --scenario NAME: what it does (default success)
${scenarioNames.map((name) => `    ${name.padEnd(16)} ${scenarioNamed(name).description}`).join('\n')}`;

/** What was typed is wrong; whoever typed it is shown how to. */
class UsageError extends Error {}

async function main(): Promise<number> {
  const { scenario, speed, help } = readArguments();
  if (help) {
    console.log(usage);
    return 0;
  }
  if (!existsSync(join(dist, 'main.cjs'))) throw new Error('dist/ is missing: run npm run build first.');
  const simulator = await startSimulator({ speed });
  try {
    return await demonstrate(simulator, scenario);
  } finally {
    await simulator.close();
  }
}

async function demonstrate(simulator: Simulator, scenario: ScenarioName): Promise<number> {
  const job = simulator.addJob({ name: scenario, scenario });
  const inputs = {
    region: simulator.region,
    endpoint: simulator.url,
    'access-key': simulator.accessKey.ak,
    'secret-key': simulator.accessKey.sk,
    'job-id': job.id,
  };
  const screen = new Screen();
  const main = await passingSignals(
    startAction({ inputs, onLine: (line) => screen.main(line), keepOutput: false }),
  );
  const post = await passingSignals(
    startAction({ entry: 'post', inputs, state: main.state, onLine: (line) => screen.post(line) }),
  );
  screen.outputs(main.outputs);
  screen.end();
  return Math.max(exitCode(main), exitCode(post));
}

/** Ctrl+C is the cancelled workflow: the action gets the signal and is waited for. */
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

/** Killed, or refused by the runner, is failed. */
function exitCode({ exitCode, runnerErrors }: ActionResult): number {
  if (exitCode === 0) return runnerErrors.length > 0 ? 1 : 0;
  return exitCode ?? 1;
}

/** Prints lines as they come, but an error that ends the main step last of all: they are the run's last words. */
class Screen {
  readonly #view = new TerminalView({
    colour: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
  });
  #lastWords: string | undefined;

  main(line: ShownLine): void {
    const text = this.#view.line(line);
    if (text === undefined) return;
    this.end();
    if (line.kind === 'error') this.#lastWords = text;
    else console.log(text);
  }

  post(line: ShownLine): void {
    const text = this.#view.line(line);
    if (text !== undefined) console.log(text);
  }

  outputs(outputs: ReadonlyMap<string, string>): void {
    console.log('\noutputs');
    for (const [name, value] of outputs) console.log(`  ${name} = ${value.replaceAll('\n', '\n    ')}`);
    console.log('');
  }

  end(): void {
    if (this.#lastWords !== undefined) console.log(this.#lastWords);
    this.#lastWords = undefined;
  }
}

function readArguments(): { scenario: ScenarioName; speed: number; help: boolean } {
  const values = typed();
  const speed = Number(values.speed);
  if (!isScenarioName(values.scenario)) throw new UsageError(`There is no scenario ${values.scenario}.`);
  if (!(speed > 0 && Number.isFinite(speed))) throw new UsageError(`--speed must be a number above 0.`);
  return { scenario: values.scenario, speed, help: values.help };
}

function typed(): { scenario: string; speed: string; help: boolean } {
  try {
    return parseArgs({
      options: {
        scenario: { type: 'string', default: 'success' },
        speed: { type: 'string', default: '1' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
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
