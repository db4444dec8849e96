/**
 * Generates long stretches of log, such as a hundred megabytes of test output, from a position alone. Every line is 128
 * bytes of numbered ASCII, so that a gap or a repetition can be seen.
 */
import type { FillPiece } from './log-forms/line-writer.ts';
import type { LogPart, LogUnit } from './log-part.ts';

const width = 128;
const digits = 10;
/** How many lines share a date: formatting one for each line would dominate the cost. */
const block = 2048;

export class FilledText implements LogPart {
  readonly size: Readonly<Record<LogUnit, number>>;
  readonly #piece: FillPiece;
  readonly #stampAt: (elapsed: number) => string;
  readonly #lines: number;

  constructor(piece: FillPiece, stampAt: (elapsed: number) => string) {
    this.#piece = piece;
    this.#stampAt = stampAt;
    this.#lines = Math.ceil(piece.bytes / width);
    // Whole lines only, so that what follows starts on a line of its own.
    this.size = { bytes: this.#lines * width, characters: this.#lines * width };
  }

  writtenAt(elapsed: number): number {
    const { at, until } = this.#piece;
    if (elapsed < at) return 0;
    if (elapsed >= until) return this.size.bytes;
    return Math.floor((this.#lines * (elapsed - at)) / (until - at)) * width;
  }

  bytes(from: number, to: number): Buffer {
    const first = Math.floor(from / width);
    const last = Math.ceil(to / width);
    const text = Buffer.allocUnsafe(Math.max(0, last - first) * width);
    for (let line = first; line < last; ) {
      const end = Math.min(last, (Math.floor(line / block) + 1) * block);
      this.#writeBlock(text, line, end, first);
      line = end;
    }
    return text.subarray(from - first * width, to - first * width);
  }

  characters(from: number, to: number): string {
    return this.bytes(from, to).toString('latin1');
  }

  #writeBlock(text: Buffer, from: number, to: number, first: number): void {
    const { at, until } = this.#piece;
    const share = (Math.floor(from / block) * block) / Math.max(1, this.#lines);
    const head = `${this.#stampAt(at + (until - at) * share)} [INFO] Tests run: `;
    const tail = ', Failures: 0, Errors: 0, Skipped: 0';
    const template = `${head}${'0'.repeat(digits)}${tail}`.padEnd(width - 1, '.').concat('\n');
    const start = (from - first) * width;
    text.fill(template, start, (to - first) * width, 'latin1');
    for (let line = from; line < to; line += 1) {
      let place = (line - first) * width + head.length + digits - 1;
      for (let rest = line + 1; rest > 0; rest = Math.floor(rest / 10)) {
        text[place] = 48 + (rest % 10);
        place -= 1;
      }
    }
  }
}
