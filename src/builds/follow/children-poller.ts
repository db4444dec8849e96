// Learns whether a build is a multi-task build, and looks at its children while it is. The third of the watches that
// following is made of. Reference 7.2. A build without children costs a few calls, one that can't have any costs none;
// whatever refuses the graph before there were any means that there are none: the build's own record decides its result.

import type { BuildRecord } from '../../codearts/build-schemas.ts';
import { ApiError, isTransient } from '../../codearts/errors.ts';
import type { FlowGraph } from '../../codearts/flow-graph.ts';
import { type Child, childOf, isOver, mayHaveChildren } from '../children/child.ts';
import { type PollContext, waitAfterFailure } from '../polling.ts';
import type { BuildStatus } from '../status.ts';
import type { FollowEvent } from './events.ts';

/** Milliseconds after the build began to run at which it is asked for children, until it has some. */
const asks = [0, 10_000, 30_000, 90_000];
/** Milliseconds that the last look, after the build's end, may take with all its attempts. */
const lastLookPatienceMs = 20_000;
const leastBetweenLooksMs = 1_000;
/** How many looks follow each other quickly when a child is known to have ended. */
const quickLooks = 5;

/** The watch over a build's children, if it has any. */
export class ChildrenPoller {
  /** Epoch milliseconds of the next look; infinite while there is nothing to look for. */
  dueAt = Number.POSITIVE_INFINITY;
  /** As the last look found them; none: no multi-task build, as far as is known. */
  children: readonly Child[] = [];

  readonly #options: PollContext;
  readonly #wantedLive: boolean;
  #recordId = '';
  #graph: FlowGraph = { children: [] };
  #runsSince: number | undefined;
  #parentOver = false;
  #over = false;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #goodAt = 0;
  #failures = 0;
  #quick = 0;

  /** @param wantedLive false: the children are of interest once the build has ended, not before */
  constructor(options: PollContext, wantedLive: boolean) {
    this.#options = options;
    this.#wantedLive = wantedLive;
  }

  /** Nothing more is to be learnt. */
  get over(): boolean {
    return this.#over;
  }

  /** Epoch milliseconds of the last good answer, or of the build's end; 0 where there are no children. */
  get answeredAt(): number {
    return this.children.length > 0 ? this.#goodAt : 0;
  }

  /** False where there are none. */
  get allChildrenOver(): boolean {
    return this.children.length > 0 && this.children.every(isOver);
  }

  /** Takes note of how the whole build stands. */
  onParentStatus({
    record,
    standing,
  }: {
    readonly record: BuildRecord;
    readonly standing: BuildStatus;
  }): void {
    if (this.#over || this.#parentOver) return;
    const { clock } = this.#options;
    if (record.recordId !== '') this.#recordId = record.recordId;
    const ended = standing.kind === 'ended';
    if (!mayHaveChildren(record) || (ended && this.#recordId === '')) {
      this.#end();
    } else if (ended) {
      this.#parentOver = true;
      this.#goodAt = clock.now();
      this.dueAt = clock.now();
    } else if (standing.kind === 'running' && this.#recordId !== '' && this.#wantedLive) {
      if (this.#runsSince !== undefined) return;
      this.#runsSince = clock.now();
      this.#goodAt = clock.now();
      this.dueAt = clock.now();
    }
  }

  /** A child is known to have ended, or all of them: look soon. */
  hint(): void {
    if (this.children.length === 0 || this.#over || this.#failures > 0) return;
    this.#quick = quickLooks;
    const soonest = Math.max(this.#options.clock.now(), this.#lookedAt + leastBetweenLooksMs);
    this.dueAt = Math.min(this.dueAt, soonest);
  }

  /**
   * Asks for the graph. Plans the next look. Reference 7.2.
   * @param textFlows whether a log is being read in which text flows
   * @throws the signal's reason: a graph that can't be read is an event, or means that there is none
   */
  async *poll(textFlows: boolean): AsyncGenerator<FollowEvent> {
    const { client, clock, pace, signal } = this.#options;
    this.#lookedAt = clock.now();
    let graph: FlowGraph;
    try {
      graph = await client.flowGraph(this.#recordId, signal);
    } catch (error) {
      yield* this.#failed(error);
      return;
    }
    pace.answered('children');
    if (this.#failures > 0 && this.children.length > 0) yield { kind: 'recovered', of: 'children' };
    this.#failures = 0;
    this.#goodAt = clock.now();
    // Children do not vanish: an empty graph after a full one is an answer of a moment.
    if (graph.children.length > 0) this.#graph = graph;
    if (this.#parentOver) this.#end();
    this.#judge();
    if (this.children.length > 0) yield { kind: 'children', children: this.children };
    if (!this.#over) this.#planNext(textFlows);
  }

  #judge(): void {
    this.children = this.#graph.children.map((child) => childOf(child, this.#parentOver));
  }

  #planNext(textFlows: boolean): void {
    const { clock, pace } = this.#options;
    if (this.children.length === 0) {
      const since = this.#runsSince ?? clock.now();
      const next = asks.find((after) => since + after > clock.now());
      this.dueAt = next === undefined ? Number.POSITIVE_INFINITY : since + next;
      return;
    }
    this.#quick = Math.max(0, this.#quick - 1);
    if (this.#quick > 0) this.dueAt = clock.now() + pace.wait({ of: 'children', phase: 'ending' });
    else if (this.allChildrenOver) this.dueAt = clock.now() + pace.wait({ of: 'children', phase: 'allEnded' });
    else this.dueAt = clock.now() + pace.wait(textFlows ? { of: 'children', phase: 'active' } : { of: 'children', phase: 'idle' });
  }

  *#failed(error: unknown): Generator<FollowEvent> {
    const { clock } = this.#options;
    if (!(error instanceof ApiError)) throw error;
    const known = this.children.length > 0;
    const forMs = clock.now() - this.#goodAt;
    const passes = isTransient(error.failure);
    yield { kind: 'trouble', of: 'children', error, forMs: known && passes ? forMs : 0 };
    if (this.#parentOver ? !passes || forMs > lastLookPatienceMs : !passes && !known) {
      this.#end();
      this.#judge();
      if (known) yield { kind: 'children', children: this.children };
      return;
    }
    if (!known && !this.#parentOver) {
      this.#planNext(false);
      return;
    }
    this.#failures += 1;
    const wait = waitAfterFailure('children', error.failure, this.#failures, this.#options);
    if (passes) this.dueAt = clock.now() + wait;
    // Refused although it was answered before: asked once more when the build has ended.
    else this.dueAt = Number.POSITIVE_INFINITY;
  }

  #end(): void {
    this.#over = true;
    this.dueAt = Number.POSITIVE_INFINITY;
  }
}
