// Provides time to the rest of the program. Every wait and every reading of the time goes through a Clock, so that
// tests can simulate it.

import { setTimeout as delay } from 'node:timers/promises';

export interface Clock {
  /** Milliseconds since the epoch. Never jumps, whatever happens to the machine's wall clock. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A number in [0, 1): Math.random, or a seeded one in tests. */
export type Random = () => number;

// Timers hold 31 bits of milliseconds; a longer wait would fire at once.
const longestTimer = 2 ** 31 - 1;

/**
 * The machine's clock, read once at start and then advanced by the monotonic timer: a wall clock that is set while the
 * step runs (NTP, a resumed VM) moves no deadline. A clock that was wrong at start is corrected for signing by the
 * server's date (codearts/transport.ts).
 */
export const systemClock: Clock = {
  now: () => Math.floor(performance.timeOrigin + performance.now()),
  sleep: async (ms, signal) => {
    try {
      await delay(Math.min(Math.max(ms, 0), longestTimer), undefined, signal && { signal });
    } catch (error) {
      // node:timers rejects with an AbortError of its own.
      signal?.throwIfAborted();
      throw error;
    }
  },
};

/**
 * Runs `fn` with a signal that aborts after `ms` milliseconds. Leaves no timer behind. An `fn` that ignores its signal
 * is not ended.
 * @param timeoutError thrown when the time is over
 */
export async function withTimeout<T>(
  clock: Clock,
  ms: number,
  timeoutError: Error,
  fn: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const inner = new AbortController();
  const timer = clock.sleep(ms, inner.signal).then(
    () => inner.abort(timeoutError),
    () => {},
  );
  try {
    return await fn(inner.signal);
  } catch (error) {
    throw inner.signal.aborted ? timeoutError : error;
  } finally {
    inner.abort();
    await timer;
  }
}

/**
 * Runs `fn` with a signal that aborts, with the reason of `cancelled`, `ms` milliseconds after `cancelled` has: a
 * request on its way when a run is cancelled may be worth a moment more. Leaves no timer behind.
 */
export async function withGrace<T>(
  clock: Clock,
  ms: number,
  cancelled: AbortSignal,
  fn: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const inner = new AbortController();
  const endSoon = () => {
    clock.sleep(ms, inner.signal).then(
      () => inner.abort(cancelled.reason),
      () => {},
    );
  };
  if (cancelled.aborted) endSoon();
  else cancelled.addEventListener('abort', endSoon, { signal: inner.signal });
  try {
    return await fn(inner.signal);
  } finally {
    inner.abort();
  }
}
