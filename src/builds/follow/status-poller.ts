// Looks at a build's record, and knows when to look next: one of the watches that follow.ts goes by. Reference 4.12.
// Unknown words count as running.

import type { BuildRecord } from '../../codearts/build-schemas.ts';
import { ApiError, isTransient, isUnknownBuild } from '../../codearts/errors.ts';
import {
  afterRefusalMs,
  contactPatienceMs,
  maxConsecutiveRejections,
  type PollContext,
  type PollKind,
  waitAfterFailure,
} from '../polling.ts';
import { type BuildStatus, type Conclusion, parseStatus } from '../status.ts';
import { type FollowEvent, LostContactError } from './events.ts';

/** Failures in a row that are loss of contact, however long the pauses are that the service asks for between them. */
const leastFailures = 4;
/** Milliseconds that the record of a build which was just started may take to appear. */
const appearanceMs = 60_000;
/** Milliseconds between two looks that the log asks for, however often its text stops. */
const leastBetweenHintsMs = 10_000;
/** Looks in quick succession once the log has told the end, and more at leisure, as the record may lag behind it. */
const finishingLooks = { quick: 5, all: 15 };
/** Milliseconds until the log may call for them again: a tool may well print a line that looks like the last. */
const leastBetweenFinishesMs = 60_000;

/** A build that is over. */
export interface BuildEnd {
  readonly record: BuildRecord;
  readonly result: Conclusion;
}

/** The watch over a build's record, which alone tells that the build has ended. */
export class StatusPoller {
  /** Epoch milliseconds of the next look. */
  dueAt: number;
  /** As the last look found it. */
  latest: { readonly record: BuildRecord; readonly standing: BuildStatus } | undefined;

  readonly #options: PollContext;
  readonly #mayBeUnknownUntil: number;
  #goodAt: number;
  #lookedAt = 0;
  #failures = 0;
  #refusals = 0;
  #inContactAt = 0;
  /** How many of the looks that the log's last line calls for are left. */
  #finishing = 0;
  #finishingSince = Number.NEGATIVE_INFINITY;

  constructor(options: PollContext, justStarted: boolean) {
    this.#options = options;
    const now = options.clock.now();
    this.dueAt = now;
    this.#goodAt = now;
    this.#mayBeUnknownUntil = justStarted ? now + appearanceMs : now;
  }

  /**
   * One look at the record. Plans the next one.
   * @param nextWait asked after a good look, for how the log and the children stand then
   * @throws ApiError when the record is refused for good; LostContactError after ten minutes without a good answer to
   * any watch and four failures of this one; the signal's reason
   */
  async *poll(nextWait: () => PollKind): AsyncGenerator<FollowEvent> {
    const { client, build, clock, pace, signal } = this.#options;
    this.#lookedAt = clock.now();
    let record: BuildRecord;
    try {
      record = await client.record(build, signal);
    } catch (error) {
      yield* this.#failed(error);
      return;
    }
    pace.answered('status');
    if (this.#failures > 0) yield { kind: 'recovered', of: 'status' };
    this.#failures = 0;
    this.#refusals = 0;
    this.#goodAt = clock.now();
    this.latest = { record, standing: parseStatus(record.status) };
    yield { kind: 'record', ...this.latest };
    this.dueAt = clock.now() + pace.wait(this.#finishingWait() ?? nextWait());
  }

  /** Undefined while the build runs, as far as is known. */
  get ended(): BuildEnd | undefined {
    if (this.latest?.standing.kind !== 'ended') return undefined;
    return { record: this.latest.record, result: this.latest.standing.result };
  }

  /** The log or the children had a good answer then (epoch milliseconds): contact is not lost. */
  recordContact(at: number): void {
    this.#inContactAt = Math.max(this.#inContactAt, at);
  }

  /** The log has stopped or ended: look soon. */
  pollSoon(): void {
    if (this.#failures > 0) return;
    this.dueAt = Math.min(
      this.dueAt,
      Math.max(this.#options.clock.now(), this.#lookedAt + leastBetweenHintsMs),
    );
  }

  /** The log, or the end of all children, says that the build is finished: look now, and again soon. */
  pollForEnd(): void {
    const now = this.#options.clock.now();
    if (now - this.#finishingSince < leastBetweenFinishesMs) {
      this.pollSoon();
      return;
    }
    this.#finishingSince = now;
    this.#finishing = finishingLooks.all;
    if (this.#failures === 0) this.dueAt = now;
  }

  #finishingWait(): PollKind | undefined {
    if (this.#finishing === 0) return undefined;
    this.#finishing -= 1;
    return this.#finishing >= finishingLooks.all - finishingLooks.quick ? { of: 'status', phase: 'ending' } : { of: 'status', phase: 'alone' };
  }

  *#failed(error: unknown): Generator<FollowEvent> {
    const { clock, pace } = this.#options;
    if (!(error instanceof ApiError)) throw error;
    if (isUnknownBuild(error.failure) && !this.latest && clock.now() < this.#mayBeUnknownUntil) {
      this.dueAt = clock.now() + pace.wait({ of: 'status', phase: 'ending' });
      return;
    }
    this.#failures += 1;
    const passing = isTransient(error.failure);
    if (!passing) this.#refusals += 1;
    if (!passing && (!this.latest || this.#refusals >= maxConsecutiveRejections)) throw error;
    const forMs = clock.now() - this.#goodAt;
    const away = clock.now() - Math.max(this.#goodAt, this.#inContactAt) >= contactPatienceMs;
    if (away && this.#failures >= leastFailures) throw new LostContactError(error.message, { cause: error });
    const wait = passing
      ? waitAfterFailure('status', error.failure, this.#failures, this.#options)
      : afterRefusalMs;
    this.dueAt = clock.now() + wait;
    yield { kind: 'trouble', of: 'status', error, forMs };
  }
}
