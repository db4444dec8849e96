// Reads one child's log from its first line to its last: live while the child runs, then, or where that can't be
// had, from the full log by the child's record. Keeps no more of it than its tail. Reference 4.27, 4.10; that the
// download works for children is seen live, that the live log does is a guess (child-numbers.ts guards it).

import { CallError, isPassing } from '../../codearts/errors.ts';
import { waitAfter } from '../../codearts/retry.ts';
import type { ChildLogEnd, FollowEvent, LogEnd } from '../events.ts';
import { tailLength } from '../log-cursor.ts';
import { type LogRest, restOfLog } from '../log-rest.ts';
import { finishedLine, LogWatch } from '../log-watch.ts';
import type { WatchOptions } from '../status-watch.ts';
import { type Child, isOver } from './child.ts';
import type { ChildNumbers } from './child-numbers.ts';

/** A child that ended so many milliseconds ago may still have lines on their way into its full log. */
const lagMs = 10_000;
const betweenDownloadsMs = 2_000;
const mostDownloads = 3;
const nothingShown: LogEnd = { state: 'doubtful', length: 0, tail: '' };

export interface ChildLogOptions extends Omit<WatchOptions, 'build'> {
  readonly numbers: ChildNumbers;
  /** Milliseconds for which a failing download is tried again. */
  readonly patienceMs: number;
}

export class ChildLog {
  /** Epoch milliseconds of the next look; infinite while there is nothing to look for. */
  dueAt: number;

  readonly #options: ChildLogOptions;
  #child: Child;
  #overSince: number | undefined;
  #live: LogWatch | undefined;
  #rest: AsyncGenerator<string, LogRest> | undefined;
  /** From where the rest is being read. */
  #restFrom: LogEnd = nothingShown;
  #shown: LogEnd = nothingShown;
  #downloads = 0;
  #failures = 0;
  #end: ChildLogEnd | undefined;

  constructor(options: ChildLogOptions, child: Child, overSince: number | undefined) {
    this.#options = options;
    this.#child = child;
    this.#overSince = overSince;
    this.dueAt = options.clock.now();
  }

  get child(): Child {
    return this.#child;
  }

  /** True once some of it was yielded: no other text may come between. */
  get hasSpoken(): boolean {
    return this.#shown.length > 0;
  }

  /** True while it can't be read although the child runs. */
  get mute(): boolean {
    return !this.#end && !isOver(this.#child) && this.dueAt === Number.POSITIVE_INFINITY;
  }

  /** True while text of it flows. */
  get flowing(): boolean {
    return this.#rest !== undefined || this.#live?.state === 'flowing';
  }

  /** Its last line has come, though the child is not known to have ended. */
  get finished(): boolean {
    return this.#live?.finished === true && !isOver(this.#child);
  }

  /** Set once all has been yielded. */
  get end(): ChildLogEnd | undefined {
    return this.#end;
  }

  /** Takes note of how the child stands. */
  childIs(child: Child): void {
    const endsNow = isOver(child) && !isOver(this.#child);
    this.#child = child;
    if (!endsNow) return;
    this.#overSince = this.#options.clock.now();
    this.#live?.buildEnded();
    this.dueAt = this.#live && !this.#live.over ? this.#live.dueAt : this.#overSince;
  }

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
      if (!(error instanceof CallError)) throw error;
      this.#failures += 1;
      this.dueAt = clock.now() + waitAfter(error.failure, this.#failures, random);
      return;
    }
    const build = numbers.buildOf(this.#child);
    if (!build) {
      // Without a number yet, or with one that is worth nothing: the child's end will bring its log.
      const mayCome = numbers.verdict !== 'bad' && !isOver(this.#child);
      this.dueAt = mayCome ? clock.now() + pace.wait('absentLog') : Number.POSITIVE_INFINITY;
      return;
    }
    this.#live = new LogWatch({ ...this.#options, build }, true);
    this.#live.begin();
    if (isOver(this.#child)) this.#live.buildEnded();
    this.dueAt = this.#live.dueAt;
  }

  async *#readLive(live: LogWatch): AsyncGenerator<FollowEvent> {
    for await (const event of live.look()) {
      // That a child's live log breaks off is no loss: it comes whole when the child has ended.
      if (event.kind === 'log-lost') continue;
      if (event.kind === 'text') this.#note(event.text);
      yield event;
    }
    this.dueAt = live.dueAt;
    if (!live.over) return;
    if (live.state === 'drained') this.#over({ kind: 'complete' });
    else if (this.#downloads > 0) this.#over({ kind: this.hasSpoken ? 'complete' : 'absent' });
    else if (isOver(this.#child)) this.#download(live.end());
  }

  #download(from: LogEnd): void {
    const { clock, patienceMs } = this.#options;
    this.#downloads += 1;
    this.#restFrom = from;
    this.#rest = restOfLog({ ...this.#options, recordId: this.#child.recordId, log: from, patienceMs });
    this.dueAt = clock.now();
  }

  async *#readRest(rest: AsyncGenerator<string, LogRest>): AsyncGenerator<FollowEvent> {
    const next = await rest.next();
    if (!next.done) {
      this.#note(next.value);
      yield { kind: 'text', text: next.value };
      return;
    }
    this.#rest = undefined;
    if (next.value.kind === 'complete') this.#downloaded();
    else if (next.value.kind === 'unavailable') await this.#unavailable(next.value.error);
    else if (this.#restFrom.state === 'lost') {
      yield { kind: 'told-anew', child: this.#child };
      this.#download(nothingShown);
    } else this.#over({ kind: 'complete' });
  }

  /** A full log that lacks its last line just after the child's end may still grow. */
  #downloaded(): void {
    const { clock } = this.#options;
    const now = clock.now();
    const fresh = now - (this.#overSince ?? now) < lagMs;
    if (finishedLine.test(this.#shown.tail) || !fresh || this.#downloads >= mostDownloads) {
      this.#over({ kind: this.hasSpoken ? 'complete' : 'absent' });
      return;
    }
    this.#download(this.#shown);
    this.dueAt = now + betweenDownloadsMs;
  }

  async #unavailable(error: CallError): Promise<void> {
    if (isPassing(error.failure) || (this.hasSpoken && this.#restFrom.state === 'lost')) {
      this.#over({ kind: 'cut', error });
    } else if (this.hasSpoken || this.#live) {
      this.#over({ kind: this.hasSpoken ? 'complete' : 'absent' });
    } else {
      // The full log is refused: perhaps the live one is not.
      await this.#goLive();
      if (!this.#live) this.#over({ kind: 'absent' });
    }
  }

  #note(text: string): void {
    const { length, tail } = this.#shown;
    this.#shown = {
      state: 'doubtful',
      length: length + text.length,
      tail: (tail + text.slice(-tailLength)).slice(-tailLength),
    };
  }

  #over(end: ChildLogEnd): void {
    this.#end = end;
    this.dueAt = Number.POSITIVE_INFINITY;
  }
}
