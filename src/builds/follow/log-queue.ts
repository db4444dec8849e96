// Decides which of a build's logs is read. One at a time, so that nothing is buffered: the service keeps the others. The
// parent's log comes first, until a child runs; then the child that runs, to its end; then the children that ended
// meanwhile, in the order of their ends; and the rest of the parent's log last. A build without children has one log.

import { budgets } from '../../budgets.ts';
import type { BuildId } from '../../codearts/client.ts';
import { byEnd, type Child, hasRun, isOver } from '../children/child.ts';
import { ChildLookup } from '../children/read-children.ts';
import type { FollowEvent, KnownStatus, LogProgress } from '../events.ts';
import { type LogOwner, LogReader, nothingRead, ownerOf } from '../log/log-reader.ts';
import type { PollContext } from '../polling.ts';

/** All logs of a build, the parent's and its children's: to those who follow it they are one log. */
export class LogQueue {
  readonly #context: PollContext;
  readonly #readLog: boolean;
  readonly #deadline: number;
  readonly #lookup: ChildLookup;
  /** Undefined while the build is in the queue. */
  #parent: LogReader | undefined;
  /** The child whose log is read, if it is a child's turn. */
  #child: LogReader | undefined;
  #children: readonly Child[] = [];
  /** No more children will come. */
  #childrenFinal = false;
  /** The record ids of children that were read to their end. */
  readonly #done = new Set<string>();
  /** The record ids of children whose live log can't be read. */
  readonly #notReadableLive = new Set<string>();
  /** The parent's log comes first, however soon children run. */
  #parentPolled = false;
  /** The parent once the build has ended. */
  #endedParent: LogOwner | undefined;
  /** Epoch milliseconds at which that was learnt. */
  #endLearntAt: number | undefined;
  #childMaxElapsedMs: number = budgets.missingChildLog;

  /**
   * @param readLog false: no log is read
   * @param deadline epoch milliseconds at which the step's time is over
   */
  constructor(context: PollContext, readLog: boolean, deadline: number) {
    this.#context = context;
    this.#readLog = readLog;
    this.#deadline = deadline;
    this.#lookup = new ChildLookup(context.client, context.build.jobId);
  }

  /** Epoch milliseconds of the next poll. */
  get dueAt(): number {
    return this.#current?.dueAt ?? Number.POSITIVE_INFINITY;
  }

  /** True while text comes. */
  get flowing(): boolean {
    return this.#current?.flowing === true;
  }

  /** The parent's log says that the build is over. */
  get saysCompleted(): boolean {
    return this.#child === undefined && this.#parent?.saysCompleted === true;
  }

  /** The log of a child that is not known to have ended says that it is over. */
  get childSaysCompleted(): boolean {
    return this.#child !== undefined && !this.#child.owner.ended && this.#child.saysCompleted;
  }

  /** True while a log is being read. */
  get reading(): boolean {
    return this.#readLog && (this.#parent === undefined || this.dueAt < Number.POSITIVE_INFINITY);
  }

  /** Nothing more will be read. */
  get over(): boolean {
    return !this.#readLog || this.#current?.end !== undefined;
  }

  /** How far the parent's log was read; undefined where no log is read. */
  get parentProgress(): LogProgress | undefined {
    return this.#readLog ? (this.#parent?.progress ?? nothingRead) : undefined;
  }

  /** The rest of the parent's log waits until all children have been read. */
  get #current(): LogReader | undefined {
    if (this.#child) return this.#child;
    return this.#done.size === 0 || this.#parent?.owner.ended === true ? this.#parent : undefined;
  }

