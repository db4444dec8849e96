// Finds a successful build of the same commit and the same parameters that can be reused. Where the values can't be
// compared (sensitive ones come as asterisks), no build is reused. A change of the job's steps since then goes
// unnoticed. Reference 4.8, 4.12, 4.28.

import { budgets } from '../budgets.ts';
import { type BuildRecord, sameCommit } from '../codearts/build-schemas.ts';
import { branchParameter, type CodeArtsBuildClient, type StartRequest } from '../codearts/client.ts';
import type { JobDefinition } from '../codearts/job-schemas.ts';
import { type CallContext, retry } from '../codearts/retry.ts';
import { conclusionOf } from './status.ts';

export interface ReuseOptions extends CallContext {
  readonly client: CodeArtsBuildClient;
  /** As a new build would be started. */
  readonly request: StartRequest;
  /** 40 lower-case hexadecimal digits. */
  readonly commitId: string;
  /** Empty when the commit is not built by a tag. */
  readonly tag: string;
  readonly definition: JobDefinition;
}

export interface Reusable {
  readonly buildNumber: number;
  readonly record: BuildRecord;
}

const dayMs = 24 * 3_600_000;
const minuteMs = 60_000;
/** CodeArts lists no older builds. */
export const historyDays = 30;
/** How many builds of the commit are compared before a new one would be quicker. */
export const maxCandidates = 10;

/** Undefined when every value can be compared; else the reason why not. */
export function comparisonObstacle({ parameters }: JobDefinition): string | undefined {
  if (parameters === undefined) return "the build task's definition lists no parameters";
  const sensitive = parameters.filter((parameter) => parameter.sensitive).map(({ name }) => name);
  if (sensitive.length === 0) return undefined;
  return `CodeArts does not reveal the values of ${sensitive.join(', ')}, which the build task marks as sensitive`;
}

/**
 * Returns the newest successful build of the commit with the same parameters, among so many as `maxCandidates` says;
 * undefined when there is none. @throws ApiError; the signal's reason
 */
export async function findReusable(options: ReuseOptions): Promise<Reusable | undefined> {
  const { client, request, commitId, signal } = options;
  const given = request.parameters.map(({ name, value }): [string, string] => [name, value]);
  const wanted = valuesOf(options.definition, given);
  const to = client.serverNow() + minuteMs;
  const window = { jobId: request.jobId, from: to - historyDays * dayMs + minuteMs, to };
  let compared = 0;
  for (let page = 0; ; page += 1) {
    const { builds, isLast } = await retry(() => client.listBuildsPage(window, page, signal), {
      ...options,
      maxElapsedMs: budgets.reuse,
    });
    for (const build of builds.toSorted((a, b) => b.buildNumber - a.buildNumber)) {
      const isSame = build.buildNumber > 0 && sameCommit(build.commitId, commitId);
      if (!isSame || conclusionOf(build.status) !== 'success') continue;
      compared += 1;
      const record = await sameBuild(options, build.buildNumber, wanted);
      if (record) return { buildNumber: build.buildNumber, record };
      if (compared === maxCandidates) return undefined;
    }
    if (isLast) return undefined;
  }
}

/**
 * Each parameter with the value that a build has when these are given. The history may leave out one that had its default
 * value.
 */
function valuesOf(
  { parameters = [] }: JobDefinition,
  given: Iterable<readonly [string, string]>,
): ReadonlyMap<string, string> {
  const defaults = parameters.map(({ name, defaultValue }) => [name, defaultValue] as const);
  return new Map([...defaults, ...given]);
}

async function sameBuild(
  { client, request, commitId, tag, definition, ...calls }: ReuseOptions,
  buildNumber: number,
  wanted: ReadonlyMap<string, string>,
): Promise<BuildRecord | undefined> {
  const build = { jobId: request.jobId, buildNumber };
  const retrying = { ...calls, maxElapsedMs: budgets.reuse };
  const { parameters } = await retry(() => client.details(build, calls.signal), retrying);
  if (!sameValues(valuesOf(definition, parameters), wanted)) return undefined;
  // The list has no tags, and a build of a tag is started with other data than one of its commit.
  const record = await retry(() => client.record(build, calls.signal), retrying);
  const succeeded = conclusionOf(record.status) === 'success';
  return succeeded && sameCommit(record.commitId, commitId) && record.tag === tag ? record : undefined;
}

/** True when all but the branch is the same: the commit is the same on any branch. */
function sameValues(actual: ReadonlyMap<string, string>, wanted: ReadonlyMap<string, string>): boolean {
  const names = new Set([...actual.keys(), ...wanted.keys()]);
  names.delete(branchParameter);
  return [...names].every((name) => actual.get(name) === wanted.get(name));
}
