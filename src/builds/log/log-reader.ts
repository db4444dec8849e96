// Reads one log from its first line to its last, the parent's or a child's: live while the build runs, then, where that
// brought less than all, from the full log. Keeps no more of it than its tail. Reference 4.27, 4.10; that the download
// works for children is seen live, that the live log does is a guess (children/read-children.ts guards it).

import type { BuildId } from '../../codearts/client.ts';
import { ApiError, isNoLogYet, isTransient } from '../../codearts/errors.ts';
import { attempt, backoff } from '../../codearts/retry.ts';
import { type Child, isOver } from '../children/child.ts';
import type { FollowEvent, LogEnd, LogPart, LogProgress } from '../events.ts';
import type { PollContext } from '../polling.ts';
import { readMissingLog } from './full-log.ts';
import { LiveLog } from './live-log.ts';
import { logStart } from './log-cursor.ts';

export const nothingRead: LogProgress = { state: 'missing', ...logStart };

/** What is known of the build whose log it is. */
export interface LogOwner {
  /** Undefined for the build that is followed. */
  readonly child: Child | undefined;
  /** Empty while the service has given none. */
  readonly recordId: string;
  readonly ended: boolean;
  /** Epoch milliseconds by the service's clock; undefined where its record has none. */
  readonly endedAt: number | undefined;
}

export function ownerOf(child: Child): LogOwner {
  return { child, recordId: child.recordId, ended: isOver(child), endedAt: child.finishedAt };
}

export interface LogReaderOptions {
  readonly context: Omit<PollContext, 'build'>;
  /** Where the live log of the child, or of the parent, can be read. @throws ApiError that may pass */
  readonly findBuild: (child: Child | undefined) => Promise<BuildId | 'not-yet' | 'nowhere'>;
  /** Milliseconds for which a failing download is tried again. */
  readonly maxElapsedMs: number;
  /** Epoch milliseconds at which reading stops once the build has ended. */
  readonly until: () => number;
}

type Phase =
  /** Where the live log can be read is not known yet. */
  | { readonly kind: 'locating' }
  | { readonly kind: 'live'; readonly live: LiveLog }
  /** The live log can't be read, or not any further: the build's end brings the full log. */
  | { readonly kind: 'waiting-for-end' }
  | { readonly kind: 'full'; readonly parts: AsyncGenerator<LogPart, void> }
  | { readonly kind: 'over'; readonly end: LogEnd };

/** Moves from `locating` to `live`, to `full` and to `over`; back from `full`, once, where the full log brought no text. */
export class LogReader {
  /** Epoch milliseconds of the next poll; infinite while there is nothing to poll for. */
  dueAt: number;

  readonly #options: LogReaderOptions;
  #owner: LogOwner;
  #phase: Phase = { kind: 'locating' };
  #live: LiveLog | undefined;
  /** Of the calls that find the live log. */
  #failures = 0;
  /** The full log has brought text. */
  #fullHadText = false;
  /** How the full log ended when it brought no text; it is not tried twice. */
  #fullLogFailed: LogEnd | undefined;

  constructor(options: LogReaderOptions, owner: LogOwner) {
    this.#options = options;
    this.#owner = owner;
    this.dueAt = options.context.clock.now();
  }

  /** As it was last seen. */
  get owner(): LogOwner {
    return this.#owner;
  }

  /** True once some of it was yielded. */
  get hasOutput(): boolean {
    return this.#fullHadText || this.progress.length > 0;
  }

  /** True while the build runs and nothing of its log can be read before the build's end. */
  get isStuck(): boolean {
    return this.#phase.kind === 'waiting-for-end' && !this.hasOutput;
  }

  /** True while text comes. */
  get flowing(): boolean {
    return this.#phase.kind === 'full' || (this.#phase.kind === 'live' && this.#phase.live.flowing);
  }

  /** The log's text says that the build has ended. */
  get saysCompleted(): boolean {
    return this.#live?.saysCompleted === true;
  }

  /** Set once nothing more comes. */
  get end(): LogEnd | undefined {
    return this.#phase.kind === 'over' ? this.#phase.end : undefined;
  }

  /** How far it was read live. */
  get progress(): LogProgress {
    return this.#live?.progress ?? nothingRead;
  }

  /** Updates what is known of the build. */
  update(owner: LogOwner): void {
    const endsNow = owner.ended && !this.#owner.ended;
    this.#owner = owner;
    if (!endsNow) return;
    if (this.#phase.kind === 'live') {
      this.#phase.live.drain(owner.endedAt);
      this.#followLive(this.#phase.live);
    } else this.dueAt = this.#options.context.clock.now();
  }

