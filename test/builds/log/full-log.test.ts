// What the live log left out is found in the full log to the character, or it is said that it can't be.

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findTail, type PrintedPrefix, skipPrinted } from '../../../src/builds/log/full-log.ts';
import { tailLength } from '../../../src/builds/log/log-cursor.ts';

async function* inPieces(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

async function read<R>(rest: AsyncGenerator<string, R>): Promise<{ text: string; end: R }> {
  let text = '';
  for (let next = await rest.next(); ; next = await rest.next()) {
    if (next.done) return { text, end: next.value };
    text += next.value;
  }
}

const log = fc
  .array(fc.constantFrom('[INFO] one\n', '下载\n', '.', '😀', 'a', '\r\n'), { maxLength: 200, size: 'max' })
  .map((parts) => parts.join(''));
const size = fc.integer({ min: 1, max: 500 });
const shownOf = (text: string): PrintedPrefix => ({ length: text.length, tail: text.slice(-tailLength) });

it('goes on exactly where the shown text ends', async () => {
  await fc.assert(
    fc.asyncProperty(log, fc.nat(), size, async (log, at, size) => {
      const shown = log.slice(0, at % (log.length + 1));
      const { text, end } = await read(skipPrinted(inPieces(log, size), shownOf(shown)));
      expect([shown + text, end]).toEqual([log, 'completed']);
    }),
  );
});

it('yields nothing when what was shown is not how the full log begins', async () => {
  await fc.assert(
    fc.asyncProperty(log, fc.integer({ min: 1, max: 2_000 }), size, async (log, at, size) => {
      const shown = `${log.slice(0, at - 1)}!`;
      const { text, end } = await read(skipPrinted(inPieces(log, size), shownOf(shown)));
      expect([text, end]).toEqual(['', shown.length > log.length ? 'shorter' : 'differs']);
    }),
  );
});

it('finds a gap in what was shown on a guess, far before its tail', async () => {
  const lines = Array.from({ length: 5_000 }, (_, line) => `line ${line % 7}\n`).join('');
  const from = 700;
  const fingerprint = (text: string) => ({
    from,
    sha256: createHash('sha256').update(text.slice(from), 'utf16le').digest('hex'),
  });
  const whole = lines.slice(0, 30_000);
  const gapped = lines.slice(0, 1_400) + lines.slice(1_449, 30_049);
  expect(gapped.slice(-tailLength)).toBe(whole.slice(-tailLength));
  const proven = await read(
    skipPrinted(inPieces(lines, 999), { ...shownOf(whole), guessed: fingerprint(whole) }),
  );
  expect([proven.end, whole + proven.text]).toEqual(['completed', lines]);
  const altered = `${whole.slice(0, 1_400)}X${whole.slice(1_401)}`;
  const caught = await read(
    skipPrinted(inPieces(lines, 999), { ...shownOf(whole), guessed: fingerprint(altered) }),
  );
  expect([caught.end, caught.text]).toEqual(['differs', '']);
});

it('finds the place where the tail stands, when the beginnings differ', async () => {
  await fc.assert(
    fc.asyncProperty(log, log, size, async (before, rest, size) => {
      const tail = '<<< the last that was shown >>>\n';
      const end = await findTail(inPieces(before + tail + rest, size), tail);
      expect(end).toBe((before + tail).length);
      expect(await findTail(inPieces(before + rest, size), tail)).toBeUndefined();
    }),
  );
});

it('finds no place where the tail stands more than once, be it overlapping itself', async () => {
  const tail = 'x\nx\nx\n';
  for (const size of [1, 2, 5, 7, 100]) {
    expect(await findTail(inPieces(`a\n${tail}b\n`, size), tail)).toBe(8);
    expect(await findTail(inPieces(`a\n${tail}x\nb\n`, size), tail)).toBeUndefined();
    expect(await findTail(inPieces(`a\n${tail}b\n${tail}`, size), tail)).toBeUndefined();
  }
});
