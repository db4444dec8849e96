// Tests that memory and stack stay bounded while a build of hours is followed and a log of a hundred megabytes is shown.
// Memory is measured after a garbage collection, so that only what is still referenced counts.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { openWorld, runStep } from './story.ts';

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');

function heapInMegabytes(): number {
  if (typeof collect === 'function') collect();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1_048_576;
}

function stackDepth(): number {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = Number.POSITIVE_INFINITY;
  const depth = new Error().stack?.split('\n').length ?? 0;
  Error.stackTraceLimit = limit;
  return depth;
}

interface Measured {
  readonly heaps: readonly number[];
  readonly depths: ReadonlySet<number>;
}

/** Follows a build, and measures after each so many requests. Keeps nothing of what the step prints. */
async function measured(
  scenario: { readonly seconds: number; readonly fill: number },
  everyRequests: number,
  inputs: Readonly<Record<string, string>>,
): Promise<Measured & { readonly requests: number; readonly code: number }> {
  const world = await openWorld({ keepRequests: 10 });
  const heaps: number[] = [];
  const depths = new Set<number>();
  let next = everyRequests;
  const step = await runStep({
    world,
    inputs,
    job: {
      scenario: {
        name: 'endless',
        description: 'runs for hours',
        steps: [{ name: 'Run', seconds: scenario.seconds, lines: [{ fill: scenario.fill }] }],
      },
    },
    watch: (recorder) => {
      recorder.write = async () => {
        depths.add(stackDepth());
        if (world.simulator.count() < next) return;
        next += everyRequests;
        heaps.push(heapInMegabytes());
      };
    },
  });
  return { heaps, depths, requests: world.simulator.count(), code: step.code };
}

it('follows a build of six hours in memory that does not grow', { timeout: 240_000 }, async () => {
  const seconds = 6 * 3_600;
  const run = await measured({ seconds, fill: 3_000_000 }, 1_000, { 'timeout-minutes': '400' });
  expect(run.code).toBe(0);
  expect(run.requests).toBeGreaterThan(10_000);
  const [first = 0] = run.heaps;
  expect(run.heaps.length).toBeGreaterThan(8);
  expect(Math.max(...run.heaps) - first).toBeLessThan(6);
  expect(Math.max(...run.depths) - Math.min(...run.depths)).toBeLessThan(30);
});

it('shows a log of 100 MB in memory that does not grow with it', { timeout: 240_000 }, async () => {
  const run = await measured({ seconds: 30, fill: 100_000_000 }, 10, {});
  expect(run.code).toBe(0);
  const [first = 0] = run.heaps;
  expect(run.heaps.length).toBeGreaterThan(5);
  expect(Math.max(...run.heaps) - first).toBeLessThan(40);
});
