// CodeArts' words for how a build stands, and what they mean here. Words: reference 4.12, 4.28, and seen live.

/** How a build ended, as far as CodeArts tells. */
export type EndResult = 'success' | 'failure' | 'aborted' | 'timed-out';

export type Standing =
  | { readonly kind: 'queued' }
  | { readonly kind: 'running'; readonly known: boolean }
  | { readonly kind: 'ended'; readonly result: EndResult };

const ends: ReadonlyMap<string, EndResult> = new Map([
  ['SUCCESS', 'success'],
  ['FAILURE', 'failure'],
  ['FAILED', 'failure'],
  ['SCHEDULE_FAILURE', 'failure'],
  // CodeArts itself does not know how it ended: whatever it was, it was no success.
  ['UNKNOWN', 'failure'],
  ['ABORTED', 'aborted'],
  ['TIMEOUT', 'timed-out'],
]);
const queued = new Set(['INQUEUE', 'QUEUED', 'WAITING', 'PENDING', 'CREATED', 'SCHEDULING']);
const running = new Set(['RUNNING', 'BUILDING', 'INPROGRESS']);

/** A word that is not known counts as running: only a word that is known to be an end may end the step. */
export function standingOf(word: string): Standing {
  const key = word.trim().toUpperCase();
  const result = ends.get(key);
  if (result) return { kind: 'ended', result };
  if (queued.has(key.replace(/[_\s-]/g, ''))) return { kind: 'queued' };
  return { kind: 'running', known: key === '' || running.has(key.replace(/[_\s-]/g, '')) };
}
