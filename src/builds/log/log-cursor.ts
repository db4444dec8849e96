// Where the live log is to be read on, and which text of an answer is new: every character once, none lost.
// Pure bookkeeping: asks nothing, prints nothing. Reference 4.27; what the reference leaves open (the offset's
// unit, chunk borders anywhere, answers that contradict themselves) is handled here and nowhere else.
//
// An answer's offset is where to go on, and is taken as it comes while it counts the text: in bytes or in characters,
// from the log's start on. Another one is asked for once more. If it comes again, text is taken without moving on
// (the same place is read again, and what was taken of it left out), or the place is counted here, or the service is
// believed to count in a way of its own. What rests on such a guess is fingerprinted, to be proven by the full log.

import { createHash, type Hash } from 'node:crypto';
import type { LogChunk } from '../../codearts/build-schemas.ts';
import { trimEndChar } from '../../text.ts';

export type CursorResult =
  /** The text is new, and may be empty; ask again at `offset`. */
  | { readonly kind: 'text'; readonly text: string }
  /** The answer contradicts itself: ask for the same place again at once. */
  | { readonly kind: 'retry' }
  /** What stands at this place has changed: the live log can't be followed without a gap or a repeat. */
  | { readonly kind: 'lost' };

/** A fingerprint of the text taken from a place on, in UTF-16, where it rests on a guess. */
export interface Fingerprint {
  /** Characters before it. */
  readonly from: number;
  readonly sha256: string;
}

const looksPerPlace = 2;
/** Characters that are enough to recognise a place in a log, and to hold the list of its steps at its end. */
export const tailLength = 16_384;

/**
 * The place in one live log up to which its text has been taken. Keeps the tail, a fingerprint and the last answer,
 * never the log.
 */
export class LogCursor {
  /** Where to ask next. */
  offset = '0';
  /** UTF-16 units taken so far. */
  length = 0;
  /** The last characters taken, to recognise the place in the full log. */
  tail = '';

  /** Which units every offset so far agrees with; none: the service counts in a way of its own. */
  #units: readonly Unit[] = units;
  /** How much text lies before `offset`. */
  #before: Count = { bytes: 0, characters: 0 };
  /** What was already taken of the text that begins at `offset`. */
  #since = '';
  #doubts = 0;
  /** The last answer at this place that was doubted. */
  #doubted: LogChunk | undefined;
  #guess: { readonly from: number; readonly hash: Hash } | undefined;

