// Tests that a log stays live, and ends soon after its build, whatever size of chunk the service gives it in.

import { describe, expect, it } from 'vitest';
import { timeOf } from '../../src/builds/log/log-line.ts';
import type { Fault, ScenarioSource } from '../simulator/simulator.ts';
import { openWorld, runStep, type StepRun } from './story.ts';
import { expectWholeLog } from './whole.ts';

const always = Number.POSITIVE_INFINITY;
const chunksOf = (units: number): Fault => ({ call: 'log', kind: 'cut', units, times: always });

const writing = (linesPerSecond: number, seconds: number): ScenarioSource => ({
  name: 'writing',
  description: 'writes lines at an even pace',
  artifacts: { package: { name: 'app.jar', uri: 'https://repo.example.com/app.jar' } },
  steps: [
    {
      name: 'Maven构建',
      mark: 'external_post_maven',
      seconds,
      lines: Array.from({ length: linesPerSecond * seconds }, (_, line) => ({
        text: `line ${line} of a test`,
        at: line / linesPerSecond,
      })),
    },
  ],
});

interface Shown {
  readonly step: StepRun;
  /** Seconds from writing to printing, for each line. */
  readonly delays: readonly number[];
  /** From the build's end to the step's. */
  readonly secondsToEnd: number;
  readonly count: (call: 'log' | 'full-log') => number;
}

async function show(scenario: ScenarioSource, units: number): Promise<Shown> {
  const world = await openWorld();
  world.simulator.faults.add(chunksOf(units));
  const delays: number[] = [];
  const step = await runStep({
    world,
    job: { scenario },
    watch: (recorder) => {
      recorder.onWrite = (text) => {
        for (const line of text.split('\n')) {
          const at = line.includes('of a test') ? timeOf(line) : undefined;
          if (at !== undefined) delays.push((world.time.now() - at) / 1_000);
        }
      };
    },
  });
  const endedAt = world.simulator.builds(step.jobId)[0]?.endedAt ?? 0;
  return {
    step,
    delays: delays.toSorted((one, other) => one - other),
    secondsToEnd: (world.time.now() - endedAt) / 1_000,
    count: (call) => world.simulator.count(call),
  };
}

const quantile = (sorted: readonly number[], share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;

describe.each([
  { linesPerSecond: 15, units: 1_000 },
  { linesPerSecond: 100, units: 1_000 },
  { linesPerSecond: 100, units: 4_096 },
  { linesPerSecond: 1_000, units: 50_000 },
  { linesPerSecond: 2_000, units: 4_096 },
  { linesPerSecond: 2_000, units: 1_000_000 },
])('$linesPerSecond lines a second in chunks of $units', ({ linesPerSecond, units }) => {
  it('are printed within 4 seconds, and the step ends within 4 seconds of its build', async () => {
    const { step, delays, secondsToEnd } = await show(writing(linesPerSecond, 20), units);
    expectWholeLog(step);
    expect(delays).toHaveLength(linesPerSecond * 20);
    expect(quantile(delays, 0.5)).toBeLessThan(2);
    expect(quantile(delays, 0.99)).toBeLessThan(4);
    expect(secondsToEnd).toBeLessThan(4);
  });
});

it('downloads a finished log in one call when its chunks are small', async () => {
  const world = await openWorld();
  const first = await runStep({ world, job: { scenario: writing(100, 60) } });
  const before = { log: world.simulator.count('log'), fullLog: world.simulator.count('full-log') };
  world.simulator.faults.add(chunksOf(4_096));
  const step = await runStep({ world, jobId: first.jobId, inputs: { 'build-number': '1' } });
  expectWholeLog(step);
  expect(world.simulator.count('full-log') - before.fullLog).toBe(1);
  expect(world.simulator.count('log') - before.log).toBeLessThanOrEqual(8);
});

it('polls a finished log to its end when its chunks are small and there is no download', async () => {
  const world = await openWorld();
  const first = await runStep({ world, job: { scenario: writing(100, 20) } });
  world.simulator.faults.add(chunksOf(4_096));
  world.simulator.faults.add({
    call: 'full-log',
    kind: 'status',
    status: 403,
    code: 'APIGW.0302',
    times: always,
  });
  const step = await runStep({ world, jobId: first.jobId, inputs: { 'build-number': '1' } });
  expectWholeLog(step);
  expect(step.recorder.annotations).toEqual([]);
});

it('does not poll twice as often because a tool writes pieces of one length', async () => {
  const scenario: ScenarioSource = {
    name: 'steady',
    description: 'writes a line of 700 characters every other second',
    steps: [
      {
        name: 'Run',
        seconds: 120,
        lines: Array.from({ length: 60 }, (_, line) => ({ text: 'x'.repeat(700), at: line * 2 })),
      },
    ],
  };
  const world = await openWorld({ log: { moreWhileBuilding: true } });
  const step = await runStep({ world, job: { scenario } });
  expectWholeLog(step);
  expect(world.simulator.count('log')).toBeLessThan(120);
});
