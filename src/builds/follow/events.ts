// Defines the events that following a build yields, and how following ends.

import type { BuildRecord } from '../../codearts/build-schemas.ts';
import type { ApiError } from '../../codearts/errors.ts';
import type { Child } from '../children/child.ts';
import type { LogEvent, LogInterruption, LogStatus } from '../log/log-events.ts';
import type { Polled } from '../polling.ts';
import type { BuildStatus, Conclusion } from '../status.ts';

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
  | {
      readonly kind: 'trouble';
      readonly of: Polled;
      readonly error: ApiError;
      readonly forMs: number;
    }
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
      /** Of a multi-task build, as they have ended; else none. */
      readonly children: readonly Child[];
      /** Milliseconds after the build's end for which requests for the list of its children failed. */
      readonly childrenFailedMs: number;
    }
  /** The build had not ended: `log` is how far its log was read by then. */
  | { readonly kind: 'deadline'; readonly log: LogStatus };

/** No good response came for `budgets.contact`; the build may still be running. */
export class LostContactError extends Error {
  override readonly name = 'LostContactError';
}
