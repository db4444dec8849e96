/** One request as the server works on it. A type only. */
import type { ReceivedRequest } from './received-request.ts';

/** A request on its way; the part of it that tests see is ReceivedRequest. */
export interface Exchange extends ReceivedRequest {
  verdict: string;
  status: number;
  code: string;
  faults: readonly string[];
  readonly bytes: Uint8Array;
  readonly target: string;
}
