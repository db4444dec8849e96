// Runs a short soak: random builds with random faults, the same in each run. `npm run soak` does so for ten minutes
// with a new seed.

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

// Stories in which the first ten-minute soak found bugs: a log that stopped inside a line and was continued wrongly,
// two logs that were printed twice, and one whose end was missing without a warning, as its download was cut twice.
it.each([21_779, 47_165, 1_707, 37_067])(
  'reports exactly what the build did in story %i of the ten-minute soak',
  async (story) => {
    const { differences } = await playAndJudge(994_366 * 100_003 + story, true);
    expect(differences).toEqual([]);
  },
);
