// CodeArts' words for how a build stands, and what they mean here. Words: reference 4.12, 4.28, and seen live.

/** How a build ended, as far as CodeArts tells. */
export type Conclusion = 'success' | 'failure' | 'aborted' | 'timed-out';

export type BuildStatus =
  | { readonly kind: 'queued' }
  | { readonly kind: 'running'; readonly known: boolean }
  | { readonly kind: 'ended'; readonly result: Conclusion };

const noMachine = 'SCHEDULE_FAILURE';
const notKnown = 'UNKNOWN';
const ends: ReadonlyMap<string, Conclusion> = new Map([
  ['SUCCESS', 'success'],
  ['FAILURE', 'failure'],
  ['FAILED', 'failure'],
  [noMachine, 'failure'],
  // CodeArts itself does not know how it ended: whatever it was, it was no success.
  [notKnown, 'failure'],
  ['ABORTED', 'aborted'],
  ['TIMEOUT', 'timed-out'],
]);
const queued = new Set(['INQUEUE', 'QUEUED', 'WAITING', 'PENDING', 'CREATED', 'SCHEDULING']);
const running = new Set(['RUNNING', 'BUILDING', 'INPROGRESS']);

/** A word that is not known counts as running: only a word that is known to be an end may end the step. */
export function parseStatus(word: string): BuildStatus {
  const key = keyOf(word);
  const result = ends.get(key);
  if (result) return { kind: 'ended', result };
  if (queued.has(key.replace(/[_\s-]/g, ''))) return { kind: 'queued' };
  return { kind: 'running', known: key === '' || running.has(key.replace(/[_\s-]/g, '')) };
}

/** True for a build that never got a machine. */
export function isScheduleFailure(word: string): boolean {
  return keyOf(word) === noMachine;
}

/** True for a build that has ended, CodeArts does not know how. */
export function isUnknownResult(word: string): boolean {
  return keyOf(word) === notKnown;
}

function keyOf(word: string): string {
  return word.trim().toUpperCase();
}
