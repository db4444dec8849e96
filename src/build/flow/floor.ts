// Who is heard when a build has several logs. One at a time holds the floor, and only its log is read: the service
// keeps the others, so that nothing is buffered here. When a child has been heard to its end, the floor goes to the
// one that ended first of those not heard yet, else to one that runs. The build's own log is heard until the first
// child takes the floor, and its rest when all children have been. For a build without children this is its log.

import type { FollowEvent, LogEnd } from '../events.ts';
import type { LogWatch } from '../log-watch.ts';
import type { WatchOptions } from '../watching.ts';
import { byEnd, type Child, hasRun, isOver } from './child.ts';
import { ChildLog } from './child-log.ts';
import { ChildNumbers } from './child-numbers.ts';

/** Milliseconds after which a running child that has said nothing makes room for another. */
const silenceMs = 10_000;
/** Milliseconds for which a child's download that fails is tried again. */
const patienceMs = 30_000;
/** When the last download failed for its whole patience, the next one gets less. */
const shortPatienceMs = 3_000;

/** The watch over all logs of a build, its own and its children's: to those who follow it is one log. */
export class Floor {
  readonly #options: WatchOptions;
  readonly #own: LogWatch;
  readonly #wanted: boolean;
  readonly #numbers: ChildNumbers;
  readonly #heard = new Set<string>();
  readonly #silentAt = new Map<string, number>();
  /** Children whose live log can't be read: their end brings it. */
  readonly #mute = new Set<string>();
  #children: readonly Child[] = [];
  #holder: ChildLog | undefined;
  #holdsSince = 0;
  /** A child has held the floor: the rest of the own log waits until all have been heard. */
  #ownWaits = false;
  /** Whose text came last; empty: the build's own. */
  #lastVoice = '';
  /** The own log has had its say before the first child has. */
  #ownBegan = false;
  #buildEnded = false;
  #childrenFinal = false;
  #patienceMs = patienceMs;

  /** @param own the build's own log. @param wanted false: no log is read */
  constructor(options: WatchOptions, own: LogWatch, wanted: boolean) {
    this.#options = options;
    this.#wanted = wanted;
    this.#own = own;
    this.#numbers = new ChildNumbers(options.client, options.build.jobId);
  }

