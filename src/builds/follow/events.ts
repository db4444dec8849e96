// Defines the events that following a build yields, and how following ends.

import type { BuildRecord } from '../../codearts/build-schemas.ts';
import type { ApiError } from '../../codearts/errors.ts';
import type { Child } from '../children/child.ts';
import type { LogEvent, LogInterruption, LogStatus } from '../log/log-events.ts';
import type { Polled } from '../polling.ts';
import type { BuildStatus, Conclusion } from '../status.ts';

export type FollowEvent =
  | LogEvent
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
    }
  /** The build had not ended: `log` is how far its log was read by then. */
  | { readonly kind: 'deadline'; readonly log: LogStatus };

/** Contact was lost for longer than patience lasts; the build may still be running. */
export class LostContactError extends Error {
  override readonly name = 'LostContactError';
}
