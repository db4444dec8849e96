/**
 * One build: what it was started with and, computed from the clock whenever somebody looks, how it stands.
 * Owns start, end, result and log. Refuses to change by itself; only a stop is ever added to it.
 */
import type { Clock } from './clock.ts';
import { logStamp } from './dates.ts';
import type { Job } from './job.ts';
import { logPieces } from './log-lines.ts';
import { LogText } from './log-text.ts';
import type { RunQueue } from './run-queue.ts';
import type { Artifacts, ScenarioBody } from './scenario.ts';
import { type Plan, planRun, type StepStatus, stepAt } from './timeline.ts';

/** Everything fixed when the build was started. */
export interface BuildFacts {
  readonly job: Job;
  /** What the build's page calls it: the job's name, or the child's. */
  readonly name: string;
  readonly number: number;
  /** `result.build_record_id`: what the downloads want. */
  readonly recordId: string;
  /** `result.id`: looks the same and is of no use. */
  readonly id: string;
  readonly dailyNumber: string;
  readonly executionId: string;
  readonly commit: string;
  readonly branch: string | undefined;
  readonly tag: string | undefined;
  readonly buildType: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly executor: string;
  readonly trigger: string;
  readonly requestedAt: number;
  readonly recordAfter: number;
  readonly scenario: ScenarioBody;
  readonly speed: number;
}

export interface Family {
  readonly parent: Build;
  readonly needs: readonly Build[];
  readonly strategy: 'lazy' | 'eager';
}

export interface BuildStep {
  readonly name: string;
  readonly status: StepStatus;
  readonly milliseconds: number;
}

export class Build {
  readonly facts: BuildFacts;
  readonly family: Family | undefined;
  readonly children: Build[] = [];
  readonly #clock: Clock;
  readonly #queue: RunQueue;
  #stop: { at: number; by: string } | undefined;
  #plan: { waiting: number; plan: Plan } | undefined;
  readonly #logs = new Map<string, LogText>();
  /** Moments computed already, good until anything is started or stopped anywhere. */
  readonly #moments = new Map<string, number>();
  #result: string | undefined;
  #version = -1;

