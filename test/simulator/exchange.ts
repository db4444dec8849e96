/** Describes a request while the server works on it; the part that tests see is ReceivedRequest. */
import type { ReceivedRequest } from './received-request.ts';

export interface Exchange extends ReceivedRequest {
  verdict: string;
  status: number;
  code: string;
  faults: readonly string[];
  readonly bytes: Uint8Array;
  readonly target: string;
}
