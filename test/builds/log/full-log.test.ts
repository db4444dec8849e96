// Tests that the full log goes on to the character where the printed text ends, or says that it is another text.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { advance, logStart } from '../../../src/builds/log/log-cursor.ts';
import { restOf } from './rest-of.ts';

const log = fc
  .array(fc.constantFrom('[INFO] one\n', '下载\n', '.', '😀', 'a', '\r\n'), { maxLength: 200, size: 'max' })
  .map((parts) => parts.join(''));
const size = fc.integer({ min: 1, max: 500 });

it('yields the full log from exactly where the printed text ends', async () => {
  await fc.assert(
    fc.asyncProperty(log, fc.nat(), size, async (log, at, size) => {
      const shown = log.slice(0, at % (log.length + 1));
      const { text, state } = await restOf(log, size, advance(logStart, shown));
      expect({ whole: shown + text, state }).toEqual({ whole: log, state: 'unfinished' });
    }),
  );
});

it('yields nothing when the printed text is not the beginning of the full log', async () => {
  await fc.assert(
    fc.asyncProperty(log, fc.integer({ min: 1, max: 2_000 }), size, async (log, at, size) => {
      const shown = `${log.slice(0, at - 1)}!`;
      expect(await restOf(log, size, advance(logStart, shown))).toEqual({
        text: '',
        state: shown.length > log.length ? 'shorter' : 'changed',
      });
    }),
  );
});
