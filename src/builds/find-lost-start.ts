// Which of a job's builds a start call began whose answer got lost, by all that is known of it: time, commit, tag,
// branch, parameters. Starts and stops nothing. Reference 4.8, 4.12, 4.28.

import type { Clock, Random } from '../clock.ts';
import type { CodeArtsBuildClient, StartRequest } from '../codearts/api.ts';
import type { BuildRecord, ListedBuild } from '../codearts/build-schemas.ts';
import { ApiError, isTransient } from '../codearts/errors.ts';
import { retry } from '../codearts/retry.ts';

/** It can't be told which build, if any, the start call began. */
export class UncertainStartError extends Error {
  override readonly name = 'UncertainStartError';
}

/** Milliseconds between two searches: half a minute in all is a fair wait for a build to show in the list. */
const searchPauses = [1_000, 2_000, 4_000, 8_000, 15_000];

export interface Searching {
  readonly client: CodeArtsBuildClient;
  readonly request: StartRequest;
  /** The commit that the build must have; undefined when it is not known, or the job decides. */
  readonly commitId: string | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Epoch milliseconds of our clock: a build that began later is somebody else's. */
  readonly startedBefore?: number | undefined;
}

/** Sends a call, perhaps more than once. */
export type Ask = <T>(call: () => Promise<T>) => Promise<T>;

export interface SearchOptions extends Searching {
  readonly random: Random;
  /** Milliseconds for which each call that fails is tried again. */
  readonly maxElapsedMs: number;
}

/**
 * The builds that a call sent at `sentAt` or later can have begun; none only after a fair wait.
 * @param lastSentAt when such a call was last sent: a minute later one look is enough. Both in epoch milliseconds of
 * our clock.
 * @throws ApiError when the list can't be read; UncertainStartError when a build is dated in the future; the signal's
 * reason
 */
export async function findStartedBuild(
  options: SearchOptions,
  sentAt: number,
  lastSentAt: number,
): Promise<readonly ListedBuild[]> {
  const { clock, random, maxElapsedMs, signal } = options;
  // Call by call: of many that have to succeed together, one would always be the one that fails.
  const withRetry: Ask = (call) => retry(call, { clock, random, maxElapsedMs: maxElapsedMs, signal });
  const enoughAt = lastSentAt + 2 * searchPauses.reduce((sum, pause) => sum + pause, 0);
  for (const pause of [0, ...searchPauses]) {
    if (pause > 0 && clock.now() > enoughAt) break;
    await clock.sleep(pause, signal);
    const found = await candidates(options, sentAt, withRetry);
    if (found.length > 0) return found;
  }
  return [];
}

/**
 * The Date header counts whole seconds, and clocks inside the service differ: too narrow, and a build that began is
 * missed and started twice; too wide, and an equal build of just before makes it ambiguous, which is told.
 */
const clockSlackMs = 5_000;
const listMarginMs = 10 * 60_000;

/** The job's builds that the call sent at `sentAt` can have begun, as far as they show by now. */
export async function candidates(
  { client, request, commitId, startedBefore, clock, signal }: Searching,
  sentAt: number,
  ask: Ask,
): Promise<ListedBuild[]> {
  const branch = request.scm?.['branch'];
  // The Date header is the gateway's; the service that dates the builds may go by it or by the right time.
  const behind = () => Math.min(0, client.serverNow() - clock.now());
  const ahead = () => Math.max(0, client.serverNow() - clock.now());
  const listed = await ask(() =>
    client.builds(
      request.jobId,
      sentAt + behind() - listMarginMs,
      clock.now() + ahead() + listMarginMs,
      signal,
    ),
  );
  // The answer has told the server's time: only now its clock is surely known.
  const notBefore = sentAt + behind() - clockSlackMs;
  const notAfter = clock.now() + ahead() + clockSlackMs;
  const fitting: ListedBuild[] = [];
  for (const build of listed) {
    if ((build.startedAt ?? notBefore) < notBefore) continue;
    if (commitId && build.commitId !== '' && build.commitId !== commitId) continue;
    if (branch !== undefined && build.branch !== '' && build.branch !== branch) continue;
    const id = { jobId: request.jobId, buildNumber: build.buildNumber };
    const record = await unlessForbidden(() => ask(() => client.record(id, signal)));
    // The list may date a build by when it left the queue; its record tells when it was asked for.
    const { startedAt = Number.POSITIVE_INFINITY } = build;
    const createdAt = record?.createdAt ?? build.startedAt ?? sentAt;
    const begunAt = Math.min(startedAt, Math.max(createdAt, notBefore));
    if (startedBefore !== undefined && begunAt > startedBefore + ahead() + clockSlackMs) continue;
    if (!hasTag(request, record)) continue;
    const details = async () => (await client.details(id, signal)).parameters;
    if (request.parameters.length > 0 && !fits(request, await unlessForbidden(() => ask(details)))) continue;
    // No dates of the service are worth a second start, or somebody else's build.
    if (begunAt > notAfter) throw ambiguous(build, 'CodeArts dates it in the future');
    if (createdAt < notBefore) throw ambiguous(build, 'CodeArts dates it before the start, and after it');
    fitting.push(build);
  }
  return fitting;
}

/** It may be the one, or any older build of the same commit. */
function ambiguous({ buildNumber }: ListedBuild, because: string): UncertainStartError {
  return new UncertainStartError(
    `The start of the build was not confirmed, and whether build #${buildNumber} is the one can't be told, for ${because}. Look at it in CodeArts, then run this again.`,
  );
}

/** Undefined where the service keeps it from us: the build may be the one all the same. */
async function unlessForbidden<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ApiError && !isTransient(error.failure)) return undefined;
    throw error;
  }
}

/** A build of a tag is known by its record alone; one that tells neither tag nor branch may be the one. */
function hasTag({ scm }: StartRequest, record: BuildRecord | undefined): boolean {
  const wanted = scm?.['build_tag'];
  if (wanted === undefined || !record) return true;
  return record.tag === wanted || (record.tag === '' && record.branch === '');
}

/**
 * Sensitive values come as stars and fit any; so does one that is not told, as codeBranch is not always (4.8).
 * @param known undefined when they can't be read
 */
function fits(request: StartRequest, known: ReadonlyMap<string, string> | undefined): boolean {
  return request.parameters.every(({ name, value }) => {
    const actual = known?.get(name) ?? value;
    return actual === value || /^\*+$/.test(actual);
  });
}
