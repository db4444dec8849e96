// Polls a build's record, which alone decides that the build has ended. Reference 4.12.

import { budgets } from '../../budgets.ts';
import type { BuildRecord } from '../../codearts/build-schemas.ts';
import { ApiError, type Failure, isTransient, isUnknownBuild } from '../../codearts/errors.ts';
import { attempt } from '../../codearts/retry.ts';
import { type FollowEvent, type KnownStatus, LostContactError } from '../events.ts';
import { afterRejectionMs, maxConsecutiveRejections, type PollContext, type PollKind } from '../polling.ts';
import { type BuildStatus, type Conclusion, parseStatus, recordStatus } from '../status.ts';

/** Contact is lost only after this many failures in a row, however long the pauses that the service asks for. */
const minFailures = 4;
/** Milliseconds that the record of a build that was just started may take to appear. */
const appearanceMs = 60_000;
/** Milliseconds between two polls that the log asks for, however often its text pauses. */
const minBetweenHintsMs = 10_000;
/**
 * Milliseconds of quick polls once the log has shown the build's end, and of frequent ones: the record may lag behind the
 * log. Only after them may the log ask for quick polls again: a tool can print a line that looks like the last one.
 */
const nearEndMs = { quick: 5_000, all: 60_000 };
/** After this many polls an unknown word of a build that seems to have ended is its end. */
const unknownEndPolls = 4;

/** A build that has ended. */
export interface BuildEnd {
  readonly record: BuildRecord;
  readonly result: Conclusion;
}

/** Polls the record. `dueAt` says when to call `poll` next. */
export class StatusPoller {
  /** Epoch milliseconds of the next poll. */
  dueAt: number;
  /** As of the last good response. */
  latest: KnownStatus | undefined;

  readonly #context: PollContext;
  readonly #justStarted: boolean;
  readonly #mayBeUnknownUntil: number;
  #respondedAt: number;
  #polledAt = 0;
  #failures = 0;
  #rejections = 0;
  /** Epoch milliseconds at which the log showed the build's end. */
  #nearEndSince = Number.NEGATIVE_INFINITY;
  /** Polls in a row with an unknown word of a build that seems to have ended. */
  #unknownEnds = 0;

  constructor(context: PollContext, justStarted: boolean) {
    this.#context = context;
    this.#justStarted = justStarted;
    const now = context.clock.now();
    this.dueAt = now;
    this.#respondedAt = now;
    this.#mayBeUnknownUntil = justStarted ? now + appearanceMs : now;
  }

  /**
   * Reads the record once and schedules the next poll.
   * @param nextKind called after a good response, for what the log and the children are doing by then
   * @param logFinished the last line of the log that is being read says that the build has finished
   * @throws ApiError when the record is rejected for good; LostContactError after `budgets.contact` without a good response to
   * any poller and four failures of this one; the signal's reason
   */
  async *poll(nextKind: () => PollKind, logFinished: boolean): AsyncGenerator<FollowEvent> {
    const { client, build, clock, schedule, signal } = this.#context;
    this.#polledAt = clock.now();
    const record = await attempt(client.record(build, signal));
    if (record instanceof ApiError) {
      yield* this.#handleFailure(record);
      return;
    }
    schedule.answered('status');
    if (this.#failures > 0) yield { kind: 'recovered', of: 'status' };
    this.#failures = 0;
    this.#rejections = 0;
    this.#respondedAt = clock.now();
    this.latest = { record, status: this.#judge(record, logFinished) };
    yield { kind: 'record', ...this.latest };
    this.dueAt = clock.now() + schedule.wait(this.#nearEndKind() ?? nextKind());
  }

  /** Undefined while the build runs, as far as is known. */
  get ended(): BuildEnd | undefined {
    if (this.latest?.status.kind !== 'ended') return undefined;
    return { record: this.latest.record, result: this.latest.status.result };
  }

  /** Polls earlier than scheduled: the log has paused. */
  pollSoon(): void {
    if (this.#failures > 0) return;
    const soonest = Math.max(this.#context.clock.now(), this.#polledAt + minBetweenHintsMs);
    this.dueAt = Math.min(this.dueAt, soonest);
  }

  /** Polls now and quickly after: the log, or the end of all children, says that the build has finished. */
  pollForEnd(): void {
    const now = this.#context.clock.now();
    if (now - this.#nearEndSince < nearEndMs.all) {
      this.pollSoon();
      return;
    }
    this.#nearEndSince = now;
    if (this.#failures === 0) this.dueAt = now;
  }

  /**
   * A word that stays unknown although the record has a finish time, or the log its last line, is an end. It is polled
   * again first, because the service may be about to write the word that is known.
   */
  #judge(record: BuildRecord, logFinished: boolean): BuildStatus {
    const status = parseStatus(record.status);
    const seemsEnded = recordStatus(record).kind === 'ended' || logFinished;
    if (status.kind !== 'running' || status.known || !seemsEnded) {
      this.#unknownEnds = 0;
      return status;
    }
    this.#unknownEnds += 1;
    this.pollForEnd();
    return this.#unknownEnds >= unknownEndPolls ? { kind: 'ended', result: 'failure' } : status;
  }

  /** Undefined where nothing says that the build is about to end. */
  #nearEndKind(): PollKind | undefined {
    const ms = this.#context.clock.now() - this.#nearEndSince;
    if (ms >= nearEndMs.all) return undefined;
    return { of: 'status', phase: ms < nearEndMs.quick ? 'nearEnd' : 'slowEnd' };
  }

  *#handleFailure(error: ApiError): Generator<FollowEvent> {
    const { clock, schedule } = this.#context;
    const { failure } = error;
    if (!this.latest && clock.now() < this.#mayBeUnknownUntil && mayAppearLater(failure)) {
      this.dueAt = clock.now() + schedule.wait({ of: 'status', phase: 'appearing' });
      return;
    }
    this.#failures += 1;
    const transient = isTransient(failure);
    if (!transient) this.#rejections += 1;
    const mayBePassing = this.latest !== undefined || this.#justStarted;
    if (!transient && (!mayBePassing || this.#rejections >= maxConsecutiveRejections)) throw error;
    const forMs = clock.now() - this.#respondedAt;
    const silentMs = clock.now() - Math.max(this.#respondedAt, schedule.reachedAt);
    if (silentMs >= budgets.contact && this.#failures >= minFailures) {
      throw new LostContactError(error.message, { cause: error });
    }
    const wait = transient ? schedule.waitAfterFailure('status', failure, this.#failures) : afterRejectionMs;
    this.dueAt = clock.now() + wait;
    yield { kind: 'trouble', of: 'status', error, forMs };
  }
}

/** How the service rejects a build that it does not know yet: as unknown, or as a bad parameter. */
function mayAppearLater(failure: Failure): boolean {
  return isUnknownBuild(failure) || (failure.kind === 'rejected' && failure.status === 400);
}
