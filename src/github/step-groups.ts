// Decides which lines of a log form a group: those of one step of the job. CodeArts marks where most steps begin and
// end; what it does not mark is derived here, and what the engine adds to every job stays out of the way.

import type { MarkedState, StepMarker } from '../builds/log/log-line.ts';
import { isEngineStep } from '../codearts/step-schemas.ts';
import type { StepResults } from './printed-log.ts';

/** Says which group is to be closed, and which opened, before a line. */
export interface GroupChange {
  readonly closed?: ClosedGroup | undefined;
  readonly opened?: Pick<OpenGroup, 'step' | 'byEngine'>;
}

export interface ClosedGroup {
  readonly step: string;
  readonly state: MarkedState;
  /** Epoch milliseconds, from the dates of the log's lines. */
  readonly beganAt: number | undefined;
  readonly endedAt: number | undefined;
}

/** The groups of what CodeArts writes before the first step of the job, and after the last. */
const beforeFirstStep = 'Build environment';
const afterLastStep = 'End of the build';

interface OpenGroup {
  readonly step: string;
  /** It holds no step of the job. */
  readonly byEngine: boolean;
  beganAt: number | undefined;
  /**
   * What text without a marker is after. `running`: it is the group's. `checkout`: likewise, as git's lines stand
   * unmarked between the commands of a checkout. `ended`: it is no part of the group, which stays open in case the step
   * goes on: a step may be made of several commands.
   */
  phase: 'running' | 'checkout' | 'ended';
  /** What the marker at the end of the last command says; undefined while one runs. */
  end: { readonly at: number | undefined; readonly state: MarkedState } | undefined;
  /** Of an error that CodeArts has written into it: one with a code says that the step failed, others perhaps. */
  error: 'failure' | 'unknown' | undefined;
}

/** Finds the groups of one log. */
export class StepGroups {
  readonly #results: StepResults;
  readonly #names: readonly string[];
  #group: OpenGroup | undefined;
  /** The step of the job that began last. */
  #last: string | undefined;

  /** @param names the job's steps in their order, to name one that is not marked; none where they are not known */
  constructor(results: StepResults, names: readonly string[] = []) {
    this.#results = results;
    this.#names = names;
  }

  /** True when the step has ended, and nothing is known to follow. */
  get mayClose(): boolean {
    return this.#group?.phase === 'ended';
  }

  /**
   * Comes before lines without markers. What follows a step's end is no longer the step's.
   * @param at when the first of them was written, as it says itself
   */
  beforeText(at: number | undefined): GroupChange {
    if (this.#group && !this.mayClose) return {};
    const closed = this.close();
    const step = this.#unmarkedStep();
    return step === undefined ? { closed } : { closed, ...this.#open(step, at) };
  }

  /** Comes before a line with this marker, or these one after the other. */
  beforeMarker(marker: StepMarker): GroupChange {
    switch (marker.kind) {
      case 'starting':
        return this.#prepare('ended');
      case 'begins':
        return isEngineStep(marker.step) ? this.#beginByEngine() : this.#begin(marker.step, marker.at);
      case 'ends':
        return this.#end(marker);
      case 'completed':
        if (this.#group?.step === afterLastStep && this.#group.byEngine) return {};
        return { closed: this.close(marker.at), ...this.#openByEngine(afterLastStep, 'ended') };
      case 'error':
        this.#fail(marker);
        return {};
      case 'engine':
        return {};
    }
  }

  /** @param at when, where the step's own end was not seen */
  close(at?: number): ClosedGroup | undefined {
    const group = this.#group;
    if (!group) return undefined;
    this.#group = undefined;
    const { step, beganAt, byEngine, end } = group;
    const state = stateOf(group);
    if (!byEngine) this.#results.set(step, state);
    return { step, state, beganAt, endedAt: end?.at ?? at };
  }

  #beginByEngine(): GroupChange {
    if (this.#group?.byEngine) this.#group.phase = 'running';
    return this.#prepare('running');
  }

  /** Later lines of the engine's are one or two, and would only split what belongs together. */
  #prepare(phase: OpenGroup['phase']): GroupChange {
    return this.#group || this.#last !== undefined ? {} : this.#openByEngine(beforeFirstStep, phase);
  }

  #begin(step: string, at: number | undefined): GroupChange {
    const group = this.#group;
    if (group?.step !== step || group.byEngine) {
      return { closed: this.close(at), ...this.#open(step, at) };
    }
    group.beganAt ??= at;
    group.end = undefined;
    if (group.phase === 'ended') group.phase = 'running';
    return {};
  }

  #open(step: string, at: number | undefined): GroupChange {
    this.#last = step;
    this.#results.set(step, 'unknown');
    return this.#openGroup({ step, byEngine: false, beganAt: at, phase: 'running' });
  }

  #openByEngine(step: string, phase: OpenGroup['phase']): GroupChange {
    return this.#openGroup({ step, byEngine: true, beganAt: undefined, phase });
  }

  #openGroup(group: Omit<OpenGroup, 'end' | 'error'>): GroupChange {
    this.#group = { ...group, end: undefined, error: undefined };
    return { opened: group };
  }

  #end({ step, command, at, state }: Extract<StepMarker, { kind: 'ends' }>): GroupChange {
    const group = this.#group;
    if (isEngineStep(step)) {
      if (group?.byEngine) group.phase = 'ended';
      return {};
    }
    if (group?.step !== step || group.byEngine) {
      this.#results.set(step, state);
      // Its own group was closed before: the line that says so belongs to no other step either.
      return this.mayClose ? { closed: this.close(at) } : {};
    }
    group.end = { at, state };
    this.#results.set(step, stateOf(group));
    group.phase = isCheckoutGoingOn(command, group.phase) ? 'checkout' : 'ended';
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
    const at = this.#names.indexOf(this.#last);
    return at !== -1 && at === this.#names.lastIndexOf(this.#last) ? this.#names[at + 1] : undefined;
  }
}

/** A failed step may well say that it is complete, and lines may come out of order (both seen live). */
function stateOf({ end, error }: OpenGroup): MarkedState {
  if (!end) return error ? 'failure' : 'unknown';
  return end.state === 'success' && error ? error : end.state;
}

/** True after `external_pre_checkout` or `preCheckout`, and after the `checkout` that may follow them. */
function isCheckoutGoingOn(command: string, before: OpenGroup['phase']): boolean {
  return (
    /^(?:external_)?pre_?checkout$/i.test(command) ||
    (before === 'checkout' && /^(?:external_)?checkout$/i.test(command))
  );
}
