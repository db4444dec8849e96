// The cursor against a model server: whatever the service answers, every character once, or an honest word that the
// rest has to come from the full log, which then completes it exactly.

import fc from 'fast-check';
import * as v from 'valibot';
import { expect, it } from 'vitest';
import { skipPrinted } from '../../../src/builds/log/full-log.ts';
import { hasLastLine, LogCursor, type Unit } from '../../../src/builds/log/log-cursor.ts';
import { logAnswer } from '../../../src/codearts/build-schemas.ts';
import { logText, ModelLog, type ModelStep, modelFault, modelStep } from './model-log.ts';

interface Read {
  readonly shown: string;
  readonly cursor: LogCursor;
  readonly lost: boolean;
}

/** Reads as the log watch does: on text, on nothing, again where told to; until the log's end or for good. */
function readLive(log: ModelLog, steps: readonly ModelStep[]): Read {
  const cursor = new LogCursor();
  let shown = '';
  const take = (answer: unknown): 'lost' | 'nothing' | 'more' => {
    const taken = cursor.accept(v.parse(logAnswer, answer));
    if (taken.kind === 'lost') return 'lost';
    if (taken.kind === 'text') shown += taken.text;
    return taken.kind === 'text' && taken.text === '' ? 'nothing' : 'more';
  };
  for (const step of steps) {
    if (take(log.answer(cursor.offset, step)) === 'lost') return { shown, cursor, lost: true };
  }
  for (let nothing = 0; nothing < 4; ) {
    const what = take(log.lastAnswer(cursor.offset));
    if (what === 'lost') return { shown, cursor, lost: true };
    if (what === 'nothing') nothing += 1;
  }
  return { shown, cursor, lost: false };
}

async function* inPieces(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

async function complete(log: ModelLog, { shown, cursor }: Read, size: number): Promise<string> {
  const { length, tail, guessed } = cursor;
  const rest = skipPrinted(inPieces(log.text, size), { length, tail, guessed });
  let whole = shown;
  for (let next = await rest.next(); ; next = await rest.next()) {
    if (next.done) return next.value === 'completed' ? whole : next.value;
    whole += next.value;
  }
}

const unit = fc.constantFrom('bytes' as const, 'characters' as const);
const shape = fc.constantFrom('strings' as const, 'numbers' as const);
const honestSteps = fc.array(modelStep(fc.constant(undefined)), { maxLength: 80, size: 'max' });
const runs = { numRuns: 1_500 };

function expectAllShown(
  text: string,
  unit: Unit,
  shape: 'strings' | 'numbers',
  steps: readonly ModelStep[],
): void {
  const log = new ModelLog(text, unit, shape);
  const { shown, cursor, lost } = readLive(log, steps);
  const allShown = { shown: log.text, lost: false, guessed: undefined };
  expect({ shown, lost, guessed: cursor.guessed }).toEqual(allShown);
}

it('shows every character once, however an honest service cuts its log', () => {
  fc.assert(fc.property(logText, unit, shape, honestSteps, expectAllShown), runs);
});

/** After each fault at least one honest answer. */
const healing = fc
  .array(fc.tuple(modelStep(modelFault), modelStep(fc.constant(undefined))), { maxLength: 40, size: 'max' })
  .map((pairs) => pairs.flat());

it('needs no full log where each contradiction heals at the second look', () => {
  fc.assert(fc.property(logText, unit, shape, healing, expectAllShown), runs);
});

const anySteps = fc.array(modelStep(fc.option(modelFault, { nil: undefined, freq: 2 })), {
  maxLength: 80,
  size: 'max',
});
const anyUnit = fc.constantFrom('bytes' as const, 'characters' as const, 'opaque' as const);

it('shows every character once under any mix of contradictions, or is completed or contradicted by the full log', async () => {
  await fc.assert(
    fc.asyncProperty(logText, anyUnit, shape, anySteps, fc.integer({ min: 1, max: 99 }), async (...given) => {
      const [text, unit, shape, steps, size] = given;
      const log = new ModelLog(text, unit, shape);
      const read = readLive(log, steps);
      const sure = !read.lost && !read.cursor.guessed;
      // With its last line and nothing guessed, the log watch takes the log for complete and asks no further.
      if (sure && hasLastLine(read.cursor.tail)) expect(read.shown).toBe(log.text);
      const whole = await complete(log, read, size);
      if (log.text.startsWith(read.shown)) expect(whole).toBe(log.text);
      else expect([['differs', 'shorter'].includes(whole), sure]).toEqual([true, false]);
    }),
    { numRuns: 3_000 },
  );
});

const persistent = fc.constantFrom('offset-stuck', 'offset-back', 'offset-jump', 'more-lies');

it('goes on by its own count where a service always gives the same kind of wrong offset', () => {
  const ascii = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 400, size: 'max' });
  fc.assert(
    fc.property(ascii, unit, persistent, fc.integer({ min: 1, max: 60 }), (text, unit, kind, grow) => {
      const log = new ModelLog(text, unit, 'numbers');
      const wrong = Array.from({ length: 3 * text.length }, () => ({
        grow,
        limit: 10_000,
        fault: { kind, by: 100 },
      }));
      const { shown } = readLive(log, [{ grow, limit: 10_000, fault: undefined }, ...wrong]);
      expect(shown).toBe(log.text);
    }),
    { numRuns: 300 },
  );
});

it('says that it is lost when a place of the log has another text than before', () => {
  const cursor = new LogCursor();
  const answer = (content: string) =>
    cursor.accept({ content, offset: '0', currentOffset: '0', hasMore: true }).kind;
  const kinds = ['下载 1\n', '下载 1\n', '另一个\n', '下载 1\n', '另一个\n', '另一个\n'].map(answer);
  expect(kinds).toEqual(['retry', 'text', 'retry', 'text', 'retry', 'lost']);
});

it('takes no text from an answer to another question, though a cut character makes its offset fit', () => {
  const cursor = new LogCursor();
  const first = { content: '\u200d', offset: '3', currentOffset: '0', hasMore: true };
  // A real U+FFFD and two bytes of a letter: as long as the half of two.
  const old = { content: '\u200d👩\uFFFD\uFFFD', offset: '12', currentOffset: '0', hasMore: true };
  expect([cursor.accept(first).kind, cursor.accept(old).kind]).toEqual(['text', 'retry']);
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
