// Bounds the time of optional calls: they change nothing about how the step ends, so it does not wait for them long.

import { type Clock, withTimeout } from '../clock.ts';
import { ApiError, type Failure } from './errors.ts';
import { type CallContext, retry } from './retry.ts';

/**
 * Calls once, best effort: undefined when the call fails or takes longer than `ms` milliseconds.
 * @throws whatever is not an ApiError
 */
export async function tryWithin<T>(
  clock: Clock,
  ms: number,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const timeout = new Error('the call took too long');
  try {
    return await withTimeout(clock, ms, timeout, call);
  } catch (error) {
    if (error === timeout || error instanceof ApiError) return undefined;
    throw error;
  }
}

/** Returned instead of a result that could not be read. */
export class Unavailable {
  /** One line for people. */
  readonly why: string;
  /** Undefined when time was over before CodeArts answered. */
  readonly failure: Failure | undefined;

  constructor(why: string, failure?: Failure) {
    this.why = why;
    this.failure = failure;
  }
}

/**
 * Bounds the time that several optional calls may take together. A person waits for the step to end, and these calls
 * change nothing about how it ends: each is retried while time is left, and given up when it is over.
 */
export class TimeBudget {
  readonly #context: CallContext;
  readonly #endsAt: number;

  /** @param ms milliseconds, from now on, for all calls together */
  constructor({ ms, ...context }: CallContext & { readonly ms: number }) {
    this.#context = context;
    this.#endsAt = context.clock.now() + ms;
  }

  /** Milliseconds that are left; 0 when time is over. */
  get leftMs(): number {
    return Math.max(0, this.#endsAt - this.#context.clock.now());
  }

  /**
   * Sends a call, and repeats it while its failure is transient.
   * @param what such as "the steps of the build"
   * @param maxMs milliseconds for this call where it may not use all that is left
   * @throws whatever `send` throws that is no ApiError, and the signal's reason
   */
  async call<T>(
    what: string,
    send: (signal: AbortSignal) => Promise<T>,
    maxMs = Number.POSITIVE_INFINITY,
  ): Promise<T | Unavailable> {
    const { clock, random, signal } = this.#context;
    const ms = Math.min(this.leftMs, maxMs);
    const timeout = new Error(`CodeArts did not answer in time when asked for ${what}.`);
    if (ms === 0) return new Unavailable(timeout.message);
    try {
      return await withTimeout(clock, ms, timeout, (timedOut) => {
        const either = AbortSignal.any([signal, timedOut]);
        return retry(() => send(either), { clock, random, signal: either, maxElapsedMs: ms });
      });
    } catch (error) {
      signal.throwIfAborted();
      if (error === timeout) return new Unavailable(timeout.message);
      if (error instanceof ApiError) return new Unavailable(error.message, error.failure);
      throw error;
    }
  }

  /** Waits, but not longer than time lasts. */
  async pause(ms: number): Promise<void> {
    await this.#context.clock.sleep(Math.min(ms, this.leftMs), this.#context.signal);
  }
}
