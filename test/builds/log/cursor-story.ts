// Tells the log cursor a story, answer by answer, and holds it to what it makes of each: the text it takes as new and
// where it asks next.

import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { LogCursor } from '../../../src/builds/log/log-cursor.ts';
import type { LogChunk } from '../../../src/codearts/build-schemas.ts';

/** What comes of an answer: the new text, or the cursor's word; and where it asks next. */
type Made = readonly [taken: string, offset: string];

export interface Exchange {
  readonly answer: LogChunk;
  readonly made: Made;
}

/** The cursor's words, where it takes no text. */
export const again = '(retry)';
export const lost = '(lost)';

/** An answer: its content, its offset, where it says to begin. */
export function says(content: string, offset: string, currentOffset: string) {
  const answer = { content, offset, currentOffset, hasMore: true };
  return { takes: (...made: Made): Exchange => ({ answer, made }) };
}

/** Tells them all to a new cursor. */
export function follow(exchanges: readonly Exchange[]): LogCursor {
  const cursor = new LogCursor();
  const made = exchanges.map(({ answer }) => {
    const taken = cursor.accept(answer);
    return [taken.kind === 'text' ? taken.text : `(${taken.kind})`, cursor.offset];
  });
  expect(made).toEqual(exchanges.map((exchange) => exchange.made));
  return cursor;
}

/**
 * A test of one story.
 * @param guessedFrom the first character that rests on a guess; undefined: none does
 */
export function story(title: string, exchanges: readonly Exchange[], guessedFrom?: number): void {
  it(title, () => {
    const cursor = follow(exchanges);
    const shown = exchanges.map(({ made: [taken] }) => (/^\(.+\)$/.test(taken) ? '' : taken)).join('');
    const guessed = guessedFrom === undefined ? undefined : fingerprint(shown, guessedFrom);
    expect([cursor.length, cursor.tail, cursor.guessed]).toEqual([shown.length, shown, guessed]);
  });
}

function fingerprint(text: string, from: number) {
  return { from, sha256: createHash('sha256').update(text.slice(from), 'utf16le').digest('hex') };
}
