// How the steps of one log ended, as far as its marks tell. Bounded, whatever a log calls its steps.

import type { MarkedState } from './step-marks.ts';
import { keyOf } from './step-texts.ts';

/** Nobody's build has as many steps: of a log that names more, the oldest are forgotten. */
const mostSteps = 1_000;

/** The states of one log's steps. */
export class StepResults {
  /** In the order in which they began. */
  readonly #states = new Map<string, MarkedState>();
  /** The first among the forgotten that was marked as failed. */
  #failedBefore: string | undefined;

  /** @param step as the log names it */
  set(step: string, state: MarkedState): void {
    this.#states.set(keyOf(step), state);
    if (this.#states.size > mostSteps) this.#forgetOldest();
  }

  /** The step that failed; one of unknown end where none is marked so; empty when all went well. */
  get failed(): string {
    if (this.#failedBefore !== undefined) return this.#failedBefore;
    const steps = [...this.#states];
    const [marked] = steps.find(([, state]) => state === 'failure') ?? [];
    const [unsure] = steps.findLast(([, state]) => state !== 'success') ?? [];
    return marked ?? unsure ?? '';
  }

  #forgetOldest(): void {
    for (const [step, state] of this.#states) {
      if (state === 'failure') this.#failedBefore ??= step;
      this.#states.delete(step);
      return;
    }
  }
}