  /**
   * Reads on when it is due: the next answer of the live log, or the next piece of the full one. Plans the next poll.
   * @throws the signal's reason; a log that can't be read ends with an `end` that says so
   */
  async *poll(): AsyncGenerator<FollowEvent> {
    if (this.#phase.kind === 'locating' && this.#triesLive) await this.#locate();
    else if (this.#phase.kind === 'locating' || this.#phase.kind === 'waiting-for-end') this.#download();
    if (this.#phase.kind === 'full') {
      const { value: part } = await this.#phase.parts.next();
      if (part?.kind === 'log-ended') this.#leaveFull(part.end);
      else if (part) {
        this.#fullHadText = true;
        // The next piece is due at once, but after the polls that have become due.
        this.dueAt = this.#options.context.clock.now();
        yield { ...part, child: this.#owner.child };
      }
    } else if (this.#phase.kind === 'live') {
      const { live } = this.#phase;
      for await (const event of live.poll()) {
        if (event.kind === 'text') yield { ...event, child: this.#owner.child };
        // That a child's live log breaks off is no loss: it comes whole when the child has ended.
        else if (event.kind !== 'log-interrupted' || !this.#owner.child) yield event;
      }
      this.#followLive(live);
    }
  }

  /** A child that has ended has its full log in one piece: that costs less than to follow what it wrote. */
  get #triesLive(): boolean {
    const { child, ended } = this.#owner;
    return !child || !ended || this.#fullLogFailed !== undefined;
  }

  /** Frees what is open. */
  async close(): Promise<void> {
    if (this.#phase.kind === 'full') await this.#phase.parts.return();
  }

  async #locate(): Promise<void> {
    const { context, findBuild } = this.#options;
    const { clock, random, schedule } = context;
    const build = await attempt(findBuild(this.#owner.child));
    if (build instanceof ApiError) {
      this.#failures += 1;
      this.dueAt = clock.now() + backoff(build.failure, this.#failures, random);
      if (this.#fullLogFailed) this.#leaveLive();
    } else if (build === 'nowhere' || (build === 'not-yet' && this.#owner.ended)) this.#leaveLive();
    else if (build === 'not-yet') this.dueAt = clock.now() + schedule.wait({ of: 'log', phase: 'missing' });
    else {
      const live = new LiveLog({ ...context, build }, this.#owner.child === undefined);
      if (this.#owner.ended) live.drain(this.#owner.endedAt);
      this.#live = live;
      this.#phase = { kind: 'live', live };
    }
  }

  #followLive(live: LiveLog): void {
    this.dueAt = live.dueAt;
    if (live.over) this.#leaveLive();
    else if (live.isLongAndSmall && !this.#fullLogFailed) this.#download();
  }

  /** The live log brings nothing more. */
  #leaveLive(): void {
    const { state } = this.progress;
    if (state === 'complete') this.#end({ state });
    else if (this.#fullLogFailed) this.#end(this.#endWithoutFullLog(this.#fullLogFailed));
    else if (this.#owner.ended) this.#download();
    else {
      this.#phase = { kind: 'waiting-for-end' };
      this.dueAt = Number.POSITIVE_INFINITY;
    }
  }

  #endWithoutFullLog(failed: LogEnd): LogEnd {
    if (failed.state === 'shorter') return failed;
    const { state } = this.progress;
    // A live log without text is one that does not exist.
    if (!this.hasOutput) return this.#live && state === 'missing' ? { state } : failed;
    const cause = this.#live?.interruptedBy ?? failed.cause;
    return { state: state === 'interrupted' ? state : 'unfinished', cause };
  }

  #download(): void {
    const { context, maxElapsedMs, until } = this.#options;
    const { client, clock, random, signal } = context;
    const calls = { clock, random, signal };
    const { recordId } = this.#owner;
    const log = this.progress;
    const parts = readMissingLog({ client, calls, recordId, log, maxElapsedMs, until: until() });
    this.#phase = { kind: 'full', parts };
    this.dueAt = clock.now();
  }

  #leaveFull(end: LogEnd): void {
    const liveMayHelp = this.#live ? !this.#live.over : isLasting(end);
    const hadNone = end.cause !== undefined || end.state === 'missing' || end.state === 'shorter';
    if (this.#fullHadText || !liveMayHelp || !hadNone) {
      this.#end(end);
      return;
    }
    // The full log brought no text: the live one is read, or read on, at the cost of more calls.
    this.#fullLogFailed = end;
    this.#phase = this.#live ? { kind: 'live', live: this.#live } : { kind: 'locating' };
    this.dueAt = this.#options.context.clock.now();
  }

  #end(end: LogEnd): void {
    this.#phase = { kind: 'over', end };
    this.dueAt = Number.POSITIVE_INFINITY;
  }
}

/** There is no full log. A transient failure does not say so, and a live log would fail as well. */
function isLasting({ cause }: LogEnd): boolean {
  return !(cause instanceof ApiError) || !isTransient(cause.failure) || isNoLogYet(cause.failure);
}
