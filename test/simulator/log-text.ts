/**
 * Holds a log as text with positions: how much of it exists at a moment, and any stretch of it in bytes or characters.
 * Long stretches are generated when they are read, so that a log of a hundred megabytes takes no memory.
 */
import { FilledText } from './log-fill.ts';
import type { Piece, TextPiece } from './log-forms/line-writer.ts';
import type { LogPart, LogUnit } from './log-part.ts';

export class LogText {
  readonly #parts: LogPart[] = [];
  readonly size: Readonly<Record<LogUnit, number>>;

  constructor(pieces: readonly Piece[], stampAt: (elapsed: number) => string) {
    let texts: TextPiece[] = [];
    const flush = () => {
      if (texts.length > 0) this.#parts.push(new WrittenText(texts));
      texts = [];
    };
    for (const piece of pieces) {
      if (piece.kind === 'text') {
        texts.push(piece);
        continue;
      }
      flush();
      this.#parts.push(new FilledText(piece, stampAt));
    }
    flush();
    this.size = {
      bytes: this.#parts.reduce((sum, part) => sum + part.size.bytes, 0),
      characters: this.#parts.reduce((sum, part) => sum + part.size.characters, 0),
    };
  }

  writtenAt(elapsed: number, unit: LogUnit): number {
    let written = 0;
    for (const part of this.#parts) {
      const here = part.writtenAt(elapsed, unit);
      written += here;
      // Parts are ordered in time, so nothing after an unfinished part has been written.
      if (here < part.size[unit]) break;
    }
    return written;
  }

  bytes(from: number, to: number): Buffer {
    return Buffer.concat(
      this.#stretch(from, to, 'bytes').map(({ part, low, high }) => part.bytes(low, high)),
    );
  }

  characters(from: number, to: number): string {
    return this.#stretch(from, to, 'characters')
      .map(({ part, low, high }) => part.characters(low, high))
      .join('');
  }

  *#each(unit: LogUnit): Generator<{ part: LogPart; start: number }> {
    let start = 0;
    for (const part of this.#parts) {
      yield { part, start };
      start += part.size[unit];
    }
  }

  #stretch(from: number, to: number, unit: LogUnit): { part: LogPart; low: number; high: number }[] {
    return [...this.#each(unit)].flatMap(({ part, start }) => {
      const low = Math.max(0, from - start);
      const high = Math.min(part.size[unit], to - start);
      return low < high ? [{ part, low, high }] : [];
    });
  }
}

/** Lines of a scenario, which are short enough to keep. */
class WrittenText implements LogPart {
  readonly size: Readonly<Record<LogUnit, number>>;
  readonly #text: string;
  readonly #bytes: Buffer;
  /** When each line appears, and where it ends. */
  readonly #lines: { at: number; bytes: number; characters: number }[] = [];

  constructor(pieces: readonly TextPiece[]) {
    this.#text = pieces.map((piece) => piece.text).join('');
    this.#bytes = Buffer.from(this.#text);
    let bytes = 0;
    let characters = 0;
    for (const { at, text } of pieces) {
      bytes += Buffer.byteLength(text);
      characters += text.length;
      this.#lines.push({ at, bytes, characters });
    }
    this.size = { bytes: this.#bytes.length, characters: this.#text.length };
  }

  writtenAt(elapsed: number, unit: LogUnit): number {
    let low = 0;
    let high = this.#lines.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const line = this.#lines[middle];
      if (line !== undefined && line.at <= elapsed) low = middle + 1;
      else high = middle;
    }
    return this.#lines[low - 1]?.[unit] ?? 0;
  }

  bytes(from: number, to: number): Buffer {
    return this.#bytes.subarray(from, to);
  }

  characters(from: number, to: number): string {
    return this.#text.slice(from, to);
  }
}
