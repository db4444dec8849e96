// Tests the cursor against a model server: whatever the service answers, every character is taken once, or the cursor
// says that it can't be sure, and the full log completes or contradicts what was taken.

import fc from 'fast-check';
import * as v from 'valibot';
import { expect, it } from 'vitest';
import { type CursorResult, LogCursor, withoutHalfCharacter } from '../../../src/builds/log/log-cursor.ts';
import { hasLastLine } from '../../../src/builds/log/log-line.ts';
import { logAnswer } from '../../../src/codearts/build-schemas.ts';
import { logText, ModelLog, type ModelStep, modelFault, modelStep } from './model-log.ts';
import { restOf } from './rest-of.ts';

interface Read {
  readonly shown: string;
  readonly cursor: LogCursor;
  readonly interrupted: boolean;
}

/** Reads as the live log does: on text, on nothing, again when the cursor says so; to the log's end or a contradiction. */
function readLive(log: ModelLog, steps: readonly ModelStep[]): Read {
  const cursor = new LogCursor();
  let shown = '';
  const take = (answer: unknown): CursorResult => {
    const result = cursor.accept(v.parse(logAnswer, answer));
    if (result.kind === 'text') shown += result.text;
    return result;
  };
  for (const step of steps) {
    if (take(log.answer(cursor.offset, step)).kind === 'contradiction')
      return { shown, cursor, interrupted: true };
  }
  for (let empty = 0; empty < 4; ) {
    const result = take(log.lastAnswer(cursor.offset));
    if (result.kind === 'contradiction') return { shown, cursor, interrupted: true };
    if (result.kind === 'text' && result.text === '') empty += 1;
  }
  return { shown, cursor, interrupted: false };
}

const unit = fc.constantFrom('bytes' as const, 'characters' as const);
const anyUnit = fc.constantFrom('bytes' as const, 'characters' as const, 'opaque' as const);
const shape = fc.constantFrom('strings' as const, 'numbers' as const);
const honestSteps = fc.array(modelStep(fc.constant(undefined)), { maxLength: 80, size: 'max' });
const runs = { numRuns: 1_500 };

it('takes every character once, however an honest service cuts its log and counts its offsets', () => {
  fc.assert(
    fc.property(logText, unit, shape, honestSteps, (text, unit, shape, steps) => {
      const log = new ModelLog(text, unit, shape);
      const { shown, cursor, interrupted } = readLive(log, steps);
      const sure = { shown: log.text, interrupted: false, mayHaveSkipped: false };
      expect({ shown, interrupted, mayHaveSkipped: cursor.mayHaveSkipped }).toEqual(sure);
    }),
    runs,
  );
});

it('passes offsets back as they come when they count no text', () => {
  fc.assert(
    fc.property(logText, shape, honestSteps, (text, shape, steps) => {
      const log = new ModelLog(text, 'opaque', shape);
      const { shown, interrupted } = readLive(log, steps);
      expect({ shown, interrupted }).toEqual({ shown: log.text, interrupted: false });
    }),
    runs,
  );
});

const visibleFault = modelFault.filter(({ kind }) => kind !== 'offset-jump');
/** After each fault an honest answer. */
const healing = fc
  .array(fc.tuple(modelStep(visibleFault), modelStep(fc.constant(undefined))), { maxLength: 40, size: 'max' })
  .map((pairs) => pairs.flat());

it('needs no full log when the answer to a second request does not contradict itself', () => {
  fc.assert(
    fc.property(logText, anyUnit, shape, healing, (text, unit, shape, steps) => {
      const log = new ModelLog(text, unit, shape);
      const { shown, interrupted } = readLive(log, steps);
      expect({ shown, interrupted }).toEqual({ shown: log.text, interrupted: false });
    }),
    runs,
  );
});

const anySteps = fc.array(modelStep(fc.option(modelFault, { nil: undefined, freq: 2 })), {
  maxLength: 80,
  size: 'max',
});

it('is never sure of a log that lacks or repeats text, and the full log completes or contradicts it', async () => {
  await fc.assert(
    fc.asyncProperty(logText, unit, shape, anySteps, fc.integer({ min: 1, max: 99 }), async (...given) => {
      const [text, unit, shape, steps, size] = given;
      const log = new ModelLog(text, unit, shape);
      const honest = { grow: 30, limit: 10_000, fault: undefined };
      const read = readLive(log, [honest, ...steps]);
      const sure = !read.interrupted && !read.cursor.mayHaveSkipped;
      if (sure && hasLastLine(read.cursor.position.tail)) expect(read.shown).toBe(log.text);
      const rest = await restOf(log.text, size, read.cursor.position);
      if (log.text.startsWith(read.shown)) expect(read.shown + rest.text).toBe(log.text);
      else expect(rest).toEqual({ text: '', state: 'changed' });
    }),
    { numRuns: 3_000 },
  );
});

