// Follows the live log of one build: plans when to poll it, and decides when nothing more comes. Silence never ends the
// log; only the build's end does, and then the log's last line or seconds without text. Reference 4.27.

import { budgets } from '../../budgets.ts';
import type { LogChunk } from '../../codearts/build-schemas.ts';
import { ApiError, type Failure, isNoLogYet, isTransient } from '../../codearts/errors.ts';
import { attempt } from '../../codearts/retry.ts';
import type { FollowEvent, LogEvent, LogInterruption, LogPart, LogProgress } from '../events.ts';
import { afterRejectionMs, maxConsecutiveRejections, type PollContext, type PollKind } from '../polling.ts';
import { ChunkSizes } from './chunk-sizes.ts';
import { LogCursor } from './log-cursor.ts';
import { completedText, hasLastLine, saysCompleted, saysStarted } from './log-line.ts';

/** How many times in a row the service must say after the build's end that there is no log. */
const noLogAnswersAtEnd = 3;
/**
 * The end of a build is often noticed late. At most so many milliseconds of the wait for the log's end count as over by
 * then, because a record may have a wrong finish time.
 */
const maxHeadStartMs = 6_000;
/** After so many small chunks since the build's end, one download is cheaper than further polls. */
const maxSmallChunks = 5;
/** After so many other chunks since the build's end, polls are no longer hurried by the service's promise of more. */
const maxHastyPolls = 5;
/** Up to so many milliseconds without text, the log is only pausing: most tools write in bursts. */
const pauseMs = 10_000;

/** Text, or another event of a poll. */
type LiveLogEvent = Extract<LogPart, { kind: 'text' }> | Exclude<FollowEvent, LogEvent>;

/** How soon the log is polled next. */
type LogPhase = Extract<PollKind, { of: 'log' }>['phase'];

type Phase =
  /** The build is in the queue. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'running'; readonly lastTextAt: number; readonly flowing: boolean }
  /** The build has ended, its log perhaps not. */
  | {
      readonly kind: 'draining';
      readonly since: number;
      /** Of the last text, or of the build's end where no text came since. */
      readonly lastTextAt: number;
      readonly flowing: boolean;
      readonly smallChunks: number;
      readonly otherChunks: number;
      readonly noLogAnswers: number;
    }
  | { readonly kind: 'over'; readonly state: LogProgress['state'] };

interface LiveLogOptions extends PollContext {
  /** False: where the log is rejected before its first text, the full log is read at once. */
  readonly liveFirst: boolean;
}

/** The live log of one build. */
export class LiveLog {
  /** Epoch milliseconds of the next poll; infinite while there is nothing to poll for. */
  dueAt = Number.POSITIVE_INFINITY;
  /** Epoch milliseconds of the last answer below HTTP 500, which shows that the service can be reached; 0: none yet. */
  answeredAt = 0;

  readonly #options: LiveLogOptions;
  readonly #cursor = new LogCursor();
  readonly #sizes = new ChunkSizes();
  /** The log began with CodeArts' line about the start of the build. */
  #saysStarted = false;
  #phase: Phase = { kind: 'waiting' };
  /** Failed polls since `#logOkAt`. */
  #failures = 0;
  #rejections = 0;
  #polledAt = 0;
  /** Epoch milliseconds of the last text, silence or "no log yet": limits how long failures are tolerated. */
  #logOkAt = 0;

  constructor(options: LiveLogOptions) {
    this.#options = options;
  }

  /** True while text comes. */
  get flowing(): boolean {
    return 'flowing' in this.#phase && this.#phase.flowing;
  }

  /** Nothing more will be polled. */
  get over(): boolean {
    return this.#phase.kind === 'over';
  }

