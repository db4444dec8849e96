// Reads the log of a failed step once, in bounded memory, and finds what a person would look for: CodeArts' error code,
// the line that says why the step failed, the places in files that errors name, and the lines worth showing.
// It does not decide whether the build failed, or in which step.

import { truncate } from '../../text.ts';
import { codeIn, type LogRecord, parseLogLine, wordsIn } from '../log/log-line.ts';
import {
  type Match,
  matchContext,
  matchError,
  mayMatch,
  withoutNesting,
  withoutRunner,
} from './error-patterns.ts';
import { Excerpt, type ExcerptLine } from './excerpt.ts';
import type { ErrorPattern, MatchGroups, Section } from './patterns/pattern.ts';
import { distinctErrors, type LocatedError, type Place, toPlace, withoutWorkspace } from './places.ts';

export interface Finding {
  /** The child of a multi-task build that failed; undefined: the build itself. */
  readonly child?: string;
  /** The step whose lines these are; empty when it is not known. */
  readonly step: string;
  /** CodeArts' own code, such as DEV.CB.0210043; empty when the step named none. */
  readonly code: string;
  /** The line that most likely says why, as the tool wrote it; empty when none does. */
  readonly reason: string;
  /** Errors that name a file, the reason's first; without duplicates. */
  readonly errors: readonly LocatedError[];
  readonly excerpt: readonly ExcerptLine[];
  /** CodeArts' own page about the error; empty where it names none. */
  readonly helpUrl: string;
}

/** Of a build that did not fail, or whose log says nothing. */
export const nothingFound: Finding = { step: '', code: '', reason: '', errors: [], excerpt: [], helpUrl: '' };

/** A line that may be the reason. */
interface Candidate {
  readonly weight: number;
  readonly message: string;
  /** The message with the failing test or the place; often the whole line. */
  readonly reason: string;
  readonly number: number;
  /** Undefined for CodeArts' own words. */
  readonly pattern?: ErrorPattern;
  /** The failing test that the error is about; empty when none is known. */
  readonly test: string;
  readonly places: Place[];
  readonly ownPlace: boolean;
}

interface OpenSection {
  readonly number: number;
  /** The test's or the file's name. */
  readonly name: string;
}

const maxErrors = 30;
const maxPlaces = 8;
/** Lines after an error in which its place may be named. */
const placeWithin = 30;
/** Lines before an error in which its place may be named. */
const placeBeforeWithin = 10;
/** Lines after an exception in which its cause may be named. */
const causeWithin = 150;
/** How many lines a section reaches; 12 where it is not said here. */
const sectionLength: Readonly<Partial<Record<Section, number>>> = { test: 30, file: 200 };
/** Sections in which more than one error may stand. */
const lasting: ReadonlySet<Section> = new Set(['file', 'gradle', 'traceback']);
const longestLine = 2_000;
/** At these levels a line says nothing about why a build failed. */
const quietLevels: ReadonlySet<string> = new Set(['WARNING', 'WARN', 'DEBUG']);
const longestReason = 300;
/** Errors of less weight are consequences of others: what the lines around them say is not about them. */
const minWeight = 40;
/** A failing test with its message. */
const testWeight = 55;
/** CodeArts' own words with its code, and without it: the reason where no tool named one. */
const wordsWithCode = 3;
const wordsWithoutCode = 2;

/** Reads the lines of one step, once, from its first to its last; then reports what it found. */
export class Diagnosis {
  readonly #redact: (text: string) => string;
  readonly #excerpt = new Excerpt();
  readonly #errors: Candidate[] = [];
  readonly #sections = new Map<Section, OpenSection>();
  #reason: Candidate | undefined;
  #latest: Candidate | undefined;
  #placeBefore: { readonly place: Place; readonly number: number } | undefined;
  #code = '';
  #step = '';
  #number = 0;