const kindsOf = (cursor: LogCursor, answers: readonly [content: string, offset: string, current: string][]) =>
  answers.map(([content, offset, currentOffset]) =>
    cursor.accept({ content, offset, currentOffset, hasMore: true }),
  );
const text = (text: string) => ({ kind: 'text', text });
const retry = { kind: 'retry' };

it('asks once more when an answer is for another offset, and gives up when that says so again', () => {
  const answers: [string, string, string][] = [
    ['one\n', '4', '0'],
    ['one\n', '4', '0'],
    ['two\n', '8', '4'],
    ['one\n', '4', '0'],
    ['one\n', '4', '0'],
  ];
  const expected = [text('one\n'), retry, text('two\n'), retry, { kind: 'contradiction' }];
  expect(kindsOf(new LogCursor(), answers)).toEqual(expected);
});

it('asks once more when the offset does not move forward though there is text', () => {
  const cursor = new LogCursor();
  const answers: [string, string, string][] = [
    ['one\n', '4', '0'],
    ['two\n', '4', '4'],
    ['two\n', '8', '4'],
    ['three\n', '2', '8'],
    ['three\n', '', '8'],
  ];
  const expected = [text('one\n'), retry, text('two\n'), retry, { kind: 'contradiction' }];
  expect(kindsOf(cursor, answers)).toEqual(expected);
  expect({ offset: cursor.offset, length: cursor.position.length }).toEqual({ offset: '8', length: 8 });
});

it('moves on without text only when the service says twice where to', () => {
  const cursor = new LogCursor();
  kindsOf(cursor, [['', '900', '0']]);
  expect(cursor.offset).toBe('0');
  kindsOf(cursor, [['', '40', '0']]);
  kindsOf(cursor, [['', '40', '0']]);
  expect(cursor.offset).toBe('40');
  kindsOf(cursor, [
    ['', '10', '40'],
    ['', '10', '40'],
  ]);
  expect(cursor.offset).toBe('40');
});

it('notices that an offset went further than its text when the others did not', () => {
  const cursor = new LogCursor();
  kindsOf(cursor, [
    ['one\n', '4', '0'],
    ['two\n', '108', '4'],
  ]);
  expect(cursor.mayHaveSkipped).toBe(true);
});

it('begins the next answer with the character that a byte-counting service cut', () => {
  const cursor = new LogCursor();
  const answers: [string, string, string][] = [
    ['\uFFFD', '1', '0'],
    ['下\uFFFD', '4', '0'],
    ['载\uFFFD\uFFFD', '8', '3'],
    ['完', '9', '6'],
  ];
  expect(kindsOf(cursor, answers)).toEqual([text(''), text('下'), text('载'), text('完')]);
  expect({ offset: cursor.offset, mayHaveSkipped: cursor.mayHaveSkipped }).toEqual({
    offset: '9',
    mayHaveSkipped: false,
  });
});

it('keeps a character that is written as U+FFFD', () => {
  const answers: [string, string, string][] = [
    ['a\uFFFD', '4', '0'],
    ['\uFFFDb', '5', '1'],
  ];
  expect(kindsOf(new LogCursor(), answers)).toEqual([text('a'), text('\uFFFDb')]);
});

it('follows offsets that are no numbers', () => {
  const cursor = new LogCursor();
  const pages: Readonly<Record<string, readonly [content: string, next: string]>> = {
    '0': ['one\n', 'b8'],
    b8: ['two\n', 'zz'],
    zz: ['', 'zz'],
  };
  let shown = '';
  for (let look = 0; look < 8; look += 1) {
    const [content, offset] = pages[cursor.offset] ?? ['', ''];
    const taken = cursor.accept({ content, offset, currentOffset: cursor.offset, hasMore: true });
    if (taken.kind === 'text') shown += taken.text;
  }
  expect(shown).toBe('one\ntwo\n');
});

it.each([
  ['one byte', 'ab\uFFFD', 3, 'ab'],
  ['two bytes, each on its own', 'ab\uFFFD\uFFFD', 4, 'ab'],
  ['three bytes, each on its own', 'ab\uFFFD\uFFFD\uFFFD', 5, 'ab'],
  ['three bytes as one', 'ab\uFFFD', 5, 'ab'],
  ['nothing, as the bytes end before it', 'é\uFFFD', 2, undefined],
  ['nothing, as it is a fourth byte', 'ab\uFFFD', 6, undefined],
  ['nothing, as no character was cut', 'ab', 2, undefined],
])('recognises the half of a character at the end of a text: %s', (_, text, bytes, whole) => {
  expect(withoutHalfCharacter(text, bytes)).toBe(whole);
});
