// Reads one child's log from its first line to its last: live while the child runs, then, or where that can't be
// had, from the full log by the child's record. Keeps no more of it than its tail. Reference 4.27, 4.10; that the
// download works for children is seen live, that the live log does is a guess (child-numbers.ts guards it).

import { ApiError, isNoLogYet, isTransient } from '../../codearts/errors.ts';
import { backoff } from '../../codearts/retry.ts';
import type { ChildBuildNumbers } from '../children/build-numbers.ts';
import { type Child, isOver } from '../children/child.ts';
import type { ChildLogEnd, FollowEvent, LogStatus } from '../follow/events.ts';
import type { PollContext } from '../polling.ts';
import { type Completion, readMissing } from './full-log.ts';
import { LiveLog } from './live-log.ts';

const nothingShown: LogStatus = { state: 'absent', length: 0, tail: '', guessed: undefined };

export interface ChildLogOptions extends Omit<PollContext, 'build'> {
  readonly numbers: ChildBuildNumbers;
  /** Milliseconds for which a failing download is tried again. */
  readonly maxElapsedMs: number;
}

/** The watch over one child's log. It has been read when `end` is set. */
export class ChildLogReader {
  /** Epoch milliseconds of the next look; infinite while there is nothing to look for. */
  dueAt: number;

  readonly #options: ChildLogOptions;
  #child: Child;
  #live: LiveLog | undefined;
  #rest: AsyncGenerator<string, Completion> | undefined;
  /** From where the rest is being read. */
  #restFrom: LogStatus = nothingShown;
  #hasSpoken = false;
  #downloaded = false;
  /** It is told from its beginning for the second time. */
  #restarted = false;
  /** What the live log broke off with, and what the full log was refused with. */
  #lostBy: ApiError | undefined;
  #refusedBy: ApiError | undefined;
  #failures = 0;
  #end: ChildLogEnd | undefined;

  constructor(options: ChildLogOptions, child: Child) {
    this.#options = options;
    this.#child = child;
    this.dueAt = options.clock.now();
  }

  /** As it was last seen. */
  get child(): Child {
    return this.#child;
  }

  /** True once some of it was yielded: no other text may come between. */
  get hasOutput(): boolean {
    return this.#hasSpoken;
  }

  /** True while nothing of it is on its way. */
  get idle(): boolean {
    return !this.#rest && (!this.#live || this.#live.over);
  }

  /** True while it can't be read although the child runs. */
  get unavailable(): boolean {
    return !this.#end && !isOver(this.#child) && this.dueAt === Number.POSITIVE_INFINITY;
  }

  /** True while text of it flows. */
  get flowing(): boolean {
    return this.#rest !== undefined || this.#live?.state === 'flowing';
  }

  /** Its last line has come, though the child is not known to have ended. */
  get sawLastLine(): boolean {
    return this.#live?.finished === true && !isOver(this.#child);
  }

  /** Epoch milliseconds of the live log's last good answer; 0: none yet. A download does not count. */
  get answeredAt(): number {
    return this.#live?.answeredAt ?? 0;
  }

  /** Set once nothing more comes. */
  get end(): ChildLogEnd | undefined {
    return this.#end;
  }