  /** @param redact masks secrets; before anything is shortened, as half of a secret would not be recognised */
  constructor(redact: (text: string) => string = (text) => text) {
    this.#redact = redact;
  }

  /** @param given whole lines, each with its `\n` */
  lines(given: string): void {
    for (const line of this.#redact(given).split('\n').slice(0, -1)) this.#line(line);
  }

  /** @param step the failed step's name; empty when it is not known: then the one whose errors CodeArts reported */
  finding(step: string): Finding {
    const reason = this.#reason;
    const located = this.#errors.filter((error) => error.places.length > 0);
    const first = reason ? located.filter(({ message }) => reason.reason.includes(message)) : [];
    return {
      step: step || this.#step,
      code: this.#code,
      reason: reason?.reason ?? '',
      errors: distinctErrors([...(reason && reason.places.length > 0 ? [reason] : []), ...first, ...located]),
      excerpt: this.#excerpt.lines(),
      helpUrl: '',
    };
  }

  #line(raw: string): void {
    const records = parseLogLine(raw.slice(0, longestLine)).filter(({ source }) => source !== 'engine');
    if (records.length === 0) return;
    this.#number += 1;
    this.#excerpt.add(raw);
    for (const record of records) {
      if (quietLevels.has(record.level)) continue;
      const found = record.source === 'step' ? this.#fromCodeArts(record) : this.#fromTool(record);
      if (found) this.#consider(found);
    }
  }

