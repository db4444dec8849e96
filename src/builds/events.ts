// Defines what following a build yields, and how far its logs came.

import type { BuildRecord } from '../codearts/build-schemas.ts';
import type { ApiError } from '../codearts/errors.ts';
import type { Child } from './children/child.ts';
import type { Polled } from './polling.ts';
import type { BuildStatus, Conclusion } from './status.ts';

/** A build's record, and the status that follows from it. */
export interface KnownStatus {
  readonly record: BuildRecord;
  readonly status: BuildStatus;
}

export type FollowEvent =
  | LogEvent
  /** Each good response about the record, whether or not anything has changed. */
  | (KnownStatus & { readonly kind: 'record' })
  /**
   * A poll that failed; it is repeated unless the children are given up. `forMs`: milliseconds since the last good one,
   * 0 where the children are not known or the call was rejected.
   */
  | { readonly kind: 'trouble'; readonly of: Polled; readonly error: ApiError; readonly forMs: number }
  /** The first good response after trouble. */
  | { readonly kind: 'recovered'; readonly of: Polled }
  /** The live log can't be followed any further while the build runs. */
  | { readonly kind: 'log-interrupted'; readonly why: LogInterruption }
  /** Each good response with children of a multi-task build, whether or not anything has changed. Never none. */
  | { readonly kind: 'children'; readonly children: readonly Child[] }
  /** The build has ended and is code-based, so that it may have children, but CodeArts named none. */
  | { readonly kind: 'children-unavailable'; readonly error: ApiError | undefined };

export type FollowEnd =
  | {
      readonly kind: 'ended';
      readonly record: BuildRecord;
      readonly result: Conclusion;
      /** Milliseconds after the build's end for which requests for the list of its children failed. */
      readonly msSpentAfterEnd: number;
    }
  /** The build had not ended. `log`: how far its log was read by then; undefined where it was not to be read. */
  | { readonly kind: 'deadline'; readonly log: LogProgress | undefined };

/** What reading the logs of a build yields. `child` is undefined for the parent's log. */
export type LogEvent = LogPart & { readonly child: Child | undefined };

/** What reading one log yields. */
export type LogPart =
  /** Text of the log, cut anywhere. */
  | { readonly kind: 'text'; readonly text: string }
  /** What came of the log is not the beginning of the full log, which follows as a whole. */
  | { readonly kind: 'log-restarted' }
  /** Nothing more comes of this log. */
  | { readonly kind: 'log-ended'; readonly end: LogEnd };

/** Why a live log could not be followed any further. */
export type LogInterruption =
  | { readonly kind: 'rejected'; readonly error: ApiError }
  | { readonly kind: 'failing'; readonly error: ApiError }
  | { readonly kind: 'contradicts-itself' }
  /** It goes on though the build has long been over. */
  | { readonly kind: 'endless' };

/**
 * How far a log came. After the build's end the full log completes what the live log left open:
 *
 * | live log    | full log: to its last line | without it | ends before the live text | can't be read            |
 * | ----------- | -------------------------- | ---------- | ------------------------- | ------------------------ |
 * | complete    | is not read: complete      |            |                           |                          |
 * | unfinished  | complete                   | unfinished | shorter                   | unfinished               |
 * | interrupted | complete                   | unfinished | shorter                   | interrupted              |
 * | missing     | complete                   | unfinished |                           | missing, or unavailable  |
 *
 * A full log that does not begin with the live text is read again from its beginning, as if the live log had been
 * interrupted before its first text; if it becomes yet another text meanwhile, the log has changed. A live log that can
 * still be read is read on, once, where the full log brought no text.
 */
export type LogState =
  /** To its last line. */
  | 'complete'
  /** Until nothing more came, without the last line. */
  | 'unfinished'
  /** It broke off or lacks lines, or it is a live log that is still being read. */
  | 'interrupted'
  /** There is no log. */
  | 'missing'
  /** There may be a log, but nothing of it could be read. */
  | 'unavailable'
  /** The full log ends before what was read live does, and has no last line. */
  | 'shorter'
  /** The full log became another text while it was read. */
  | 'changed'
  /** It went on beyond what the step's time limit, or the size of a log, allows. */
  | 'too-long';

/** How a log ended: its last state and, where some of it could not be read, why. */
export interface LogEnd {
  readonly state: LogState;
  /** Why the full log, or its end, could not be read; undefined where it was read, or there is none. */
  readonly cause?: Error | undefined;
}

/** True when all of the log has come that there is. */
export function isWhole({ state, cause }: LogEnd): boolean {
  return !cause && (state === 'complete' || state === 'unfinished' || state === 'missing');
}

/** A place in a log. */
export interface LogPosition {
  /** UTF-16 units up to there. */
  readonly length: number;
  /** The last of them, enough to recognise the place in the full log. */
  readonly tail: string;
}

/** How far a log was read live. */
export interface LogProgress extends LogPosition {
  readonly state: Extract<LogState, 'complete' | 'unfinished' | 'interrupted' | 'missing'>;
}

/** No good response came for `budgets.contact`; the build may still be running. */
export class LostContactError extends Error {
  override readonly name = 'LostContactError';
}