  constructor(facts: BuildFacts, clock: Clock, queue: RunQueue, family?: Family) {
    this.facts = facts;
    this.family = family;
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

  /** InQueue, Running, or how it ended. */
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

  /** The whole INFO log as it stands now. Costs as much as the log is long. */
  get log(): string {
    return this.logText('INFO').characters(0, this.written('characters'));
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

  /** What it made; nothing before it ended, and nothing of a build that was cut short. */
  get artifacts(): Artifacts {
    const whole = this.ended && this.result() !== 'ABORTED' && this.result() !== 'SCHEDULE_FAILURE';
    return whole ? this.facts.scenario.artifacts : {};
  }

  get visible(): boolean {
    return this.#clock.now() >= this.facts.requestedAt + this.facts.recordAfter;
  }

  /** Stops it. false: it had ended already. */
  stop(by: string): boolean {
    if (this.ended || this.#stop !== undefined) return false;
    this.#stop = { at: this.#clock.now(), by };
    this.#logs.clear();
    this.#queue.changed();
    return true;
  }

  /** The earliest moment at which it could run, were a machine free. Infinity: never. */
  readyAt(): number {
    return this.#moment('ready', () => {
      const { scenario, speed } = this.facts;
      if (!scenario.scheduled || this.skipped()) return Number.POSITIVE_INFINITY;
      const own = this.createdAt + (scenario.queueSeconds * 1000) / speed;
      // Those it needs go first, or it could take the last machine and wait on it for ever.
      return Math.max(own, ...this.#needs.map((need) => need.readyAt()));
    });
  }

  /** Infinity: it never does. */
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

  /** Its end, were it to start then. */
  endIf(start: number): number {
    const { scenario, speed } = this.facts;
    if (this.skipped()) return Math.max(...this.#needs.map((need) => need.endsAt()));
    const stop = this.effectiveStop(start);
    const natural = this.#naturalEnd(start);
    if (stop === undefined || stop.at >= natural) return natural;
    return stop.at < start || !scenario.scheduled ? stop.at : Math.min(natural, stop.at + 500 / speed);
  }

  /** How it ends, as far as is known now. */
  result(): string {
    this.#refresh();
    this.#result ??= this.#computeResult();
    return this.#result;
  }

  /** One that it needs did not succeed. */
  skipped(): boolean {
    return this.#needs.some((need) => need.result() !== 'SUCCESS');
  }

  plan(): Plan {
    const waiting = this.#waiting();
    if (this.#plan?.waiting !== waiting) {
      this.#plan = { waiting, plan: planRun(this.facts.scenario, this.facts.speed, waiting) };
    }
    return this.#plan.plan;
  }

  /** How much of the INFO log its readers can see now. */
  written(unit: 'bytes' | 'characters', level: 'INFO' | 'DEBUG' = 'INFO'): number {
    if (this.startedAt === undefined) return 0;
    const lag = (this.facts.scenario.logLagSeconds * 1000) / this.facts.speed;
    return this.logText(level).writtenAt(this.#clock.now() - lag - this.startsAt(), unit);
  }

  /** Nothing will be added to the log any more. */
  get logComplete(): boolean {
    return this.ended && this.written('bytes') === this.logText('INFO').size.bytes;
  }

  /** The log as it will be in the end, as far as it is known now; `step` for one step's part. */
  logText(level: 'INFO' | 'DEBUG', step?: number): LogText {
    const start = this.startsAt();
    const key = `${level} ${step ?? 'all'} ${start} ${this.#waiting()}`;
    const known = this.#logs.get(key);
    if (known !== undefined) return known;
    const pieces = Number.isFinite(start)
      ? logPieces(this.plan(), {
          language: this.facts.scenario.language,
          start,
          speed: this.facts.speed,
          stop: this.effectiveStop(start),
          words: (text) => this.fill(text),
          waiting: this.#waiting(),
        })
      : [];
    const wanted = pieces.filter(
      (piece) =>
        (step === undefined || piece.step === step) &&
        (level === 'DEBUG' || piece.kind === 'fill' || !piece.debug),
    );
    const text = new LogText(wanted, (elapsed) => logStamp(start + elapsed, this.facts.scenario.language));
    this.#logs.set(key, text);
    return text;
  }

  get #needs(): readonly Build[] {
    return this.family?.needs ?? [];
  }

  #computeResult(): string {
    if (this.skipped()) return 'SKIPPED';
    const { scenario } = this.facts;
    const start = this.startsAt();
    const stop = this.effectiveStop(start);
    if (stop !== undefined && stop.at < this.#naturalEnd(start)) return 'ABORTED';
    if (!scenario.scheduled) return 'SCHEDULE_FAILURE';
    const bad = this.children.some((child) => child.result() !== 'SUCCESS');
    return bad && scenario.result === undefined ? 'FAILURE' : this.plan().result;
  }

  #naturalEnd(start: number): number {
    const { scenario, speed } = this.facts;
    if (!scenario.scheduled) return this.createdAt + (scenario.queueSeconds * 1000) / speed;
    const own = start + this.plan().length;
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

  /** An eager child has its machine at once and waits on it for those it needs. */
  #waiting(): number {
    if (this.family?.strategy !== 'eager') return 0;
    return Math.max(0, ...this.#needs.map((need) => need.endsAt() - this.startsAt()));
  }

  /** The stop that counts if it starts then: its own, its parent's or the one that its scenario plans. */
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

  /** Fills in {{commit}} and its like; sensitive values stay stars. */
  fill(text: string): string {
    if (!text.includes('{{')) return text;
    const { facts } = this;
    const words: Record<string, string> = {
      commit: facts.commit,
      branch: facts.branch ?? facts.tag ?? '',
      number: String(facts.number),
      daily: facts.dailyNumber,
      job: facts.job.id,
    };
    return text.replaceAll(/\{\{([\w.]+)\}\}/g, (whole, name: string) => {
      if (!name.startsWith('param.')) return words[name] ?? whole;
      const parameter = name.slice('param.'.length);
      return facts.job.isSensitive(parameter) ? '******' : (facts.parameters[parameter] ?? '');
    });
  }
}
