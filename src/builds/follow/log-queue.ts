// Who is heard when a build has several logs. One at a time holds the floor, and only its log is read: the service
// keeps the others, so that nothing is buffered here. When a child has been heard to its end, the floor goes to the
// one that ended first of those not heard yet, else to one that runs. The build's own log is heard until the first
// child takes the floor, and its rest when all children have been. For a build without children this is its log.

import { ChildBuildNumbers } from '../children/build-numbers.ts';
import { byEnd, type Child, hasRun, isOver } from '../children/child.ts';
import type { LiveLog } from '../log/live-log.ts';
import { ChildLogReader } from '../log/log-reader.ts';
import type { PollContext } from '../polling.ts';
import type { FollowEvent, LogStatus } from './events.ts';

/** Milliseconds after which a running child that has said nothing makes room for another. */
const silenceMs = 10_000;
/** Milliseconds for which a child's download that fails is tried again. */
const maxElapsedMs = 30_000;
/** When the last download failed for its whole patience, the next one gets less. */
const shortPatienceMs = 3_000;

/** The watch over all logs of a build, its own and its children's: to those who follow it is one log. */
export class LogQueue {
  readonly #options: PollContext;
  readonly #own: LiveLog;
  readonly #wanted: boolean;
  readonly #numbers: ChildBuildNumbers;
  readonly #heard = new Set<string>();
  readonly #silentAt = new Map<string, number>();
  /** Children whose live log can't be read: their end brings it. */
  readonly #unavailable = new Set<string>();
  #children: readonly Child[] = [];
  #current: ChildLogReader | undefined;
  #holdsSince = 0;
  /** A child has held the floor: the rest of the own log waits until all have been heard. */
  #parentDeferred = false;
  /** Whose text came last; empty: the build's own. */
  #lastSource = '';
  /** The own log has had its say before the first child has. */
  #ownBegan = false;
  #buildEnded = false;
  #endedAt: number | undefined;
  #childrenFinal = false;
  #maxElapsedMs = maxElapsedMs;

  /** @param own the build's own log. @param wanted false: no log is read */
  constructor(options: PollContext, own: LiveLog, wanted: boolean) {
    this.#options = options;
    this.#wanted = wanted;
    this.#own = own;
    this.#numbers = new ChildBuildNumbers(options.client, options.build.jobId);
  }

