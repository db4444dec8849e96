/** Delays every call by a network latency in real milliseconds, with seeded jitter. The simulated clock is not affected. */
import { seededRandom } from './identifiers.ts';

export interface Latency {
  /** The average time from the first byte of a request to that of its response. */
  readonly ms: number;
  /** The largest deviation, evenly distributed; a quarter of `ms` when left out. */
  readonly jitterMs?: number;
}

export class Network {
  readonly #latency: Latency | undefined;
  readonly #random: () => number;

  constructor(latency: Latency | undefined, seed: number) {
    this.#latency = latency;
    this.#random = seededRandom(seed);
  }

  /** Waits for one direction, half of the latency. */
  async pass(): Promise<void> {
    if (this.#latency === undefined) return;
    const { ms, jitterMs = ms / 4 } = this.#latency;
    const half = (ms + (this.#random() * 2 - 1) * jitterMs) / 2;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, half)));
  }
}
