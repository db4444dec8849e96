// Whether a step that looks at its build for hours grows: the built action over 10, 100 and 1000 looks at a build
// that writes now and then. Its time, and the simulator's, runs a hundred times as fast.

import { join } from 'node:path';
import { startSimulator } from '../test/simulator/simulator.ts';
import { type Figure, median } from './figures.ts';
import { steadyText } from './logs.ts';
import { type ProcessEnd, preloads, startStep } from './process-run.ts';

const part = 'a long build';
const times = 100;
/** Milliseconds between two looks while text flows. */
const lookMs = 2_000;

export async function polls(counts: readonly number[], rounds: number): Promise<Figure[]> {
  const measured: { count: number; looks: number; ends: ProcessEnd[] }[] = [];
  for (const count of counts) {
    const ends: ProcessEnd[] = [];
    let looks = 0;
    for (let round = 0; round < rounds; round += 1) {
      const run = await follow(count);
      ends.push(run.end);
      looks = run.looks;
    }
    measured.push({ count, looks, ends });
  }
  const [first] = measured;
  if (first === undefined) return [];
  const peak = (ends: readonly ProcessEnd[]) => median(ends.map(({ peakKb }) => peakKb)) / 1024;
  const cpu = (ends: readonly ProcessEnd[]) => median(ends.map(({ cpuMs }) => cpuMs));
  return measured.flatMap(({ count, looks, ends }, index): Figure[] => {
    const what = `${looks} looks`;
    const before = measured[index - 1];
    const perLook = before && (cpu(ends) - cpu(before.ends)) / (looks - before.looks);
    return [
      {
        part,
        what: `peak memory after ${what}`,
        value: peak(ends),
        baseline: peak(first.ends),
        unit: 'MB',
        target: { of: 'ratio', most: 1.25 },
        note: `baseline: the ${counts[0]}`,
      },
      perLook === undefined
        ? { part, what: `CPU for ${what}`, value: cpu(ends), unit: 'ms' }
        : { part, what: `CPU for each look up to ${count}`, value: perLook, unit: 'ms' },
    ];
  });
}

async function follow(count: number): Promise<{ end: ProcessEnd; looks: number }> {
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
    return { end: await running.done, looks: simulator.count('log') };
  } finally {
    await simulator.close();
  }
}
