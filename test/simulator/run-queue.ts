/**
 * Assigns executors to builds. With a limited number, builds start in the order in which they are ready; without a limit,
 * as soon as they are ready. The plan is computed ahead, and again whenever a build is started or stopped.
 */
import type { Clock } from './clock.ts';

/** What the queue needs of a build. Times are epoch milliseconds. */
interface QueuedBuild {
  readonly children: readonly unknown[];
  /** The earliest possible start. */
  readyAt(): number;
  /** The end if it starts then. */
  endIf(start: number): number;
}

export class RunQueue {
  readonly #executors: number | undefined;
  readonly #clock: Clock;
  readonly #starts = new WeakMap<QueuedBuild, number>();
  #open: QueuedBuild[] = [];
  /** Incremented by everything that may move a start or an end. */
  version = 0;

  constructor(executors: number | undefined, clock: Clock) {
    this.#executors = executors;
    this.#clock = clock;
  }

  /** After adding builds, call `changed` once. */
  add(build: QueuedBuild): void {
    if (this.#executors !== undefined) this.#open.push(build);
  }

  changed(): void {
    this.version += 1;
    if (this.#executors !== undefined) this.#assign(this.#executors);
  }

  startOf(build: QueuedBuild): number {
    // A parent only waits for its children and needs no executor.
    if (this.#executors === undefined || build.children.length > 0) return build.readyAt();
    return this.#starts.get(build) ?? build.readyAt();
  }

  /** Assigns executors in the order in which builds are ready. Running builds keep theirs. */
  #assign(executors: number): void {
    const now = this.#clock.now();
    const free: number[] = Array.from({ length: executors }, () => 0);
    const take = (until: number) => {
      free[free.indexOf(Math.min(...free))] = until;
    };
    const waiting = new Set<QueuedBuild>();
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
      const start = Math.max(next.readyAt(), Math.min(...free));
      this.#starts.set(next, start);
      // Builds that depend on this one were computed with an estimate until now.
      this.version += 1;
      // A build that is stopped in the queue, or never runs, takes no executor.
      const end = next.endIf(start);
      if (Number.isFinite(start) && end > start) take(end);
    }
  }

  #isOver(build: QueuedBuild, now: number): boolean {
    const start = this.#starts.get(build);
    return start !== undefined && build.endIf(start) <= now;
  }
}

function first(builds: Set<QueuedBuild>): QueuedBuild {
  const [next] = [...builds].sort((one, other) => one.readyAt() - other.readyAt());
  if (next === undefined) throw new Error('no build is waiting');
  return next;
}
