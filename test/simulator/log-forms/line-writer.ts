/**
 * Writes the lines of a log as pieces: each with its date, level and tag, and the moment at which it appears.
 * The two log forms (older.ts, executor.ts) decide what to write.
 */
import { type Language, logStamp } from '../dates.ts';
import type { LineLevel } from '../scenario.ts';
import type { LogStyle } from './style.ts';

export interface TextPiece {
  readonly kind: 'text';
  /** When it appears, in milliseconds after the start of the run. */
  readonly at: number;
  readonly text: string;
  /** Only the DEBUG log contains it. */
  readonly debug: boolean;
  /** Index of the step it belongs to, or a negative number (see `outsideSteps` and `engineSteps`). */
  readonly step: number;
}

export interface FillPiece {
  readonly kind: 'fill';
  readonly at: number;
  readonly until: number;
  readonly bytes: number;
  readonly step: number;
}

export type Piece = TextPiece | FillPiece;

/** The index of lines that belong to no step. */
export const outsideSteps = -1;

export interface RunFacts {
  readonly language: Language;
  readonly style: LogStyle;
  /** When the run began, in epoch milliseconds; the dates of the lines are counted from it. */
  readonly start: number;
  readonly speed: number;
  /** Set when a user stopped the run. */
  readonly stop?: { readonly at: number; readonly by: string } | undefined;
  /** Replaces {{commit}} and the other placeholders. */
  readonly fill: (text: string) => string;
  /** How long a child waits for the children it needs, in milliseconds after the start of the run. */
  readonly waiting?: number | undefined;
}

export interface LineOptions {
  /** What ends the line; `\n` when left out. */
  readonly end?: string;
  /** The date written into the line, in milliseconds after the start of the run, where it is not that of `at`. */
  readonly dated?: number;
  readonly debug?: boolean;
}

export class LineWriter {
  readonly pieces: Piece[] = [];
  readonly #facts: RunFacts;

  constructor(facts: RunFacts) {
    this.#facts = facts;
  }

  /** The date of a line at that moment, with its brackets. */
  date(at: number): string {
    return logStamp(Math.round(this.#facts.start + at), this.#facts.language);
  }

  /** A line with the date and level that its level asks for. */
  write(at: number, step: number, level: LineLevel, text: string, options: LineOptions = {}): void {
    const date = this.date(options.dated ?? at);
    const head = level === 'raw' ? '' : level === 'stamp' ? `${date} ` : `${date} [${level}] `;
    const debug = level === 'DEBUG' || level === 'INTERNAL';
    this.text(at, step, head + text, { debug, ...options });
  }

  /** A line as it is, without a date. */
  text(at: number, step: number, text: string, options: LineOptions = {}): void {
    this.pieces.push({
      kind: 'text',
      at,
      // A log is a UTF-8 file, which cannot hold half a surrogate pair.
      text: (text + (options.end ?? '\n')).toWellFormed(),
      debug: options.debug ?? false,
      step,
    });
  }

  /** The last line of the log, where its style has one. `ended`: milliseconds after the start of the run. */
  finished(ended: number, result: string): void {
    const { style, speed } = this.#facts;
    const at = ended + (style.finishedAfterSeconds * 1000) / speed;
    if (style.finished !== 'absent') {
      this.write(at, outsideSteps, style.finished === 'dated' ? 'stamp' : 'raw', `Finished: ${result}`);
    }
    if (style.afterFinished !== undefined) this.write(at, outsideSteps, 'stamp', style.afterFinished);
  }
}
