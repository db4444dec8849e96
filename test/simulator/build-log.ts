/**
 * A build's log: what it will be in the end as far as is known now, and how much of it can be read at this moment.
 * Owns the lag between writing and reading, and the words that a scenario leaves open. Refuses to know of HTTP.
 */
import type { BuildFacts } from './build-facts.ts';
import type { Clock } from './clock.ts';
import { logStamp } from './dates.ts';
import { logPieces } from './log-forms/log-pieces.ts';
import type { LogUnit } from './log-part.ts';
import { LogText } from './log-text.ts';
import type { Plan } from './timeline.ts';

export type LogLevel = 'INFO' | 'DEBUG';

/** What a log wants to know of its build. Times in epoch milliseconds. */
interface Logged {
  readonly facts: BuildFacts;
  readonly startedAt: number | undefined;
  readonly ended: boolean;
  startsAt(): number;
  effectiveStop(start: number): { at: number; by: string } | undefined;
  waiting(): number;
  plan(): Plan;
  naturalEnd(start: number): number;
  result(): string;
}

export class BuildLog {
  readonly #build: Logged;
  readonly #clock: Clock;
  readonly #texts = new Map<string, LogText>();

  constructor(build: Logged, clock: Clock) {
    this.#build = build;
    this.#clock = clock;
  }

  /** Milliseconds of the run whose text has reached the log's readers. */
  get elapsed(): number {
    const { scenario, speed } = this.#build.facts;
    return this.#clock.now() - (scenario.logLagSeconds * 1000) / speed - this.#build.startsAt();
  }

  /** How much of the INFO log its readers can see now. */
  written(unit: LogUnit): number {
    return this.#build.startedAt === undefined ? 0 : this.text('INFO').writtenAt(this.elapsed, unit);
  }

  /** Nothing will be added any more. */
  get complete(): boolean {
    return this.#build.ended && this.written('bytes') === this.text('INFO').size.bytes;
  }

  /** The log as it will be, or one step's part of it. */
  text(level: LogLevel, step?: number): LogText {
    const build = this.#build;
    const start = build.startsAt();
    const stop = build.effectiveStop(start);
    const waiting = build.waiting();
    // What a parent's last lines say, and when, is up to its children.
    const plan = { ...build.plan(), length: build.naturalEnd(start) - start, result: build.result() };
    const key = [level, step ?? 'all', start, stop?.at ?? '', waiting, plan.length, plan.result].join(' ');
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    const { language, quiet } = build.facts.scenario;
    const { style } = build.facts;
    const words = (text: string) => fillWords(text, build);
    const facts = { language, style, start, speed: build.facts.speed, stop, words, waiting };
    const pieces = Number.isFinite(start) && !quiet ? logPieces(plan, facts) : [];
    const wanted = pieces.filter(
      (piece) =>
        (step === undefined || piece.step === step) &&
        (level === 'DEBUG' || piece.kind === 'fill' || !piece.debug),
    );
    const text = new LogText(wanted, (elapsed) => logStamp(start + elapsed, language));
    this.#texts.set(key, text);
    return text;
  }
}

/** Fills in {{commit}} and its like; sensitive values stay stars. */
export function fillWords(text: string, build: Pick<Logged, 'facts'>): string {
  if (!text.includes('{{')) return text;
  const { facts } = build;
  const words: Readonly<Record<string, string>> = {
    commit: facts.commit,
    branch: facts.branch ?? facts.tag ?? '',
    number: String(facts.number),
    daily: facts.dailyNumber,
    job: facts.job.id,
    execution: facts.executionId,
  };
  return text.replaceAll(/\{\{([\w.]+)\}\}/g, (whole, name: string) => {
    // What the service should have starred and did not: seen live.
    if (name.startsWith('leaked.')) return facts.parameters[name.slice('leaked.'.length)] ?? '';
    if (!name.startsWith('param.')) return words[name] ?? whole;
    const parameter = name.slice('param.'.length);
    return facts.job.isSensitive(parameter) ? '******' : (facts.parameters[parameter] ?? '');
  });
}
