// CodeArts' words for how a build stands, and what they mean here. Words: reference 4.12, 4.28, and seen live.

/** How a build ended, as far as CodeArts tells. */
export type EndResult = 'success' | 'failure' | 'aborted' | 'timed-out';

export type Standing =
  | { readonly kind: 'queued' }
  | { readonly kind: 'running'; readonly known: boolean }
  | { readonly kind: 'ended'; readonly result: EndResult };

const noMachine = 'SCHEDULE_FAILURE';
const notKnown = 'UNKNOWN';
const ends: ReadonlyMap<string, EndResult> = new Map([
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
export function standingOf(word: string): Standing {
  const key = keyOf(word);
  const result = ends.get(key);
  if (result) return { kind: 'ended', result };
  if (queued.has(key.replace(/[_\s-]/g, ''))) return { kind: 'queued' };
  return { kind: 'running', known: key === '' || running.has(key.replace(/[_\s-]/g, '')) };
}

/** True for a build that never got a machine. */
export function neverScheduled(word: string): boolean {
  return keyOf(word) === noMachine;
}

/** True for a build that has ended, CodeArts does not know how. */
export function endsUnknown(word: string): boolean {
  return keyOf(word) === notKnown;
}

function keyOf(word: string): string {
  return word.trim().toUpperCase();
}
