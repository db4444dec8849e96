// Keeps the last text of each step while a log passes by, so that a failure can be explained without asking for the
// log again. Costs nothing per line: text is looked at when a build has failed, not before. Bounded memory.

import type { MarkedState } from './step-markers.ts';

/** UTF-16 units kept of one step, and of all. */
const mostPerStep = 512 * 1024;
const mostInAll = 4 * 1024 * 1024;
const worthCopying = 16 * 1024;
const longestName = 256;
/** Nobody's build has as many steps: of a log that names more, the oldest are given up. */
const mostSteps = 1_000;
/** With more names given up than these, no step is taken for whole. */
const mostForgotten = 10_000;

export interface StepText {
  readonly text: string;
  /** False: the step wrote more than this, before it. */
  readonly whole: boolean;
}

interface Kept {
  pieces: string[];
  length: number;
  whole: boolean;
}

/** What a step is known by here: a copy, as a part of an answer keeps the whole answer in memory. */
export function keyOf(step: string): string {
  return Buffer.from(step.slice(0, longestName)).toString();
}

/** What the steps of one log have written last: 512 Ki UTF-16 units of each, 4 Mi of all, and the last piece. */
export class StepTails {
  /** In the order in which they began. The empty name is what stands outside any step. */
  readonly #steps = new Map<string, Kept>();
  readonly #forgotten = new Set<string>();
  #current = '';
  #length = 0;

  /** The step whose text comes from now on; empty: no step's. */
  enter(step: string): void {
    this.#current = keyOf(step);
  }

  /** @param text of the step that was entered last: whole lines */
  add(text: string): void {
    const kept = this.#kept(this.#current);
    // A part of an answer keeps the whole answer in memory; a short one is worth its own copy.
    kept.pieces.push(text.length < worthCopying ? Buffer.from(text).toString() : text);
    kept.length += text.length;
    this.#length += text.length;
    // The last piece is always kept, and each piece is bounded by what the service sends at once.
    while (kept.length > mostPerStep && kept.pieces.length > 1) this.#drop(kept);
    for (const [name, old] of this.#steps) {
      if (this.#length <= mostInAll) break;
      if (old === kept) continue;
      while (this.#length > mostInAll && old.pieces.length > 0) this.#drop(old);
      if (old.pieces.length === 0) this.#forget(name);
    }
  }

  /** The names of the steps that wrote something, in the order in which they began. */
  get names(): readonly string[] {
    return [...this.#steps.keys()].filter((name) => name !== '');
  }

  /** @param step empty: what stands outside any step. Undefined: the step wrote nothing that was seen. */
  textOf(step: string): StepText | undefined {
    const key = keyOf(step);
    const kept = this.#steps.get(key);
    if (!kept && this.#forgotten.has(key)) return { text: '', whole: false };
    return kept && { text: kept.pieces.join(''), whole: kept.whole };
  }

  #kept(step: string): Kept {
    const known = this.#steps.get(step);
    if (known) return known;
    const isNew = this.#forgotten.size < mostForgotten && !this.#forgotten.has(step);
    const fresh: Kept = { pieces: [], length: 0, whole: isNew };
    this.#steps.set(step, fresh);
    if (this.#steps.size > mostSteps) this.#forgetOldest();
    return fresh;
  }

  #forgetOldest(): void {
    for (const [name, oldest] of this.#steps) {
      this.#length -= oldest.length;
      this.#forget(name);
      return;
    }
  }

  /** What is left of a step is its name, so that it is not taken for whole when it goes on. */
  #forget(step: string): void {
    this.#steps.delete(step);
    if (this.#forgotten.size < mostForgotten) this.#forgotten.add(step);
  }

  #drop(kept: Kept): void {
    const gone = kept.pieces.shift()?.length ?? 0;
    kept.length -= gone;
    this.#length -= gone;
    kept.whole = false;
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