  /** Takes each record of the whole build. Once it has ended, what is left is read without waiting. */
  onParentStatus({ record, status }: KnownStatus): void {
    if (!this.#readLog || status.kind === 'queued') return;
    const { recordId, finishedAt: endedAt } = record;
    const ended = status.kind === 'ended';
    this.#parent ??= this.#read({ child: undefined, recordId, ended: false, endedAt }, budgets.missingLog);
    if (!ended || this.#endedParent) return;
    this.#endedParent = { child: undefined, recordId, ended, endedAt };
    this.#endLearntAt = this.#context.clock.now();
    this.#schedule();
  }

  #read(owner: LogOwner, maxElapsedMs: number): LogReader {
    const findBuild = (child: Child | undefined) => this.#findBuild(child);
    return new LogReader(
      { context: this.#context, findBuild, maxElapsedMs, until: () => this.#until },
      owner,
    );
  }

  /** The children were read. @param final true when they will not change any more */
  updateChildren(children: readonly Child[], final: boolean): void {
    if (!this.#readLog) return;
    this.#children = children;
    this.#childrenFinal = final;
    for (const child of children) {
      if (child.recordId === this.#child?.owner.recordId) this.#child.update(ownerOf(child));
    }
    this.#schedule();
  }

  /** Reads on in the log whose turn it is. Plans the next poll. @throws the signal's reason */
  async *poll(): AsyncGenerator<FollowEvent> {
    const reader = this.#current;
    if (!reader) return;
    const { child } = reader.owner;
    yield* reader.poll();
    const { end } = reader;
    if (!child) this.#parentPolled = true;
    else if (end) {
      this.#done.add(child.recordId);
      this.#child = undefined;
      if (end.cause) this.#childMaxElapsedMs = budgets.missingChildLogAgain;
      else if (reader.hasOutput) this.#childMaxElapsedMs = budgets.missingChildLog;
    }
    if (end) yield { kind: 'log-ended', child, end };
    this.#schedule();
  }

  /** Frees what is open. */
  async close(): Promise<void> {
    await this.#child?.close();
    await this.#parent?.close();
  }

  /**
   * Chooses the log that is read next. A child's log is left only at its end, or while nothing of it has come and another
   * child waits.
   */
  #schedule(): void {
    if (!this.#parentPolled && !this.#endedParent) return;
    if (this.#child) {
      if (!this.#child.isStuck) return;
      this.#notReadableLive.add(this.#child.owner.recordId);
      if (!this.#next()) return;
      this.#child = undefined;
    }
    const next = this.#next();
    if (next) {
      this.#child = this.#read(ownerOf(next), this.#childMaxElapsedMs);
    } else if (this.#endedParent && (this.#children.length === 0 || this.#childrenFinal)) {
      this.#parent?.update(this.#endedParent);
    }
  }

  async #findBuild(child: Child | undefined): Promise<BuildId | 'not-yet' | 'nowhere'> {
    const { build, signal } = this.#context;
    if (!child) return build;
    const { buildNumber } = await this.#lookup.complete(child, signal);
    if (buildNumber > 0) return { jobId: build.jobId, buildNumber };
    return this.#lookup.isHopeless ? 'nowhere' : 'not-yet';
  }

  /** Epoch milliseconds at which reading a log stops once its build has ended. */
  get #until(): number {
    const from = this.#endLearntAt ?? this.#context.clock.now();
    return Math.max(this.#deadline, from + budgets.logsAfterEnd);
  }

  /** The child that ended first; else the one that began to run first. */
  #next(): Child | undefined {
    const left = this.#children.filter(({ recordId }) => !this.#done.has(recordId));
    const [ended] = left.filter((child) => isOver(child) && hasRun(child)).toSorted(byEnd);
    return ended ?? this.#firstRunning(left);
  }

  /** Not one that has a machine and waits on it for others: it would keep back those that it waits for. */
  #firstRunning(left: readonly Child[]): Child | undefined {
    if (this.#lookup.isHopeless) return undefined;
    const open = new Set(this.#children.filter((child) => !isOver(child)).map(({ recordId }) => recordId));
    const never = Number.MAX_SAFE_INTEGER;
    return left
      .filter(({ state, needs }) => state === 'running' && !needs.some((need) => open.has(need)))
      .filter(({ recordId }) => !this.#notReadableLive.has(recordId))
      .toSorted((one, other) => (one.startedAt ?? never) - (other.startedAt ?? never))[0];
  }
}