  /** Epoch milliseconds of the next look. */
  get dueAt(): number {
    if (this.#holder) return this.#holder.dueAt;
    return this.#ownWaits ? Number.POSITIVE_INFINITY : this.#own.dueAt;
  }

  /** True while text flows of whoever is heard. */
  get flowing(): boolean {
    return this.#holder ? this.#holder.flowing : this.#own.state === 'flowing';
  }

  /** The last line has come of the build's own log. */
  get finished(): boolean {
    return !this.#holder && this.#own.finished;
  }

  /** The last line has come of a child that is not known to have ended. */
  get childFinished(): boolean {
    return this.#holder?.finished === true;
  }

  /** Epoch milliseconds of the last good answer; 0: none yet. */
  get answeredAt(): number {
    return this.#holder ? this.#holder.answeredAt : this.#own.answeredAt;
  }

  /** True while somebody's log is being read. */
  get reading(): boolean {
    if (this.#holder) return this.#holder.dueAt !== Number.POSITIVE_INFINITY;
    return !this.#ownWaits && !this.#own.over;
  }

  /** Nothing more will be heard, as far as is known. */
  get over(): boolean {
    return !this.#holder && !this.#ownWaits && this.#own.over;
  }

  /** How far the build's own log was read. */
  end(): LogEnd {
    return this.#own.end();
  }

  /** The build has left the queue, so that it may have a log. */
  begin(): void {
    this.#own.begin();
  }

  /** The build has ended: what is left is read without waiting. */
  buildEnded(): void {
    this.#buildEnded = true;
    this.#pass();
  }

  /** @param final true when they will not change any more */
  childrenAre(children: readonly Child[], final: boolean): void {
    if (!this.#wanted) return;
    this.#children = children;
    this.#childrenFinal = final;
    for (const child of children) {
      if (child.recordId === this.#holder?.child.recordId) this.#holder.childIs(child);
    }
    this.#pass();
  }

  /**
   * Reads on in the log of whoever holds the floor, then gives the floor to whoever is to have it. Plans the next look.
   * @throws the signal's reason
   */
  async *look(): AsyncGenerator<FollowEvent> {
    const holder = this.#holder;
    if (!holder) {
      yield* this.#tell(this.#own.look(), undefined);
      this.#ownBegan = true;
      this.#pass();
      return;
    }
    yield* this.#tell(holder.look(), holder.child);
    if (holder.end) {
      this.#heard.add(holder.child.recordId);
      if (holder.end.kind === 'cut') this.#patienceMs = shortPatienceMs;
      else if (holder.hasSpoken) this.#patienceMs = patienceMs;
      this.#holder = undefined;
      yield { kind: 'child-told', child: holder.child, end: holder.end };
    }
    this.#pass();
  }

  /** Frees what is open. */
  async close(): Promise<void> {
    await this.#holder?.close();
  }

  /** Says whose text comes, before the first of it. */
  async *#tell(events: AsyncGenerator<FollowEvent>, child: Child | undefined): AsyncGenerator<FollowEvent> {
    for await (const event of events) {
      const voice = child?.recordId ?? '';
      if (event.kind === 'text' && voice !== this.#lastVoice) {
        this.#lastVoice = voice;
        yield { kind: 'floor', child };
      }
      yield event;
    }
  }

  /** Gives the floor to whoever is to have it now. */
  #pass(): void {
    const { clock } = this.#options;
    if (!this.#ownBegan && !this.#own.over && !this.#buildEnded) return;
    if (this.#holder) {
      if (this.#holder.mute) this.#mute.add(this.#holder.child.recordId);
      if (!this.#makesRoom(this.#holder)) return;
      this.#silentAt.set(this.#holder.child.recordId, clock.now());
      this.#holder = undefined;
    }
    const next = this.#nextEnded() ?? this.#nextRunning();
    if (next) {
      const options = { ...this.#options, numbers: this.#numbers, patienceMs: this.#patienceMs };
      this.#holder = new ChildLog(options, next);
      this.#holdsSince = clock.now();
      this.#ownWaits = true;
    } else if (this.#buildEnded && (this.#children.length === 0 || this.#childrenFinal)) {
      this.#ownWaits = false;
      this.#own.buildEnded();
    }
  }

  /**
   * A child that has said nothing keeps the floor from nobody that ended before it, nor for long from one that runs.
   */
  #makesRoom(holder: ChildLog): boolean {
    if (holder.hasSpoken) return false;
    const ended = this.#nextEnded();
    if (isOver(holder.child)) return holder.idle && ended?.recordId !== holder.child.recordId;
    if (ended) return true;
    const silentForMs = this.#options.clock.now() - this.#holdsSince;
    return (holder.mute || silentForMs >= silenceMs) && this.#nextRunning() !== undefined;
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
    if (this.#numbers.verdict === 'bad') return undefined;
    const open = new Set(this.#children.filter((child) => !isOver(child)).map(({ recordId }) => recordId));
    const silentAt = (child: Child) => this.#silentAt.get(child.recordId) ?? 0;
    const never = Number.MAX_SAFE_INTEGER;
    return this.#left()
      .filter(({ state, needs }) => state === 'running' && !needs.some((need) => open.has(need)))
      .filter(({ recordId }) => recordId !== this.#holder?.child.recordId && !this.#mute.has(recordId))
      .toSorted(
        (one, other) =>
          silentAt(one) - silentAt(other) || (one.startedAt ?? never) - (other.startedAt ?? never),
      )[0];
  }

  #left(): Child[] {
    return this.#children.filter(({ recordId }) => !this.#heard.has(recordId));
  }
}
