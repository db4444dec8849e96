// Learns whether a build is a multi-task build (BuildFlow), and polls the states of its children. Reference 7.2. A build
// without children costs a few calls, one that cannot have any costs none.

import { budgets } from '../../budgets.ts';
import { withTimeout } from '../../clock.ts';
import type { BuildRecord, FlowChild } from '../../codearts/build-schemas.ts';
import { ApiError, isTransient, timeoutError } from '../../codearts/errors.ts';
import { type Child, childOf, isCodeBased, isOver, mayHaveChildren } from '../children/child.ts';
import type { FollowEvent, KnownStatus } from '../events.ts';
import type { PollContext, PollKind } from '../polling.ts';

/** Milliseconds after the build began to run at which its children are requested, until it has some. */
const requestsAt = [0, 10_000, 30_000, 90_000];
const minBetweenPollsMs = 1_000;
/** Milliseconds within which a failing last request is sent again. */
const lastRetriesMs = 5_000;
/** A build that ran for less may have ended before its children are listed: then they are requested once more. */
const shortBuildMs = 30_000;
const lateListMs = 4_000;
/** How many quick polls follow when a child is known to have ended. */
const quickPolls = 5;

/** Polls the children of a build, if it has any. `dueAt` says when to call `poll` next. */
export class ChildrenPoller {
  /** Epoch milliseconds of the next poll; infinite while there is nothing to poll for. */
  dueAt = Number.POSITIVE_INFINITY;
  /** As of the last good response; none: no multi-task build, as far as is known. */
  children: readonly Child[] = [];

  readonly #options: PollContext;
  readonly #wantedLive: boolean;
  #recordId = '';
  #isCodeBased = false;
  #graph: readonly FlowChild[] = [];
  #runsSince: number | undefined;
  /** Epoch milliseconds at which the end of the whole build was learnt. */
  #parentEndedAt: number | undefined;
  #mayBeListedLate = false;
  #over = false;
  #polledAt = Number.NEGATIVE_INFINITY;
  #respondedAt = 0;
  #failures = 0;
  #quickPollsLeft = 0;
  #failedAfterEndMs = 0;

  /** @param wantedLive false: the children are read once the build has ended, not before */
  constructor(options: PollContext, wantedLive: boolean) {
    this.#options = options;
    this.#wantedLive = wantedLive;
  }

  /** True when no further poll will say more. */
  get over(): boolean {
    return this.#over;
  }

  /** Epoch milliseconds of the last good response, or of the build's end; 0 where there are no children. */
  get answeredAt(): number {
    return this.children.length > 0 ? this.#respondedAt : 0;
  }

  /** True while the last poll failed: the record then says sooner than the children that the build has ended. */
  get failing(): boolean {
    return this.#failures > 0;
  }

  /** Milliseconds from the build's end until the graph was given up; 0: it was read. */
  get failedAfterEndMs(): number {
    return this.#failedAfterEndMs;
  }

  /** False where there are none. */
  get allEnded(): boolean {
    return this.children.length > 0 && this.children.every(isOver);
  }

