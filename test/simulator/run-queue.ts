/**
 * Who gets a machine when. With a set number of executors, builds wait their turn; without, each starts when it is ready.
 * Computed ahead from what is known; a new build or a stop makes it compute again. Refuses to look into the past.
 */
import type { Clock } from './clock.ts';

/** What a build tells of itself. Times in epoch milliseconds. */
interface Queued {
  readonly children: readonly unknown[];
  /** When it may begin at the earliest. */
  readyAt(): number;
  /** When it ends if it begins then. */
  endIf(start: number): number;
}

export class RunQueue {
  readonly #executors: number | undefined;
  readonly #clock: Clock;
  readonly #starts = new WeakMap<Queued, number>();
  #open: Queued[] = [];
  /** Grows with everything that may move a start or an end. */
  version = 0;

  constructor(executors: number | undefined, clock: Clock) {
    this.#executors = executors;
    this.#clock = clock;
  }

  /** Whoever adds builds says `changed` once all of them are there. */
  add(build: Queued): void {
    if (this.#executors !== undefined) this.#open.push(build);
  }

  changed(): void {
    this.version += 1;
    if (this.#executors !== undefined) this.#assign(this.#executors);
  }

  startOf(build: Queued): number {
    // A parent only waits for its children: it needs no machine.
    if (this.#executors === undefined || build.children.length > 0) return build.readyAt();
    return this.#starts.get(build) ?? build.readyAt();
  }

  /** First ready, first served. What has begun keeps its machine; what waits may be moved. */
  #assign(executors: number): void {
    const now = this.#clock.now();
    const machines: number[] = Array.from({ length: executors }, () => 0);
    const take = (until: number) => {
      machines[machines.indexOf(Math.min(...machines))] = until;
    };
    const waiting = new Set<Queued>();
    this.#open = this.#open.filter((build) => build.children.length === 0 && !this.#isOver(build, now));
    for (const build of this.#open) {
      const start = this.#starts.get(build);
      if (start !== undefined && start <= now) take(build.endIf(start));
      else waiting.add(build);
    }
    for (const build of waiting) this.#starts.delete(build);
    while (waiting.size > 0) {
      const next = first(waiting);
      waiting.delete(next);
      const start = Math.max(next.readyAt(), Math.min(...machines));
      this.#starts.set(next, start);
      // Whoever needs this one was reckoned with a guess until now.
      this.version += 1;
      // One that is stopped while it waits, or never runs, takes no machine.
      const end = next.endIf(start);
      if (Number.isFinite(start) && end > start) take(end);
    }
  }

  #isOver(build: Queued, now: number): boolean {
    const start = this.#starts.get(build);
    return start !== undefined && build.endIf(start) <= now;
  }
}

function first(builds: Set<Queued>): Queued {
  const [next] = [...builds].sort((one, other) => one.readyAt() - other.readyAt());
  if (next === undefined) throw new Error('nobody waits');
  return next;
}
