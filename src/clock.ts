// Time as the program sees it. Every wait and every "now" goes through a Clock, so that tests own time.

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A number in [0, 1): Math.random, or a seeded one in tests. */
export type Random = () => number;

// Timers hold 31 bits of milliseconds; a longer wait would fire at once.
const longestTimer = 2 ** 31 - 1;

/** The machine's own. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(
        () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
        Math.min(Math.max(ms, 0), longestTimer),
      );
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
};

/**
 * Gives `act` a signal that aborts after `ms` milliseconds, and leaves no timer behind. An act that does not heed its
 * signal is not ended.
 * @param timeoutError what is thrown then
 */
export async function withTimeout<T>(
  clock: Clock,
  ms: number,
  timeoutError: Error,
  fn: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const call = new AbortController();
  const timer = clock.sleep(ms, call.signal).then(
    () => call.abort(timeoutError),
    () => {},
  );
  try {
    return await fn(call.signal);
  } catch (error) {
    throw call.signal.aborted ? timeoutError : error;
  } finally {
    call.abort();
    await timer;
  }
}

/**
 * Gives `act` a signal that aborts, with its reason, `ms` milliseconds after `cancelled` does, or has; leaves no timer
 * behind. What is on its way when a run is cancelled may be worth a moment more.
 */
export async function withGrace<T>(
  clock: Clock,
  ms: number,
  cancelled: AbortSignal,
  fn: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const call = new AbortController();
  const endSoon = () => {
    clock.sleep(ms, call.signal).then(
      () => call.abort(cancelled.reason),
      () => {},
    );
  };
  if (cancelled.aborted) endSoon();
  else cancelled.addEventListener('abort', endSoon, { signal: call.signal });
  try {
    return await fn(call.signal);
  } finally {
    call.abort();
  }
}
