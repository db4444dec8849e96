/** Models one build. Its state is computed from the clock whenever it is read; only a stop changes the build itself. */

import type { BuildFacts, BuildStep } from './build-facts.ts';
import { BuildLog } from './build-log.ts';
import type { Clock } from './clock.ts';
import type { RunQueue } from './run-queue.ts';
import type { Artifacts } from './scenario.ts';
import { type Stage, stagesOf } from './stages.ts';
import { type Plan, planRun, stepAt } from './timeline.ts';

/** The parent of a child, and the children that it waits for. */
export interface Family {
  readonly parent: Build;
  readonly needs: readonly Build[];
  readonly strategy: 'lazy' | 'eager';
}

export class Build {
  readonly facts: BuildFacts;
  readonly family: Family | undefined;
  readonly children: Build[] = [];
  readonly logs: BuildLog;
  readonly #clock: Clock;
  readonly #queue: RunQueue;
  #stop: { at: number; by: string } | undefined;
  #plan: { waiting: number; plan: Plan } | undefined;
  /** Cached times; they are valid until any build is started or stopped. */
  readonly #moments = new Map<string, number>();
  #result: string | undefined;
  #version = -1;

  constructor(facts: BuildFacts, clock: Clock, queue: RunQueue, family?: Family) {
    this.facts = facts;
    this.family = family;
    this.logs = new BuildLog(this, clock);
    this.#clock = clock;
    this.#queue = queue;
  }

  get number(): number {
    return this.facts.number;
  }

  get recordId(): string {
    return this.facts.recordId;
  }

  get commit(): string {
    return this.facts.commit;
  }

  get parameters(): Readonly<Record<string, string>> {
    return this.facts.parameters;
  }

  /** InQueue, Running, or the result. */
  get status(): string {
    const now = this.#clock.now();
    if (now >= this.endsAt()) return this.result();
    return now >= this.startsAt() ? 'Running' : 'InQueue';
  }

  get ended(): boolean {
    return this.#clock.now() >= this.endsAt();
  }

  get createdAt(): number {
    const { family } = this;
    if (family === undefined) return this.facts.requestedAt;
    const parent = family.parent.startsAt();
    return family.strategy === 'lazy'
      ? Math.max(parent, ...family.needs.map((need) => need.endsAt()))
      : parent;
  }

  get startedAt(): number | undefined {
    return this.#past(this.startsAt());
  }

  get endedAt(): number | undefined {
    return this.#past(this.endsAt());
  }

  get stoppedBy(): string | undefined {
    const stop = this.effectiveStop(this.startsAt());
    return stop !== undefined && this.result() === 'ABORTED' ? stop.by : undefined;
  }

  /** The INFO log as far as it can be read now. Builds the whole text, so avoid it for long logs. */
  get log(): string {
    return this.logs.text('INFO').characters(0, this.logs.written('characters'));
  }

  get steps(): BuildStep[] {
    const now = this.#clock.now();
    const start = this.startsAt();
    const elapsed = now - start;
    const stopAt = this.effectiveStop(start)?.at;
    const stopped = stopAt === undefined ? undefined : stopAt - start;
    return this.plan().steps.map((planned) => ({
      name: planned.step.name,
      ...(now < start ? { status: '' as const, milliseconds: 0 } : stepAt(planned, elapsed, stopped)),
    }));
  }

  /** Every step by the name that task-log takes, hidden ones too. */
  get stages(): ReadonlyMap<string, Stage> {
    const { scenario, style } = this.facts;
    return stagesOf(scenario.steps, style.form);
  }

  /** The artifacts; none before the end, and none of a build that was stopped or never ran. */
  get artifacts(): Artifacts {
    const whole = this.ended && this.result() !== 'ABORTED' && this.result() !== 'SCHEDULE_FAILURE';
    return whole ? this.facts.scenario.artifacts : {};
  }

  get visible(): boolean {
    return this.#clock.now() >= this.facts.requestedAt + this.facts.recordAfter;
  }

  /** Stops the build; false when it had ended already. */
  stop(by: string): boolean {
    if (this.ended || this.#stop !== undefined) return false;
    this.#stop = { at: this.#clock.now(), by };
    this.#queue.changed();
    return true;
  }

  /** When it could start if an executor were free, in epoch milliseconds; Infinity when never. */
  readyAt(): number {
    return this.#moment('ready', () => {
      const { scenario, speed } = this.facts;
      if (!scenario.scheduled || this.skipped()) return Number.POSITIVE_INFINITY;
      const own = this.createdAt + (scenario.queueSeconds * 1000) / speed;
      // The children that it needs go first: otherwise it could take the last executor and wait on it forever.
      return Math.max(own, ...this.#needs.map((need) => need.readyAt()));
    });
  }

