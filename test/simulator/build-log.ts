/** Holds the log of a build: its full text as far as it is known now, and how much of it can be read at this moment. */
import type { BuildFacts } from './build-facts.ts';
import type { Clock } from './clock.ts';
import { logStamp } from './dates.ts';
import { logPieces } from './log-forms/log-pieces.ts';
import type { LogUnit } from './log-part.ts';
import { LogText } from './log-text.ts';
import type { Plan } from './timeline.ts';

export type LogLevel = 'INFO' | 'DEBUG';

/** What the log needs of its build. Times are epoch milliseconds. */
interface LoggedBuild {
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
  readonly #build: LoggedBuild;
  readonly #clock: Clock;
  readonly #texts = new Map<string, LogText>();

  constructor(build: LoggedBuild, clock: Clock) {
    this.#build = build;
    this.#clock = clock;
  }

  /** How far into the run the log can be read, in milliseconds. */
  get elapsed(): number {
    const { scenario, speed } = this.#build.facts;
    return this.#clock.now() - (scenario.logLagSeconds * 1000) / speed - this.#build.startsAt();
  }

  /** How much of the INFO log can be read now. */
  written(unit: LogUnit): number {
    return this.#build.startedAt === undefined ? 0 : this.text('INFO').writtenAt(this.elapsed, unit);
  }

  /** True when the log can be read to its end. */
  get complete(): boolean {
    return this.#build.ended && this.written('bytes') === this.text('INFO').size.bytes;
  }

  /** The whole text of the log, including what is not written yet; or that of one step. */
  text(level: LogLevel, step?: number): LogText {
    const build = this.#build;
    const start = build.startsAt();
    const stop = build.effectiveStop(start);
    const waiting = build.waiting();
    // The last lines of a parent depend on its children.
    const plan = { ...build.plan(), length: build.naturalEnd(start) - start, result: build.result() };
    const key = [level, step ?? 'all', start, stop?.at ?? '', waiting, plan.length, plan.result].join(' ');
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    const { language, quiet } = build.facts.scenario;
    const { style } = build.facts;
    const fill = (text: string) => fillPlaceholders(text, build);
    const facts = { language, style, start, speed: build.facts.speed, stop, fill, waiting };
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

/** Replaces {{commit}} and the other placeholders; sensitive values become asterisks. */
export function fillPlaceholders(text: string, build: Pick<LoggedBuild, 'facts'>): string {
  if (!text.includes('{{')) return text;
  const { facts } = build;
  const words: Readonly<Record<string, string>> = {
    commit: facts.commit,
    branch: facts.branch ?? facts.tag ?? '',
    number: String(facts.number),
    daily: facts.dailyNumber,
    job: facts.job.id,
    execution: facts.executionId,
    workspace: facts.style.form === 'older' ? `/home/slave/workspace/${facts.executionId}` : '***',
  };
  return text.replaceAll(/\{\{([\w.]+)\}\}/g, (whole, name: string) => {
    // Seen live: a sensitive value that the service did not mask.
    if (name.startsWith('leaked.')) return facts.parameters[name.slice('leaked.'.length)] ?? '';
    if (!name.startsWith('param.')) return words[name] ?? whole;
    const parameter = name.slice('param.'.length);
    return facts.job.isSensitive(parameter) ? '******' : (facts.parameters[parameter] ?? '');
  });
}
