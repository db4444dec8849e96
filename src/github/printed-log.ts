// Keeps what explains a failure of a log that is being printed: how its steps ended, and the last text of the step that
// runs. No second download is needed then. The text is searched only when a build has failed. Bounded memory.

import type { MarkedState } from '../builds/log/log-line.ts';

/** What is kept of one log. */
export interface PrintedLog {
  readonly results: StepResults;
  readonly tails: StepTails;
}

/** UTF-16 units kept of one step. */
const maxPerStep = 1024 * 1024;
/** Shorter texts are copied, because a part of an answer keeps the whole answer in memory, and joined to one piece. */
const minPiece = 16 * 1024;
const longestName = 256;
/** No real build has more steps. Further names, which a hostile log may print, are not kept. */
const maxSteps = 1_000;

function copyOf(text: string): string {
  return Buffer.from(text).toString();
}

/** What a step is known by here. */
function keyOf(step: string): string {
  return copyOf(step.slice(0, longestName));
}

export interface StepText {
  readonly text: string;
  /** False: the step wrote more than this, before it. */
  readonly whole: boolean;
}

/** The end of a text that grows. Kept in pieces: to cut one long text would copy it each time. */
class Tail {
  readonly step: string;
  readonly #pieces: string[] = [];
  #piecesLength = 0;
  /** Short texts since the last piece. */
  #open = '';
  #whole = true;

  constructor(step: string) {
    this.step = step;
  }

  add(text: string): void {
    const isShort = text.length < minPiece;
    this.#open += isShort ? copyOf(text) : text;
    if (isShort && this.#open.length < minPiece) return;
    this.#pieces.push(this.#open);
    this.#piecesLength += this.#open.length;
    this.#open = '';
    for (;;) {
      const rest = this.#piecesLength - (this.#pieces[0]?.length ?? 0);
      if (rest < maxPerStep) return;
      this.#pieces.shift();
      this.#piecesLength = rest;
      this.#whole = false;
    }
  }

  get isEmpty(): boolean {
    return this.#piecesLength === 0 && this.#open === '';
  }

  get text(): StepText {
    const text = this.#pieces.join('') + this.#open;
    return { text: text.slice(-maxPerStep), whole: this.#whole && text.length <= maxPerStep };
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

/** How the steps of one log ended, as far as its markers say. */
export class StepResults {
  /** In the order in which they began. */
  readonly #states = new Map<string, MarkedState>();

  /** @param step as the log names it */
  set(step: string, state: MarkedState): void {
    const key = keyOf(step);
    if (this.#states.size < maxSteps || this.#states.has(key)) this.#states.set(key, state);
  }

  /** The step that failed; the last one of unknown end where none is marked so; empty when all went well. */
  get failed(): string {
    const steps = [...this.#states];
    const [failed] = steps.find(([, state]) => state === 'failure') ?? [];
    const [unsure] = steps.findLast(([, state]) => state !== 'success') ?? [];
    return failed ?? unsure ?? '';
  }
}
