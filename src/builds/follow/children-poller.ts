// Learns whether a build is a multi-task build (BuildFlow), and polls the states of its children. Reference 7.2. A build
// without children costs a few calls, one that cannot have any costs none.

import { budgets } from '../../budgets.ts';
import { withTimeout } from '../../clock.ts';
import type { BuildRecord, FlowChild } from '../../codearts/build-schemas.ts';
import { ApiError, isTransient, timeoutError } from '../../codearts/errors.ts';
import { attempt } from '../../codearts/retry.ts';
import { type Child, childOf, isCodeBased, isOver, mayHaveChildren } from '../children/child.ts';
import type { FollowEvent, KnownStatus } from '../events.ts';
import type { PollContext, PollKind } from '../polling.ts';

/** Milliseconds after the build began to run at which its children are requested, until it has some. */
const requestsAt = [0, 10_000, 30_000, 90_000];
const minBetweenPollsMs = 1_000;
/** Milliseconds that a request for the graph has at least, however late after the build's end it is sent. */
const minRequestMs = 1_000;
/** Milliseconds within which a failing last request is sent again. */
const lastRetriesMs = 5_000;
/** A build that ran for less may have ended before its children are listed: then they are requested once more. */
const shortBuildMs = 30_000;
const lateListMs = 4_000;
/** Milliseconds of quick polls when a child is known to have ended: the graph may lag behind its log. */
const quickMs = 6_000;

/** Polls the children of a build, if it has any. `dueAt` says when to call `poll` next. */
export class ChildrenPoller {
  /** Epoch milliseconds of the next poll; infinite while there is nothing to poll for. */
  dueAt = Number.POSITIVE_INFINITY;
  /** As of the last good response; none: no multi-task build, as far as is known. */
  children: readonly Child[] = [];
  /** True when no further poll will say more. */
  over = false;
  /** Milliseconds from the build's end until the graph was given up; 0: it was read. */
  msSpentAfterEnd = 0;

  readonly #context: PollContext;
  readonly #wantedLive: boolean;
  #recordId = '';
  #isCodeBased = false;
  #graph: readonly FlowChild[] = [];
  #runsSince: number | undefined;
  /** Epoch milliseconds at which the end of the whole build was learnt. */
  #parentEndedAt: number | undefined;
  #mayBeListedLate = false;
  #polledAt = Number.NEGATIVE_INFINITY;
  #okAt = 0;
  #failures = 0;
  #quickUntil = 0;

  /** @param wantedLive false: the children are read once the build has ended, not before */
  constructor(context: PollContext, wantedLive: boolean) {
    this.#context = context;
    this.#wantedLive = wantedLive;
  }

  /** True while the last poll failed: the record then says sooner than the children that the build has ended. */
  get failing(): boolean {
    return this.#failures > 0;
  }

  /** False where there are none. */
  get allEnded(): boolean {
    return this.children.length > 0 && this.children.every(isOver);
  }

  /** Takes each record of the whole build. */
  *onParentStatus({ record, status }: KnownStatus): Generator<FollowEvent> {
    if (this.over || this.#parentEndedAt !== undefined) return;
    const { client, clock } = this.#context;
    const ended = status.kind === 'ended';
    if (record.recordId !== '') this.#recordId = record.recordId;
    this.#isCodeBased = isCodeBased(record);
    // Children that were listed are children, whatever a later record says.
    if (this.children.length === 0 && !mayHaveChildren(record)) {
      this.#stop();
    } else if (this.#recordId === '') {
      if (ended) yield* this.#stopWithoutGraph(undefined);
    } else if (ended) {
      this.#parentEndedAt = clock.now();
      this.#mayBeListedLate = this.#isCodeBased && hasJustEnded(record, client.serverNow());
      this.#failures = 0;
      this.#pollNow();
    } else if (status.kind === 'running' && this.#wantedLive && this.#runsSince === undefined) {
      this.#runsSince = clock.now();
      this.#pollNow();
    }
  }

  #pollNow(): void {
    this.#okAt = this.#context.clock.now();
    this.dueAt = this.#okAt;
  }

  /** Polls earlier than scheduled: a child, or all of them, is known to have ended. */
  pollSoon(): void {
    if (this.children.length === 0 || this.over || this.failing) return;
    const soonest = Math.max(this.#context.clock.now(), this.#polledAt + minBetweenPollsMs);
    this.#quickUntil = soonest + quickMs;
    this.dueAt = Math.min(this.dueAt, soonest);
  }

  /**
   * Reads the graph once and schedules the next poll. Reference 7.2.
   * @param textFlows whether text flows in the log that is being read
   * @throws the signal's reason. A graph that can't be read is an event
   */
  async *poll(textFlows: boolean): AsyncGenerator<FollowEvent> {
    const { clock, schedule } = this.#context;
    this.#polledAt = clock.now();
    const graph = await attempt(this.#requestGraph());
    if (graph instanceof ApiError) {
      yield* this.#handleFailure(graph);
      return;
    }
    schedule.answered('children');
    if (this.failing && this.children.length > 0) yield { kind: 'recovered', of: 'children' };
    this.#failures = 0;
    this.#okAt = clock.now();
    schedule.reachedAt = this.#okAt;
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
    const { client, clock, signal } = this.#context;
    const until = (this.#parentEndedAt ?? clock.now()) + budgets.followedChildren;
    const ms = Math.max(minRequestMs, until - clock.now());
    const timeout = timeoutError('read the children of the build', ms);
    return await withTimeout(clock, ms, timeout, (late) =>
      client.flowGraph(this.#recordId, AbortSignal.any([signal, late])),
    );
  }

  #updateChildren(): void {
    this.children = this.#graph.map((child) => childOf(child, this.#parentEndedAt !== undefined));
  }

  #scheduleNext(textFlows: boolean): void {
    const { clock, schedule } = this.#context;
    if (this.children.length === 0) {
      const since = this.#runsSince ?? clock.now();
      const next = requestsAt.find((after) => since + after > clock.now());
      this.dueAt = next === undefined ? Number.POSITIVE_INFINITY : since + next;
      return;
    }
    this.dueAt = clock.now() + schedule.wait(this.#kind(textFlows));
  }

  #kind(textFlows: boolean): PollKind {
    if (this.#context.clock.now() < this.#quickUntil) return { of: 'children', phase: 'nearEnd' };
    if (this.allEnded) return { of: 'children', phase: 'allEnded' };
    return { of: 'children', phase: textFlows ? 'active' : 'idle' };
  }

  *#handleFailure(error: ApiError): Generator<FollowEvent> {
    const { clock, schedule } = this.#context;
    const hasChildren = this.children.length > 0;
    const forMs = clock.now() - this.#okAt;
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
      this.msSpentAfterEnd = this.#context.clock.now() - this.#parentEndedAt;
    if (this.children.length > 0) yield { kind: 'children', children: this.children };
    else if (this.#isCodeBased) yield { kind: 'children-unavailable', error };
  }

  #stop(): void {
    this.over = true;
    this.dueAt = Number.POSITIVE_INFINITY;
  }
}

function hasJustEnded({ startedAt, finishedAt }: BuildRecord, now: number): boolean {
  if (startedAt === undefined || finishedAt === undefined) return false;
  return finishedAt - startedAt < shortBuildMs && now - finishedAt < shortBuildMs;
}
