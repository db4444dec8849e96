// Provides virtual time: it jumps to the next timer as soon as no request is in flight. The action and the simulator
// share it, so that hours of a build take milliseconds over real sockets.

import type { Clock } from '../../src/clock.ts';
import type { Http, HttpStream } from '../../src/huaweicloud/http.ts';

interface Sleeper {
  readonly wakeAt: number;
  readonly wake: () => void;
}

export class VirtualTime implements Clock {
  #now: number;
  #onTheWire = 0;
  #sleepers: Sleeper[] = [];
  #checking = false;
  /** Called before time moves, with the new time, so that a test can act at a certain moment. */
  onAdvance: (now: number) => void = () => {};

  constructor(start = Date.UTC(2026, 0, 12, 1, 30, 0)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  /** The number of pending timers. */
  get sleepers(): number {
    return this.#sleepers.length;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const leave = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        signal?.removeEventListener('abort', onAbort);
      };
      const onAbort = () => {
        leave();
        reject(signal?.reason);
      };
      const sleeper: Sleeper = {
        wakeAt: this.#now + Math.max(0, ms),
        wake: () => {
          leave();
          resolve();
        },
      };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#check();
    });
  }

  /** Wraps an Http so that time does not move during its requests. */
  watch(http: Http): Http {
    const hold = async <T>(exchange: () => Promise<T>): Promise<T> => {
      this.#onTheWire += 1;
      try {
        return await exchange();
      } finally {
        this.#onTheWire -= 1;
        this.#check();
      }
    };
    return {
      send: (request) => hold(() => http.send(request)),
      stream: async (request) => {
        const stream = await hold(() => http.stream(request));
        return { ...stream, body: this.#held(stream) };
      },
      close: () => http.close(),
    };
  }

  async *#held(stream: HttpStream): AsyncGenerator<Uint8Array> {
    this.#onTheWire += 1;
    try {
      yield* stream.body;
    } finally {
      this.#onTheWire -= 1;
      this.#check();
    }
  }

  /** Checks again later, once everything that can run without time passing has run. */
  #check(): void {
    if (this.#checking) return;
    this.#checking = true;
    setImmediate(() => {
      this.#checking = false;
      if (this.#onTheWire > 0) return;
      const next = this.#sleepers.reduce<Sleeper | undefined>(
        (first, one) => (first === undefined || one.wakeAt < first.wakeAt ? one : first),
        undefined,
      );
      if (!next) return;
      this.onAdvance(Math.max(this.#now, next.wakeAt));
      if (!this.#sleepers.includes(next)) {
        // The test resolved it: time does not move until everything that follows has run.
        this.#check();
        return;
      }
      this.#now = Math.max(this.#now, next.wakeAt);
      next.wake();
      this.#check();
    });
  }
}
