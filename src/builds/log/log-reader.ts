// Reads one log from its first line to its last, a build's own or a child's: live while the build runs, then, where that
// brought less than all, from the full log. Keeps no more of it than its tail. Reference 4.27, 4.10; that the download
// works for children is seen live, that the live log does is a guess (children/child-lookup.ts guards it).

import type { BuildId } from '../../codearts/client.ts';
import { ApiError, isNoLogYet, isTransient } from '../../codearts/errors.ts';
import { backoff } from '../../codearts/retry.ts';
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

export interface LogReaderOptions extends Omit<PollContext, 'build'> {
  /** Where its live log can be read. @throws ApiError that may pass */
  readonly findBuild: (owner: LogOwner) => Promise<BuildId | 'not-yet' | 'nowhere'>;
  /** True: the live log is tried first even where the build has ended. */
  readonly liveFirst: boolean;
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

export class LogReader {
  /** Epoch milliseconds of the next poll; infinite while there is nothing to poll for. */
  dueAt: number;

  readonly #options: LogReaderOptions;
  #owner: LogOwner;
  #phase: Phase = { kind: 'locating' };
  #live: LiveLog | undefined;
  #failures = 0;
  #hasOutput = false;
  /** The full log has brought text. */
  #fullHadText = false;
  /** How the full log ended when it brought no text; it is not tried twice. */
  #fullLogFailed: LogEnd | undefined;
  #interruptedBy: ApiError | undefined;

  constructor(options: LogReaderOptions, owner: LogOwner) {
    this.#options = options;
    this.#owner = owner;
    this.dueAt = options.clock.now();
  }

  /** As it was last seen. */
  get owner(): LogOwner {
    return this.#owner;
  }

  /** True once some of it was yielded. */
  get hasOutput(): boolean {
    return this.#hasOutput;
  }

  /** True while the build runs and its log can't be read live: the full log is read once the build has ended. */
  get waitsForEnd(): boolean {
    return this.#phase.kind === 'waiting-for-end';
  }

  /** True while text comes. */
  get flowing(): boolean {
    return this.#phase.kind === 'full' || (this.#phase.kind === 'live' && this.#phase.live.flowing);
  }

  /** The log's text says that the build has ended. */
  get saysCompleted(): boolean {
    return this.#live?.saysCompleted === true;
  }

  /** Epoch milliseconds of the live log's last good answer; 0: none yet. A download does not count. */
  get answeredAt(): number {
    return this.#live?.answeredAt ?? 0;
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
    } else if (this.#phase.kind !== 'over') this.dueAt = this.#options.clock.now();
  }

  /**
   * Reads on: the next answer of the live log, or the next piece of the full one. Plans the next poll.
   * @throws the signal's reason; a log that can't be read ends with an `end` that says so
   */
  async *poll(): AsyncGenerator<FollowEvent> {
    if (this.#phase.kind === 'locating' && this.#triesLive && !(await this.#locate())) return;
    const phase = this.#phase;
    if (phase.kind === 'full') yield* this.#readFull(phase.parts);
    else if (phase.kind === 'live') yield* this.#readLive(phase.live);
    else if (phase.kind !== 'over' && this.#owner.ended) this.#download();
  }

  /** A build that has ended has its full log in one piece: that costs less than to follow what it wrote. */
  get #triesLive(): boolean {
    return !this.#owner.ended || this.#options.liveFirst || this.#fullLogFailed !== undefined;
  }

  /** Frees what is open. */
  async close(): Promise<void> {
    if (this.#phase.kind === 'full') await this.#phase.parts.return();
  }

  /** @returns true once the live log can be read */
  async #locate(): Promise<boolean> {
    const { clock, random, schedule } = this.#options;
    try {
      const build = await this.#options.findBuild(this.#owner);
      if (build === 'not-yet' && !this.#owner.ended)
        this.dueAt = clock.now() + schedule.wait({ of: 'log', phase: 'missing' });
      else if (typeof build === 'string') this.#leaveLive();
      else {
        this.#goLive(build);
        return true;
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#failures += 1;
      this.dueAt = clock.now() + backoff(error.failure, this.#failures, random);
      if (this.#fullLogFailed) this.#leaveLive();
    }
    return false;
  }

  #goLive(build: BuildId): void {
    const live = new LiveLog({ ...this.#options, build });
    this.#live = live;
    this.#phase = { kind: 'live', live };
    live.begin();
    if (this.#owner.ended) live.drain(this.#owner.endedAt);
    this.dueAt = live.dueAt;
  }

  async *#readLive(live: LiveLog): AsyncGenerator<FollowEvent> {
    for await (const event of live.poll()) {
      if (event.kind === 'log-interrupted') {
        this.#interruptedBy = 'error' in event.why ? event.why.error : undefined;
        // That a child's live log breaks off is no loss: it comes whole when the child has ended.
        if (this.#owner.child) continue;
      }
      if (event.kind === 'text') this.#hasOutput = true;
      yield event.kind === 'text' ? { ...event, child: this.#owner.child } : event;
    }
    this.#followLive(live);
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
    else if (this.#fullLogFailed) this.#end(this.#endWithoutFullLog(this.#fullLogFailed, state));
    else if (this.#owner.ended) this.#download();
    else {
      this.#phase = { kind: 'waiting-for-end' };
      this.dueAt = Number.POSITIVE_INFINITY;
    }
  }

  #endWithoutFullLog(failed: LogEnd, state: LogProgress['state']): LogEnd {
    if (failed.state === 'shorter') return failed;
    const cause = this.#interruptedBy ?? failed.cause;
    if (this.#live && state === 'interrupted') return { state: 'interrupted', cause };
    return this.hasOutput ? { state: 'unfinished', cause } : { state: 'missing' };
  }

  #download(): void {
    const { client, clock, random, signal, maxElapsedMs } = this.#options;
    this.#phase = {
      kind: 'full',
      parts: readMissingLog({
        client,
        calls: { clock, random, signal },
        recordId: this.#owner.recordId,
        log: this.progress,
        maxElapsedMs,
        until: this.#options.until(),
      }),
    };
    this.dueAt = clock.now();
  }

  async *#readFull(parts: AsyncGenerator<LogPart, void>): AsyncGenerator<FollowEvent> {
    const { value: part } = await parts.next();
    if (!part) return;
    if (part.kind === 'log-ended') {
      this.#leaveFull(part.end);
      return;
    }
    this.#hasOutput = true;
    this.#fullHadText = true;
    yield { ...part, child: this.#owner.child };
  }

  #leaveFull(end: LogEnd): void {
    const liveMayHelp = this.#live ? !this.#live.over : isLasting(end);
    const hadNone = end.cause !== undefined || end.state === 'missing' || end.state === 'shorter';
    if (this.#fullHadText || !liveMayHelp || !hadNone) {
      this.#end(end);
      return;
    }
    this.#fullLogFailed = end;
    // The full log brought no text: the live one is read, or read on, at the cost of more calls.
    this.#phase = this.#live ? { kind: 'live', live: this.#live } : { kind: 'locating' };
    this.dueAt = this.#options.clock.now();
  }

  #end(end: LogEnd): void {
    this.#phase = { kind: 'over', end };
    this.dueAt = Number.POSITIVE_INFINITY;
  }
}

/** There is no full log. A transient failure does not say so, and a live log would fail as well. */
function isLasting({ state, cause }: LogEnd): boolean {
  if (!(cause instanceof ApiError)) return state === 'missing' || cause !== undefined;
  return !isTransient(cause.failure) || isNoLogYet(cause.failure);
}
