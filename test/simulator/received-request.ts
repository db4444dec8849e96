/** Describes a request as it arrived and its response, for tests to count and inspect. */
import type { CallName, Edition } from './routes.ts';

export interface ReceivedRequest {
  readonly call: CallName;
  /** Undefined for calls of other services and for unknown ones. */
  readonly edition: Edition | undefined;
  readonly method: string;
  /** As in the request line, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** When it arrived, in epoch milliseconds of the simulator's clock. */
  readonly at: number;
  readonly requestId: string;
  /** `signed`, `token`, `open` (needs neither), `not checked` (a fault came first) or why it was rejected. */
  readonly verdict: string;
  /** The status of the response; 0 before it, and when there was none. */
  readonly status: number;
  /** The error code of the response, such as CB.00060200; empty where it has none. */
  readonly code: string;
  /** The kinds of the faults that applied. */
  readonly faults: readonly string[];
}
