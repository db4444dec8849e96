// Keeps an IAM token fresh for as long as a run lasts: got before the first request, renewed when four fifths of its
// life are over, and once more after a refusal. Knows neither how a token is got nor what it is for. Reference 3.2.

import type { Clock } from '../clock.ts';
import { type Authenticator, AuthError, withToken } from './credentials.ts';

export interface Token {
  readonly value: string;
  /** Milliseconds for which it was given out. */
  readonly lifetimeMs: number;
}

export interface RenewedTokenOptions {
  /** @throws SignInError, or the signal's reason when aborted */
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
 * can't be renewed is used to its end. @throws SignInError from `authorize` and `renew`
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
