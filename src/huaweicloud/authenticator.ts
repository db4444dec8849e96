// Who the product is towards Huawei Cloud: turns a request into the headers that prove it. Reference 3.2.
// Reads no environment and no inputs; the secrets it holds never leave it except as signatures and headers.

import type { Clock } from '../clock.ts';
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
   * @throws AuthError when a proof has to be got first and can't be had; the signal's reason when aborted
   */
  authorize(request: RequestToAuthorize, at: Date, signal?: AbortSignal): Promise<Record<string, string>>;
  /** After a 401: true when a new proof was got, so that trying once more makes sense. Throws like `authorize`. */
  renew(signal?: AbortSignal): Promise<boolean>;
}

/** No proof of who we are could be got. The message is one line for people. */
export class AuthError extends Error {
  override readonly name = 'AuthError';
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

export interface Token {
  readonly value: string;
  /** Milliseconds for which it was given out. */
  readonly lifetimeMs: number;
}

export interface RenewedTokenOptions {
  /** @throws AuthError, or the signal's reason when aborted */
  readonly obtain: (signal: AbortSignal | undefined) => Promise<Token>;
  readonly clock: Clock;
}

const freshShare = 0.8;
/** Milliseconds until the next attempt when a token that is still valid could not be renewed. */
const pauseMs = 60_000;

interface CachedToken {
  readonly value: string;
  /** Epoch milliseconds. */
  readonly renewAt: number;
  readonly endsAt: number;
}

/**
 * Signs in when first asked, and again when four fifths of a token's life are over or a token is refused. A token that
 * can't be renewed is used to its end. @throws AuthError from `authorize` and `renew`
 */
export function renewedTokenAuthenticator({ obtain, clock }: RenewedTokenOptions): Authenticator {
  let held: CachedToken | undefined;
  let pending: { readonly token: Promise<CachedToken>; readonly signal: AbortSignal | undefined } | undefined;

  async function get(signal: AbortSignal | undefined): Promise<CachedToken> {
    const askedAt = clock.now();
    const { value, lifetimeMs } = await obtain(signal);
    // The token's own times are by the server's clock; how long it lasts is the same by ours.
    held = { value, renewAt: askedAt + lifetimeMs * freshShare, endsAt: askedAt + lifetimeMs };
    return held;
  }

  /** Two requests at once share a sign-in, unless only one of them is to be given up. */
  function getOnce(signal: AbortSignal | undefined): Promise<CachedToken> {
    if (pending && pending.signal === signal) return pending.token;
    const token = get(signal).finally(() => {
      if (pending?.token === token) pending = undefined;
    });
    pending = { token, signal };
    return token;
  }

  async function current(signal: AbortSignal | undefined): Promise<CachedToken> {
    const now = clock.now();
    const old = held;
    if (old && now < old.renewAt) return old;
    try {
      return await getOnce(signal);
    } catch (error) {
      if (!old || !(error instanceof AuthError) || clock.now() >= old.endsAt) throw error;
      held = { ...old, renewAt: Math.min(clock.now() + pauseMs, old.endsAt) };
      return held;
    }
  }

  return {
    authorize: async ({ headers }, _at, signal) => withToken(headers, (await current(signal)).value),
    async renew(signal) {
      await getOnce(signal);
      return true;
    },
  };
}
