// The few lines of a step that tell its failure: those around the error, and the last ones. Bounded memory.

import { pluralize, truncate } from '../../text.ts';

const before = 4;
const after = 8;
const last = 12;
const longestLine = 1_000;

export interface ExcerptLine {
  readonly text: string;
  /** The line that tells why. */
  readonly picked: boolean;
}

interface Numbered {
  readonly number: number;
  readonly text: string;
}

/** The lines of one step that are worth showing: four before the picked one, eight after it, and the last twelve. */
export class Excerpt {
  readonly #shown: (line: string) => string;
  #count = 0;
  #picked = 0;
  #around: Numbered[] = [];
  readonly #last: Numbered[] = [];

  /** @param shown how a line is shown; asked for the few that are */
  constructor(shown: (line: string) => string) {
    this.#shown = shown;
  }

  /** @param text the step's next line */
  add(text: string): void {
    this.#count += 1;
    const numbered = { number: this.#count, text };
    this.#last.push(numbered);
    if (this.#last.length > last) this.#last.shift();
    if (this.#picked > 0 && this.#count <= this.#picked + after) this.#around.push(numbered);
  }

  /** The line that was added last is the one that tells why, until another one is. */
  pick(): void {
    this.#picked = this.#count;
    this.#around = this.#last.slice(-(before + 1));
  }

  /** A gap is one line that says how many lines were left out. */
  lines(): readonly ExcerptLine[] {
    const lines: ExcerptLine[] = [];
    let next = this.#around[0]?.number ?? 0;
    for (const { number, text } of [...this.#around, ...this.#last]) {
      if (number < next) continue;
      if (next > 0 && number > next) lines.push({ text: gap(number - next), picked: false });
      lines.push({ text: truncate(this.#shown(text), longestLine), picked: number === this.#picked });
      next = number + 1;
    }
    return lines;
  }
}

function gap(count: number): string {
  return `⋯ ${pluralize(count, 'more line', 'more lines')} ⋯`;
}
