// Defines what reading a build's logs yields, how far a log was read, and what takes the logs: the console that prints
// them and the file that saves them.

import type { ApiError } from '../../codearts/errors.ts';
import type { Child } from '../children/child.ts';

/** What reading the logs of a build yields. `child` is undefined for the build's own log. */
export type LogEvent = { readonly child: Child | undefined } & (
  | LogText
  /** Nothing more comes of this log. */
  | { readonly kind: 'log-ended'; readonly end: LogEnd }
);

/** What reading one log yields. */
export type LogText =
  /** Text of the log, cut anywhere. */
  | { readonly kind: 'text'; readonly text: string }
  /** What came of the log is not the beginning of the full log, which follows as a whole. */
  | { readonly kind: 'log-restarted' };

/**
 * What is known of a log of which nothing more comes. A live log that was read to its last line is complete. After any
 * other (LogStatus), LogReader reads the full log and decides.
 */
export type LogEnd =
  /** Every line has come. */
  | { readonly kind: 'complete' }
  /** There is no log. */
  | { readonly kind: 'missing' }
  /** All that there is has come, without CodeArts' last line. */
  | { readonly kind: 'unfinished' }
  /** The full log ends before what was printed does, and has no last line. */
  | { readonly kind: 'shorter' }
  /** The full log became another text while it was read. */
  | { readonly kind: 'changed' }
  /** It went on beyond what the step's time limit, or the size of a log, allows. */
  | { readonly kind: 'too-long' }
  /** The full log can't be had; `error` is undefined where there is no record id to ask with. */
  | {
      readonly kind: 'unavailable';
      readonly error: ApiError | undefined;
      readonly lacks: 'all' | 'end' | 'perhaps-end';
    };

/** Why a live log could not be followed any further. */
export type LogInterruption =
  | { readonly kind: 'rejected'; readonly error: ApiError }
  | { readonly kind: 'failing'; readonly error: ApiError }
  | { readonly kind: 'contradicts-itself' }
  /** It goes on though the build has long been over. */
  | { readonly kind: 'endless' };

/** How far a log was read. */
export interface LogStatus {
  /**
   * complete: to its last line; unverified: until nothing more came, without the last line; interrupted: it broke off,
   * lacks lines, or was still being read; missing: there was none; disabled: nobody asked.
   */
  readonly state: 'complete' | 'unverified' | 'interrupted' | 'missing' | 'disabled';
  /** UTF-16 units that were yielded. */
  readonly length: number;
  /** The last of them, enough to recognise the place in the full log. */
  readonly tail: string;
}

export interface LogSource {
  /** The child whose log it is; undefined for the build's own. */
  readonly child: Child | undefined;
  /** The line above the log. */
  readonly heading: string;
}

/** Takes the logs of a build, one at a time. */
export interface LogSink {
  /** What is written from now on is this log's. The build's own goes on where it was, also inside a line. */
  begin(source: LogSource): Promise<void>;
  /** @param text cut anywhere */
  write(text: string): Promise<void>;
  /** What was written of this log is not its beginning: it comes again, as a whole. */
  restart(): Promise<void>;
  /** Nothing more comes of this log. */
  end(): Promise<void>;
}
