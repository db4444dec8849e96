// Proves to Huawei Cloud who sends a request: turns a request into the headers to send. Reference 3.2.
// Reads no environment and no inputs; its secrets leave it only as signatures and headers.

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
   * All headers to send: the request's own and the proof. Must be called anew for every attempt.
   * @throws AuthError when signing in is needed first and fails; the signal's reason when aborted
   */
  authorize(request: RequestToAuthorize, at: Date, signal?: AbortSignal): Promise<Record<string, string>>;
  /** Signs in again after a 401: true when another attempt makes sense. Throws like `authorize`. */
  renew(signal?: AbortSignal): Promise<boolean>;
}

/** Signing in failed. The message is one line for people. */
export class AuthError extends Error {
  override readonly name = 'AuthError';
  /** True when another attempt a little later may well succeed. */
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

/** Sends a token that was obtained elsewhere. Nothing to renew. */
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
  /** Milliseconds for which it is valid. */
  readonly lifetimeMs: number;
}

/** A proof that ends after some time. */
export interface TemporaryProof {
  readonly authorize: (request: RequestToAuthorize, at: Date) => Record<string, string>;
  /** Milliseconds for which it is valid. */
  readonly lifetimeMs: number;
}

/** Sends a token until it ends. */
export function tokenProof({ value, lifetimeMs }: Token): TemporaryProof {
  return { lifetimeMs, authorize: ({ headers }) => withToken(headers, value) };
}

/** Signs with a temporary access key until it ends. */
export function accessKeyProof(key: SigningKey, lifetimeMs: number): TemporaryProof {
  return { lifetimeMs, authorize: (request, at) => sign(request, key, at) };
}

export interface RenewingOptions {
  /** Signs in. @throws AuthError, or the signal's reason when aborted */
  readonly obtain: (signal: AbortSignal | undefined) => Promise<TemporaryProof>;
  readonly clock: Clock;
}

/** The share of its lifetime after which a proof is renewed. */
const freshShare = 0.8;
/** Milliseconds until the next attempt when a proof that is still valid could not be renewed. */
const pauseMs = 60_000;

interface CachedProof {
  readonly proof: TemporaryProof;
  /** Epoch milliseconds. */
  readonly renewAt: number;
  readonly endsAt: number;
}

/**
 * Signs in with the first request, and again when four fifths of a proof's lifetime are over or a request is rejected.
 * A proof that can't be renewed is used to its end. @throws AuthError from `authorize` and `renew`
 */
export function renewingAuthenticator({ obtain, clock }: RenewingOptions): Authenticator {
  let cached: CachedProof | undefined;
  let pending: { readonly proof: Promise<CachedProof>; readonly signal: AbortSignal | undefined } | undefined;

  async function signIn(signal: AbortSignal | undefined): Promise<CachedProof> {
    const askedAt = clock.now();
    const proof = await obtain(signal);
    // The service's own times are by its clock; how long a proof lasts is the same by ours.
    const { lifetimeMs } = proof;
    cached = { proof, renewAt: askedAt + lifetimeMs * freshShare, endsAt: askedAt + lifetimeMs };
    return cached;
  }

  /** Two requests at once share a sign-in, unless they have different signals. */
  function signInOnce(signal: AbortSignal | undefined): Promise<CachedProof> {
    if (pending && pending.signal === signal) return pending.proof;
    const proof = signIn(signal).finally(() => {
      if (pending?.proof === proof) pending = undefined;
    });
    pending = { proof, signal };
    return proof;
  }

  async function current(signal: AbortSignal | undefined): Promise<CachedProof> {
    const old = cached;
    if (old && clock.now() < old.renewAt) return old;
    try {
      return await signInOnce(signal);
    } catch (error) {
      if (!old || !(error instanceof AuthError) || clock.now() >= old.endsAt) throw error;
      cached = { ...old, renewAt: Math.min(clock.now() + pauseMs, old.endsAt) };
      return cached;
    }
  }

  return {
    authorize: async (request, at, signal) => (await current(signal)).proof.authorize(request, at),
    async renew(signal) {
      await signInOnce(signal);
      return true;
    },
  };
}
