// Describes a child of a multi-task build: its state in our words, and the order in which children are listed. Words:
// reference 7.2 and 4.12; SKIPPED was seen live, and an empty status is guessed to be a child that never ran.

import type { BuildRecord, FlowChild } from '../../codearts/build-schemas.ts';
import { type Conclusion, parseStatus } from '../status.ts';

/** `unknown`: the whole build has ended, and the service did not say how this child ended. */
export type ChildState = 'waiting' | 'running' | Conclusion | 'skipped' | 'unknown';

export interface Child extends FlowChild {
  readonly state: ChildState;
}

const skippedWords = new Set(['SKIPPED', 'SKIP', 'NOT_RUN', 'NOTRUN', 'IGNORED']);

/** @param parentOver true once the whole build has ended: nothing runs or waits any more */
export function childOf(from: FlowChild, parentOver: boolean): Child {
  return { ...from, state: stateOf(from, parentOver) };
}

function stateOf(child: FlowChild, parentOver: boolean): ChildState {
  const word = child.status.toUpperCase();
  if (skippedWords.has(word)) return 'skipped';
  const status = parseStatus(word);
  if (status.kind === 'ended') return status.result;
  // The service may leave out the times of a child that runs (seen live): its word decides.
  const waits = status.kind === 'queued' || (word === '' && child.startedAt === undefined);
  if (parentOver) return waits && child.startedAt === undefined ? 'skipped' : 'unknown';
  return waits ? 'waiting' : 'running';
}

/** True for a build that is defined by a build.yml, the only kind that can have children. */
export function isCodeBased({ configType, parentRecordId }: BuildRecord): boolean {
  return configType.toUpperCase() === 'YAML' && parentRecordId === '';
}

/** False for a build that cannot have children. */
export function mayHaveChildren({ configType, parentRecordId }: BuildRecord): boolean {
  return configType.toUpperCase() !== 'ACTION' && parentRecordId === '';
}

/** True when it has ended or will not run. */
export function isOver(child: Child): boolean {
  return child.state !== 'waiting' && child.state !== 'running';
}

/** True when it ended without success. A skipped child has not failed; the one it depended on has. */
export function hasFailed(child: Child): boolean {
  return isOver(child) && child.state !== 'success' && child.state !== 'skipped';
}

/**
 * True when it has run, so that it may have a log and artifacts. The status decides: the service may leave out the times
 * of a child that has ended (seen live).
 */
export function hasRun(child: Child): boolean {
  if (child.state === 'aborted') return child.startedAt !== undefined || (child.durationMs ?? 0) > 0;
  return child.state !== 'skipped' && child.state !== 'waiting';
}

/** How many seconds a child ran; undefined when it never did, or when the service does not say. */
export function secondsOf(child: Child): number | undefined {
  if (!hasRun(child)) return undefined;
  const { startedAt, finishedAt, durationMs } = child;
  const ms = startedAt !== undefined && finishedAt !== undefined ? finishedAt - startedAt : durationMs;
  return ms === undefined ? undefined : Math.max(0, Math.round(ms / 1000));
}

/** Sorts children by their end; those without a time come last, in the service's order. */
export function byEnd(one: Child, other: Child): number {
  const never = Number.MAX_SAFE_INTEGER;
  return (one.finishedAt ?? never) - (other.finishedAt ?? never);
}

/** The child that failed first, which explains the build's failure. */
export function firstFailed<C extends Child>(children: readonly C[]): C | undefined {
  const failed = children.filter(hasFailed).toSorted(byEnd);
  // A build that stops its other children when one fails has one failure and many aborted ones.
  return failed.find(({ state }) => state === 'failure') ?? failed[0];
}