  /** Undefined as long as every step was confirmed by the service's own offsets. */
  get guessed(): Fingerprint | undefined {
    if (!this.#guess) return undefined;
    return { from: this.#guess.from, sha256: this.#guess.hash.copy().digest('hex') };
  }

  /**
   * Takes an answer to a question at `offset`; moves `offset`, `length`, `tail` and `guessed` on with what it took.
   * Asks for nothing and throws nothing: what an answer is worth is what it returns. Reference 4.27.
   */
  accept(answer: LogChunk): CursorResult {
    const { content, offset } = answer;
    if (content === '' && (offset === '' || offset === this.offset)) return this.#nothing();
    const fits = this.#fits(content);
    const mayBeCut = content.endsWith('\uFFFD') && this.#units.includes('bytes');
    // An answer to another question does not always give itself away by its offset where it was cut.
    if (fits && content !== '' && !(mayBeCut && this.#mayBeAnother(answer))) {
      const whole = mayBeCut ? this.#wholeCharacters(content, offset) : undefined;
      if (whole !== undefined) return this.#moveOn(whole, String(this.#before.bytes + count(whole).bytes));
      if (this.#agrees(content, offset)) return this.#moveOn(content, offset);
    }
    this.#doubts += 1;
    const taken = this.#doubts < looksPerPlace ? { kind: 'retry' as const } : this.#decide(answer, fits);
    // Moved on by a guess: what was said of the last place says nothing of this one.
    this.#doubted = this.#doubts < looksPerPlace && taken.kind === 'text' ? undefined : answer;
    return taken;
  }

  /** False when it is another text than what was taken here before. */
  #fits(content: string): boolean {
    return content.startsWith(this.#since) || this.#since.startsWith(content);
  }

  /** The offset at the end of a text that begins here, one for each unit that may be the service's. */
  #after(text: string): number[] {
    const { bytes, characters } = count(text);
    const after = { bytes: this.#before.bytes + bytes, characters: this.#before.characters + characters };
    return this.#units.map((unit) => after[unit]);
  }

  #agrees(content: string, offset: string): boolean {
    if (this.#units.length === 0) return isAhead(this.offset, offset);
    return this.#after(content).map(String).includes(offset);
  }

  /**
   * A chunk cut inside a character ends in U+FFFD for the half: the text before it, for going on where the character
   * begins; empty when there is none; undefined when nothing was cut. A real U+FFFD at the end looks the same: it
   * comes back at the beginning of the next chunk and stays there.
   */
  #wholeCharacters(content: string, offset: string): string | undefined {
    return withoutHalfCharacter(content, Number(offset) - this.#before.bytes);
  }

  #nothing(): CursorResult {
    this.#doubts = 0;
    return { kind: 'text', text: '' };
  }

  #moveOn(content: string, offset: string): CursorResult {
    const fresh = content.slice(this.#since.length);
    this.#units = this.#units.filter((_, index) => String(this.#after(content)[index]) === offset);
    this.#goTo(content, offset);
    this.#doubts = 0;
    return this.#take(fresh);
  }

  #goTo(content: string, offset: string): void {
    const { bytes, characters } = count(content);
    this.#before = { bytes: this.#before.bytes + bytes, characters: this.#before.characters + characters };
    this.offset = offset;
    // What was taken beyond this content is the beginning of what comes next.
    this.#since = this.#since.slice(content.length);
  }

  #take(text: string): CursorResult {
    this.length += text.length;
    this.tail = (this.tail + text.slice(-tailLength)).slice(-tailLength);
    this.#guess?.hash.update(text, 'utf16le');
    return { kind: 'text', text };
  }

  /** The answer has been asked for twice and still contradicts itself. */
  #decide(answer: LogChunk, fits: boolean): CursorResult {
    const { content, offset } = answer;
    if (this.#isOld(answer)) return { kind: 'text', text: '' };
    if (!fits) return { kind: this.#wasAnother() ? 'lost' : 'retry' };
    if (content === '') return this.#emptyJump(offset);
    if (isAhead(this.offset, offset) && this.#mayCountOtherwise(content, offset)) {
      return this.#tellsTheSame(answer) ? this.#believe(content, offset) : this.#readHereAgain(content);
    }
    const after = this.#after(content);
    // Where both units count the same, there is no doubt about the place; nor where the unit is known.
    return new Set(after).size === 1 ? this.#countOn(content) : this.#readHereAgain(content);
  }

  /** The answer before had another text than was taken here, too. */
  #wasAnother(): boolean {
    return this.#doubted !== undefined && !this.#fits(this.#doubted.content);
  }

  /** An answer to an earlier question, as a cache gives it: it ends where this question begins, or before. */
  #isOld(answer: LogChunk): boolean {
    const { offset, currentOffset } = answer;
    const before = currentOffset !== '' && isAhead(currentOffset, this.offset);
    return this.#isRepeat(answer) || (before && !isAhead(this.offset, offset));
  }

