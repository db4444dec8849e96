/** A request as it came, and what became of it: what tests count and look at. Holds no secret that was not sent. */
import type { CallName } from './routes.ts';

export interface ReceivedRequest {
  readonly call: CallName;
  readonly method: string;
  /** As in the request line, before the question mark. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The clock when it came. */
  readonly at: number;
  readonly requestId: string;
  /** `signed`, `token`, `open` (needs neither), `not checked` (a fault came first) or why it was refused. */
  readonly verdict: string;
  /** What was answered; 0 while or where nothing was. */
  readonly status: number;
  /** The error code of the answer, such as CB.00060200; empty where it has none. */
  readonly code: string;
  /** The kinds of the faults that struck it. */
  readonly faults: readonly string[];
}
