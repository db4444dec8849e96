// Maps CodeArts' words for a build's status to ours. Words: reference 4.12 and 4.28, and seen live.

import type { BuildRecord } from '../codearts/build-schemas.ts';

/** How a build ended, as far as CodeArts says. */
export type Conclusion = 'success' | 'failure' | 'aborted' | 'timed-out';

export type BuildStatus =
  | { readonly kind: 'queued' }
  /** `known` is false for a word that this version does not know. */
  | { readonly kind: 'running'; readonly known: boolean }
  | { readonly kind: 'ended'; readonly result: Conclusion };

const scheduleFailure = 'SCHEDULE_FAILURE';
const unknownResult = 'UNKNOWN';
const conclusions: ReadonlyMap<string, Conclusion> = new Map([
  ['SUCCESS', 'success'],
  ['FAILURE', 'failure'],
  ['FAILED', 'failure'],
  [scheduleFailure, 'failure'],
  // CodeArts could not tell how the build ended: the step must not pass.
  [unknownResult, 'failure'],
  ['ABORTED', 'aborted'],
  ['TIMEOUT', 'timed-out'],
]);
const queuedWords = new Set(['INQUEUE', 'QUEUED', 'WAITING', 'PENDING', 'CREATED', 'SCHEDULING']);
const runningWords = new Set(['RUNNING', 'BUILDING', 'INPROGRESS']);

/** How a build with this word ended; undefined while it has not. */
export function conclusionOf(word: string): Conclusion | undefined {
  return conclusions.get(normalize(word));
}

/** An unknown word counts as running: no word that is not known to be an end ends the step by itself. */
export function parseStatus(word: string): BuildStatus {
  const result = conclusionOf(word);
  if (result) return { kind: 'ended', result };
  const compact = normalize(word).replace(/[_\s-]/g, '');
  if (queuedWords.has(compact)) return { kind: 'queued' };
  return { kind: 'running', known: compact === '' || runningWords.has(compact) };
}

/**
 * The status by a single reading of the record: a build with an unknown word and a finish time has ended, and counts as
 * failed. Whether a build that is followed has ended is decided in follow/status-poller.ts.
 */
export function recordStatus(record: Pick<BuildRecord, 'status' | 'finishedAt'>): BuildStatus {
  const hasEnded = record.finishedAt !== undefined && isUnknownWord(record.status);
  return hasEnded ? { kind: 'ended', result: 'failure' } : parseStatus(record.status);
}

/** True for a build that never got an executor. */
export function isScheduleFailure(word: string): boolean {
  return normalize(word) === scheduleFailure;
}

/** True for a build whose result CodeArts does not know. */
export function isUnknownResult(word: string): boolean {
  return normalize(word) === unknownResult;
}

/** True for a word that is neither in the reference nor was seen live. */
export function isUnknownWord(word: string): boolean {
  const parsed = parseStatus(word);
  return parsed.kind === 'running' && !parsed.known;
}

function normalize(word: string): string {
  return word.trim().toUpperCase();
}
