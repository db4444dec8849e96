// How long to wait between two looks at a build: short while text flows, longer in silence and in the queue.
// Pure but for the jitter. The numbers keep a followed build within 40 calls a minute while text flows, 26 in
// silence and 13 in the queue, and a line's way into the step around a second.

import type { Random } from '../clock.ts';

/** Milliseconds. */
const waits = {
  /** The log, while text flows. */
  flowingLog: 2_000,
  /** The log, when its last answer was empty. */
  silentLog: 3_000,
  /** The log, while the service says that there is none yet. */
  absentLog: 5_000,
  /** The status, while text flows or has only just stopped. */
  flowingStatus: 15_000,
  silentStatus: 12_000,
  /** The status, while the build waits for a machine, or when nobody reads its log. */
  lonelyStatus: 5_000,
  /** The status, once the log has said that the build is finished. */
  finishingStatus: 1_000,
  /** The log, between two empty answers after the build's end. */
  drainingLog: 700,
};

const besideLog: ReadonlySet<Wait> = new Set(['flowingStatus', 'silentStatus']);

/** A log that is read so much more slowly is still worth watching, and is back at its pace within minutes. */
const mostSlowdown = 8;

export type Wait = keyof typeof waits;

export class Pace {
  readonly #mostMs: number;
  readonly #random: Random;
  /** Above 1 while the service throttles; comes down with every good answer. */
  #slowdown = 1;

  /**
   * @param mostMs the longest wait between two looks that the user allows, unless the service itself asks for a
   * longer one. A status beside a log that is being read may wait three times as long: the log is looked at meanwhile.
   */
  constructor(mostMs: number, random: Random) {
    this.#mostMs = mostMs;
    this.#random = random;
  }

  /** Milliseconds to wait, spread by ten percent so that many steps do not ask in one beat. */
  wait(kind: Wait): number {
    const mostMs = besideLog.has(kind) ? 3 * this.#mostMs : this.#mostMs;
    const ms = Math.min(waits[kind], mostMs) * this.#slowdown;
    return ms * (0.9 + this.#random() * 0.2);
  }

  throttled(): void {
    this.#slowdown = Math.min(this.#slowdown * 2, mostSlowdown);
  }

  answered(): void {
    this.#slowdown = Math.max(1, this.#slowdown * 0.9);
  }
}
