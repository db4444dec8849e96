// Reads a build's live log, and knows when to read on and when nothing is left. One of the watches that follow.ts goes
// by. Reference 4.27. Silence never ends the log; only the build's end and answers with nothing new do.

import type { LogChunk } from '../../codearts/build-schemas.ts';
import { ApiError, type Failure, isNoLogYet, isTransient } from '../../codearts/errors.ts';
import type { FollowEvent, LogInterruption, LogStatus } from '../follow/events.ts';
import {
  afterRejectionMs,
  contactPatienceMs,
  maxConsecutiveRejections,
  type PollContext,
  type PollKind,
  waitAfterFailure,
} from '../polling.ts';
import { hasLastLine, LogCursor, saysCompleted } from './log-cursor.ts';

/** An answer of so many characters was cut by the service's own limit: there is more, now. */
const fullAnswer = 60_000;
/** How many times in a row the service must say after the build's end that there is no log. */
const noLogAnswersAtEnd = 3;
/**
 * Milliseconds without text, counted from the build's end, for which a log without its last line is polled: it may lag
 * behind the build, whether or not the service promises more. The full log is read afterwards, within 10 seconds in all.
 */
const missingEndMs = 9_000;
/** How much of that may have passed before the build's end was learnt: a record may give a wrong time. */
const mostMsAgo = 6_000;
/** How many short answers after the build's end are followed by the next question at once. */
const immediatePolls = 5;
/** Milliseconds after the build's end at which a log that does not end is left to the full log. */
const longestDrainMs = 30 * 60_000;
/** Milliseconds for which a drain tries again before it leaves the rest to the full log. */
const drainPatienceMs = 60_000;
/** Milliseconds without text that are still a pause: most tools write in bursts. */
const pauseMs = 10_000;

type State =
  /** Not begun. */
  | 'waiting'
  /** Being read; silent when the last answer brought nothing. */
  | 'flowing'
  | 'silent'
  /** Over. */
  | LogStatus['state'];

/** The watch over one live log. It has been read when `over`; `end()` tells how far. */
export class LiveLog {
  /** Epoch milliseconds of the next look; infinite while there is nothing to look for. */
  dueAt = Number.POSITIVE_INFINITY;

  readonly #options: PollContext;
  readonly #cursor = new LogCursor();
  #state: State;
  #buildEnded = false;
  #finishedSeen = false;
  #endSeen = false;
  #failures = 0;
  #refusals = 0;
  #askedAt = 0;
  /** Epoch milliseconds of the last answer that is no failure of the log's. */
  #goodAt = 0;
  /** The same, of the last one that shows the service well too. */
  #serviceWellAt = 0;
  #noLogAnswers = 0;
  /** Epoch milliseconds of the last text, or of the build's end. */
  #lastNewsAt = 0;
  #endedAt = Number.POSITIVE_INFINITY;
  #answersSinceEnd = 0;

  constructor(options: PollContext, wanted: boolean) {
    this.#options = options;
    this.#state = wanted ? 'waiting' : 'off';
  }

  /** How the log stands. */
  get state(): State {
    return this.#state;
  }

  /** Nothing more will be asked for. */
  get over(): boolean {
    return this.#endState !== undefined;
  }

  /** The last text says that the build ends: a tool may well print such a line. */
  get finished(): boolean {
    return this.#endSeen;
  }

  /** Epoch milliseconds of the last answer that shows the service well; 0: none yet. */
  get answeredAt(): number {
    return this.#serviceWellAt;
  }

  /** A log that is still being read counts as broken off here. */
  end(): LogStatus {
    const { length, tail, guessed } = this.#cursor;
    return { state: this.#endState ?? 'lost', length, tail, guessed };
  }

  get #endState(): LogStatus['state'] | undefined {
    const state = this.#state;
    return state === 'waiting' || state === 'flowing' || state === 'silent' ? undefined : state;
  }

