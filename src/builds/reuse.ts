// Finds a successful build that need not be run again: of the same commit, with the same value of every parameter.
// Where that can't be told (a sensitive value comes as stars), it is not the same. A change of the job's steps since
// can't be seen. Reference 4.8, 4.12, 4.28.

import { budgets } from '../budgets.ts';
import type { CodeArtsBuildClient, StartRequest } from '../codearts/api.ts';
import type { BuildRecord, ListedBuild } from '../codearts/build-schemas.ts';
import type { JobDefinition } from '../codearts/job-schemas.ts';
import { type RetryOptions, retry } from '../codearts/retry.ts';
import { parseStatus } from './status.ts';

export interface ReuseOptions extends Omit<RetryOptions, 'maxElapsedMs'> {
  readonly client: CodeArtsBuildClient;
  /** As it would be sent. */
  readonly request: StartRequest;
  /** 40 lower-case digits. */
  readonly commitId: string;
  /** Empty when a commit is built by itself. */
  readonly tag: string;
  readonly definition: JobDefinition;
}

export interface Reusable {
  readonly buildNumber: number;
  readonly record: BuildRecord;
}

const dayMs = 24 * 3_600_000;
const minuteMs = 60_000;
/** Builds of the commit that are looked at before a new one is the shorter way. */
const mostCandidates = 10;

/** Undefined when every value is known; else why no build can be told to be the same. */
export function comparisonObstacle({ parameters }: JobDefinition): string | undefined {
  if (parameters === undefined) return "the job's definition tells no parameters";
  const sensitive = parameters.filter((parameter) => parameter.sensitive).map(({ name }) => name);
  if (sensitive.length === 0) return undefined;
  return `CodeArts does not tell with which value of ${sensitive.join(', ')} a build was made`;
}

/**
 * The newest of the commit's ten last successes that has the same values, within the 30 days that CodeArts tells of;
 * undefined: none of them has. @throws ApiError; the signal's reason
 */
export async function findReusable(options: ReuseOptions): Promise<Reusable | undefined> {
  const { client, request, commitId, signal } = options;
  const wanted = valuesOf(options.definition, request);
  const to = client.serverNow() + minuteMs;
  const window = { jobId: request.jobId, from: to - 30 * dayMs + minuteMs, to };
  let looked = 0;
  for (let page = 0; ; page += 1) {
    const { builds, isLast } = await retry(() => client.listBuildsPage(window, page, signal), {
      ...options,
      maxElapsedMs: budgets.reuse,
    });
    for (const build of newestFirst(builds)) {
      if (build.commitId !== commitId || !isSuccess(build.status)) continue;
      looked += 1;
      const record = await sameBuild(options, build.buildNumber, wanted);
      if (record) return { buildNumber: build.buildNumber, record };
      if (looked === mostCandidates) return undefined;
    }
    if (isLast) return undefined;
  }
}

/** Each parameter with the value that a start would give it: the one asked for, else the job's own. */
function valuesOf(definition: JobDefinition, request: StartRequest): ReadonlyMap<string, string> {
  const defaults = (definition.parameters ?? []).map(({ name, defaultValue }): [string, string] => [
    name,
    defaultValue,
  ]);
  return new Map([
    ...defaults,
    ...request.parameters.map(({ name, value }): [string, string] => [name, value]),
  ]);
}

async function sameBuild(
  { client, request, commitId, tag, definition: _, ...how }: ReuseOptions,
  buildNumber: number,
  wanted: ReadonlyMap<string, string>,
): Promise<BuildRecord | undefined> {
  const build = { jobId: request.jobId, buildNumber };
  const keep = { ...how, maxElapsedMs: budgets.reuse };
  const { parameters } = await retry(() => client.details(build, how.signal), keep);
  if (!sameValues(parameters, wanted)) return undefined;
  // The list has no tags, and a build of a tag is told another thing to build than one of its commit.
  const record = await retry(() => client.record(build, how.signal), keep);
  const same = record.commitId === commitId && record.tag === tag && isSuccess(record.status);
  return same ? record : undefined;
}

function sameValues(actual: ReadonlyMap<string, string>, wanted: ReadonlyMap<string, string>): boolean {
  return actual.size === wanted.size && [...wanted].every(([name, value]) => actual.get(name) === value);
}

function isSuccess(status: string): boolean {
  const standing = parseStatus(status);
  return standing.kind === 'ended' && standing.result === 'success';
}

function newestFirst(page: readonly ListedBuild[]): ListedBuild[] {
  return [...page].sort((a, b) => b.buildNumber - a.buildNumber);
}
