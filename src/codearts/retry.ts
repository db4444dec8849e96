// Decides when a failed call is worth sending again, and after how long: exponential backoff with full jitter,
// Retry-After honoured. No library, because the delays depend on the service's codes and on the run's own clock.

import type { Clock, Random } from '../clock.ts';
import { ApiError, type Failure, isThrottled, isTransient } from './errors.ts';

/** What every function gets that calls the service and may wait between two calls. */
export interface CallContext {
  readonly clock: Clock;
  readonly random: Random;
  /** Cancels calls and waits. */
  readonly signal: AbortSignal;
}

const firstBackoffMs = 1_000;
const longestBackoffMs = 30_000;
// A throttled call without Retry-After: the service counts by the minute, so a second call within seconds would fail
// too.
const firstThrottledMs = 5_000;

/**
 * Milliseconds to wait before the next attempt: 0 to 30 s, or what Retry-After asks for and up to 5 s more.
 * @param failures how many attempts in a row have failed, 1 or more
 */
export function backoff(failure: Failure, failures: number, random: Random): number {
  if (failure.kind === 'rejected' && failure.retryAfterMs !== undefined) {
    return failure.retryAfterMs + random() * Math.min(failure.retryAfterMs / 4, 5_000);
  }
  const isRateLimit = isThrottled(failure);
  const firstMs = isRateLimit ? firstThrottledMs : firstBackoffMs;
  const cap = Math.min(longestBackoffMs, firstMs * 2 ** (failures - 1));
  return isRateLimit ? cap / 2 + (random() * cap) / 2 : random() * cap;
}

export interface RetryOptions extends CallContext {
  /**
   * Milliseconds after the first failure within which the last attempt must begin (budgets.ts); 0: no second attempt.
   * How long an attempt itself takes is not limited.
   */
  readonly maxElapsedMs: number;
  /** Which failures are worth another attempt; transient ones by default. */
  readonly worthRetrying?: (failure: Failure) => boolean;
}

/**
 * Repeats a call until it succeeds, fails for good, or `maxElapsedMs` is over.
 * @throws the last ApiError, whatever else `call` throws, or the signal's reason
 */
export async function retry<T>(call: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { clock, random, maxElapsedMs, signal, worthRetrying = isTransient } = options;
  let firstFailureAt: number | undefined;
  for (let failures = 1; ; failures += 1) {
    const answer = await attempt(call());
    if (!(answer instanceof ApiError)) return answer;
    if (!worthRetrying(answer.failure)) throw answer;
    firstFailureAt ??= clock.now();
    const wait = backoff(answer.failure, failures, random);
    if (clock.now() + wait - firstFailureAt >= maxElapsedMs) throw answer;
    await clock.sleep(wait, signal);
  }
}

/**
 * Waits for a call and returns its ApiError instead of throwing it.
 * @throws whatever is not an ApiError, such as the signal's reason
 */
export async function attempt<T>(call: Promise<T>): Promise<T | ApiError> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}
