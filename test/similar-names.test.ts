// Near names: those that a typing error makes, and no others.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, similarNames } from '../src/text.ts';

describe('the distance of two texts', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['release', 'relase', 1],
    ['构建任务', '构建服务', 1],
  ])('of %j and %j is %i', (one, other, distance) => {
    expect(editDistance(one, other)).toBe(distance);
  });

  it('is a distance: none to itself, the same both ways, never longer by a detour', () => {
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

describe('near names', () => {
  it('are those with a slip of the finger or of the shift key, the nearest first', () => {
    expect(similarNames('relaseVersion', ['target', 'releaseVersions', 'releaseVersion'])).toEqual([
      'releaseVersion',
      'releaseVersions',
    ]);
    expect(similarNames('SHOP', ['shop'])).toEqual(['shop']);
  });

  it('are none where nothing is like it, and three at most', () => {
    expect(similarNames('colour', ['target', 'releaseVersion'])).toEqual([]);
    expect(similarNames('leg', ['leg1', 'leg2', 'leg3', 'leg4'])).toHaveLength(3);
  });
});
