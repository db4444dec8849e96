// Lines come out as a terminal would show them, however the text was cut.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { continuation, LineReader, longestPieceBytes } from '../../../src/builds/log/lines.ts';

function read(...pieces: readonly string[]): string[] {
  const reader = new LineReader();
  const text = pieces.map((piece) => reader.push(piece)).join('') + reader.end();
  return text === '' ? [] : text.slice(0, -1).split('\n');
}

it('keeps empty lines, tabs, colours and odd characters', () => {
  const lines = ['', '\tat x', '\u001b[31mred\u001b[0m', 'nul \u0000 and \u2028', ''];
  expect(read(`${lines.join('\n')}\n`)).toEqual(lines);
});

it('shows what a terminal would show of a line that overwrites itself', () => {
  expect(read('10%\r50%\r100%\ndone\n')).toEqual(['100%', 'done']);
  expect(read('windows\r\nline ends\r\n')).toEqual(['windows', 'line ends']);
});

it('takes a line end that was cut in two for one', () => {
  expect(read('a\r', '\nb\r', 'c\n')).toEqual(['a', 'c']);
});

it('returns the last line although its line end is missing', () => {
  expect(read('a\nb')).toEqual(['a', 'b']);
  expect(read('a\n')).toEqual(['a']);
});

it('cuts a line of 5 MB into pieces of at most 32 KB, between characters, and marks each further one', () => {
  const line = '日志😀'.repeat(550_000);
  const pieces = read(`before\n${line.slice(0, 999_999)}`, `${line.slice(999_999)}\nafter\n`);
  expect(pieces.at(0)).toBe('before');
  expect(pieces.at(-1)).toBe('after');
  const [first = '', ...further] = pieces.slice(1, -1);
  expect(further.every((piece) => piece.startsWith(continuation))).toBe(true);
  const parts = [first, ...further.map((piece) => piece.slice(continuation.length))];
  expect(Math.max(...parts.map((part) => Buffer.byteLength(part)))).toBeLessThanOrEqual(longestPieceBytes);
  expect(parts.join('') === line).toBe(true);
});

it('keeps no more of an endless line than a piece', () => {
  const reader = new LineReader();
  let length = 0;
  for (let turn = 0; turn < 2_000; turn += 1) length += reader.push('x'.repeat(10_000)).length;
  expect(length).toBeGreaterThan(19_900_000);
});

it('replaces half a surrogate pair, and joins a pair that was cut in two', () => {
  expect(read('a \ud83d b\n')).toEqual(['a \ufffd b']);
  expect(read('a \ud83d', '\ude00 b\n')).toEqual(['a 😀 b']);
});

it('gives the same lines wherever the text is cut', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\r', '\r\n', '字', '😀'), maxLength: 60 });
  fc.assert(
    fc.property(text, fc.array(fc.nat(60), { maxLength: 6 }), (whole, cuts) => {
      const places = [
        0,
        ...cuts.map((cut) => Math.min(cut, whole.length)).sort((a, b) => a - b),
        whole.length,
      ];
      const pieces = places.slice(1).map((end, index) => whole.slice(places[index], end));
      expect(read(...pieces)).toEqual(read(whole));
    }),
    { numRuns: 500 },
  );
});

const part = fc.oneof(
  fc.constantFrom('\n', '\r\n', '\r', '\r\r\n', '\r\r', '50%', '😀', 'é', '下载', ' ', ''),
  fc.string({ unit: 'binary', maxLength: 20 }),
  // A lone half of a surrogate pair, as a careless server may leave one.
  fc.constantFrom('\ud83d', '\ude00'),
);
const anyText = fc.array(part, { maxLength: 60, size: 'max' }).map((parts) => parts.join(''));

it('shows of each line the text after its last bare carriage return', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const expected = text
        .replace(/\r*\n$/, '')
        .split('\n')
        .map((line) => (line.replace(/\r+$/, '').split('\r').at(-1) ?? '').toWellFormed());
      const shown = read(text);
      // An empty or overwritten last line without an end is no line.
      if (!text.endsWith('\n') && expected.at(-1) === '' && shown.length < expected.length) expected.pop();
      expect(shown).toEqual(expected);
    }),
    { numRuns: 2_000 },
  );
});

it('holds back nothing of what a progress bar has overwritten', () => {
  const reader = new LineReader();
  for (let percent = 0; percent < 100_000; percent += 1) {
    expect(reader.push(`downloading ${percent} of 100000\r`)).toBe('');
  }
  expect(reader.push('done\n')).toBe('done\n');
});

it('takes no longer for a line of carriage returns than for any other', () => {
  const reader = new LineReader();
  const started = performance.now();
  reader.push(`${'\r'.repeat(400_000)}x\n`);
  reader.push(`${'\r'.repeat(400_000)}x`);
  // As a regular expression it took a minute.
  expect(performance.now() - started).toBeLessThan(5_000);
});

it('cuts a long line after a blank near the border, and before a secret that lies across it', () => {
  const secret = 'hunter2-hunter2-hunter2';
  const cutBefore = (text: string, at: number) => {
    const start = text.indexOf(secret);
    return start !== -1 && start < at && start + secret.length > at ? start : at;
  };
  const words = `${'x'.repeat(longestPieceBytes - 10)} ${secret} ${'y'.repeat(100)}`;
  const glued = `${'x'.repeat(longestPieceBytes - 10)}${secret}${'y'.repeat(100)}`;
  for (const line of [words, glued]) {
    for (const size of [7, 1_000, line.length]) {
      const reader = new LineReader(cutBefore);
      let out = '';
      for (let at = 0; at < line.length; at += size) out += reader.push(line.slice(at, at + size));
      const pieces = (out + reader.push('\n')).trimEnd().split('\n');
      expect({ size, pieces: pieces.filter((piece) => piece.includes(secret)).length }).toEqual({
        size,
        pieces: 1,
      });
      expect(pieces.map((piece) => piece.replace(continuation, '')).join('')).toBe(line);
    }
  }
});
