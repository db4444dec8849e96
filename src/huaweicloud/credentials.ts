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
  /**
   * All headers to send: the request's own and the proof. Made afresh for every attempt.
   * @throws SignInError when a proof has to be got first and can't be had; the signal's reason when aborted
   */
  authorize(request: RequestToAuthorize, at: Date, signal?: AbortSignal): Promise<Record<string, string>>;
  /** After a 401: true when a new proof was got, so that trying once more makes sense. Throws like `authorize`. */
  renew(signal?: AbortSignal): Promise<boolean>;
}

/** No proof of who we are could be got. The message is one line for people. */
export class AuthError extends Error {
  override readonly name = 'SignInError';
  /** True when trying again a little later may well help. */
  readonly transient: boolean;

  constructor(message: string, transient: boolean, cause?: unknown) {
    super(message, { cause });
    this.transient = transient;
  }
}

/** Signs with a permanent or temporary access key. Nothing to renew. */
export function accessKeyAuthenticator(key: SigningKey): Authenticator {
  return {
    authorize: async (request, at) => sign(request, key, at),
    renew: async () => false,
  };
}

/** Sends a token that somebody else has got. Nothing to renew. */
export function tokenAuthenticator(token: string): Authenticator {
  return {
    authorize: async ({ headers }) => withToken(headers, token),
    renew: async () => false,
  };
}

/** @returns the headers with the token, which replaces any other proof */
export function withToken(headers: Readonly<Record<string, string>>, token: string): Record<string, string> {
  return { ...headers, 'X-Auth-Token': token };
}
