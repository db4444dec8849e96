// Tests that the full log goes on to the character where the printed text ends, or says that it is another text.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type PrintedPrefix, skipPrinted } from '../../../src/builds/log/full-log.ts';
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

it('yields the full log from exactly where the printed text ends', async () => {
  await fc.assert(
    fc.asyncProperty(log, fc.nat(), size, async (log, at, size) => {
      const shown = log.slice(0, at % (log.length + 1));
      const { text, end } = await read(skipPrinted(inPieces(log, size), shownOf(shown)));
      expect({ whole: shown + text, end }).toEqual({ whole: log, end: { kind: 'completed' } });
    }),
  );
});

it('yields nothing when the printed text is not the beginning of the full log', async () => {
  await fc.assert(
    fc.asyncProperty(log, fc.integer({ min: 1, max: 2_000 }), size, async (log, at, size) => {
      const shown = `${log.slice(0, at - 1)}!`;
      const { text, end } = await read(skipPrinted(inPieces(log, size), shownOf(shown)));
      expect({ text, end: end.kind }).toEqual({
        text: '',
        end: shown.length > log.length ? 'shorter' : 'differs',
      });
    }),
  );
});
