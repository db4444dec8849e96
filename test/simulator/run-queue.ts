/**
 * Who gets a machine when. With a set number of executors, builds wait their turn; without, each starts when it is ready.
 * Computed ahead from what is known; a new build or a stop makes it compute again. Refuses to look into the past.
 */
import type { Build } from './build.ts';
import type { Clock } from './clock.ts';

export class RunQueue {
  readonly #executors: number | undefined;
  readonly #clock: Clock;
  readonly #starts = new WeakMap<Build, number>();
  #open: Build[] = [];
  #stale = false;
  /** Grows with everything that may move a start or an end. */
  version = 0;

  constructor(executors: number | undefined, clock: Clock) {
    this.#executors = executors;
    this.#clock = clock;
  }

  add(build: Build): void {
    if (this.#executors !== undefined) this.#open.push(build);
    this.changed();
  }

  changed(): void {
    this.#stale = true;
    this.version += 1;
  }

  startOf(build: Build): number {
    // A parent only waits for its children: it needs no machine.
    if (this.#executors === undefined || build.children.length > 0) return build.readyAt();
    if (this.#stale) this.#assign(this.#executors);
    return this.#starts.get(build) ?? build.readyAt();
  }

  /** First ready, first served. */
  #assign(executors: number): void {
    this.#stale = false;
    const now = this.#clock.now();
    // What is over holds no machine that a later build could want, and its start never changes again.
    this.#open = this.#open.filter((build) => build.children.length === 0 && !this.#isOver(build, now));
    for (const build of this.#open) this.#starts.delete(build);
    const free: number[] = Array.from({ length: executors }, () => 0);
    const waiting = new Set(this.#open);
    while (waiting.size > 0) {
      const next = first(waiting);
      waiting.delete(next);
      const ready = next.readyAt();
      const machine = free.indexOf(Math.min(...free));
      const start = Math.max(ready, free[machine] ?? 0);
      this.#starts.set(next, start);
      // Whoever needs this one was reckoned with a guess until now.
      this.version += 1;
      // One that is stopped while it waits never takes the machine.
      if (next.endIf(start) > start && Number.isFinite(start)) free[machine] = next.endIf(start);
    }
  }

  #isOver(build: Build, now: number): boolean {
    const start = this.#starts.get(build);
    return start !== undefined && build.endIf(start) <= now;
  }
}

function first(builds: Set<Build>): Build {
  const [next] = [...builds].sort((one, other) => one.readyAt() - other.readyAt());
  if (next === undefined) throw new Error('nobody waits');
  return next;
}
