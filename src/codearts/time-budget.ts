// Bounds the time that several optional calls may take together: each is retried while time is left and given up when
// it is over. A person waits for the step to end, and these calls change nothing about how it ends.

import { withTimeout } from '../clock.ts';
import { ApiError, type Failure } from './errors.ts';
import { type CallContext, retry } from './retry.ts';

/** A result that could not be had. */
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

export interface TimeBudgetOptions extends CallContext {
  /** Milliseconds, from now on, for all calls together. */
  readonly ms: number;
}

/** One for all the calls that share the time. */
export class TimeBudget {
  readonly #options: TimeBudgetOptions;
  readonly #endsAt: number;

  constructor(options: TimeBudgetOptions) {
    this.#options = options;
    this.#endsAt = options.clock.now() + options.ms;
  }

  /** Milliseconds that are left; 0 when time is over. */
  get leftMs(): number {
    return Math.max(0, this.#endsAt - this.#options.clock.now());
  }

  /**
   * Sends a call, again and again while it fails in a way that may pass.
   * @param what is asked for, such as "the steps of the build"
   * @param mostMs milliseconds for this call where it may not use all that is left
   * @throws whatever `send` throws that is no ApiError, and the signal's reason
   */
  async call<T>(
    what: string,
    send: (signal: AbortSignal) => Promise<T>,
    mostMs = Number.POSITIVE_INFINITY,
  ): Promise<T | Unavailable> {
    const { clock, random, signal } = this.#options;
    const ms = Math.min(this.leftMs, mostMs);
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
    await this.#options.clock.sleep(Math.min(ms, this.leftMs), this.#options.signal);
  }
}
