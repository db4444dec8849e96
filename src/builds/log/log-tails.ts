// Keeps the last text of the step that runs while a log passes by, and how its steps ended, so that a failure can be
// explained without another download. Text is looked at only when a build has failed. Bounded memory.

import type { MarkedState } from './log-line.ts';

/** UTF-16 units kept of one step. */
const mostPerStep = 1024 * 1024;
/** Shorter texts are copied and joined: a part of an answer keeps the whole answer in memory. */
const worthKeeping = 16 * 1024;
const longestName = 256;
/** Nobody's build has as many steps: of a log that names more, the oldest are forgotten. */
const mostSteps = 1_000;

export interface StepText {
  readonly text: string;
  /** False: the step wrote more than this, before it. */
  readonly whole: boolean;
}

/** What a step is known by here: a copy, as a part of an answer keeps the whole answer in memory. */
function keyOf(step: string): string {
  return Buffer.from(step.slice(0, longestName)).toString();
}

/** The end of a text that grows. */
class Tail {
  readonly step: string;
  #pieces: string[] = [];
  /** The first piece that is still kept. */
  #first = 0;
  #length = 0;
  /** Short texts that are not a piece yet. */
  #short = '';
  #whole = true;

  constructor(step: string) {
    this.step = step;
  }

  add(text: string): void {
    if (text.length < worthKeeping) {
      this.#short += Buffer.from(text).toString();
      if (this.#short.length < worthKeeping) return;
      this.#push(this.#short);
      this.#short = '';
      return;
    }
    if (this.#short !== '') this.#push(this.#short);
    this.#short = '';
    this.#push(text);
  }

  /** The last piece is always kept, and each piece is bounded by what the service sends at once. */
  #push(piece: string): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
    while (this.#length > mostPerStep && this.#first < this.#pieces.length - 1) {
      this.#length -= this.#pieces[this.#first]?.length ?? 0;
      this.#pieces[this.#first] = '';
      this.#first += 1;
      this.#whole = false;
    }
    if (this.#first < 1_000) return;
    this.#pieces = this.#pieces.slice(this.#first);
    this.#first = 0;
  }

  get isEmpty(): boolean {
    return this.#pieces.length === 0 && this.#short === '';
  }

  get text(): StepText {
    return { text: this.#pieces.slice(this.#first).join('') + this.#short, whole: this.#whole };
  }
}

/** The last 1 Mi UTF-16 units of the step of one log that began last, and of what was written after its end. */
export class StepTails {
  #step = new Tail('');
  #outside = new Tail('');
  #current = this.#outside;

  /** @param step the step that begins; empty: the one that began last has ended */
  enter(step: string): void {
    this.#current = this.#outside;
    if (step === '') return;
    const key = keyOf(step);
    if (key !== this.#step.step) this.#step = new Tail(key);
    this.#outside = new Tail('');
    this.#current = this.#step;
  }

  /** @param text whole lines */
  add(text: string): void {
    this.#current.add(text);
  }

  /** The text of the step that began last, and what was written after its end. */
  get lastTexts(): readonly string[] {
    return [this.#step.text.text, this.#outside.text.text];
  }

  /** Undefined where another step began last. @param step empty: what follows that step, else the step itself */
  textOf(step: string): StepText | undefined {
    if (step === '') return this.#outside.isEmpty ? this.#step.text : this.#outside.text;
    return keyOf(step) === this.#step.step ? this.#step.text : undefined;
  }
}

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
