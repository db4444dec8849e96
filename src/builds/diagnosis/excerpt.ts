// Keeps the few lines of a step that show why it failed: those around the error, and the last ones. Bounded memory.

import { pluralize, truncate } from '../../text.ts';
import { withoutPrefix } from '../log/log-line.ts';

const before = 4;
const after = 8;
const last = 12;
const longestLine = 1_000;

export interface ExcerptLine {
  readonly text: string;
  /** The line that says why the step failed. */
  readonly picked: boolean;
}

interface Numbered {
  readonly number: number;
  readonly text: string;
}

/** The lines of one step that are worth showing: four before the anchor, eight after it, and the last twelve. */
export class Excerpt {
  #count = 0;
  #anchor = 0;
  #around: Numbered[] = [];
  readonly #last: Numbered[] = [];

  /** @param text the step's next line */
  add(text: string): void {
    this.#count += 1;
    const numbered = { number: this.#count, text };
    this.#last.push(numbered);
    if (this.#last.length > last) this.#last.shift();
    if (this.#anchor > 0 && this.#count <= this.#anchor + after) this.#around.push(numbered);
  }

  /** Makes the line that was added last the one that says why the step failed. */
  anchor(): void {
    this.#anchor = this.#count;
    this.#around = this.#last.slice(-(before + 1));
  }

  /** A gap is one line that says how many lines were left out. */
  lines(): readonly ExcerptLine[] {
    const lines: ExcerptLine[] = [];
    let next = this.#around[0]?.number ?? 0;
    for (const { number, text } of [...this.#around, ...this.#last]) {
      if (number < next) continue;
      if (next > 0 && number > next) {
        const left = pluralize(number - next, 'more line', 'more lines');
        lines.push({ text: `⋯ ${left} ⋯`, picked: false });
      }
      lines.push({ text: truncate(withoutPrefix(text), longestLine), picked: number === this.#anchor });
      next = number + 1;
    }
    return lines;
  }
}
