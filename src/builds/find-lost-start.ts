// Finds the build that a start call began when the response to that call was lost, by its time, commit, tag, branch and
// parameters. Starts and stops nothing. Reference 4.8, 4.12, 4.28.

import { type BuildRecord, type ListedBuild, sameCommit } from '../codearts/build-schemas.ts';
import type { CodeArtsBuildClient, StartRequest } from '../codearts/client.ts';
import { ApiError, isTransient } from '../codearts/errors.ts';
import { attempt, type CallContext, retry } from '../codearts/retry.ts';

/** Thrown when it is not known which build, if any, the start call began. */
export class UncertainStartError extends Error {
  override readonly name = 'UncertainStartError';
}

/** Milliseconds between the searches. A build is given a good minute to appear in the list. */
const searchPauses = [1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 20_000];

/** What a build is recognised by. */
export interface ExpectedBuild {
  readonly request: StartRequest;
  /** The commit that the build must have; undefined when it is not known, or when the job decides. */
  readonly commitId: string | undefined;
}

export interface SearchOptions extends ExpectedBuild, CallContext {
  readonly client: CodeArtsBuildClient;
  /** Epoch milliseconds of our clock: a build that was requested later is somebody else's. */
  readonly startedBefore?: number | undefined;
  /** Milliseconds for which each call that fails is retried. */
  readonly maxElapsedMs: number;
}

/**
 * Returns the builds that a call sent at `sentAt` or later can have started. Returns none only after a minute.
 * @param lastSentAt when such a call was last sent: two minutes later a single search is enough. Both in epoch
 * milliseconds of our clock.
 * @throws ApiError when the list can't be read; UncertainStartError when a build's dates don't fit, or an entry in the
 * list can't be read; the signal's reason
 */
export async function findStartedBuild(
  options: SearchOptions,
  sentAt: number,
  lastSentAt: number,
): Promise<readonly ListedBuild[]> {
  const { clock, signal } = options;
  const enoughAt = lastSentAt + 2 * searchPauses.reduce((sum, pause) => sum + pause, 0);
  let found: readonly ListedBuild[] = [];
  for (const pause of [0, ...searchPauses]) {
    if (pause > 0 && clock.now() > enoughAt) break;
    await clock.sleep(pause, signal);
    found = await candidates(options, sentAt);
    const numbered = found.filter(({ buildNumber }) => buildNumber > 0);
    if (numbered.length > 0) return numbered;
  }
  if (found.length === 0) return [];
  throw new UncertainStartError(
    'The start of the build was not confirmed, and an entry in the list of builds, which may be the one, has no number. Check the build task in CodeArts, then run the workflow again.',
  );
}

/**
 * The Date header counts whole seconds, and clocks inside the service differ. With less, a build that began would be
 * missed and started twice; with more, an equal build from just before would make it ambiguous.
 */
const clockSlackMs = 5_000;
const listMarginMs = 10 * 60_000;

/**
 * Finds the job's builds that the call sent at `sentAt` can have started, as far as they are listed by now. One whose
 * number can't be read has 0.
 */
export async function candidates(options: SearchOptions, sentAt: number): Promise<readonly ListedBuild[]> {
  const { client, request, commitId, startedBefore, clock, signal } = options;
  const toServer = (at: number) => at + client.serverNow() - clock.now();
  const { jobId } = request;
  const [from, to] = [toServer(sentAt) - listMarginMs, toServer(clock.now()) + listMarginMs];
  const listed = await retry(() => client.builds({ jobId, from, to }, signal), options);
  // The response carried the server's time, so only now is its clock surely known.
  const earliest = toServer(sentAt) - clockSlackMs;
  const latest = toServer(startedBefore ?? clock.now()) + clockSlackMs;
  const matching: ListedBuild[] = [];
  for (const build of listed) {
    // A build that left the queue before the start was sent is an older one.
    if (build.startedAt !== undefined && build.startedAt < earliest) continue;
    if (!matchesList(build, request, commitId)) continue;
    if (build.buildNumber === 0) {
      matching.push(build);
      continue;
    }
    const id = { jobId, buildNumber: build.buildNumber };
    const record = await readUnlessRejected(() => client.record(id, signal), options);
    if (!hasTag(request, record)) continue;
    // The list may date a build by when it left the queue; its record has the time when it was requested.
    const requestedAt = record?.createdAt ?? build.startedAt ?? earliest;
    const seenAt = Math.min(requestedAt, build.startedAt ?? requestedAt);
    if (startedBefore !== undefined && Math.max(seenAt, earliest) > latest) continue;
    const details =
      request.parameters.length > 0
        ? await readUnlessRejected(() => client.details(id, signal), options)
        : undefined;
    if (!hasParameters(request, details?.parameters)) continue;
    // It may be this start's or an older build of the same commit: neither start it twice nor take somebody else's.
    if (requestedAt < earliest || seenAt > latest) {
      throw new UncertainStartError(
        `The start of the build was not confirmed, and the dates of build #${build.buildNumber} don't show whether it is the one. Check it in CodeArts, then run the workflow again.`,
      );
    }
    matching.push(build);
  }
  return matching;
}

function matchesList(build: ListedBuild, { scm }: StartRequest, commitId: string | undefined): boolean {
  const branch = scm?.['branch'];
  if (commitId && build.commitId !== '' && !sameCommit(build.commitId, commitId)) return false;
  return branch === undefined || build.branch === '' || build.branch === branch;
}

/**
 * Reads once more after a transient failure. Undefined after any other, such as a 403: the build may be the one all the
 * same. Each call is retried by itself: of many that must all succeed, one would always be the one that fails.
 */
async function readUnlessRejected<T>(call: () => Promise<T>, options: SearchOptions): Promise<T | undefined> {
  const answer = await attempt(retry(call, options));
  if (!(answer instanceof ApiError)) return answer;
  if (isTransient(answer.failure)) throw answer;
  return undefined;
}

/** Only the record names the tag; a build with neither tag nor branch may be the one. */
function hasTag({ scm }: StartRequest, record: BuildRecord | undefined): boolean {
  const wanted = scm?.['build_tag'];
  if (wanted === undefined || !record) return true;
  return record.tag === wanted || (record.tag === '' && record.branch === '');
}

/**
 * Sensitive values come as asterisks and match any value; so does one that is left out, as codeBranch may be (4.8).
 * @param known undefined when they can't be read
 */
function hasParameters(request: StartRequest, known: ReadonlyMap<string, string> | undefined): boolean {
  return request.parameters.every(({ name, value }) => {
    const actual = known?.get(name) ?? value;
    return actual === value || /^\*+$/.test(actual);
  });
}
