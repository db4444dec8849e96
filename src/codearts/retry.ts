// When a failed call is worth sending again, and after how long: exponential backoff with full jitter, Retry-After
// honoured. Own code because the waits must follow the service's words and the run's clock, which tests own.

import { type Clock, type Random, withTimeout } from '../clock.ts';
import { ApiError, type Failure, isThrottled, isTransient } from './errors.ts';

const firstBackoffMs = 1_000;
const longestBackoffMs = 30_000;
// A throttled call without Retry-After: the service counts by the minute, so asking within seconds is in vain.
const firstThrottledMs = 5_000;

/**
 * Milliseconds to wait before the next attempt: 0 to 30 s, or what Retry-After asks for and up to 5 s more.
 * @param failures how many attempts in a row have failed, 1 or more
 */
export function backoff(failure: Failure, failures: number, random: Random): number {
  const throttled = isThrottled(failure);
  const first = throttled ? firstThrottledMs : firstBackoffMs;
  const cap = Math.min(longestBackoffMs, first * 2 ** Math.min(failures - 1, 10));
  const jittered = random() * cap;
  if (failure.kind === 'rejected' && failure.retryAfterMs !== undefined) {
    return failure.retryAfterMs + random() * Math.min(failure.retryAfterMs / 4, 5_000);
  }
  return throttled ? cap / 2 + jittered / 2 : jittered;
}

export interface RetryOptions {
  readonly clock: Clock;
  readonly random: Random;
  /**
   * Milliseconds after the first failure at which the last one is thrown. An attempt's own time is not bounded by it.
   */
  readonly maxElapsedMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Which failures are worth another attempt; by default those that pass by themselves. */
  readonly worthRetrying?: (failure: Failure) => boolean;
}

/**
 * Sends a call that may be repeated until it is answered, refused for good, or patience ends.
 * @throws the last ApiError, whatever else `attempt` throws, or the signal's reason
 */
export async function retry<T>(attempt: () => Promise<T>, how: RetryOptions): Promise<T> {
  const worthRetrying = how.worthRetrying ?? isTransient;
  let firstFailureAt: number | undefined;
  for (let failures = 1; ; failures += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ApiError) || !worthRetrying(error.failure)) throw error;
      firstFailureAt ??= how.clock.now();
      const wait = backoff(error.failure, failures, how.random);
      if (how.clock.now() + wait - firstFailureAt > how.maxElapsedMs) throw error;
      await how.clock.sleep(wait, how.signal);
    }
  }
}

/**
 * What is merely good to have: undefined when a call came to nothing, or after `ms` milliseconds.
 * @throws whatever is no ApiError
 */
export async function tryWithin<T>(
  clock: Clock,
  ms: number,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const late = new Error('it took too long');
  try {
    return await withTimeout(clock, ms, late, act);
  } catch (error) {
    if (!(error instanceof ApiError) && error !== late) throw error;
    return undefined;
  }
}
