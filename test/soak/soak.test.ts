// A short soak: random builds and random faults, the same in each run. `npm run soak` does it for minutes, by chance.

import { expect, it } from 'vitest';
import { playAndJudge } from './judge.ts';

it('reports exactly what a random build did, whatever faults occur', {
  timeout: 120_000,
}, async () => {
  const differences: string[] = [];
  for (let story = 0; story < 120; story += 1) {
    const verdict = await playAndJudge(story);
    differences.push(...verdict.differences.map((difference) => `story ${story}: ${difference}`));
  }
  expect(differences).toEqual([]);
});

// Of the first ten-minute soak: a log that broke off inside a line and was told anew as if it went on there, two that
// were told anew in full, and one whose end was missing without a word: its download was cut twice.
it.each([21_779, 47_165, 1_707, 37_067])(
  'reports exactly what the build did in story %i of the ten-minute soak',
  async (story) => {
    const { differences } = await playAndJudge(994_366 * 100_003 + story, true);
    expect(differences).toEqual([]);
  },
);
