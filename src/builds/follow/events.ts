// What following a build tells: the words between this room and whoever shows a build to people.

import type { BuildRecord } from '../../codearts/build-schemas.ts';
import type { ApiError } from '../../codearts/errors.ts';
import type { Child } from '../children/child.ts';
import type { Fingerprint } from '../log/log-cursor.ts';
import type { Polled } from '../polling.ts';
import type { BuildStatus, Conclusion } from '../status.ts';

export type FollowEvent =
  /** Text of the log, cut anywhere. */
  | { readonly kind: 'text'; readonly text: string }
  /** Each look at the record, whether or not anything has changed. */
  | { readonly kind: 'record'; readonly record: BuildRecord; readonly standing: BuildStatus }
  /**
   * A look that failed; it is taken again unless the children are given up. `forMs`: milliseconds since the last good
   * one, 0 where the children are not known or the look was refused.
   */
  | {
      readonly kind: 'trouble';
      readonly of: Polled;
      readonly error: ApiError;
      readonly forMs: number;
    }
  /** The first good look after trouble. */
  | { readonly kind: 'recovered'; readonly of: Polled }
  /** The live log can't be followed any further while the build runs. */
  | { readonly kind: 'log-lost'; readonly why: LogInterruption }
  /** Each good response with children of a multi-task build, whether or not anything has changed. Never none. */
  | { readonly kind: 'children'; readonly children: readonly Child[] }
  /** The build has ended and is code-based, so that it may have children, but CodeArts named none. */
  | { readonly kind: 'children-unavailable'; readonly error: ApiError | undefined }
  /** The text that comes next is this child's log; undefined: the build's own. A build's own comes first. */
  | { readonly kind: 'log-source'; readonly child: Child | undefined }
  /** The child's live log broke off, and where the full log goes on can't be told: it comes whole. */
  | { readonly kind: 'log-restarted'; readonly child: Child }
  /** All of this child's log has come, or all that can be had of it. */
  | { readonly kind: 'child-log-ended'; readonly child: Child; readonly end: ChildLogEnd };

/** What is said by the logs, and whose they are. */
export type LogEvent = Extract<
  FollowEvent,
  { kind: 'text' | 'log-source' | 'log-restarted' | 'child-log-ended' }
>;

/**
 * complete: every line has come; unfinished: all that there is has come, without CodeArts' last line; cut: some may be
 * missing, without an error where the full log is another text; absent: none.
 */
export type ChildLogEnd =
  | { readonly kind: 'complete' | 'unfinished' | 'absent' }
  | { readonly kind: 'cut'; readonly error: ApiError | undefined };

export type LogInterruption =
  | { readonly kind: 'rejected'; readonly error: ApiError }
  | { readonly kind: 'failing'; readonly error: ApiError }
  | { readonly kind: 'contradicts-itself' }
  /** It goes on though the build has long been over. */
  | { readonly kind: 'endless' };

export type FollowEnd =
  | {
      readonly kind: 'ended';
      readonly record: BuildRecord;
      readonly result: Conclusion;
      readonly log: LogStatus;
      /** Of a multi-task build, as they have ended; else none. */
      readonly children: readonly Child[];
    }
  /** The build had not ended: `log` is how far its log was read by then. */
  | { readonly kind: 'deadline'; readonly log: LogStatus };

/** How far the build's own log was read when following ended. */
export interface LogStatus {
  /**
   * drained: to its proven end (the list of all steps, the last line, nothing guessed); doubtful: until nothing more
   * came, the end not proven; lost: it broke off, or was still being read; absent: there was none; off: nobody asked.
   */
  readonly state: 'drained' | 'doubtful' | 'lost' | 'absent' | 'off';
  /** UTF-16 units that were yielded. */
  readonly length: number;
  /** The last of them, as many as tell a place (log-cursor.ts). */
  readonly tail: string;
  /** What of them rests on a guess, because the service contradicted itself. */
  readonly guessed: Fingerprint | undefined;
}

/** Contact was lost for longer than patience lasts; the build may still be running. */
export class LostContactError extends Error {
  override readonly name = 'LostContactError';
}
