// Time that jumps: whoever sleeps is woken as soon as nothing is on the wire and nobody else would wake earlier.
// Shared by the action and the simulator, so that hours of a build pass in a blink over real sockets.

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
  /** Called each time before time moves, with the time it will be: a test's way to act at a moment. */
  onAdvance: (now: number) => void = () => {};

  constructor(start = Date.UTC(2026, 0, 12, 1, 30, 0)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  /** How many wait for a moment to come. */
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

  /** An Http whose exchanges hold time still while they last. */
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

  /** Looks a little later, once all that can run without time passing has run. */
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
        // The test has woken it: time stands still until all that follows has run.
        this.#check();
        return;
      }
      this.#now = Math.max(this.#now, next.wakeAt);
      next.wake();
      this.#check();
    });
  }
}
