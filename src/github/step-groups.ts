// Decides which lines of a log form a group: those of one step of the job. CodeArts marks where most steps begin and
// end; what it does not mark is derived here, and what the engine adds to every job stays out of the way.

import type { MarkedState, StepMarker } from '../builds/log/log-line.ts';
import type { StepResults } from '../builds/log/printed-log.ts';
import { isEngineStep } from '../codearts/step-schemas.ts';

/** A group that is to be closed, or opened, before a line. */
export interface GroupChange {
  readonly closed?: ClosedGroup | undefined;
  readonly opened?: string | undefined;
  /** The group that is opened holds no step of the job. */
  readonly byEngine?: boolean;
}

export interface ClosedGroup {
  readonly step: string;
  readonly state: MarkedState;
  /** Epoch milliseconds, from the dates of the log's lines. */
  readonly beganAt: number | undefined;
  readonly endedAt: number | undefined;
}

/** The groups of what CodeArts writes before the first step of the job, and after the last. */
const preparation = 'Build environment';
const ending = 'End of the build';

interface OpenGroup {
  readonly step: string;
  readonly byEngine: boolean;
  beganAt: number | undefined;
  /** The step's end was seen. The group stays open in case the step goes on: it may be made of several commands. */
  ended: { readonly at: number | undefined; readonly state: MarkedState } | undefined;
  /** Of an error that CodeArts has written into it: one with a code says that the step failed, others perhaps. */
  error: 'failure' | 'unknown' | undefined;
  /** Its checkout has begun and not ended: git's lines stand unmarked between its commands. */
  inCheckout: boolean;
}

/** The groups of one log. */
export class StepGroups {
  readonly #results: StepResults;
  readonly #names: readonly string[];
  #group: OpenGroup | undefined;
  /** A step of the job has begun, or text has come that is no step's. */
  #hasText = false;
  /** The step of the job that began last. */
  #last: string | undefined;

  /** @param names the job's steps in their order, to name one that is not marked; none where they are not known */
  constructor(results: StepResults, names: readonly string[] = []) {
    this.#results = results;
    this.#names = names;
  }

  /** The step has ended, and nothing is known to follow. */
  get hasEnded(): boolean {
    return this.#group?.ended !== undefined && !this.#group.inCheckout;
  }

  /**
   * Comes before lines without markers. What follows a step's end is no longer the step's.
   * @param at when the first of them was written, as it says itself
   */
  beforeText(at: number | undefined): GroupChange {
    if (this.#group && !this.hasEnded) return {};
    this.#hasText = true;
    const closed = this.close(undefined);
    const step = this.#unmarkedStep();
    return step === undefined ? { closed } : { closed, ...this.#open(step, at) };
  }

  /** Comes before a line with this marker, or these one after the other. */
  beforeMarker(marker: StepMarker): GroupChange {
    switch (marker.kind) {
      case 'starting':
        return this.#prepare();
      case 'begins':
        return this.#begin(marker.step, marker.at);
      case 'ends':
        return this.#end(marker);
      case 'completed':
        return this.#finish(marker.at);
      case 'error':
        this.#fail(marker);
        return {};
      case 'engine':
        return {};
    }
  }

  /** What is printed from now on belongs to this step, whether or not its log says so. */
  open(step: string): GroupChange {
    return this.#begin(step, undefined);
  }

  /** @param at when, where the step's own end was not seen */
  close(at: number | undefined): ClosedGroup | undefined {
    const group = this.#group;
    if (!group) return undefined;
    this.#group = undefined;
    const { step, beganAt, byEngine } = group;
    if (byEngine) return { step, state: 'unknown', beganAt: undefined, endedAt: undefined };
    const state = stateOf(group);
    this.#results.set(step, state);
    return { step, state, beganAt, endedAt: group.ended?.at ?? at };
  }

  #prepare(): GroupChange {
    return this.#group || this.#hasText ? {} : this.#openEngineGroup(preparation);
  }

  #finish(at: number | undefined): GroupChange {
    if (this.#group?.step === ending && this.#group.byEngine) return {};
    const closed = this.close(at);
    return { closed, ...this.#openEngineGroup(ending) };
  }

  /** Text of a tool is no part of it, except within a step of the engine's. */
  #openEngineGroup(title: string): GroupChange {
    const change = this.#openGroup(title, undefined, true);
    this.#engineStepEnded();
    return change;
  }

  #engineStepEnded(): void {
    if (this.#group?.byEngine) this.#group.ended = { at: undefined, state: 'unknown' };
  }

  #begin(step: string, at: number | undefined): GroupChange {
    if (isEngineStep(step)) {
      if (this.#group) {
        if (this.#group.byEngine) this.#group.ended = undefined;
        return {};
      }
      // Later ones are a line or two, and would only split what belongs together.
      return this.#last === undefined ? this.#openGroup(preparation, undefined, true) : {};
    }
    if (this.#group?.step === step && !this.#group.byEngine) {
      this.#group.beganAt ??= at;
      this.#group.ended = undefined;
      return {};
    }
    const closed = this.close(at);
    return { closed, ...this.#open(step, at) };
  }

  #open(step: string, at: number | undefined): GroupChange {
    this.#last = step;
    this.#hasText = true;
    this.#results.set(step, 'unknown');
    return this.#openGroup(step, at, false);
  }

  #openGroup(step: string, beganAt: number | undefined, byEngine: boolean): GroupChange {
    this.#group = { step, byEngine, beganAt, ended: undefined, error: undefined, inCheckout: false };
    return { opened: step, byEngine };
  }

  #end({ step, command, at, state }: Extract<StepMarker, { kind: 'ends' }>): GroupChange {
    const group = this.#group;
    if (isEngineStep(step)) {
      this.#engineStepEnded();
      return {};
    }
    if (group?.step !== step || group.byEngine) {
      this.#results.set(step, state);
      // Its own group was closed before: the line that says so belongs to no other step either.
      return this.hasEnded ? { closed: this.close(at) } : {};
    }
    group.ended = { at, state };
    this.#results.set(step, stateOf(group));
    group.inCheckout = isCheckoutGoingOn(command, group.inCheckout);
    return {};
  }

  #fail({ step, code }: Extract<StepMarker, { kind: 'error' }>): void {
    const group = this.#group;
    if (!group || group.byEngine || (step !== '' && step !== group.step)) return;
    if (group.error !== 'failure') group.error = code === '' ? 'unknown' : 'failure';
  }

  /** The step after the one that began last, where the job has just one of that name and it did not fail. */
  #unmarkedStep(): string | undefined {
    if (this.#last === undefined || this.#results.failed === this.#last) return undefined;
    const [at, ...others] = [...this.#names.keys()].filter((index) => this.#names[index] === this.#last);
    return at === undefined || others.length > 0 ? undefined : this.#names[at + 1];
  }
}

/** A failed step may well say that it is complete, and lines may come out of order (both seen live). */
function stateOf({ ended, error }: OpenGroup): MarkedState {
  if (!ended) return error ? 'failure' : 'unknown';
  return ended.state === 'success' && error ? error : ended.state;
}

/** `external_pre_checkout` or `preCheckout`, and the `checkout` between them and the last command. */
function isCheckoutGoingOn(command: string, wasGoingOn: boolean): boolean {
  return (
    /^(?:external_)?pre_?checkout$/i.test(command) ||
    (wasGoingOn && /^(?:external_)?checkout$/i.test(command))
  );
}
