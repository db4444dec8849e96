// Where the live log is to be read on, and which text of an answer is new: every character once, none lost.
// Pure bookkeeping: asks nothing, prints nothing. Reference 4.27; what the reference leaves open (the offset's
// unit, chunk borders anywhere, answers that contradict themselves) is handled here and nowhere else.
//
// The offset of an answer is where to go on. It is taken as it comes as long as it agrees with the text: from the
// log's start on, it must count bytes or characters. An answer that does not agree is asked for once more. If it
// says the same again: an offset ahead of the text is believed (the service counts in a way of its own, from then
// on nothing is checked), one that stands still or goes back is not, and the next place is counted here, or, when
// the unit is not known yet, the same place is read again and what was taken before is left out.

import type { LogAnswer } from '../codearts/answers.ts';

export type Taken =
  /** The text is new; ask again at `offset`. */
  | { readonly kind: 'text'; readonly text: string }
  /** The answer contradicts itself: ask for the same place again at once. */
  | { readonly kind: 'look-again' }
  /** What stands at this place has changed: the live log can't be followed without a gap or a repeat. */
  | { readonly kind: 'lost' };

interface Count {
  readonly bytes: number;
  readonly characters: number;
}
type Unit = keyof Count;

const looksPerPlace = 2;
/** Characters that are enough to recognise a place in a log. */
export const tailLength = 2_048;

export class LogCursor {
  /** Where to ask next. */
  offset = '0';
  /** UTF-16 units taken so far. */
  length = 0;
  /** The last characters taken, to recognise the place in the full log. */
  tail = '';

  /** Which units every offset so far agrees with; none: the service counts in a way of its own. */
  #units: readonly Unit[] = ['bytes', 'characters'];
  /** How much text lies before `offset`. */
  #before: Count = { bytes: 0, characters: 0 };
  /** What was already taken of the text that begins at `offset`. */
  #since = '';
  #doubts = 0;

  accept(answer: LogAnswer): Taken {
    const content = answer.content;
    const fresh = this.#unseen(content);
    if (fresh === undefined) return this.#doubt(() => ({ kind: 'lost' }));
    const whole = this.#withoutCutCharacter(content, answer.offset);
    if (whole !== undefined) return this.#moveOn(whole, this.#after(whole)[0] ?? answer.offset);
    if (this.#agrees(content, answer.offset)) return this.#moveOn(content, answer.offset);
    return this.#doubt(() => this.#decide(content, answer.offset));
  }

  /** The part of a content that was not taken yet; undefined when it is another text than before. */
  #unseen(content: string): string | undefined {
    if (content.startsWith(this.#since)) return content.slice(this.#since.length);
    return this.#since.startsWith(content) ? '' : undefined;
  }

  /** The offsets that the text up to the content's end may have, one a unit. */
  #after(content: string): string[] {
    const count = add(this.#before, content);
    return this.#units.map((unit) => String(count[unit]));
  }

  #agrees(content: string, offset: string): boolean {
    if (content === '') return offset === '' || offset === this.offset;
    if (this.#units.length === 0) return isAhead(this.offset, offset);
    return this.#after(content).includes(offset);
  }

  /**
   * A chunk cut inside a character comes with U+FFFD for the half: leave it, and go on where it begins.
   * Only where the offset counts bytes; a real U+FFFD comes back at the beginning of the next chunk and stays.
   */
  #withoutCutCharacter(content: string, offset: string): string | undefined {
    const whole = content.replace(/\uFFFD{1,3}$/, '');
    if (whole === content || whole === '' || !this.#units.includes('bytes')) return undefined;
    if (new Set(this.#after(whole)).size !== 1) return undefined;
    const left = Number(offset) - add(this.#before, whole).bytes;
    return left >= 1 && left <= 9 ? whole : undefined;
  }

  #moveOn(content: string, offset: string): Taken {
    const fresh = this.#unseen(content) ?? '';
    if (content !== '') {
      this.#units = this.#units.filter((unit) => String(add(this.#before, content)[unit]) === offset);
      this.#before = add(this.#before, content);
      this.offset = offset;
      this.#since = '';
    }
    this.#doubts = 0;
    return this.#take(fresh);
  }

  #take(text: string): Taken {
    this.length += text.length;
    this.tail = (this.tail + text.slice(-tailLength)).slice(-tailLength);
    return { kind: 'text', text };
  }

  #doubt(decide: () => Taken): Taken {
    this.#doubts += 1;
    return this.#doubts < looksPerPlace ? { kind: 'look-again' } : decide();
  }

  /** The answer has been asked for twice and still contradicts itself. */
  #decide(content: string, offset: string): Taken {
    if (isAhead(this.offset, offset)) {
      // An empty answer that jumps ahead, though the offsets have been a count of the text so far, is in error.
      if (content === '' && this.#units.length > 0) return this.#take('');
      this.#units = [];
      const fresh = this.#unseen(content) ?? '';
      this.offset = offset;
      this.#since = '';
      this.#doubts = 0;
      return this.#take(fresh);
    }
    const counted = new Set(this.#after(content));
    const [own] = counted;
    if (counted.size === 1 && own !== undefined && content !== '') {
      const fresh = this.#unseen(content) ?? '';
      this.#before = add(this.#before, content);
      this.offset = own;
      this.#since = '';
      // The next answer may stand still as well: it has used up its second look.
      this.#doubts = looksPerPlace - 1;
      return this.#take(fresh);
    }
    const fresh = this.#unseen(content) ?? '';
    if (content.length > this.#since.length) this.#since = content;
    return this.#take(fresh);
  }
}

function add(before: Count, text: string): Count {
  return {
    bytes: before.bytes + Buffer.byteLength(text),
    characters: before.characters + text.length,
  };
}

/** Numbers are compared; other offsets are opaque, and any other than the last one is ahead. */
function isAhead(from: string, to: string): boolean {
  if (to === '' || to === from) return false;
  const [a, b] = [Number(from), Number(to)];
  return Number.isNaN(a) || Number.isNaN(b) || b > a;
}
