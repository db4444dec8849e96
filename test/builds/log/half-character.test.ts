// What a cut inside a character leaves of a text, for each way to write the half of it.

import { expect, it } from 'vitest';
import { withoutHalfCharacter } from '../../../src/builds/log/log-cursor.ts';

it.each([
  ['one byte', 'ab\uFFFD', 3, 'ab'],
  ['two bytes, each on its own', 'ab\uFFFD\uFFFD', 4, 'ab'],
  ['three bytes, each on its own', 'ab\uFFFD\uFFFD\uFFFD', 5, 'ab'],
  ['three bytes as one', 'ab\uFFFD', 5, 'ab'],
  ['nothing, as the bytes end before it', 'é\uFFFD', 2, undefined],
  ['nothing, as it is a fourth byte', 'ab\uFFFD', 6, undefined],
  ['nothing, as no character was cut', 'ab', 2, undefined],
])('the half of a character is %s', (_, text, bytes, whole) => {
  expect(withoutHalfCharacter(text, bytes)).toBe(whole);
});
