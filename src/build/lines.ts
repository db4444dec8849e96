// Text in pieces of any size → lines as a terminal would show them, in bounded memory.
// Knows nothing of what the lines say or where they are printed. Design §3.

export interface Line {
  readonly text: string;
  /** True for a further piece of a line that was too long for one. */
  readonly continued: boolean;
}

/** Bytes of UTF-8 that one piece of a line may have. */
export const longestPieceBytes = 32 * 1024;

const buffer = new Uint8Array(longestPieceBytes);
const encoder = new TextEncoder();

export class LineSplitter {
  #rest = '';
  #continued = false;

  /** The lines that this text completes. What a bare carriage return overwrites is left out. */
  *push(text: string): Generator<Line> {
    let from = 0;
    for (let to = text.indexOf('\n'); to !== -1; to = text.indexOf('\n', from)) {
      const line = this.#rest === '' ? text.slice(from, to) : this.#rest + text.slice(from, to);
      this.#rest = '';
      yield* this.#whole(line);
      from = to + 1;
    }
    this.#rest = withoutOverwritten(this.#rest + text.slice(from));
    while (this.#rest.length > longestPieceBytes) yield this.#piece();
  }

  /** What is left when the text has ended without a line end. */
  *end(): Generator<Line> {
    if (this.#rest !== '' && this.#rest !== '\r') yield* this.#whole(this.#rest);
    this.#rest = '';
  }

  *#whole(line: string): Generator<Line> {
    this.#rest = visible(line);
    while (this.#rest.length > longestPieceBytes / 3 && Buffer.byteLength(this.#rest) > longestPieceBytes) {
      yield this.#piece();
    }
    yield { text: this.#rest.toWellFormed(), continued: this.#continued };
    this.#rest = '';
    this.#continued = false;
  }

  #piece(): Line {
    // A surrogate pair is never cut: encodeInto reads whole characters only.
    const { read } = encoder.encodeInto(this.#rest, buffer);
    const line = { text: this.#rest.slice(0, read).toWellFormed(), continued: this.#continued };
    this.#rest = this.#rest.slice(read);
    this.#continued = true;
    return line;
  }
}

/** The text of a complete line after its last carriage return; those at its end belong to the line end. */
function visible(line: string): string {
  if (!line.includes('\r')) return line;
  const text = line.replace(/\r+$/, '');
  return text.slice(text.lastIndexOf('\r') + 1);
}

/** Like `visible`, for a line that goes on: carriage returns at its end may still become a line end. */
function withoutOverwritten(rest: string): string {
  if (!rest.includes('\r')) return rest;
  const end = rest.replace(/\r+$/, '');
  const kept = end.slice(end.lastIndexOf('\r') + 1);
  return end.length === rest.length ? kept : `${kept}\r`;
}