  /** An answer that says to begin elsewhere, or does not say where and has the text that was taken last. */
  #mayBeAnother(answer: LogChunk): boolean {
    return answer.currentOffset === '' ? this.#isRepeat(answer) : answer.currentOffset !== this.offset;
  }

  /** An answer that says to begin elsewhere and has the text that was taken last. */
  #isRepeat({ content, currentOffset }: LogChunk): boolean {
    const text = trimEndChar(content, '\uFFFD').slice(-tailLength);
    return currentOffset !== this.offset && text !== '' && trimEndChar(this.tail, '\uFFFD').endsWith(text);
  }

  /** Ahead without a text: believed only of a service whose offsets never were a count of the text. */
  #emptyJump(offset: string): CursorResult {
    if (this.#units.length === 0 && this.#since === '' && isAhead(this.offset, offset)) {
      this.offset = offset;
      this.#doubts = 0;
    }
    return { kind: 'text', text: '' };
  }

  /** An offset that the service may have counted in a unit of its own; one beyond all the text is no count of it. */
  #mayCountOtherwise(content: string, offset: string): boolean {
    if (this.#before.bytes === 0) return true;
    const ascii = count(content).bytes === content.length;
    return this.#units.length > 1 && !ascii && !(Number(offset) > Math.max(...this.#after(content)));
  }

  /** Two answers in a row that fit together: a lie is seldom told twice in the same words. */
  #tellsTheSame({ content, offset }: LogChunk): boolean {
    const last = this.#doubted;
    if (!last?.content || !content.startsWith(last.content)) return false;
    return content.length === last.content.length ? offset === last.offset : isAhead(last.offset, offset);
  }

  #believe(content: string, offset: string): CursorResult {
    this.#beginToGuess();
    const fresh = content.slice(this.#since.length);
    this.#units = [];
    this.#goTo(content, offset);
    this.#doubts = 0;
    return this.#take(fresh);
  }

  #countOn(content: string): CursorResult {
    const whole = this.#units.includes('bytes') ? content.replace(/\uFFFD{1,3}$/, '') : content;
    if (whole === '') return { kind: 'text', text: '' };
    this.#beginToGuess();
    const fresh = whole.slice(this.#since.length);
    this.#goTo(whole, String(this.#after(whole)[0]));
    // The next answer may contradict itself as well: it has used up its second look.
    this.#doubts = looksPerPlace - 1;
    return this.#take(fresh);
  }

  #readHereAgain(content: string): CursorResult {
    const whole = content.replace(/\uFFFD{1,3}$/, '');
    const fresh = whole.slice(this.#since.length);
    this.#since += fresh;
    return this.#take(fresh);
  }

  #beginToGuess(): void {
    this.#guess ??= { from: this.length, hash: createHash('sha256') };
  }
}

/** Numbers are compared; other offsets are opaque, and any other than the last one is ahead. */
function isAhead(from: string, to: string): boolean {
  if (to === '' || to === from) return false;
  const [a, b] = [Number(from), Number(to)];
  return Number.isNaN(a) || Number.isNaN(b) || b > a;
}

/** UTF-8 bytes, or characters as Java and JavaScript count them (UTF-16 units). */
export type Unit = 'bytes' | 'characters';
export type Count = Readonly<Record<Unit, number>>;

/** In the order in which they are tried: a service that counts bytes is told apart by the first wide character. */
export const units: readonly Unit[] = ['bytes', 'characters'];

/** How much text this is in each unit. */
export function count(text: string): Count {
  return { bytes: Buffer.byteLength(text), characters: text.length };
}

/**
 * A text that ends in U+FFFD, without what stands there for the half of a cut character, if `bytes` is its length
 * then; undefined when it is not: a half has one to three bytes, and each makes one U+FFFD or they make one together.
 */
export function withoutHalfCharacter(text: string, bytes: number): string | undefined {
  for (let half = 1; half <= 3 && text.at(-half) === '\uFFFD'; half += 1) {
    const whole = text.slice(0, -half);
    const left = bytes - Buffer.byteLength(whole);
    if (left >= half && left <= 3) return whole;
  }
  return undefined;
}

const lastLine = /(?:^|\n)(?:\[[^\]\n]+\] ?)?(?:\[INFO\] *:? *)?Finished: [A-Z][A-Z_]*\s*$/;

/**
 * True when this end of a log may be its last: `Finished: WORD`, with or without a date and a level (seen live). A tool
 * may print such a line, too.
 */
export function hasLastLine(tail: string): boolean {
  return lastLine.test(tail);
}

/** True when CodeArts says at this end of a log that the build is over; the last line may follow seconds later. */
export function saysCompleted(tail: string): boolean {
  return tail.slice(-completedReach).includes('[JobStatusPlugin] onCompleted: ');
}

/** UTF-16 units in which that line and the last one have room. */
const completedReach = 512;
