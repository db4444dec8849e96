// Reads the children of a multi-task build, and what its graph leaves out or gets wrong about a child: its times, and
// its build number in the parent's job, by which live log, steps and artifacts are read. The reference does not say
// whose number the graph gives; another job's would lead to another build. So one child's record is read and compared.

import { budgets } from '../../budgets.ts';
import type { BuildRecord } from '../../codearts/build-schemas.ts';
import type { CodeArtsBuildClient } from '../../codearts/client.ts';
import { ApiError, isNoSuchApi, isTransient } from '../../codearts/errors.ts';
import { attempt, type CallContext } from '../../codearts/retry.ts';
import type { RecordInfo } from '../../codearts/step-schemas.ts';
import { TimeBudget, Unavailable } from '../../codearts/time-budget.ts';
import { type Child, childOf, hasRun, isOver, mayHaveChildren, secondsOf } from './child.ts';

/**
 * Reads the children of a build that has ended and was not followed, within `budgets.children`. None of a build that
 * can have none. Reference 7.2. @throws the signal's reason
 */
export async function readChildren(
  client: CodeArtsBuildClient,
  record: BuildRecord,
  calls: CallContext,
): Promise<readonly Child[] | Unavailable> {
  if (!mayHaveChildren(record) || record.recordId === '') return [];
  const budget = new TimeBudget({ ...calls, ms: budgets.children });
  const children = await budget.call('the children of the build', (signal) =>
    client.flowGraph(record.recordId, signal),
  );
  return children instanceof Unavailable ? children : children.map((child) => childOf(child, true));
}

/** Where a build number comes from. One verdict holds for all numbers of an origin. */
type NumberOrigin = 'graph' | 'record';

export class ChildLookup {
  readonly #client: CodeArtsBuildClient;
  readonly #jobId: string;
  /** Whether the numbers of an origin belong to the parent's job; none until one of them was compared. */
  readonly #verdicts = new Map<NumberOrigin, boolean>();
  /** By record id: what will not change any more. */
  readonly #answers = new Map<string, RecordInfo | ApiError>();
  #rejection: ApiError | undefined;

  constructor(client: CodeArtsBuildClient, jobId: string) {
    this.#client = client;
    this.#jobId = jobId;
  }

  /** Why CodeArts gave nothing for a record id; undefined while it always did, and where it has no such call. */
  get rejection(): ApiError | undefined {
    return this.#rejection && isNoSuchApi(this.#rejection.failure) ? undefined : this.#rejection;
  }

  /** True when no child's number can be found any more. */
  get isHopeless(): boolean {
    const byRecord = this.#rejection === undefined && this.#verdicts.get('record') !== false;
    return this.#verdicts.get('graph') === false && !byRecord;
  }

  /**
   * Returns the child with the build number that it has in its parent's job, 0 where that is not known, and with its
   * times. Sends no call for most children. @throws ApiError that may pass
   */
  async complete(child: Child, signal: AbortSignal): Promise<Child> {
    const byGraph = await this.#verify('graph', child.buildNumber, child.recordId, signal);
    const lacksTimes = isOver(child) && hasRun(child) && secondsOf(child) === undefined;
    if (byGraph !== 0 && !lacksTimes) return child;
    const info = await this.#lookUp(child.recordId, signal);
    const number = byGraph || (await this.#verify('record', info?.buildNumber ?? 0, child.recordId, signal));
    return {
      ...child,
      buildNumber: number,
      startedAt: child.startedAt ?? info?.startedAt,
      finishedAt: child.finishedAt ?? info?.finishedAt,
      durationMs: child.durationMs ?? info?.durationMs,
    };
  }

  /** The number, or 0 where it can't be relied on. */
  async #verify(
    origin: NumberOrigin,
    buildNumber: number,
    recordId: string,
    signal: AbortSignal,
  ): Promise<number> {
    if (buildNumber === 0) return 0;
    if (!this.#verdicts.has(origin)) {
      const build = { jobId: this.#jobId, buildNumber };
      const record = await attempt(this.#client.record(build, signal));
      if (record instanceof ApiError && isTransient(record.failure)) throw record;
      this.#verdicts.set(origin, !(record instanceof ApiError) && record.recordId === recordId);
    }
    return this.#verdicts.get(origin) ? buildNumber : 0;
  }

  /** Undefined where it was rejected. */
  async #lookUp(recordId: string, signal: AbortSignal): Promise<RecordInfo | undefined> {
    const answer = this.#answers.get(recordId) ?? (await attempt(this.#client.recordInfo(recordId, signal)));
    if (!(answer instanceof ApiError)) {
      // A child that runs has no end yet, and may have no number.
      if (answer.finishedAt !== undefined) this.#answers.set(recordId, answer);
      return answer;
    }
    if (isTransient(answer.failure)) throw answer;
    this.#rejection = answer;
    this.#answers.set(recordId, answer);
    return undefined;
  }
}
