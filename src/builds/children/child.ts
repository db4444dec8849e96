// A child of a multi-task build: how it stands, in words of our own, and the order in which children are told.
// Pure. Words: reference 7.2, 4.12; SKIPPED and the empty status are seen and guessed (a child that never ran).

import type { CodeArtsBuildClient } from '../../codearts/api.ts';
import type { BuildRecord } from '../../codearts/build-schemas.ts';
import { ApiError } from '../../codearts/errors.ts';
import type { FlowChild } from '../../codearts/flow-graph.ts';
import { type RetryOptions, retry } from '../../codearts/retry.ts';
import { type Conclusion, parseStatus } from '../status.ts';

/** `unknown`: the whole build is over, and the service never said how this child ended. */
export type ChildState = 'waiting' | 'running' | Conclusion | 'skipped' | 'unknown';

export interface Child extends FlowChild {
  readonly state: ChildState;
}

const skippedWords = new Set(['SKIPPED', 'SKIP', 'NOT_RUN', 'NOTRUN', 'IGNORED']);

/** @param parentOver true once the whole build has ended: nothing runs or waits any longer */
export function childOf(from: FlowChild, parentOver: boolean): Child {
  return { ...from, state: stateOf(from, parentOver) };
}

function stateOf(child: FlowChild, parentOver: boolean): ChildState {
  const word = child.status.toUpperCase();
  if (skippedWords.has(word)) return 'skipped';
  const standing = parseStatus(word);
  if (standing.kind === 'ended') return standing.result;
  if (parentOver) return child.startedAt === undefined ? 'skipped' : 'unknown';
  const waits = standing.kind === 'queued' || (word === '' && child.startedAt === undefined);
  return waits ? 'waiting' : 'running';
}

/** False for a build that surely has no children: asking for them would be in vain. */
export function mayHaveChildren({ configType, parentRecordId }: BuildRecord): boolean {
  return configType.toUpperCase() !== 'ACTION' && parentRecordId === '';
}

/** True when it will not run, or not any more. */
export function isOver(child: Child): boolean {
  return child.state !== 'waiting' && child.state !== 'running';
}

/** True when it ended otherwise than well; what it was skipped for has failed itself. */
export function hasFailed(child: Child): boolean {
  return isOver(child) && child.state !== 'success' && child.state !== 'skipped';
}

/** True when it has run, so that it may have a log and may have made something. */
export function hasRun(child: Child): boolean {
  return child.state !== 'skipped' && child.state !== 'waiting' && child.startedAt !== undefined;
}

/** Seconds that a child has run; undefined where it never did, or the service does not say. */
export function secondsOf(child: Child): number | undefined {
  if (!hasRun(child)) return undefined;
  const { startedAt, finishedAt, durationMs } = child;
  const ms = startedAt !== undefined && finishedAt !== undefined ? finishedAt - startedAt : durationMs;
  return ms === undefined ? undefined : Math.max(0, Math.round(ms / 1000));
}

/** Orders children as they ended; those that the service gives no time for come last, in its own order. */
export function byEnd(one: Child, other: Child): number {
  const never = Number.POSITIVE_INFINITY;
  const [a, b] = [one.finishedAt ?? never, other.finishedAt ?? never];
  return a === b ? 0 : a - b;
}

/** The child that failed first: what the build's failure is told by. */
export function firstFailed<C extends Child>(children: readonly C[]): C | undefined {
  const failed = children.filter(hasFailed).toSorted(byEnd);
  // A build that stops its other children when one fails has one failure and many aborted ones.
  return failed.find(({ state }) => state === 'failure') ?? failed[0];
}

const maxElapsedMs = 15_000;

/**
 * None of a build that has none, or whose graph is refused, or fails for 15 seconds. Each child is judged as one of a
 * build that is over. @throws the signal's reason
 */
export async function childrenOf({
  client,
  record,
  ...how
}: Omit<RetryOptions, 'maxElapsedMs'> & {
  readonly client: CodeArtsBuildClient;
  readonly record: BuildRecord;
}): Promise<readonly Child[]> {
  if (!mayHaveChildren(record) || record.recordId === '') return [];
  try {
    const attempt = () => client.flowGraph(record.recordId, how.signal);
    const { children } = await retry(attempt, { ...how, maxElapsedMs: maxElapsedMs });
    return children.map((child) => childOf(child, true));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return [];
  }
}
