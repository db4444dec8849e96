// Text in pieces of any size comes out as the lines a terminal would show, in bounded memory.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Line, LineSplitter, longestPieceBytes } from '../../src/build/lines.ts';

function linesOf(pieces: readonly string[]): Line[] {
  const splitter = new LineSplitter();
  return [...pieces.flatMap((piece) => [...splitter.push(piece)]), ...splitter.end()];
}

function chunked(text: string, sizes: readonly number[]): string[] {
  const pieces: string[] = [];
  for (let at = 0, turn = 0; at < text.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    pieces.push(text.slice(at, at + size));
    at += size;
  }
  return pieces;
}

const part = fc.oneof(
  fc.constantFrom('\n', '\r\n', '\r', '\r\r\n', '\r\r', '50%', '😀', 'é', '下载', ' ', ''),
  fc.string({ unit: 'binary', maxLength: 20 }),
  // A lone half of a surrogate pair, as a careless server may leave one.
  fc.constantFrom('\ud83d', '\ude00'),
);
const text = fc.array(part, { maxLength: 60, size: 'max' }).map((parts) => parts.join(''));
const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 8 });

it('gives the same lines however the text is cut', () => {
  fc.assert(
    fc.property(text, sizes, (text, sizes) => {
      expect(linesOf(chunked(text, sizes))).toEqual(linesOf([text]));
    }),
    { numRuns: 2_000 },
  );
});

it('shows of each line what a terminal would: the text after the last bare carriage return', () => {
  fc.assert(
    fc.property(text, (text) => {
      const whole = text.replace(/\r*\n$/, '');
      const expected = whole
        .split('\n')
        .map((line) => (line.replace(/\r+$/, '').split('\r').at(-1) ?? '').toWellFormed());
      const shown = linesOf([text]).map((line) => line.text);
      // An empty or overwritten last line without an end is no line.
      if (!text.endsWith('\n') && expected.at(-1) === '' && shown.length < expected.length) expected.pop();
      expect(shown).toEqual(expected);
    }),
    { numRuns: 2_000 },
  );
});

const long = fc
  .array(fc.tuple(fc.constantFrom('x', 'é', '下', '😀', '\ufffd'), fc.integer({ min: 1, max: 30_000 })), {
    minLength: 1,
    maxLength: 6,
  })
  .map((runs) => runs.map(([character, times]) => character.repeat(times)).join(''));
const longSizes = fc.array(fc.integer({ min: 1, max: 50_000 }), { minLength: 1, maxLength: 4 });

it('cuts a long line into pieces that lose nothing, are well-formed and no longer than allowed', () => {
  fc.assert(
    fc.property(long, longSizes, (line, sizes) => {
      const lines = linesOf([...chunked(line, sizes), '\n', 'next\n']);
      const next = lines.pop();
      expect(next).toEqual({ text: 'next', continued: false });
      expect(lines.map(({ text }) => text).join('')).toBe(line);
      expect(lines.map(({ continued }) => continued)).toEqual(lines.map((_, index) => index > 0));
      for (const { text } of lines) {
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(longestPieceBytes);
        expect(text.isWellFormed()).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
});

it('holds back no more than a piece, however long a line is', () => {
  const splitter = new LineSplitter();
  let given = 0;
  let shown = 0;
  for (let chunk = 0; chunk < 500; chunk += 1) {
    const text = '下载 x'.repeat(2_000);
    given += text.length;
    for (const line of splitter.push(text)) shown += line.text.length;
    expect(given - shown).toBeLessThanOrEqual(longestPieceBytes);
  }
});

it('holds back nothing of what a progress bar has overwritten', () => {
  const splitter = new LineSplitter();
  for (let percent = 0; percent < 100_000; percent += 1) {
    expect([...splitter.push(`downloading ${percent} of 100000\r`)]).toEqual([]);
  }
  expect([...splitter.push('done\n')]).toEqual([{ text: 'done', continued: false }]);
});
