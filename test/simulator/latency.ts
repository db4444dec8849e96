/**
 * How long the way to the service and back takes, in real milliseconds, with jitter from a seed.
 * Owns the dice and the waiting. Refuses to touch the simulated clock: builds don't run faster for a slow network.
 */
import { chance } from './identifiers.ts';

export interface Latency {
  /** From the request's first byte to the answer's, on average. */
  readonly ms: number;
  /** So much more or less, evenly spread; a quarter of `ms` unless told otherwise. */
  readonly jitterMs?: number;
}

export class Network {
  readonly #latency: Latency | undefined;
  readonly #dice: () => number;

  constructor(latency: Latency | undefined, seed: number) {
    this.#latency = latency;
    this.#dice = chance(seed);
  }

  /** One way, there or back; half of a call's time. */
  async pass(): Promise<void> {
    if (this.#latency === undefined) return;
    const { ms, jitterMs = ms / 4 } = this.#latency;
    const half = (ms + (this.#dice() * 2 - 1) * jitterMs) / 2;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, half)));
  }
}
