// Defines what takes the logs of a build, one at a time: what prints them, and what saves them.

import type { Child } from '../children/child.ts';

export interface LogSource {
  /** The child whose log it is; undefined for the build's own. */
  readonly child: Child | undefined;
  /** The line that stands above the log. */
  readonly heading: string;
}

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