  /** In epoch milliseconds; Infinity when it never starts. */
  startsAt(): number {
    return this.#moment('start', () => {
      const start = this.#queue.startOf(this);
      const stop = this.effectiveStop(start);
      return stop !== undefined && stop.at < start ? Number.POSITIVE_INFINITY : start;
    });
  }

  endsAt(): number {
    return this.#moment('end', () => this.endIf(this.startsAt()));
  }

  /** When it would end if it started then. */
  endIf(start: number): number {
    const { scenario, speed } = this.facts;
    if (this.#orphaned) return this.family?.parent.endsAt() ?? Number.POSITIVE_INFINITY;
    const stop = this.effectiveStop(start);
    if (this.skipped()) return Math.min(this.#needsEndAt, this.#cutOffAt(start));
    const natural = this.naturalEnd(start);
    if (stop === undefined || stop.at >= natural) return natural;
    return stop.at < start || !scenario.scheduled ? stop.at : Math.min(natural, stop.at + 500 / speed);
  }

  /** The result, as far as it is known now. */
  result(): string {
    this.#refresh();
    this.#result ??= this.#computeResult();
    return this.#result;
  }

  /** True when its parent never starts, or a child that it needs does not succeed. */
  skipped(): boolean {
    return this.#orphaned || this.#needs.some((need) => need.result() !== 'SUCCESS');
  }

  plan(start = this.startsAt()): Plan {
    const waiting = this.waiting(start);
    if (this.#plan?.waiting !== waiting) {
      this.#plan = { waiting, plan: planRun(this.facts.scenario, this.facts.speed, waiting) };
    }
    return this.#plan.plan;
  }

  get #orphaned(): boolean {
    return this.family !== undefined && !Number.isFinite(this.family.parent.startsAt());
  }

  get #needs(): readonly Build[] {
    return this.family?.needs ?? [];
  }

  get #needsEndAt(): number {
    return Math.max(...this.#needs.map((need) => need.endsAt()));
  }

  /** When a stop ends it that came while it had an executor and waited for other children; Infinity without such a stop. */
  #cutOffAt(start: number): number {
    const stop = this.effectiveStop(start);
    return stop !== undefined && stop.at >= start
      ? stop.at + 500 / this.facts.speed
      : Number.POSITIVE_INFINITY;
  }

  #computeResult(): string {
    const { scenario } = this.facts;
    const start = this.startsAt();
    if (this.skipped()) return this.#cutOffAt(start) < this.#needsEndAt ? 'ABORTED' : 'SKIPPED';
    const stop = this.effectiveStop(start);
    if (stop !== undefined && stop.at < this.naturalEnd(start)) return 'ABORTED';
    if (!scenario.scheduled) return 'SCHEDULE_FAILURE';
    const bad = this.children.some((child) => child.result() !== 'SUCCESS');
    return bad && scenario.result === undefined ? 'FAILURE' : this.plan().result;
  }

  /** When it would end if it were not stopped. A parent ends after its children. */
  naturalEnd(start: number): number {
    const { scenario, speed } = this.facts;
    if (!scenario.scheduled) return this.createdAt + (scenario.queueSeconds * 1000) / speed;
    // Its children end when it does: asking them would not terminate.
    if (!Number.isFinite(start)) return Number.POSITIVE_INFINITY;
    const own = start + this.plan(start).length;
    return Math.max(own, ...this.children.map((child) => child.endsAt() + 300 / speed));
  }

  #refresh(): void {
    if (this.#version === this.#queue.version) return;
    this.#version = this.#queue.version;
    this.#moments.clear();
    this.#result = undefined;
  }

  #moment(name: string, compute: () => number): number {
    this.#refresh();
    const known = this.#moments.get(name);
    if (known !== undefined) return known;
    const moment = compute();
    this.#moments.set(name, moment);
    return moment;
  }

  /** How long an eager child waits on its executor for the children that it needs, in milliseconds. */
  waiting(start = this.startsAt()): number {
    if (this.family?.strategy !== 'eager' || !Number.isFinite(start)) return 0;
    return Math.max(0, ...this.#needs.map((need) => need.endsAt() - start));
  }

  /** The first stop that applies if it starts then: its own, its parent's, or the one that its scenario plans. */
  effectiveStop(start: number): { at: number; by: string } | undefined {
    const { scenario, speed } = this.facts;
    const { abort } = scenario;
    const planned =
      abort === undefined || !Number.isFinite(start)
        ? undefined
        : { at: start + (abort.afterSeconds * 1000) / speed, by: abort.by };
    const parent = this.family?.parent;
    const stops = [this.#stop, planned, parent?.effectiveStop(parent.startsAt())];
    return stops.filter((stop) => stop !== undefined).sort((one, other) => one.at - other.at)[0];
  }

  #past(at: number): number | undefined {
    return at <= this.#clock.now() ? at : undefined;
  }
}
