// Tests how often a followed build is polled, because all users of a region share the service's rate limits.

import { expect, it } from 'vitest';
import { timeOf } from '../../src/builds/log/log-line.ts';
import type { ScenarioSource } from '../simulator/simulator.ts';
import { runStep } from '../story/story.ts';

const minutes = 10;

function scenario(lines: number, queueSeconds = 0): ScenarioSource {
  return {
    name: 'paced',
    description: 'writes as many lines as the test asks for',
    queueSeconds,
    steps: [
      {
        name: 'Run',
        seconds: minutes * 60,
        lines: Array.from({ length: lines }, (_, line) => ({
          text: `line ${line}`,
          at: (line * minutes * 60) / lines,
        })),
      },
    ],
  };
}

/** The number of calls in each whole minute of the build, without the first and the last one. */
async function callsAMinute(scenario: ScenarioSource, from: number, seed: number): Promise<number[]> {
  const { world, code } = await runStep({ job: { scenario }, seed });
  expect(code).toBe(0);
  const first = world.simulator.requests[0]?.at ?? 0;
  const counts = Array.from({ length: minutes - 2 }, () => 0);
  for (const { at } of world.simulator.requests) {
    const minute = Math.floor((at - first) / 60_000) - from;
    const count = counts[minute];
    if (count !== undefined) counts[minute] = count + 1;
  }
  return counts;
}

const seeds = [1, 2, 3, 4, 5];

it.each(seeds)('polls at most 40 times a minute while the log is active (seed %i)', async (seed) => {
  expect(Math.max(...(await callsAMinute(scenario(minutes * 60), 1, seed)))).toBeLessThanOrEqual(40);
});

it.each(seeds)(
  'polls at most 40 times a minute while the log is active intermittently (seed %i)',
  async (seed) => {
    expect(Math.max(...(await callsAMinute(scenario(minutes * 20), 1, seed)))).toBeLessThanOrEqual(40);
  },
);

it.each(seeds)('polls at most 26 times a minute while the log is idle (seed %i)', async (seed) => {
  expect(Math.max(...(await callsAMinute(scenario(1), 1, seed)))).toBeLessThanOrEqual(26);
});

it.each(seeds)('polls at most 13 times a minute while the build is queued (seed %i)', async (seed) => {
  expect(Math.max(...(await callsAMinute(scenario(1, minutes * 60), 1, seed)))).toBeLessThanOrEqual(13);
});

it('prints a line within two and a half seconds while the log is active', async () => {
  const lags: number[] = [];
  await runStep({
    job: { scenario: scenario(minutes * 60) },
    watch: (recorder, { time }) => {
      recorder.onWrite = (text) => {
        for (const line of text.split('\n')) {
          if (/ line \d+$/.test(line)) lags.push(time.now() - (timeOf(line) ?? 0));
        }
      };
    },
  });
  lags.sort((a, b) => a - b);
  expect(lags).toHaveLength(minutes * 60);
  expect(lags[Math.floor(lags.length / 2)]).toBeLessThanOrEqual(1_200);
  expect(lags[Math.floor(lags.length * 0.99)]).toBeLessThanOrEqual(2_500);
});