  /** Takes note of how the child stands. */
  childIs(child: Child): void {
    const endsNow = isOver(child) && !isOver(this.#child);
    this.#child = child;
    if (!endsNow) return;
    this.#live?.drain(child.finishedAt);
    this.dueAt = this.#live && !this.#live.over ? this.#live.dueAt : this.#options.clock.now();
  }

  /**
   * Reads on: the next answer of the live log, or the next piece of the full one. Plans the next look.
   * @throws the signal's reason: a log that can't be read is told by `end`
   */
  async *look(): AsyncGenerator<FollowEvent> {
    if (this.#rest) yield* this.#readRest(this.#rest);
    else if (this.#live && !this.#live.over) yield* this.#readLive(this.#live);
    else if (isOver(this.#child)) this.#download(this.#live?.end() ?? nothingShown);
    else await this.#goLive();
  }

  /** Frees what is open. */
  async close(): Promise<void> {
    await this.#rest?.return({ kind: 'complete' });
  }

  async #goLive(): Promise<void> {
    const { numbers, clock, random, signal, pace } = this.#options;
    try {
      await numbers.check(this.#child, signal);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#failures += 1;
      this.dueAt = clock.now() + backoff(error.failure, this.#failures, random);
      return;
    }
    const build = numbers.buildOf(this.#child);
    if (!build) {
      // Without a number yet, or with one that is worth nothing: the child's end will bring its log.
      const mayCome = numbers.validity !== 'bad' && !isOver(this.#child);
      this.dueAt = mayCome
        ? clock.now() + pace.wait({ of: 'log', phase: 'missing' })
        : Number.POSITIVE_INFINITY;
      return;
    }
    this.#live = new LiveLog({ ...this.#options, build }, true);
    this.#live.begin();
    if (isOver(this.#child)) this.#live.drain(this.#child.finishedAt);
    this.dueAt = this.#live.dueAt;
  }

  async *#readLive(live: LiveLog): AsyncGenerator<FollowEvent> {
    for await (const event of live.poll()) {
      // That a child's live log breaks off is no loss: it comes whole when the child has ended, unless it was refused.
      if (event.kind === 'log-lost') {
        this.#lostBy = 'error' in event.why ? event.why.error : undefined;
        continue;
      }
      if (event.kind === 'text') this.#hasSpoken = true;
      yield event;
    }
    this.dueAt = live.dueAt;
    if (!live.over) return;
    if (live.state === 'drained') this.#over({ kind: 'complete' });
    else if (this.#downloaded && live.state === 'lost') {
      this.#over({ kind: 'cut', error: this.#lostBy ?? this.#refusedBy });
    } else if (this.#downloaded) this.#over({ kind: this.hasOutput ? 'complete' : 'absent' });
    else if (isOver(this.#child)) this.#download(live.end());
  }

  #download(from: LogStatus): void {
    const { clock, maxElapsedMs } = this.#options;
    this.#downloaded = true;
    this.#restFrom = from;
    this.#rest = readMissing({ ...this.#options, recordId: this.#child.recordId, log: from, maxElapsedMs });
    this.dueAt = clock.now();
  }

  async *#readRest(rest: AsyncGenerator<string, Completion>): AsyncGenerator<FollowEvent> {
    const next = await rest.next();
    if (!next.done) {
      this.#hasSpoken = true;
      yield { kind: 'text', text: next.value };
      return;
    }
    this.#rest = undefined;
    if (next.value.kind === 'unavailable') await this.#unavailable(next.value.error);
    else if (next.value.kind === 'differs' && !this.#restarted) {
      this.#restarted = true;
      yield { kind: 'log-restarted', child: this.#child };
      this.#download(nothingShown);
    } else if (next.value.kind === 'differs' || next.value.kind === 'shorter')
      this.#over({ kind: 'cut', error: undefined });
    else this.#over({ kind: this.hasOutput ? next.value.kind : 'absent' });
  }

  /**
   * Without the full log it is not known whether all has been yielded, and once: the live log did not come to its end.
   */
  get #needsProof(): boolean {
    return this.#restFrom.length > 0 || this.#restFrom.state === 'lost';
  }

  async #unavailable(error: ApiError | undefined): Promise<void> {
    this.#refusedBy = error;
    const none = error === undefined || isNoLogYet(error.failure) || !isTransient(error.failure);
    if (error && (!none || this.#needsProof)) {
      this.#over({ kind: 'cut', error });
    } else if (this.hasOutput || this.#live) {
      this.#over({ kind: this.hasOutput ? 'complete' : 'absent' });
    } else {
      // There is no full log: perhaps there is a live one.
      await this.#goLive();
      if (!this.#live) this.#over({ kind: 'absent' });
    }
  }

  #over(end: ChildLogEnd): void {
    this.#end = end;
    this.dueAt = Number.POSITIVE_INFINITY;
  }
}
