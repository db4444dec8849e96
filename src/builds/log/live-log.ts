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
/**
 * After so many chunks since the build's end, one download is cheaper than further small ones, and polls are no longer
 * hurried by the service's promise of more.
 */
const maxHastyPolls = 5;
/** Up to so many milliseconds without text, the log is only pausing: most tools write in bursts. */
const pauseMs = 10_000;

/** Text, or another event of a poll. */
type LiveLogEvent = Extract<LogPart, { kind: 'text' }> | Exclude<FollowEvent, LogEvent>;

/** How soon the log is polled next. */
type LogPace = Extract<PollKind, { of: 'log' }>['phase'];

type Phase =
  | { readonly kind: 'running' }
  /** The build has ended, its log perhaps not. */
  | {
      readonly kind: 'draining';
      /** Epoch milliseconds at which the build's end was learnt. */
      readonly since: number;
      /** Chunks since then, but for large ones. */
      chunks: number;
      /** How many times in a row the service has said since then that there is no log. */
      noLogAnswers: number;
    }
  /** Nothing more is polled. */
  | { readonly kind: 'done'; readonly state: LogProgress['state'] };

/** The live log of one build, from the moment when it may have one. */
export class LiveLog {
  /** Epoch milliseconds of the next poll; infinite while there is nothing to poll for. */
  dueAt: number;
  /** True while text comes. */
  flowing = false;
  /** True when the build has ended and so much is left, in small chunks, that a download is cheaper. */
  isLongAndSmall = false;
  /** Why it could not be followed any further, where a failed call is why. */
  interruptedBy: ApiError | undefined;

  readonly #context: PollContext;
  readonly #waitsForText: boolean;
  readonly #cursor = new LogCursor();
  readonly #sizes = new ChunkSizes();
  #phase: Phase = { kind: 'running' };
  /** The log began with CodeArts' line about the start of the build. */
  #saysStarted = false;
  /** Epoch milliseconds of the last text, or of the build's end where no text came since. */
  #lastTextAt = 0;
  /** Failed polls since `#logOkAt`. */
  #failures = 0;
  #rejections = 0;
  #polledAt = 0;
  /** Epoch milliseconds of the last text, silence or "no log yet": limits how long failures are tolerated. */
  #logOkAt: number;

  /** @param waitsForText true: a log that is rejected before its first text is polled again */
  constructor(context: PollContext, waitsForText: boolean) {
    this.#context = context;
    this.#waitsForText = waitsForText;
    context.schedule.logBegins();
    this.dueAt = context.clock.now();
    this.#logOkAt = this.dueAt;
  }

  /** Nothing more will be polled. */
  get over(): boolean {
    return this.#phase.kind === 'done';
  }

