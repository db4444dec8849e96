// Listens to the logs of a build and of its children, each by itself, so that a failure is told by the log that it
// happened in. Keeps the notes of children that went well no longer than they are heard.

import { Diagnosis, type Finding } from '../diagnosis.ts';
import { type Child, hasFailed } from './child.ts';

/** Notes of so many failed children are kept: the first is told, and the others share its fate or its cause. */
const mostFailed = 20;

export class Diagnoses {
  readonly #own = new Diagnosis();
  readonly #children = new Map<string, Diagnosis>();
  #current = this.#own;

  /** Takes one line of the log that is being heard, whole or its first piece. */
  line(text: string): void {
    this.#current.line(text);
  }

  /** The lines that come next are this child's; undefined: the build's own. */
  floor(child: Child | undefined): void {
    if (!child) {
      this.#current = this.#own;
      return;
    }
    const known = this.#children.get(child.recordId);
    this.#current = known ?? new Diagnosis();
    this.#children.set(child.recordId, this.#current);
  }

  /** All of this child has been heard. */
  told(child: Child): void {
    if (hasFailed(child) && this.#children.size <= mostFailed) return;
    this.#children.delete(child.recordId);
  }

  /** @param step the failed step as CodeArts names it; empty when it named none */
  finding(child: Child | undefined, step: string): Finding {
    if (!child) return this.#own.finding(step);
    const notes = this.#children.get(child.recordId) ?? new Diagnosis();
    return { ...notes.finding(step), child: child.name };
  }
}