  /** The last text says that the build ends: a tool may well print such a line. */
  get saysCompleted(): boolean {
    return saysCompleted(this.#cursor.position.tail);
  }

  /** True when the build has ended and so much is left, in small chunks, that a download is cheaper. */
  get isLongAndSmall(): boolean {
    return this.#phase.kind === 'draining' && this.#phase.smallChunks > maxSmallChunks;
  }

  /** How far the log was read: one that is still being read counts as interrupted. */
  get progress(): LogProgress {
    const state = this.#phase.kind === 'over' ? this.#phase.state : 'interrupted';
    return { state, ...this.#cursor.position };
  }

  /** The build has left the queue, so that it may have a log. */
  begin(): void {
    if (this.#phase.kind !== 'waiting') return;
    const { clock, schedule } = this.#options;
    schedule.logBegins();
    this.dueAt = clock.now();
    this.#logOkAt = clock.now();
    this.#phase = { kind: 'running', lastTextAt: 0, flowing: false };
  }

  /**
   * The build has ended: what is left is read without waiting.
   * @param endedAt epoch milliseconds by the service's clock; undefined where its record has none
   */
  drain(endedAt: number | undefined): void {
    this.begin();
    if (this.#phase.kind !== 'running') return;
    const { client, clock } = this.#options;
    const now = clock.now();
    const msAgo = endedAt === undefined ? 0 : Math.max(0, client.serverNow() - endedAt);
    this.#phase = {
      kind: 'draining',
      since: now,
      lastTextAt: Math.max(this.#phase.lastTextAt, now - Math.min(msAgo, maxHeadStartMs)),
      flowing: this.#phase.flowing,
      smallChunks: 0,
      otherChunks: 0,
      noLogAnswers: 0,
    };
    this.#logOkAt = now;
    if (this.#failures === 0) this.dueAt = now;
    // The service has asked for a pause that is longer than the full log is worth waiting for.
    else if (this.dueAt - now > budgets.failingLogEnd) this.#end('interrupted');
  }

  /**
   * Asks for what was written since the last poll, and plans the next one.
   * @throws whatever is no ApiError, as the signal's reason: a log that can't be read is an event
   */
  async *poll(): AsyncGenerator<LiveLogEvent> {
    const { client, build, clock, schedule, signal } = this.#options;
    this.#polledAt = clock.now();
    const chunk = await attempt(client.log(build, this.#cursor.offset, signal));
    if (chunk instanceof ApiError) {
      yield* this.#failed(chunk);
      return;
    }
    schedule.answered('log');
    yield* this.#recover();
    this.answeredAt = clock.now();
    const result = this.#cursor.accept(chunk);
    if (result.kind === 'contradiction') yield this.#interrupt({ kind: 'contradicts-itself' });
    else if (result.kind === 'retry') this.dueAt = clock.now();
    else if (result.text === '') this.#planAfterSilence();
    else {
      if (this.#cursor.position.length === result.text.length) this.#saysStarted = saysStarted(result.text);
      this.#planAfterText(chunk);
      yield { kind: 'text', text: result.text };
      if (this.#phase.kind === 'draining' && clock.now() - this.#phase.since > budgets.endlessLog)
        yield this.#interrupt({ kind: 'endless' });
    }
  }

  #planAfterText(chunk: LogChunk): void {
    const lastTextAt = this.#options.clock.now();
    const size = this.#sizes.add(chunk);
    if (this.#phase.kind === 'running') {
      this.#phase = { ...this.#phase, lastTextAt, flowing: true };
      this.dueAt = size === 'large' ? lastTextAt : this.#after(size === 'small' ? 'nextChunk' : 'active');
      return;
    }
    if (this.#phase.kind !== 'draining') return;
    const { tail } = this.#cursor.position;
    if (!chunk.hasMore && this.#hasEnd && tail.endsWith('\n')) {
      this.#reachEnd();
      return;
    }
    const smallChunks = this.#phase.smallChunks + (size === 'small' ? 1 : 0);
    const otherChunks = this.#phase.otherChunks + (size === 'rest' ? 1 : 0);
    this.#phase = { ...this.#phase, lastTextAt, flowing: true, smallChunks, otherChunks, noLogAnswers: 0 };
    const isHasty = size === 'small' || otherChunks <= maxHastyPolls;
    this.dueAt = size === 'large' ? lastTextAt : this.#after(isHasty ? 'nextChunk' : 'draining');
  }

  /** The last line has come. A tool may print one like it, but not CodeArts' line about the end that precedes it. */
  get #hasEnd(): boolean {
    return hasLastLine(this.#cursor.position.tail) && (!this.#saysStarted || this.#saysEnded);
  }

  /** Logs that begin with CodeArts' line about the build's start have one about its end, too (seen live). */
  get #saysEnded(): boolean {
    return this.#saysStarted && this.#cursor.position.tail.includes(completedText);
  }

  /** Counted from poll to poll: a distant service is asked as often as a near one, a slow one less. */
  #after(phase: LogPhase): number {
    const { clock, schedule } = this.#options;
    const wait = schedule.wait({ of: 'log', phase });
    return Math.max(this.#polledAt + wait, clock.now() + wait / 2);
  }

  #planAfterSilence(): void {
    const { clock } = this.#options;
    this.#sizes.addEmpty();
    if (this.#phase.kind === 'running') {
      const isPause = clock.now() - this.#phase.lastTextAt < pauseMs;
      this.#phase = { ...this.#phase, flowing: false };
      this.dueAt = this.#after(isPause ? 'active' : 'idle');
      return;
    }
    if (this.#phase.kind !== 'draining') return;
    // A tool may have printed the last line, so one empty answer has to follow it. Some services say that there is more
    // whatever happens, so that is not waited for.
    const waitMs = this.#saysEnded ? budgets.lastLine : budgets.logEnd;
    if (this.#hasEnd || clock.now() - this.#phase.lastTextAt >= waitMs) {
      this.#reachEnd();
      return;
    }
    this.#phase = { ...this.#phase, flowing: false };
    this.dueAt = this.#after('draining');
  }

  #reachEnd(): void {
    if (this.#cursor.mayHaveSkipped) this.#end('interrupted');
    else this.#end(this.#hasEnd ? 'complete' : 'unfinished');
  }

  *#recover(): Generator<LiveLogEvent> {
    if (this.#failures > 0) yield { kind: 'recovered', of: 'log' };
    this.#failures = 0;
    this.#rejections = 0;
    this.#logOkAt = this.#options.clock.now();
  }

  *#failed(error: ApiError): Generator<LiveLogEvent> {
    const { clock, schedule } = this.#options;
    const { failure } = error;
    if (isNoLogYet(failure)) {
      yield* this.#recover();
      this.#planAfterNoLog(failure);
      return;
    }
    if (!isTransient(failure)) {
      this.#rejections += 1;
      const mayPass =
        this.#phase.kind === 'running' && (this.#cursor.position.length > 0 || this.#options.liveFirst);
      if (!mayPass || this.#rejections >= maxConsecutiveRejections)
        yield this.#interrupt({ kind: 'rejected', error });
      else this.dueAt = clock.now() + afterRejectionMs;
      return;
    }
    const forMs = clock.now() - this.#logOkAt;
    this.#failures += 1;
    const wait = schedule.waitAfterFailure('log', failure, this.#failures);
    if (this.#phase.kind === 'draining' ? forMs + wait >= budgets.failingLogEnd : forMs >= budgets.contact) {
      yield this.#interrupt({ kind: 'failing', error });
      return;
    }
    this.dueAt = clock.now() + wait;
    yield { kind: 'trouble', of: 'log', error, forMs };
  }

  #planAfterNoLog(failure: Failure): void {
    const { clock, schedule } = this.#options;
    // With HTTP 500 the gateway says that it can't reach the log's back end.
    if (failure.kind === 'rejected' && failure.status < 500) this.answeredAt = clock.now();
    if (this.#phase.kind !== 'draining') {
      this.dueAt = clock.now() + schedule.wait({ of: 'log', phase: 'missing' });
      return;
    }
    const noLogAnswers = this.#phase.noLogAnswers + 1;
    this.#phase = { ...this.#phase, noLogAnswers };
    if (noLogAnswers >= noLogAnswersAtEnd)
      this.#end(this.#cursor.position.length > 0 ? 'interrupted' : 'missing');
    else this.dueAt = clock.now() + schedule.wait({ of: 'log', phase: 'draining' });
  }

  #interrupt(why: LogInterruption): LiveLogEvent {
    this.#end('interrupted');
    return { kind: 'log-interrupted', why };
  }

  #end(state: LogProgress['state']): void {
    this.#phase = { kind: 'over', state };
    this.dueAt = Number.POSITIVE_INFINITY;
  }
}
