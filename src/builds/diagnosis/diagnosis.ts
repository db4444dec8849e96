// Reads the log of a failed step and finds what a person would look for: CodeArts' error code, the first real error,
// the places in files that errors name, and the lines worth showing. Bounded memory, one pass.
// Judges nothing: whether the build failed, and in which step, is not told here.

import { truncate } from '../../text.ts';
import { markerHints, parseStepMarker, withoutPrefix } from '../log/step-markers.ts';
import { withoutBuildFolders } from './build-folder.ts';
import { Excerpt, type ExcerptLine } from './excerpt.ts';
import {
  codeForm,
  looksWrong,
  looksWrongOnly,
  places,
  type Recogniser,
  recognisers,
  verdictForm,
  verdictWeight,
} from './recognisers.ts';

export interface Place {
  /** As the log names it: on the build machine, or relative to where the tool ran. */
  readonly file: string;
  readonly line: number;
  readonly column: number | undefined;
  /** The full name of the Java class, where the log names that instead of a path. */
  readonly type: string;
}

export interface LocatedError {
  readonly message: string;
  /** One or, of a stack trace, several; the most telling first. */
  readonly places: readonly Place[];
}

export interface Finding {
  /** The child of a multi-task build that failed; undefined: the build itself. */
  readonly child?: string;
  /** The step whose lines these are; empty when it is not known. */
  readonly step: string;
  /** CodeArts' own code, such as DEV.CB.0210043; empty when the step named none. */
  readonly code: string;
  /** The line that most likely tells why, as the tool wrote it; empty when none does. */
  readonly reason: string;
  /** Errors that name a file, the reason's first; without duplicates. */
  readonly errors: readonly LocatedError[];
  readonly excerpt: readonly ExcerptLine[];
}

/** Of a build that did not fail, or whose log tells nothing. */
export const nothingFound: Finding = { step: '', code: '', reason: '', errors: [], excerpt: [] };

interface Candidate {
  readonly weight: number;
  readonly message: string;
  readonly line: string;
  readonly number: number;
  readonly places: Place[];
}

const mostErrors = 30;
const mostPlaces = 8;
/** Lines after an error in which its place may be told. */
const placeWithin = 30;
/** Lines before an error in which its place may be told. */
const placeBeforeWithin = 6;
const longestLookedAt = 2_000;
const longestReason = 300;
/** Colours and other orders to a terminal. */
const esc = '\u001b';
const bell = '\u0007';
const escapeCodes = new RegExp(
  `${esc}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${bell}${esc}]*(?:${bell}|${esc}\\\\)|[@-_])`,
  'g',
);

/** Reads the lines of one step, once, from its first to its last; then tells what it found. Bounded memory. */
export class Diagnosis {
  readonly #conceal: (text: string) => string;
  readonly #excerpt = new Excerpt(bare);
  readonly #errors: Candidate[] = [];
  #reason: Candidate | undefined;
  #latest: Candidate | undefined;
  #placeBefore: { readonly place: Place; readonly number: number } | undefined;
  #code = '';
  #number = 0;

  /** @param conceal stars what must not be seen: before anything is folded or cut, half of it could not be told */
  constructor(conceal: (text: string) => string = (text) => text) {
    this.#conceal = conceal;
  }

  /** @param given whole lines, each with its `\n` */
  lines(given: string): void {
    const text = this.#conceal(given);
    let from = 0;
    for (let to = text.indexOf('\n'); to !== -1; to = text.indexOf('\n', from)) {
      this.#line(text.slice(from, to));
      from = to + 1;
    }
  }

