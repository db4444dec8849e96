// Turns a log's text, which comes in pieces of any size, into whole lines as a terminal would show them, in bounded memory.
// Ordinary text passes in one piece, line ends included: a log of 100 MB must not cost more than to find its line ends.

import { trimEndChar } from '../../text.ts';

/** Bytes of UTF-8 that one piece of a line may have: a runner takes minutes over very long lines. */
export const longestPieceBytes = 32 * 1024;
/** In front of every further piece of a line that was too long for one. */
export const continuation = '↪ ';

/** So many UTF-16 units have no more bytes than one piece may have. */
const surelyShort = Math.floor(longestPieceBytes / 3);

const buffer = new Uint8Array(longestPieceBytes);
const encoder = new TextEncoder();

/** @returns the place up to which the text is cut off: `at`, or another one near it; never 0 */
export type CutBefore = (text: string, at: number) => number;

/**
 * What a bare carriage return overwrites is left out; a line that is too long comes in several, each further one
 * marked; half a surrogate pair becomes U+FFFD.
 */
export class LineReader {
  readonly #cutBefore: CutBefore;
  #rest = '';
  #continued = false;

  /** @param cutBefore moves the place where a long line is cut, so that no secret is cut in two */
  constructor(cutBefore: CutBefore = (_, at) => at) {
    this.#cutBefore = cutBefore;
  }

  /** The lines that this text completes, each with its `\n`; empty when it completes none. */
  push(text: string): string {
    const last = text.lastIndexOf('\n');
    if (last === -1) return this.#grow(text);
    let out = '';
    let from = 0;
    if (this.#rest !== '' || this.#continued) {
      from = text.indexOf('\n') + 1;
      out = this.#whole(this.#rest + text.slice(0, from - 1));
    }
    const block = text.slice(from, last + 1);
    out += isOrdinary(block) ? block : this.#eachOf(block);
    return out + this.#grow(text.slice(last + 1));
  }

  /** True while the text ends without a line end. */
  get hasRest(): boolean {
    return this.#rest !== '' && this.#rest !== '\r';
  }

  /** What is left when the text has ended without a line end. */
  end(): string {
    const rest = this.hasRest ? this.#rest : '';
    this.#rest = '';
    return rest === '' ? '' : this.#whole(rest);
  }

  #eachOf(block: string): string {
    const lines = block.split('\n').slice(0, -1);
    return lines.map((line) => this.#whole(line)).join('');
  }

  #whole(line: string): string {
    let out = '';
    this.#rest = visible(line);
    while (this.#rest.length > surelyShort && Buffer.byteLength(this.#rest) > longestPieceBytes) {
      out += this.#piece();
    }
    out += `${this.#continued ? continuation : ''}${this.#rest.toWellFormed()}\n`;
    this.#rest = '';
    this.#continued = false;
    return out;
  }

  /** The line goes on: no more of it is kept than two pieces, so that a secret across their border is seen whole. */
  #grow(text: string): string {
    let out = '';
    this.#rest = withoutOverwritten(this.#rest + text);
    while (this.#rest.length > 2 * longestPieceBytes) out += this.#piece();
    return out;
  }

  #piece(): string {
    // A surrogate pair is never cut: encodeInto reads whole characters only.
    const { read } = encoder.encodeInto(this.#rest, buffer);
    const end = this.#cutBefore(this.#rest, afterBlank(this.#rest, read));
    const piece = `${this.#continued ? continuation : ''}${this.#rest.slice(0, end).toWellFormed()}\n`;
    this.#rest = this.#rest.slice(end);
    this.#continued = true;
    return piece;
  }
}

/** Units before the end of a piece in which a blank is looked for. */
const blankWindow = 4_096;

/** After the last blank of the piece, where one is near its end: secrets that only the runner knows have none. */
function afterBlank(text: string, at: number): number {
  const blank = text.lastIndexOf(' ', at - 1);
  return blank > at - blankWindow ? blank + 1 : at;
}

/** Nothing in it needs a closer look. @param block whole lines, each with its `\n` */
function isOrdinary(block: string): boolean {
  return !block.includes('\r') && block.isWellFormed() && !hasLongLine(block);
}

/** Looks at one line end in many. */
function hasLongLine(block: string): boolean {
  for (let from = 0; from + surelyShort < block.length; ) {
    const end = block.lastIndexOf('\n', from + surelyShort);
    if (end < from) return true;
    from = end + 1;
  }
  return false;
}

/** The text of a complete line after its last carriage return; those at its end belong to the line end. */
function visible(line: string): string {
  if (!line.includes('\r')) return line;
  const text = trimEndChar(line, '\r');
  return text.slice(text.lastIndexOf('\r') + 1);
}

/** Like `visible`, for a line that goes on: carriage returns at its end may still become a line end. */
function withoutOverwritten(rest: string): string {
  return rest.endsWith('\r') ? `${visible(rest)}\r` : visible(rest);
}

/**
 * The lines that hold at least one of the markers, in order; `end` is the index of a line's `\n`.
 * @param text whole lines, each with its `\n`
 */
export function* findLinesContaining(
  text: string,
  markers: readonly string[],
): Generator<{ readonly start: number; readonly end: number }> {
  const next = markers.map((marker) => text.indexOf(marker));
  for (;;) {
    const at = next.reduce((first, one) => (one !== -1 && (first === -1 || one < first) ? one : first), -1);
    if (at === -1) return;
    const start = at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
    const end = text.indexOf('\n', at);
    if (end === -1) return;
    yield { start, end };
    for (const [index, marker] of markers.entries()) {
      const known = next[index] ?? -1;
      if (known !== -1 && known < end) next[index] = text.indexOf(marker, end);
    }
  }
}