  /** CodeArts' words on a step that failed: they may quote a tool's error. */
  #fromCodeArts({ text, step }: LogRecord): Candidate {
    const code = codeIn(text);
    this.#code ||= code;
    this.#step ||= step;
    const words = wordsIn(text);
    const match = matchError(words, () => false);
    return match
      ? this.#candidate(match, words)
      : this.#make({ weight: code === '' ? wordsWithoutCode : wordsWithCode, message: words });
  }

  #fromTool({ text: written, level }: LogRecord): Candidate | undefined {
    const text = withoutNesting(written.trimEnd());
    // A shell with `set -x` repeats each command.
    if (text === '' || text.startsWith('+ ')) return undefined;
    const code = level === 'INFO' ? '' : codeIn(text);
    const inSection = [...this.#sections.keys()].some((section) => this.#isOpen(section));
    if (code === '' && !inSection && !mayMatch(text)) return undefined;
    this.#code ||= code;
    if (this.#takeContext(text)) return undefined;
    const found = this.#match(text);
    if (!found && code !== '') return this.#make({ weight: wordsWithCode, message: wordsIn(text) });
    // What a tool reports as information is seldom the reason, but better than nothing.
    return found && level === 'INFO' ? { ...found, weight: found.weight / 10 } : found;
  }

  #match(text: string): Candidate | undefined {
    const isOpen = (section: Section) => this.#isOpen(section);
    const match = matchError(text, isOpen);
    if (match && match.pattern.weight >= 50) return this.#candidate(match, text);
    const bare = withoutRunner(text);
    const behind = bare === text ? undefined : matchError(bare, isOpen);
    if (behind && behind.pattern.weight >= 50) return this.#candidate(behind, bare);
    return match && this.#candidate(match, text);
  }

  #candidate({ pattern, groups }: Match<ErrorPattern>, text: string): Candidate {
    const message = groups['message'] ?? (testName(groups) || text);
    const test = this.#testOf(pattern, groups, message);
    const isAboutTest = test !== '' && groups['test'] === undefined;
    const { own, places } = this.#placesOf(pattern, groups);
    const reason = own ? reasonWithPlace(groups, own, text) : message.trim();
    const candidate = this.#make({
      weight: isAboutTest ? Math.max(pattern.weight, testWeight) : pattern.weight,
      message,
      reason: isAboutTest ? `${test}: ${reason}` : reason,
      pattern,
      test,
      places,
      ownPlace: own !== undefined,
    });
    if (pattern.needs !== undefined && !lasting.has(pattern.needs)) this.#sections.delete(pattern.needs);
    if (pattern.opens !== undefined) this.#open(pattern.opens, '');
    if (groups['test'] !== undefined) this.#open('test', test);
    else if (isAboutTest) this.#sections.delete('test');
    return candidate;
  }

  /** The failing test that an error belongs to: named in its line, just before it, or by what it is the cause of. */
  #testOf(pattern: ErrorPattern, groups: MatchGroups, message: string): string {
    if (groups['test'] !== undefined) return testName(groups);
    if (pattern.weight === 60 || pattern.weight < minWeight) return '';
    const open = this.#isOpen('test') ? (this.#sections.get('test')?.name ?? '') : '';
    const cause = pattern.supersedes && this.#isNear(this.#latest?.number, causeWithin);
    const test = open === '' && cause ? (this.#latest?.test ?? '') : open;
    return message.includes(test) ? '' : test;
  }

  /** Where an error is: as its line says, else as the lines before it do. */
  #placesOf(pattern: ErrorPattern, groups: MatchGroups): { own?: Place; places: Place[] } {
    const file = pattern.needs === 'file' ? this.#sections.get('file')?.name : undefined;
    const own = toPlace(file === undefined ? groups : { ...groups, file });
    if (own) return { own, places: [own] };
    if (pattern.completes) return { places: [...(this.#latest?.places ?? [])] };
    const before = this.#placeBefore;
    return { places: before && this.#isNear(before.number, placeBeforeWithin) ? [before.place] : [] };
  }

  #make(known: Pick<Candidate, 'weight' | 'message'> & Partial<Candidate>): Candidate {
    const shorten = (text: string) => truncate(withoutWorkspace(text), longestReason);
    const { message, reason = message } = known;
    return {
      test: '',
      places: [],
      ownPlace: false,
      ...known,
      number: this.#number,
      message: shorten(message),
      reason: shorten(reason),
    };
  }

  #consider(candidate: Candidate): void {
    if (candidate.pattern?.completes && this.#errors.at(-1) === this.#latest) this.#errors.pop();
    this.#latest = candidate;
    if (candidate.weight >= minWeight && this.#errors.length < maxErrors) this.#errors.push(candidate);
    const gain = candidate.weight - (this.#reason?.weight ?? 0);
    if (gain < 0 || (gain === 0 && !candidate.pattern?.supersedes)) return;
    this.#reason = candidate;
    this.#excerpt.anchor();
  }

  /** Takes a line that is no error, but says where one is or what the next lines are about. False for other lines. */
  #takeContext(text: string): boolean {
    const match = matchContext(text);
    if (!match) return false;
    const { pattern, groups } = match;
    if (pattern.opens !== undefined) this.#open(pattern.opens, groups['file'] ?? '');
    const place = toPlace(groups);
    const error = this.#latest;
    if (place && pattern.position === 'before') this.#placeBefore = { place, number: this.#number };
    else if (place && error && this.#isNear(error.number, placeWithin) && error.places.length < maxPlaces) {
      error.places.push(place);
    }
    return true;
  }

  #open(section: Section, name: string): void {
    this.#sections.set(section, { number: this.#number, name });
  }

  #isOpen(section: Section): boolean {
    return this.#isNear(this.#sections.get(section)?.number, sectionLength[section] ?? 12);
  }

  #isNear(number: number | undefined, within: number): boolean {
    return number !== undefined && this.#number - number <= within;
  }
}

function testName({ test, suite }: MatchGroups): string {
  if (test === undefined) return '';
  return suite === undefined ? test : `${suite}.${test}`;
}

/** The line itself where it names the place, the place and the message where an earlier line did. */
function reasonWithPlace({ file, message }: MatchGroups, own: Place, text: string): string {
  if (file !== undefined || message === undefined) return text.trim();
  const place = [own.file, own.line, own.column].filter((part) => part !== undefined).join(':');
  return `${place}: ${message}`;
}
