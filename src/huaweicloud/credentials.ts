// Who the product is towards Huawei Cloud: turns a request into the headers that prove it. Reference 3.2.
// Reads no environment and no inputs; the secrets it holds never leave it except as signatures and headers.

import { type SigningKey, sign } from './signer.ts';

export interface RequestToAuthorize {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Authenticator {
  /** All headers to send: the request's own and the proof. Made afresh for every attempt. */
  authorize(request: RequestToAuthorize, at: Date): Promise<Record<string, string>>;
  /** After a 401: true when a new proof was got, so that trying once more makes sense. */
  renew(): Promise<boolean>;
}

/** Signs with a permanent or temporary access key. Nothing to renew. */
export function accessKeyAuthenticator(key: SigningKey): Authenticator {
  return {
    authorize: async (request, at) => sign(request, key, at),
    renew: async () => false,
  };
}