  /** Call it with each record of the whole build. */
  *onParentStatus({ record, status }: KnownStatus): Generator<FollowEvent> {
    if (this.#over || this.#parentEndedAt !== undefined) return;
    const { client, clock } = this.#options;
    if (record.recordId !== '') this.#recordId = record.recordId;
    this.#isCodeBased = isCodeBased(record);
    const ended = status.kind === 'ended';
    if (!mayHaveChildren(record)) {
      this.#stop();
    } else if (ended && this.#recordId === '') {
      yield* this.#stopWithoutGraph(undefined);
    } else if (ended) {
      this.#parentEndedAt = clock.now();
      this.#mayBeListedLate = this.#isCodeBased && hasJustEnded(record, client.serverNow());
      this.#failures = 0;
      this.#respondedAt = clock.now();
      this.dueAt = clock.now();
    } else if (status.kind === 'running' && this.#recordId !== '' && this.#wantedLive) {
      if (this.#runsSince !== undefined) return;
      this.#runsSince = clock.now();
      this.#respondedAt = clock.now();
      this.dueAt = clock.now();
    }
  }

  /** Polls earlier than scheduled: a child, or all of them, is known to have ended. */
  pollSoon(): void {
    if (this.children.length === 0 || this.#over || this.failing) return;
    this.#quickPollsLeft = quickPolls;
    const soonest = Math.max(this.#options.clock.now(), this.#polledAt + minBetweenPollsMs);
    this.dueAt = Math.min(this.dueAt, soonest);
  }

  /**
   * Reads the graph once and schedules the next poll. Reference 7.2.
   * @param textFlows whether text flows in the log that is being read
   * @throws the signal's reason. A graph that can't be read is an event
   */
  async *poll(textFlows: boolean): AsyncGenerator<FollowEvent> {
    const { clock, schedule } = this.#options;
    this.#polledAt = clock.now();
    let graph: readonly FlowChild[];
    try {
      graph = await this.#requestGraph();
    } catch (error) {
      yield* this.#handleFailure(error);
      return;
    }
    schedule.answered('children');
    if (this.failing && this.children.length > 0) yield { kind: 'recovered', of: 'children' };
    this.#failures = 0;
    this.#respondedAt = clock.now();
    // Children do not vanish: an empty graph after a full one is a momentary answer.
    if (graph.length > 0) this.#graph = graph;
    this.#updateChildren();
    if (this.children.length > 0) yield { kind: 'children', children: this.children };
    if (this.#parentEndedAt === undefined) this.#scheduleNext(textFlows);
    else if (this.children.length > 0) this.#stop();
    else if (this.#mayBeListedLate) {
      this.#mayBeListedLate = false;
      this.dueAt = clock.now() + lateListMs;
    } else yield* this.#stopWithoutGraph(undefined);
  }

  /** Bounded, because the logs wait meanwhile, and after the build's end the step does. */
  async #requestGraph(): Promise<readonly FlowChild[]> {
    const { client, clock, signal } = this.#options;
    const until = (this.#parentEndedAt ?? clock.now()) + budgets.followedChildren;
    const ms = until - clock.now();
    const timeout = timeoutError('read the children of the build', ms);
    return await withTimeout(clock, ms, timeout, (late) =>
      client.flowGraph(this.#recordId, AbortSignal.any([signal, late])),
    );
  }

  #updateChildren(): void {
    this.children = this.#graph.map((child) => childOf(child, this.#parentEndedAt !== undefined));
  }

  #scheduleNext(textFlows: boolean): void {
    const { clock, schedule } = this.#options;
    if (this.children.length === 0) {
      const since = this.#runsSince ?? clock.now();
      const next = requestsAt.find((after) => since + after > clock.now());
      this.dueAt = next === undefined ? Number.POSITIVE_INFINITY : since + next;
      return;
    }
    this.#quickPollsLeft = Math.max(0, this.#quickPollsLeft - 1);
    this.dueAt = clock.now() + schedule.wait(this.#kind(textFlows));
  }

  #kind(textFlows: boolean): PollKind {
    if (this.#quickPollsLeft > 0) return { of: 'children', phase: 'ending' };
    if (this.allEnded) return { of: 'children', phase: 'allEnded' };
    return { of: 'children', phase: textFlows ? 'active' : 'idle' };
  }

  *#handleFailure(error: unknown): Generator<FollowEvent> {
    const { clock, schedule } = this.#options;
    if (!(error instanceof ApiError)) throw error;
    const hasChildren = this.children.length > 0;
    const forMs = clock.now() - this.#respondedAt;
    const transient = isTransient(error.failure);
    yield { kind: 'trouble', of: 'children', error, forMs: hasChildren && transient ? forMs : 0 };
    if (!hasChildren && this.#parentEndedAt === undefined && transient) {
      this.#scheduleNext(false);
      return;
    }
    const wait = schedule.waitAfterFailure('children', error.failure, this.#failures + 1);
    const endedForMs = this.#parentEndedAt === undefined ? undefined : clock.now() - this.#parentEndedAt;
    if (endedForMs !== undefined && (!transient || endedForMs + wait >= lastRetriesMs)) {
      this.#updateChildren();
      yield* this.#stopWithoutGraph(error);
      return;
    }
    this.#failures += 1;
    // A rejected graph is requested once more when the build has ended.
    this.dueAt = transient ? clock.now() + wait : Number.POSITIVE_INFINITY;
  }

  /** Gives up the graph. Children that were listed before keep their last state. */
  *#stopWithoutGraph(error: ApiError | undefined): Generator<FollowEvent> {
    this.#stop();
    if (error && this.#parentEndedAt !== undefined)
      this.#failedAfterEndMs = this.#options.clock.now() - this.#parentEndedAt;
    if (this.children.length > 0) yield { kind: 'children', children: this.children };
    else if (this.#isCodeBased) yield { kind: 'children-unavailable', error };
  }

  #stop(): void {
    this.#over = true;
    this.dueAt = Number.POSITIVE_INFINITY;
  }
}

function hasJustEnded({ startedAt, finishedAt }: BuildRecord, now: number): boolean {
  if (startedAt === undefined || finishedAt === undefined) return false;
  return finishedAt - startedAt < shortBuildMs && now - finishedAt < shortBuildMs;
}
