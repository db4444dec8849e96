// Measures on the built action how long it takes from the runner's signal to the stop of the build, or to the step's
// last line, while the log keeps the action busy. A busy machine can only make it slower, so the fastest of eight counts.

import { describe, expect, it, onTestFinished } from 'vitest';
import { type RunningAction, startAction } from '../runner/runner.ts';
import { type Fault, type ScenarioSource, type Simulator, startSimulator } from '../simulator/simulator.ts';

const megabyte = 1_000_000;
const attempts = 8;

interface Run {
  readonly simulator: Simulator;
  readonly action: RunningAction;
  /** When the step said that it was cancelled. */
  readonly cancelledAt: () => number;
}

async function start(
  scenario: ScenarioSource,
  faults: readonly Fault[],
  inputs: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const simulator = await startSimulator();
  onTestFinished(() => simulator.close());
  for (const fault of faults) simulator.faults.add(fault);
  const job = simulator.addJob({ name: 'shop', scenario });
  let cancelledAt = Number.POSITIVE_INFINITY;
  const action = startAction({
    inputs: {
      region: simulator.region,
      endpoint: simulator.url,
      'access-key': simulator.accessKey.ak,
      'secret-key': simulator.accessKey.sk,
      'job-id': job.id,
      ...inputs,
    },
    keepOutput: false,
    onLine: ({ text }) => {
      if (text.includes('The workflow was cancelled')) cancelledAt = Math.min(cancelledAt, performance.now());
    },
  });
  onTestFinished(() => void action.child.kill('SIGKILL'));
  return { simulator, action, cancelledAt: () => cancelledAt };
}

/** Sends the signal once `moment` has come. @returns milliseconds from the signal to the stop's arrival */
async function millisecondsToStop(run: Run, moment: Promise<void>): Promise<number> {
  const { simulator, action } = run;
  const stopped = new Promise<number>((resolve) => {
    simulator.onRequest('stop', 1, () => resolve(performance.now()));
  });
  await moment;
  const signalled = performance.now();
  action.cancel();
  const end = await Promise.race([stopped, action.done.then(() => Number.POSITIVE_INFINITY)]);
  await action.done;
  return end - signalled;
}

/** The same to the line that says how the step ended. */
async function millisecondsToLine(run: Run, moment: Promise<void>): Promise<number> {
  await moment;
  const signalled = performance.now();
  run.action.cancel();
  await run.action.done;
  return run.cancelledAt() - signalled;
}

function requested({ simulator }: Run, call: Fault['call'], nth: number, delay: number): Promise<void> {
  return new Promise((resolve) => simulator.onRequest(call, nth, () => setTimeout(resolve, delay)));
}

async function fastest(measure: () => Promise<number>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let count = 0; count < attempts && least > 1_000; count += 1) least = Math.min(least, await measure());
  return least;
}

/** An answer of the log whose content is 30 MB of this line. */
function longAnswer(line: string): Extract<Fault, { kind: 'rewrite' }>['rewrite'] {
  const content = line.repeat(Math.ceil((30 * megabyte) / line.length));
  return (body) =>
    JSON.parse(JSON.stringify(body), (key, value: unknown) => (key === 'content' ? content : value));
}

const running: ScenarioSource = {
  name: 'running',
  description: 'runs for ten minutes',
  steps: [{ name: 'Run', seconds: 600, lines: Array.from({ length: 600 }, (_, line) => `line ${line}`) }],
};

describe('the stop of a cancelled build is sent within a second', { timeout: 120_000 }, () => {
  it.each([
    ['lines with colours', '\u001b[31mx\n'],
    ['lines like those of the web view', '##[group]x\n'],
    ["CodeArts' markers of steps", '[a:b] : 该步骤开始执行。\n'],
  ])('while 30 MB of %s come in one answer', async (_, line) => {
    const least = await fastest(async () => {
      const fault = {
        call: 'log',
        kind: 'rewrite',
        after: 1,
        rewrite: longAnswer(line),
      } as const;
      const run = await start(running, [fault], { 'log-file': 'build.log' });
      return await millisecondsToStop(run, requested(run, 'log', 2, 1_200));
    });
    expect(least).toBeLessThan(1_000);
  });

  it("while a child's log of 100 MB is downloaded", async () => {
    const least = await fastest(async () => {
      const steps = [{ name: 'Test', seconds: 1, lines: [{ fill: 100 * megabyte }] }];
      const other = { name: 'other', needs: [], steps: running.steps };
      const run = await start({ ...running, children: [{ name: 'child', needs: [], steps }, other] }, [
        { call: 'log', kind: 'status', status: 403, times: 1_000 },
      ]);
      return await millisecondsToStop(run, requested(run, 'full-log', 1, 200));
    });
    expect(least).toBeLessThan(1_000);
  });
});

it('a step that is cancelled while a log of 200 MB is diagnosed says so within a second', {
  timeout: 120_000,
}, async () => {
  const steps = [{ name: 'Run', seconds: 0.5, result: 'error' as const, lines: [{ fill: 200 * megabyte }] }];
  const least = await fastest(async () => {
    const run = await start({ name: 'failing', description: 'fails', steps }, [
      { call: 'log', kind: 'status', status: 403, times: 1_000 },
      { call: 'full-log', kind: 'status', status: 403, times: 1_000 },
    ]);
    return await millisecondsToLine(run, requested(run, 'step-log', 1, 200));
  });
  expect(least).toBeLessThan(1_000);
});
