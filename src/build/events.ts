// What following a build tells: the words between this room and whoever shows a build to people.

import type { BuildRecord } from '../codearts/answers.ts';
import type { CallError } from '../codearts/errors.ts';
import type { Fingerprint } from './log-cursor.ts';
import type { EndResult, Standing } from './status.ts';

export type FollowEvent =
  /** Text of the log, cut anywhere. */
  | { readonly kind: 'text'; readonly text: string }
  /** Each look at the record, whether or not anything has changed. */
  | { readonly kind: 'record'; readonly record: BuildRecord; readonly standing: Standing }
  /** A look that failed and will be taken again; `forMs` since the last good one. */
  | {
      readonly kind: 'trouble';
      readonly of: 'status' | 'log';
      readonly error: CallError;
      readonly forMs: number;
    }
  /** The first good look after trouble. */
  | { readonly kind: 'recovered'; readonly of: 'status' | 'log' }
  /** The live log can't be followed any further while the build runs. */
  | { readonly kind: 'log-lost'; readonly why: LogLoss };

export type LogLoss =
  | { readonly kind: 'refused'; readonly error: CallError }
  | { readonly kind: 'failing'; readonly error: CallError }
  | { readonly kind: 'contradicts-itself' }
  /** It goes on though the build has long been over. */
  | { readonly kind: 'endless' };

export type FollowEnd =
  | { readonly kind: 'ended'; readonly record: BuildRecord; readonly result: EndResult; readonly log: LogEnd }
  | { readonly kind: 'deadline' };

/** How far the log was read when the build was over. */
export interface LogEnd {
  /**
   * drained: to the line that says how the build finished; doubtful: until nothing came, without that line;
   * lost: the live log broke; absent: there was none; off: nobody asked.
   */
  readonly state: 'drained' | 'doubtful' | 'lost' | 'absent' | 'off';
  /** Characters that were yielded. */
  readonly length: number;
  /** The last of them. */
  readonly tail: string;
  /** What of them rests on a guess, because the service contradicted itself. */
  readonly guessed: Fingerprint | undefined;
}

/** Contact was lost for longer than patience lasts; the build may still be running. */
export class LostContactError extends Error {
  override readonly name = 'LostContactError';
}