  /** The last text says that the build ends: a tool may well print such a line. */
  get saysCompleted(): boolean {
    return saysCompleted(this.#cursor.position.tail);
  }

  /** How far the log was read: one that is still being read counts as interrupted. */
  get progress(): LogProgress {
    return {
      state: this.#phase.kind === 'done' ? this.#phase.state : 'interrupted',
      ...this.#cursor.position,
    };
  }

  /**
   * The build has ended: what is left is read without waiting.
   * @param endedAt epoch milliseconds by the service's clock; undefined where its record has none
   */
  drain(endedAt: number | undefined): void {
    if (this.#phase.kind !== 'running') return;
    const { client, clock } = this.#context;
    const now = clock.now();
    const msAgo = endedAt === undefined ? 0 : Math.max(0, client.serverNow() - endedAt);
    this.#lastTextAt = Math.max(this.#lastTextAt, now - Math.min(msAgo, maxHeadStartMs));
    this.#phase = { kind: 'draining', since: now, chunks: 0, noLogAnswers: 0 };
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
    const { client, build, clock, schedule, signal } = this.#context;
    this.#polledAt = clock.now();
    const chunk = await attempt(client.log(build, this.#cursor.offset, signal));
    if (chunk instanceof ApiError) {
      yield* this.#failed(chunk);
      return;
    }
    schedule.answered('log');
    schedule.reachedAt = clock.now();
    yield* this.#recover();
    const result = this.#cursor.accept(chunk);
    if (result.kind === 'contradiction') yield* this.#interrupt({ kind: 'contradicts-itself' });
    else if (result.kind === 'retry') this.dueAt = clock.now();
    else if (result.text === '') this.#planAfterSilence();
    else {
      if (this.#cursor.position.length === result.text.length) this.#saysStarted = saysStarted(result.text);
      this.#planAfterText(chunk);
      yield { kind: 'text', text: result.text };
      if (this.#phase.kind === 'draining' && clock.now() - this.#phase.since > budgets.endlessLog)
        yield* this.#interrupt({ kind: 'endless' });
    }
  }

  #planAfterText(chunk: LogChunk): void {
    this.#lastTextAt = this.#context.clock.now();
    this.flowing = true;
    const size = this.#sizes.add(chunk);
    let pace: LogPace = size === 'small' ? 'nextChunk' : 'active';
    if (this.#phase.kind === 'draining') {
      if (!chunk.hasMore && this.#hasEnd && this.#cursor.position.tail.endsWith('\n')) {
        this.#reachEnd();
        return;
      }
      if (size !== 'large') this.#phase.chunks += 1;
      this.#phase.noLogAnswers = 0;
      const isHasty = this.#phase.chunks <= maxHastyPolls;
      this.isLongAndSmall = size === 'small' && !isHasty;
      pace = size === 'small' || isHasty ? 'nextChunk' : 'draining';
    }
    this.dueAt = size === 'large' ? this.#lastTextAt : this.#after(pace);
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
  #after(pace: LogPace): number {
    const { clock, schedule } = this.#context;
    const wait = schedule.wait({ of: 'log', phase: pace });
    return Math.max(this.#polledAt + wait, clock.now() + wait / 2);
  }

  #planAfterSilence(): void {
    const silentMs = this.#context.clock.now() - this.#lastTextAt;
    this.#sizes.addEmpty();
    this.flowing = false;
    if (this.#phase.kind === 'running') {
      this.dueAt = this.#after(silentMs < pauseMs ? 'active' : 'idle');
      return;
    }
    // A tool may have printed the last line, so one empty answer has to follow it. Some services say that there is more
    // whatever happens, so that is not waited for.
    if (this.#hasEnd || silentMs >= (this.#saysEnded ? budgets.lastLine : budgets.logEnd)) this.#reachEnd();
    else this.dueAt = this.#after('draining');
  }

  #reachEnd(): void {
    if (this.#cursor.mayHaveSkipped) this.#end('interrupted');
    else this.#end(this.#hasEnd ? 'complete' : 'unfinished');
  }

  *#recover(): Generator<LiveLogEvent> {
    if (this.#failures > 0) yield { kind: 'recovered', of: 'log' };
    this.#failures = 0;
    this.#rejections = 0;
    this.#logOkAt = this.#context.clock.now();
  }

  *#failed(error: ApiError): Generator<LiveLogEvent> {
    const { clock, schedule } = this.#context;
    const { failure } = error;
    const isDraining = this.#phase.kind === 'draining';
    if (isNoLogYet(failure)) {
      yield* this.#recover();
      this.#planAfterNoLog(failure);
      return;
    }
    if (!isTransient(failure)) {
      this.#rejections += 1;
      const mayBePassing = !isDraining && (this.#cursor.position.length > 0 || this.#waitsForText);
      if (!mayBePassing || this.#rejections >= maxConsecutiveRejections)
        yield* this.#interrupt({ kind: 'rejected', error });
      else this.dueAt = clock.now() + afterRejectionMs;
      return;
    }
    const forMs = clock.now() - this.#logOkAt;
    this.#failures += 1;
    const wait = schedule.waitAfterFailure('log', failure, this.#failures);
    if (isDraining ? forMs + wait >= budgets.failingLogEnd : forMs >= budgets.contact) {
      yield* this.#interrupt({ kind: 'failing', error });
      return;
    }
    this.dueAt = clock.now() + wait;
    yield { kind: 'trouble', of: 'log', error, forMs };
  }

  #planAfterNoLog(failure: Failure): void {
    const { clock, schedule } = this.#context;
    // With HTTP 500 the gateway says that it can't reach the log's back end.
    if (failure.kind === 'rejected' && failure.status < 500) {
      schedule.reachedAt = clock.now();
      schedule.answered('log');
    }
    let pace: LogPace = 'missing';
    if (this.#phase.kind === 'draining') {
      this.#phase.noLogAnswers += 1;
      if (this.#phase.noLogAnswers >= noLogAnswersAtEnd) {
        this.#end(this.#cursor.position.length > 0 ? 'interrupted' : 'missing');
        return;
      }
      pace = 'draining';
    }
    this.dueAt = clock.now() + schedule.wait({ of: 'log', phase: pace });
  }

  /** Ends the live log before its end. After the build's end the full log follows at once: only an endless one is reported. */
  *#interrupt(why: LogInterruption): Generator<LiveLogEvent> {
    const isReported = this.#phase.kind === 'running' || why.kind === 'endless';
    this.interruptedBy = 'error' in why ? why.error : undefined;
    this.#end('interrupted');
    if (isReported) yield { kind: 'log-interrupted', why };
  }

  #end(state: LogProgress['state']): void {
    this.#phase = { kind: 'done', state };
    this.dueAt = Number.POSITIVE_INFINITY;
  }
}
