// Completes a log that the live log left incomplete: finds in the full log the place up to which it was shown.
// Reads a stream, keeps no more of it than the tail it looks for. Reference 4.10.

import { createHash } from 'node:crypto';
import type { Fingerprint } from './log-cursor.ts';

/** How far the log was shown: so many UTF-16 units, the last of which are `tail`. */
export interface PrintedPrefix {
  readonly length: number;
  readonly tail: string;
  /** To prove what was shown on a guess, where the tail alone is not enough. */
  readonly guessed?: Fingerprint | undefined;
}

export type PrefixMatch =
  /** The shown text is the beginning of the full log; the rest has been yielded. */
  | 'completed'
  /** The full log has ended before the shown text did; nothing has been yielded. */
  | 'shorter'
  /** The shown text is not the beginning of the full log; nothing has been yielded. */
  | 'differs';

/** Yields what follows the shown part of the full log, no piece empty. @throws what reading the full log throws */
export async function* skipPrinted(
  fullLog: AsyncIterable<string>,
  shown: PrintedPrefix,
): AsyncGenerator<string, PrefixMatch> {
  const guessed = shown.guessed && { ...shown.guessed, hash: createHash('sha256') };
  let position = 0;
  let tail = '';
  for await (const piece of fullLog) {
    const head = piece.slice(0, shown.length - position);
    if (head !== '') {
      guessed?.hash.update(head.slice(Math.max(0, guessed.from - position)), 'utf16le');
      position += head.length;
      tail = shown.tail === '' ? '' : (tail + head).slice(-shown.tail.length);
      if (position < shown.length) continue;
      if (tail !== shown.tail || guessed?.hash.digest('hex') !== guessed?.sha256) return 'differs';
    }
    if (head.length < piece.length) yield piece.slice(head.length);
  }
  return position < shown.length ? 'shorter' : 'completed';
}

/**
 * How many characters of the full log there are up to the end of the shown tail; undefined where it does not stand
 * there, or more than once: what repeats itself tells no place.
 */
export async function findTail(fullLog: AsyncIterable<string>, tail: string): Promise<number | undefined> {
  let end: number | undefined;
  let window = '';
  let before = 0;
  for await (const piece of fullLog) {
    window += piece;
    for (let at = window.indexOf(tail); at !== -1; at = window.indexOf(tail, at + 1)) {
      if (end !== undefined) return undefined;
      end = before + at + tail.length;
    }
    // One less than the tail has: no place is found twice.
    const kept = window.slice(Math.max(0, window.length - tail.length + 1));
    before += window.length - kept.length;
    window = kept;
  }
  return end;
}