  /** Epoch milliseconds of the next look. */
  get dueAt(): number {
    if (this.#current) return this.#current.dueAt;
    return this.#parentDeferred ? Number.POSITIVE_INFINITY : this.#own.dueAt;
  }

  /** True while text flows of whoever is heard. */
  get flowing(): boolean {
    return this.#current ? this.#current.flowing : this.#own.state === 'flowing';
  }

  /** The last line has come of the build's own log. */
  get finished(): boolean {
    return !this.#current && this.#own.finished;
  }

  /** The last line has come of a child that is not known to have ended. */
  get childFinished(): boolean {
    return this.#current?.sawLastLine === true;
  }

  /** Epoch milliseconds of the last good answer; 0: none yet. */
  get answeredAt(): number {
    return this.#current ? this.#current.answeredAt : this.#own.answeredAt;
  }

  /** True while somebody's log is being read. */
  get reading(): boolean {
    if (this.#current) return this.#current.dueAt !== Number.POSITIVE_INFINITY;
    return !this.#parentDeferred && !this.#own.over;
  }

  /** Nothing more will be heard, as far as is known. */
  get over(): boolean {
    return !this.#current && !this.#parentDeferred && this.#own.over;
  }

  /** How far the build's own log was read. */
  end(): LogStatus {
    return this.#own.end();
  }

  /** The build has left the queue, so that it may have a log. */
  begin(): void {
    this.#own.begin();
  }

  /**
   * The build has ended: what is left is read without waiting.
   * @param endedAt epoch milliseconds by the service's clock, where its record tells
   */
  drain(endedAt: number | undefined): void {
    this.#buildEnded = true;
    this.#endedAt = endedAt;
    this.#schedule();
  }

  /** @param final true when they will not change any more */
  childrenAre(children: readonly Child[], final: boolean): void {
    if (!this.#wanted) return;
    this.#children = children;
    this.#childrenFinal = final;
    for (const child of children) {
      if (child.recordId === this.#current?.child.recordId) this.#current.childIs(child);
    }
    this.#schedule();
  }

  /**
   * Reads on in the log of whoever holds the floor, then gives the floor to whoever is to have it. Plans the next look.
   * @throws the signal's reason
   */
  async *poll(): AsyncGenerator<FollowEvent> {
    const holder = this.#current;
    if (!holder) {
      yield* this.#emit(this.#own.poll(), undefined);
      this.#ownBegan = true;
      this.#schedule();
      return;
    }
    yield* this.#emit(holder.look(), holder.child);
    if (holder.end) {
      this.#heard.add(holder.child.recordId);
      if (holder.end.kind === 'cut') this.#maxElapsedMs = shortPatienceMs;
      else if (holder.hasOutput) this.#maxElapsedMs = maxElapsedMs;
      this.#current = undefined;
      yield { kind: 'child-log-ended', child: holder.child, end: holder.end };
    }
    this.#schedule();
  }

  /** Frees what is open. */
  async close(): Promise<void> {
    await this.#current?.close();
  }

  /** Says whose text comes, before the first of it. */
  async *#emit(events: AsyncGenerator<FollowEvent>, child: Child | undefined): AsyncGenerator<FollowEvent> {
    for await (const event of events) {
      const voice = child?.recordId ?? '';
      if (event.kind === 'text' && voice !== this.#lastSource) {
        this.#lastSource = voice;
        yield { kind: 'log-source', child };
      }
      yield event;
    }
  }

  /** Gives the floor to whoever is to have it now. */
  #schedule(): void {
    const { clock } = this.#options;
    if (!this.#ownBegan && !this.#own.over && !this.#buildEnded) return;
    if (this.#current) {
      if (this.#current.unavailable) this.#unavailable.add(this.#current.child.recordId);
      if (!this.#shouldYield(this.#current)) return;
      this.#silentAt.set(this.#current.child.recordId, clock.now());
      this.#current = undefined;
    }
    const next = this.#nextEnded() ?? this.#nextRunning();
    if (next) {
      const options = { ...this.#options, numbers: this.#numbers, maxElapsedMs: this.#maxElapsedMs };
      this.#current = new ChildLogReader(options, next);
      this.#holdsSince = clock.now();
      this.#parentDeferred = true;
    } else if (this.#buildEnded && (this.#children.length === 0 || this.#childrenFinal)) {
      this.#parentDeferred = false;
      this.#own.drain(this.#endedAt);
    }
  }

  /**
   * A child that has said nothing keeps the floor from nobody that ended before it, nor for long from one that runs.
   */
  #shouldYield(holder: ChildLogReader): boolean {
    if (holder.hasOutput) return false;
    const ended = this.#nextEnded();
    if (isOver(holder.child)) return holder.idle && ended?.recordId !== holder.child.recordId;
    if (ended) return true;
    const silentForMs = this.#options.clock.now() - this.#holdsSince;
    return (holder.unavailable || silentForMs >= silenceMs) && this.#nextRunning() !== undefined;
  }

  #nextEnded(): Child | undefined {
    return this.#left()
      .filter((child) => isOver(child) && hasRun(child))
      .toSorted(byEnd)[0];
  }

  /**
   * The one that has not been silent, or was so longest ago; of several the one that began first. Not one that has
   * a machine and waits on it for others: it would keep the floor from those that it waits for.
   */
  #nextRunning(): Child | undefined {
    if (this.#numbers.validity === 'bad') return undefined;
    const open = new Set(this.#children.filter((child) => !isOver(child)).map(({ recordId }) => recordId));
    const silentAt = (child: Child) => this.#silentAt.get(child.recordId) ?? 0;
    const never = Number.MAX_SAFE_INTEGER;
    return this.#left()
      .filter(({ state, needs }) => state === 'running' && !needs.some((need) => open.has(need)))
      .filter(
        ({ recordId }) => recordId !== this.#current?.child.recordId && !this.#unavailable.has(recordId),
      )
      .toSorted(
        (one, other) =>
          silentAt(one) - silentAt(other) || (one.startedAt ?? never) - (other.startedAt ?? never),
      )[0];
  }

  #left(): Child[] {
    return this.#children.filter(({ recordId }) => !this.#heard.has(recordId));
  }
}
