// Decides which text of a live log's answer is new, and where to read on: every character once, none lost. The offset
// is opaque: it is passed back as it came. Asks nothing and prints nothing. Reference 4.27.

import type { LogChunk } from '../../codearts/build-schemas.ts';
import type { LogPosition } from '../events.ts';

export type CursorResult =
  /** The text is new, and may be empty; ask next at `offset`. */
  | { readonly kind: 'text'; readonly text: string }
  /** The answer contradicts itself: ask once more at once. */
  | { readonly kind: 'retry' }
  /** The answer to that contradicts itself as well: the live log can't be followed without a gap or a repeat. */
  | { readonly kind: 'contradiction' };

/** UTF-16 units that are enough to recognise a place in a log. */
const tailLength = 16_384;

export const logStart: LogPosition = { length: 0, tail: '' };

/** The place in a log after this text. */
export function advance({ length, tail }: LogPosition, text: string): LogPosition {
  return { length: length + text.length, tail: (tail + text.slice(-tailLength)).slice(-tailLength) };
}

/** The place in one live log up to which its text has been taken. Keeps the tail, never the log. */
export class LogCursor {
  /** Where to ask next. */
  offset = '0';
  /** The place up to which the text has been taken. */
  position = logStart;

  /** The last answer contradicted itself. */
  #doubted = false;
  /** Where the last answer moved to although it brought no text. */
  #emptyMove = '';
  /** Whether offsets moved by the length of their text, in bytes or in UTF-16 units, and whether some did not. */
  #movedByLength = false;
  #movedOtherwise = false;

  /**
   * True when some offsets moved by the length of their text and others did not: one of those may have gone too far, so
   * that lines are missing.
   */
  get mayHaveSkipped(): boolean {
    return this.#movedByLength && this.#movedOtherwise;
  }

  /** Takes an answer to a question at `offset`, and moves on by what it brought. */
  accept({ content, offset, currentOffset }: LogChunk): CursorResult {
    const isAnother = currentOffset !== '' && currentOffset !== this.offset;
    if (isAnother || (content !== '' && !isAhead(this.offset, offset))) {
      if (this.#doubted) return { kind: 'contradiction' };
      this.#doubted = true;
      return { kind: 'retry' };
    }
    this.#doubted = false;
    if (content === '') return this.#acceptEmpty(offset);
    this.#emptyMove = '';
    const from = Number(this.offset);
    const whole = withoutHalfCharacter(content, Number(offset) - from);
    if (whole === undefined) return this.#take(content, offset);
    return this.#take(whole, String(from + Buffer.byteLength(whole)));
  }

  /** A service may pass over text that it does not show. It has to say so twice: one wrong offset would lose lines. */
  #acceptEmpty(offset: string): CursorResult {
    if (offset === this.#emptyMove && isAhead(this.offset, offset)) {
      this.offset = offset;
      this.#movedOtherwise = true;
    }
    this.#emptyMove = offset;
    return { kind: 'text', text: '' };
  }

  #take(text: string, offset: string): CursorResult {
    if (text === '') return { kind: 'text', text };
    const moved = Number(offset) - Number(this.offset);
    if (moved === text.length || moved === Buffer.byteLength(text)) this.#movedByLength = true;
    else this.#movedOtherwise = true;
    this.offset = offset;
    this.position = advance(this.position, text);
    return { kind: 'text', text };
  }
}

/** Numbers are compared; other offsets are ahead when they differ. */
function isAhead(from: string, to: string): boolean {
  if (to === '' || to === from) return false;
  const [a, b] = [Number(from), Number(to)];
  return Number.isNaN(a) || Number.isNaN(b) || b > a;
}

/**
 * A service that counts bytes may cut a character in two; each half is decoded to U+FFFD. The text before it, when
 * `bytes` is the length of the whole text then, so that the next answer begins with the character; undefined when
 * nothing was cut. A half has one to three bytes, and each makes one U+FFFD or they make one together.
 */
export function withoutHalfCharacter(text: string, bytes: number): string | undefined {
  for (let half = 1; half <= 3 && text.at(-half) === '\uFFFD'; half += 1) {
    const whole = text.slice(0, -half);
    const left = bytes - Buffer.byteLength(whole);
    if (left >= half && left <= 3) return whole;
  }
  return undefined;
}
