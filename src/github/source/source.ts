// Describes what a run builds, or why that can't be decided, and builds the request that starts it.

import { branchParameter, type StartRequest } from '../../codearts/client.ts';
import type { Parameter } from '../inputs/parameters.ts';

/**
 * What to build. `why` names it in a few words: "the head of pull request #7". Commit ids are 40 lower-case digits.
 * A `branch` or `tag` that comes from the event exists in the repository that the workflow runs for.
 * `job` is what the build task is configured to build: no scm is sent.
 */
export type Source =
  | { readonly kind: 'commit'; readonly commitId: string; readonly branch?: string; readonly why: string }
  | { readonly kind: 'tag'; readonly tag: string; readonly commitId?: string; readonly why: string }
  | { readonly kind: 'branch'; readonly branch: string; readonly why: string }
  | { readonly kind: 'job'; readonly why: string };

export interface KnownSource {
  readonly ok: true;
  readonly source: Source;
  /** Each is one line. */
  readonly notices: readonly string[];
}

export interface NoSource {
  readonly ok: false;
  /** One line. */
  readonly problem: string;
  /** Whether an input is wrong, or the event's commit is not built: decides which help goes with it. */
  readonly reason: 'bad-input' | 'no-commit';
}

export type SourceResult = KnownSource | NoSource;

export function ok(source: Source, ...notices: readonly string[]): KnownSource {
  return { ok: true, source, notices };
}

export function fail(problem: string, reason: NoSource['reason'] = 'no-commit'): NoSource {
  return { ok: false, problem, reason };
}

/** The commit that is built, where it is known before the build. */
export function commitOf(source: Source): string | undefined {
  return 'commitId' in source ? source.commitId : undefined;
}

/** The branch to start the job with; undefined when none is known. */
export function branchOf(source: Source): string | undefined {
  return 'branch' in source ? source.branch : undefined;
}

/** For "Starting … for"; such as: the head of pull request #7 (a3daced) */
export function describeSource(source: Source): string {
  const commitId = commitOf(source);
  return commitId === undefined ? source.why : `${source.why} (${commitId.slice(0, 7)})`;
}

/**
 * Sends no more than was asked for, because a server may reject each further field. Chapter 4.6 of the API reference;
 * `branch` and `build_type` are from later editions, and a job that is configured to build a tag needed them (seen
 * live).
 * @param sendsBranch false for a job that does not take this branch as its codeBranch
 */
export function startRequest(
  jobId: string,
  parameters: readonly Parameter[],
  source: Source,
  sendsBranch: boolean,
): StartRequest {
  const scm = scmOf(source);
  const branch = sendsBranch ? branchOf(source) : undefined;
  const named = parameters.some(({ name }) => name === branchParameter);
  return {
    jobId,
    parameters: branch && !named ? [...parameters, { name: branchParameter, value: branch }] : parameters,
    ...(scm ? { scm } : {}),
  };
}

function scmOf(source: Source): Record<string, string> | undefined {
  switch (source.kind) {
    case 'commit':
      return { build_commit_id: source.commitId };
    case 'tag':
      return { build_tag: source.tag };
    case 'branch':
      return { branch: source.branch, build_type: 'branch' };
    case 'job':
      return undefined;
  }
}
