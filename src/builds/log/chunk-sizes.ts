// Recognises an answer of the live log that the service cut at its own size, so that more text is there already.

import type { LogChunk } from '../../codearts/build-schemas.ts';

/** UTF-16 units: so long an answer was cut, whatever the service says. */
const surelyCut = 60_000;
/** Shorter answers may well be of one length by chance. */
const shortestCut = 500;
/** A service that cuts between characters gives a little less at times. */
const tolerance = 4;

interface Size {
  readonly characters: number;
  readonly bytes: number;
}

const none: Size = { characters: 0, bytes: 0 };

/** How long an answer that was cut is, the service decides: the reference's sample has 4,780 characters. */
export class ChunkSizes {
  #last = none;
  /** The length at which answers were cut, once it is known. */
  #limit = none;

  /** @returns `large` or `small` for an answer that was cut, `rest` for any other */
  add({ content, hasMore }: LogChunk): 'large' | 'small' | 'rest' {
    if (content.length >= surelyCut) return 'large';
    const size = { characters: content.length, bytes: Buffer.byteLength(content) };
    const last = this.#last;
    this.#last = size;
    if (!hasMore || size.characters < shortestCut) return 'rest';
    if (alike(size, last)) this.#limit = size;
    return alike(size, this.#limit) ? 'small' : 'rest';
  }

  /** An answer brought no text: the last one was not cut after all. */
  addEmpty(): void {
    if (alike(this.#last, this.#limit)) this.#limit = none;
    this.#last = none;
  }
}

function alike(one: Size, other: Size): boolean {
  if (other.characters === 0) return false;
  return (
    Math.abs(one.characters - other.characters) <= tolerance || Math.abs(one.bytes - other.bytes) <= tolerance
  );
}
