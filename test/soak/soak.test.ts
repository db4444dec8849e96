// A short soak: random builds and random faults, the same in each run. `npm run soak` does it for minutes, by chance.

import { expect, it } from 'vitest';
import { playAndJudge } from './judge.ts';

it('makes no difference between what a random build did and what the step tells of it', {
  timeout: 120_000,
}, async () => {
  const differences: string[] = [];
  for (let story = 0; story < 120; story += 1) {
    const verdict = await playAndJudge(story);
    differences.push(...verdict.differences.map((difference) => `story ${story}: ${difference}`));
  }
  expect(differences).toEqual([]);
});
