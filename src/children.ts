// The children of the step's build, where it is a multi-task build: how they stand, what was heard of them, and in
// the end what they made and which of them failed. A build without children has none, and costs nothing here.

import type { Finding } from './build/diagnosis.ts';
import type { FollowEvent } from './build/events.ts';
import { type Child, firstFailed } from './build/flow/child.ts';
import { Diagnoses } from './build/flow/diagnoses.ts';
import {
  type ChildOutcome,
  type FlowOutcomeOptions,
  mergeArtifacts,
  readFlowOutcome,
} from './build/flow/flow-outcome.ts';
import type { Outcome } from './build/outcome.ts';

export interface Family {
  /** Of the build and of its children. */
  readonly outcome: Outcome;
  readonly children: readonly ChildOutcome[];
}

export class Children {
  readonly #diagnoses = new Diagnoses();
  #known: readonly Child[] = [];
  #speaks = false;

  /** As they were last seen. */
  get known(): readonly Child[] {
    return this.#known;
  }

  /** True when the text that came last is a child's. */
  get speak(): boolean {
    return this.#speaks;
  }

  /** Takes one line of the log that is being shown, whole or its first piece. */
  line(text: string): void {
    this.#diagnoses.line(text);
  }

  /** Takes note of an event once it has been shown. */
  note(event: FollowEvent): void {
    if (event.kind === 'children') this.#known = event.children;
    if (event.kind === 'child-told') this.#diagnoses.told(event.child);
    if (event.kind !== 'floor') return;
    this.#speaks = event.child !== undefined;
    this.#diagnoses.floor(event.child);
  }

  /** Adds to a build's outcome what its children made. */
  async join(outcome: Outcome, options: Omit<FlowOutcomeOptions, 'children'>): Promise<Family> {
    if (this.#known.length === 0) return { outcome, children: [] };
    const { children, artifacts, missing } = await readFlowOutcome({ ...options, children: this.#known });
    const all = mergeArtifacts(outcome.artifacts, artifacts);
    return { outcome: { ...outcome, artifacts: all, missing: [...outcome.missing, ...missing] }, children };
  }

  /** Where and why the build failed: in the child that failed first, or in the build itself. */
  finding({ outcome, children }: Family): Finding {
    const failed = firstFailed(children);
    const step = children.find((child) => child.recordId === failed?.recordId)?.failedStep;
    return this.#diagnoses.finding(failed, failed ? (step ?? '') : outcome.failedStep);
  }
}
