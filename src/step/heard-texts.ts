// Keeps what each of a build's logs says for the diagnosis, apart from each other: its own and, of a multi-task build,
// its children's. What a child said that went well is forgotten when it has been heard.

import { type Child, hasFailed } from '../build/flow/child.ts';
import { StepTails } from '../build/step-texts.ts';
import type { LogSink } from '../workflow/step-log.ts';

export interface Heard {
  readonly texts: StepTails;
  /** The step that failed, as the log's marks tell; empty when they don't. */
  readonly failedStep: string;
}

/** The first failed child is diagnosed; a few, as the service may tell later which one was first. */
const mostFailed = 3;

/** The texts of this step's logs, for as long as they may explain a failure. */
export class LogTails implements LogSink {
  readonly #own = new StepTails();
  readonly #failed = new Map<string, Heard>();
  #current = this.#own;

  /** See LogKeeper. */
  enter(step: string): void {
    this.#current.enter(step);
  }

  /** See LogKeeper. */
  add(lines: string): void {
    this.#current.add(lines);
  }

  /** What comes next is this child's; undefined: the build's own. */
  begin(child: Child | undefined): void {
    this.#current = child ? new StepTails() : this.#own;
  }

  /** The child that spoke last has been heard to its end. */
  end(child: Child, failedStep: string): void {
    if (!hasFailed(child) || this.#failed.size >= mostFailed) return;
    this.#failed.set(child.recordId, { texts: this.#current, failedStep });
  }

  /** What a failed child has said; undefined: nothing that was kept. */
  ofChild(child: Child): Heard | undefined {
    return this.#failed.get(child.recordId);
  }

  /** What the build's own log has said. */
  get own(): StepTails {
    return this.#own;
  }
}
