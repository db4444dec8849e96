// Authenticates requests to Huawei Cloud by a signature or a token in their headers, and renews temporary credentials.
// Reference 3.2.

import type { Clock } from '../clock.ts';
import type { SigningKey } from './credentials.ts';
import { type RequestToSign, sign } from './signer.ts';

export interface Authenticator {
  /**
   * All headers to send: the request's own and the proof. To be called for every attempt.
   * @throws AuthError when signing in is needed first and fails; the signal's reason when aborted
   */
  authorize(request: RequestToSign, at: Date, signal?: AbortSignal): Promise<Record<string, string>>;
  /** Signs in again after a 401: true when the request should be sent again. Throws like `authorize`. */
  renew(signal?: AbortSignal): Promise<boolean>;
}

/** Signing in failed. The message is one line for people. */
export class AuthError extends Error {
  override readonly name = 'AuthError';
  /** True when another attempt a little later may well succeed. */
  readonly transient: boolean;

  constructor(message: string, transient = false, cause?: unknown) {
    super(message, { cause });
    this.transient = transient;
  }
}

/** Proves a request: @returns all headers to send. */
export type Proof = (request: RequestToSign, at: Date) => Record<string, string>;

/** Signs with a permanent or temporary access key. */
export function keyProof(key: SigningKey): Proof {
  return (request, at) => sign(request, key, at);
}

/** Sends a token, which replaces any other proof. */
export function tokenProof(token: string): Proof {
  return ({ headers }) => ({ ...headers, 'X-Auth-Token': token });
}

/** Uses one proof, which can't be renewed. */
export function fixedAuthenticator(proof: Proof): Authenticator {
  return {
    authorize: async (request, at) => proof(request, at),
    renew: async () => false,
  };
}

/** A proof that ends after some time. */
export interface TemporaryProof {
  readonly proof: Proof;
  /** Milliseconds for which it is valid. */
  readonly lifetimeMs: number;
}

/** The share of its lifetime after which a proof is renewed. */
const freshShare = 0.8;
/** Milliseconds until the next attempt when a proof that is still valid could not be renewed. */
const pauseMs = 60_000;

interface CachedProof {
  readonly proof: Proof;
  /** Epoch milliseconds. */
  readonly renewAt: number;
  readonly endsAt: number;
}

/**
 * Signs in with the first request, and again when four fifths of a proof's lifetime are over or a request is rejected.
 * A proof that can't be renewed is used to its end.
 * @param obtain signs in. @throws AuthError, or the signal's reason when aborted
 */
export function renewingAuthenticator(
  clock: Clock,
  obtain: (signal: AbortSignal | undefined) => Promise<TemporaryProof>,
): Authenticator {
  let cached: CachedProof | undefined;
  const pending = new Map<AbortSignal | undefined, Promise<CachedProof>>();

  async function signIn(signal: AbortSignal | undefined): Promise<CachedProof> {
    const askedAt = clock.now();
    // The service's own times are by its clock; how long a proof lasts is the same by ours.
    const { proof, lifetimeMs } = await obtain(signal);
    cached = { proof, renewAt: askedAt + lifetimeMs * freshShare, endsAt: askedAt + lifetimeMs };
    return cached;
  }

  /** Two requests at once share a sign-in, unless they have different signals. */
  function signInOnce(signal: AbortSignal | undefined): Promise<CachedProof> {
    const proof = pending.get(signal) ?? signIn(signal).finally(() => pending.delete(signal));
    pending.set(signal, proof);
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
    authorize: async (request, at, signal) => (await current(signal)).proof(request, at),
    async renew(signal) {
      await signInOnce(signal);
      return true;
    },
  };
}
