// Measures whether memory and CPU grow while a step polls a build for hours: the built action over 10, 100 and 1000 polls of a
// build that writes now and then. Its time, and the simulator's, runs a hundred times as fast.

import { join } from 'node:path';
import { startSimulator } from '../test/simulator/simulator.ts';
import { type Figure, median } from './figures.ts';
import { steadyText } from './logs.ts';
import { type ProcessEnd, preloads, startStep } from './process-run.ts';

const part = 'a long build';
const times = 100;
/** Milliseconds between two polls while the log is active. */
const lookMs = 2_000;

interface Measured {
  readonly polls: number;
  readonly ends: readonly ProcessEnd[];
}

export async function polls(counts: readonly number[], rounds: number): Promise<Figure[]> {
  const measured: Measured[] = [];
  for (const count of counts) {
    // They run in parallel, because they mostly wait.
    const runs = await Promise.all(Array.from({ length: rounds }, () => follow(count)));
    measured.push({ polls: median(runs.map(({ polls }) => polls)), ends: runs.map(({ end }) => end) });
  }
  return [...memoryFigures(measured), ...costFigures(measured)];
}

function memoryFigures(measured: readonly Measured[]): Figure[] {
  const peak = ({ ends }: Measured) => median(ends.map(({ peakKb }) => peakKb)) / 1024;
  const [first] = measured;
  return measured.map((one) => ({
    part,
    what: `peak memory after ${one.polls} polls`,
    value: peak(one),
    baseline: peak(first ?? one),
    unit: 'MB',
    target: { of: 'ratio', most: 1.25 },
  }));
}

/** CPU time of each further poll, from one build to the next longer one: constant if the work is linear. */
function costFigures(measured: readonly Measured[]): Figure[] {
  const cpu = ({ ends }: Measured) => median(ends.map(({ cpuMs }) => cpuMs));
  const costs = measured.slice(1).flatMap((one, index) => {
    const before = measured[index];
    if (before === undefined) return [];
    const cost = (cpu(one) - cpu(before)) / (one.polls - before.polls);
    return [{ what: `CPU for each poll, from ${before.polls} to ${one.polls}`, cost }];
  });
  return costs.map(({ what, cost }, index) => ({
    part,
    what,
    value: cost,
    unit: 'ms',
    ...(index === 0 ? {} : { baseline: costs[0]?.cost ?? cost, target: { of: 'ratio', most: 1.25 } }),
  }));
}

async function follow(count: number): Promise<{ end: ProcessEnd; polls: number }> {
  const since = Date.now();
  const clock = { now: () => since + (Date.now() - since) * times };
  const simulator = await startSimulator({ clock });
  try {
    const scenario = steadyText((count * lookMs) / 1000);
    const job = simulator.addJob({ name: 'long', scenario });
    const running = startStep({
      simulator,
      jobId: job.id,
      preload: [join(preloads, 'fast-time.cjs')],
      env: { BENCH_TIMES: String(times), BENCH_SINCE: String(since) },
    });
    return { end: await running.done, polls: simulator.count('log') };
  } finally {
    await simulator.close();
  }
}