  /** @param step the failed step's name; empty when it is not known */
  finding(step: string): Finding {
    const located = this.#errors.filter((error) => error.places.length > 0);
    const first = this.#reason && this.#reason.places.length > 0 ? [this.#reason] : [];
    return {
      step,
      code: this.#code,
      reason: truncate(withoutBuildFolders(this.#reason?.line ?? ''), longestReason),
      errors: withoutTwins([...first, ...located]),
      excerpt: this.#excerpt.lines(),
    };
  }

  #line(raw: string): void {
    this.#number += 1;
    if (markerHints.some((sign) => raw.includes(sign)) && parseStepMarker(raw)) return;
    this.#excerpt.add(raw);
    if (!looksWrong.test(raw.slice(0, longestLookedAt)) || looksWrongOnly.test(raw)) return;
    const looked = bare(raw).slice(0, longestLookedAt).trimEnd();
    if (this.#code === '') this.#code = codeForm.exec(looked)?.[0] ?? '';
    if (this.#isPlace(looked)) return;
    const heard = this.#hear(looked);
    if (!heard) return;
    this.#latest = heard;
    if (heard.places.length > 0 || heard.weight >= 40) this.#keep(heard);
    if (heard.weight <= (this.#reason?.weight ?? 0)) return;
    this.#reason = heard;
    this.#excerpt.pick();
  }

  #keep(heard: Candidate): void {
    if (this.#errors.length < mostErrors) this.#errors.push(heard);
  }

  #hear(line: string): Candidate | undefined {
    const verdict = verdictForm.exec(line)?.groups?.['message'];
    if (verdict !== undefined) return this.#heard(verdictWeight, verdict, verdict, []);
    for (const recogniser of recognisers) {
      const groups = match(recogniser, line);
      if (!groups) continue;
      const place = placeOf(groups);
      const before = this.#placeBefore;
      const near = before && this.#number - before.number <= placeBeforeWithin ? [before.place] : [];
      const message = groups['message'] ?? line;
      return this.#heard(recogniser.weight, message, reasonOf(recogniser, line), place ? [place] : near);
    }
    return undefined;
  }

  #heard(weight: number, message: string, line: string, at: Place[]): Candidate {
    return { weight, message: truncate(message, longestReason), line, number: this.#number, places: at };
  }

  /** Whether the line tells where an error stands, rather than being one. */
  #isPlace(line: string): boolean {
    for (const { form, stands } of places) {
      const groups = form.exec(line)?.groups;
      const place = groups && placeOf(groups);
      if (!place) continue;
      if (stands === 'before') {
        this.#placeBefore = { place, number: this.#number };
        return true;
      }
      const error = this.#latest;
      const fits = error && this.#number - error.number <= placeWithin && error.places.length < mostPlaces;
      if (fits) error.places.push(place);
      return true;
    }
    return false;
  }
}

/** As the tool wrote it: without date, level and colours. */
function bare(line: string): string {
  return withoutPrefix(line).replace(escapeCodes, '');
}

function match({ form, except }: Recogniser, line: string): Readonly<Record<string, string>> | undefined {
  const groups = form.exec(line)?.groups;
  return groups && !except?.test(line) ? groups : undefined;
}

/** A place is part of the reason; a tool's own bullet is not. */
function reasonOf({ form }: Recogniser, line: string): string {
  const groups = form.exec(line)?.groups;
  const message = groups?.['message'];
  return message === undefined || groups?.['file'] !== undefined ? line.trim() : message.trim();
}

function placeOf(groups: Readonly<Record<string, string | undefined>>): Place | undefined {
  const { file, line, column, type } = groups;
  if (file === undefined || line === undefined) return undefined;
  return {
    file,
    line: Number(line),
    column: column === undefined ? undefined : Number(column),
    type: type ?? '',
  };
}

function withoutTwins(errors: readonly Candidate[]): LocatedError[] {
  const seen = new Map<string, LocatedError>();
  for (const { message, places: all } of errors) {
    const [first] = all;
    if (!first) continue;
    const key = JSON.stringify([first.file, first.line, first.column, message]);
    if (!seen.has(key)) seen.set(key, { message, places: all });
  }
  return [...seen.values()];
}
