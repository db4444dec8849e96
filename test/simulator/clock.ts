/** Defines the clock that the simulator reads. It has no timers: a test moves a VirtualClock, and six hours pass at once. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** A clock that is always so many milliseconds ahead of another. */
export const shifted = (clock: Clock, ms: number): Clock => ({ now: () => clock.now() + ms });

/** A clock that moves only when a test advances it. */
export class VirtualClock implements Clock {
  #now: number;

  constructor(start = Date.UTC(2026, 0, 12, 1, 30, 0)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }
}
