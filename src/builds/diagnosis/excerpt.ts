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

/** The lines of one step that are worth showing: four before the anchor, eight after it, and the last twelve. */
export class Excerpt {
  #count = 0;
  #anchor = 0;
  /** The lines around the anchor, by their numbers. */
  #around = new Map<number, string>();
  readonly #last = new Map<number, string>();

  /** @param text the step's next line */
  add(text: string): void {
    this.#count += 1;
    this.#last.set(this.#count, text);
    this.#last.delete(this.#count - last);
    if (this.#anchor > 0 && this.#count <= this.#anchor + after) this.#around.set(this.#count, text);
  }

  /** Makes the line that was added last the one that says why the step failed. */
  anchor(): void {
    this.#anchor = this.#count;
    this.#around = new Map([...this.#last].slice(-(before + 1)));
  }

  /** A gap is one line that says how many lines were left out. */
  lines(): readonly ExcerptLine[] {
    const lines: ExcerptLine[] = [];
    let [next = 0] = this.#around.keys();
    for (const [number, text] of new Map([...this.#around, ...this.#last])) {
      if (number < next) continue;
      const left = next === 0 ? 0 : number - next;
      if (left > 0) lines.push({ text: `⋯ ${pluralize(left, 'more line', 'more lines')} ⋯`, picked: false });
      lines.push({ text: truncate(withoutPrefix(text), longestLine), picked: number === this.#anchor });
      next = number + 1;
    }
    return lines;
  }
}
