// Tests which names are suggested for a mistyped one.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, similarNames } from '../src/text.ts';

describe('the edit distance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['release', 'relase', 1],
    ['构建任务', '构建服务', 1],
  ])('between %j and %j is %i', (one, other, distance) => {
    expect(editDistance(one, other)).toBe(distance);
  });

  it('is a metric: zero to itself, symmetric, and satisfies the triangle inequality', () => {
    const text = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        expect(editDistance(a, a)).toBe(0);
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
      }),
    );
  });
});

describe('similar names', () => {
  it('are those with a typo or another case, the most similar first', () => {
    expect(similarNames('relaseVersion', ['target', 'releaseVersions', 'releaseVersion'])).toEqual([
      'releaseVersion',
      'releaseVersions',
    ]);
    expect(similarNames('SHOP', ['shop'])).toEqual(['shop']);
  });

  it('are three at most, and none when nothing is similar', () => {
    expect(similarNames('colour', ['target', 'releaseVersion'])).toEqual([]);
    expect(similarNames('leg', ['leg1', 'leg2', 'leg3', 'leg4'])).toHaveLength(3);
  });
});