  /** The build has left the queue, so that it may have a log. */
  begin(): void {
    if (this.#state !== 'waiting' || this.dueAt !== Number.POSITIVE_INFINITY) return;
    this.#options.pace.logBegins();
    this.dueAt = this.#options.clock.now();
    this.#goodAt = this.dueAt;
  }

  /**
   * The build has ended: read what is left without waiting.
   * @param endedAt epoch milliseconds by the service's clock, where its record tells
   */
  drain(endedAt: number | undefined): void {
    if (this.#buildEnded) return;
    this.#buildEnded = true;
    this.begin();
    this.#noLogAnswers = 0;
    this.#goodAt = this.#options.clock.now();
    this.#lastNewsAt = this.#goodAt - this.#msSince(endedAt);
    this.#endedAt = this.#goodAt;
    if (this.over) return;
    if (this.#failures === 0) this.dueAt = this.#goodAt;
    // The service has asked for a pause that is longer than the full log is worth waiting for.
    else if (this.dueAt - this.#goodAt > drainPatienceMs) this.#over('lost');
  }

  #msSince(endedAt: number | undefined): number {
    if (endedAt === undefined) return 0;
    return Math.min(Math.max(0, this.#options.client.serverNow() - endedAt), mostMsAgo);
  }

  /**
   * Asks for what has been written since the last look. Plans the next one.
   * @throws whatever is no ApiError, as the signal's reason: a log that can't be read is an event
   */
  async *poll(): AsyncGenerator<FollowEvent> {
    const { client, build, clock, pace, signal } = this.#options;
    let answer: LogChunk;
    this.#askedAt = clock.now();
    try {
      answer = await client.log(build, this.#cursor.offset, signal);
    } catch (error) {
      yield* this.#failed(error);
      return;
    }
    pace.answered('log');
    if (this.#failures > 0) yield { kind: 'recovered', of: 'log' };
    this.#failures = 0;
    this.#refusals = 0;
    this.#goodAt = clock.now();
    this.#serviceWellAt = this.#goodAt;
    const taken = this.#cursor.accept(answer);
    if (taken.kind === 'lost') yield this.#lose({ kind: 'contradicts-itself' });
    else if (taken.kind === 'retry') this.dueAt = clock.now();
    else if (taken.text === '') this.#nothingNew();
    else {
      this.#newText(answer);
      yield { kind: 'text', text: taken.text };
      if (clock.now() - this.#endedAt > longestDrainMs) yield this.#lose({ kind: 'endless' });
    }
  }

  #newText({ content, hasMore }: LogChunk): void {
    const { clock } = this.#options;
    this.#state = 'flowing';
    this.#noLogAnswers = 0;
    this.#lastNewsAt = clock.now();
    this.#finishedSeen = hasLastLine(this.#cursor.tail);
    this.#endSeen = this.#finishedSeen || saysCompleted(this.#cursor.tail);
    if (this.#buildEnded && this.#finishedSeen && !hasMore && this.#cursor.tail.endsWith('\n')) {
      this.#reachedEnd();
      return;
    }
    const isFull = content.length >= fullAnswer;
    // A long log is no log that goes on for ever: its full answers use up no haste.
    if (this.#buildEnded && !isFull) this.#answersSinceEnd += 1;
    const isHasty = this.#buildEnded && this.#answersSinceEnd <= immediatePolls;
    if (isHasty || isFull) this.dueAt = clock.now();
    else
      this.dueAt = this.#after(
        this.#buildEnded ? { of: 'log', phase: 'draining' } : { of: 'log', phase: 'active' },
      );
  }

  /** Counted from one question to the next: a distant service is asked as often as a near one, a slow one less. */
  #after(kind: PollKind): number {
    const { clock, pace } = this.#options;
    const wait = pace.wait(kind);
    return Math.max(this.#askedAt + wait, clock.now() + wait / 2);
  }

  #nothingNew(): void {
    const { clock, pace } = this.#options;
    this.#state = 'silent';
    if (!this.#buildEnded) {
      const paused = clock.now() - this.#lastNewsAt < pauseMs;
      this.dueAt = this.#after(paused ? { of: 'log', phase: 'active' } : { of: 'log', phase: 'idle' });
      return;
    }
    // The last line may be what a tool has printed, so one answer after it has to be empty; what the service promises
    // then is no more than a habit.
    if (this.#finishedSeen || clock.now() - this.#lastNewsAt >= missingEndMs) this.#reachedEnd();
    else this.dueAt = clock.now() + pace.wait({ of: 'log', phase: 'draining' });
  }

  #reachedEnd(): void {
    this.#over(this.#finishedSeen && !this.#cursor.guessed ? 'drained' : 'doubtful');
  }

  *#failed(error: unknown): Generator<FollowEvent> {
    const { clock } = this.#options;
    if (!(error instanceof ApiError)) throw error;
    if (isNoLogYet(error.failure)) {
      if (this.#failures > 0) yield { kind: 'recovered', of: 'log' };
      this.#noLogYet(error.failure);
      return;
    }
    if (!isTransient(error.failure)) {
      this.#refusals += 1;
      const wasRead = this.#cursor.length > 0 && !this.#buildEnded;
      if (!wasRead || this.#refusals >= maxConsecutiveRejections)
        yield this.#lose({ kind: 'rejected', error });
      else this.dueAt = clock.now() + afterRejectionMs;
      return;
    }
    const forMs = clock.now() - this.#goodAt;
    this.#failures += 1;
    const wait = waitAfterFailure('log', error.failure, this.#failures, this.#options);
    if (this.#buildEnded ? forMs + wait >= drainPatienceMs : forMs >= contactPatienceMs) {
      yield this.#lose({ kind: 'failing', error });
      return;
    }
    this.dueAt = clock.now() + wait;
    yield { kind: 'trouble', of: 'log', error, forMs };
  }

  #noLogYet(failure: Failure): void {
    const { clock, pace } = this.#options;
    this.#failures = 0;
    this.#goodAt = clock.now();
    // A back end that can't be reached says nothing of how the service is.
    if (failure.kind === 'rejected' && failure.status < 500) this.#serviceWellAt = this.#goodAt;
    if (!this.#buildEnded) {
      this.dueAt = clock.now() + pace.wait({ of: 'log', phase: 'missing' });
      return;
    }
    this.#noLogAnswers += 1;
    const read = this.#cursor.length > 0;
    if (this.#noLogAnswers >= noLogAnswersAtEnd) this.#over(read ? 'lost' : 'absent');
    else this.dueAt = clock.now() + pace.wait({ of: 'log', phase: 'draining' });
  }

  #lose(why: LogInterruption): FollowEvent {
    this.#over('lost');
    return { kind: 'log-lost', why };
  }

  #over(state: LogStatus['state']): void {
    this.#state = state;
    this.dueAt = Number.POSITIVE_INFINITY;
  }
}
