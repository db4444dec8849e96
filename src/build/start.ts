// Starts exactly one build. The start call is not idempotent, and there is no request token: an answer that got
// lost may stand for a build that runs. So after such a loss the job's builds are searched for the one this call
// began (time, commit, tag, branch, parameters); only when none has shown after half a minute, it is sent again.
// Reference 4.6, 4.8, 4.28. Prints nothing.

import { type Clock, type Random, within } from '../clock.ts';
import type { ListedBuild, StartedBuild } from '../codearts/answers.ts';
import type { CodeArtsBuild, StartRequest } from '../codearts/client.ts';
import { CallError, type Failure, isPassing, isThrottled, mayHaveActed } from '../codearts/errors.ts';
import { persist, waitAfter } from '../codearts/retry.ts';

export interface StartOptions {
  readonly client: CodeArtsBuild;
  readonly request: StartRequest;
  /** The commit that the build must have; undefined when it is not known, or the job decides. */
  readonly commitId: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  /** Cancels: an answer on its way is still waited for, for a moment, so that the build can be stopped. */
  readonly signal: AbortSignal;
  readonly tell: (event: StartEvent) => void;
}

export type StartEvent =
  /** The call had no effect and will be sent again. */
  | { readonly kind: 'trying-again'; readonly error: CallError }
  /** The answer got lost; the job's builds are being searched. */
  | { readonly kind: 'searching'; readonly error: CallError }
  | { readonly kind: 'none-found' };

export interface Started extends StartedBuild {
  /** True when the answer was lost and the build was found among the job's builds. */
  readonly adopted: boolean;
}

/** It can't be told which build, if any, the start call began. */
export class UncertainStartError extends Error {
  override readonly name = 'UncertainStartError';
}

/** Milliseconds from the first call on for which a start that had no effect is sent again. */
const startPatienceMs = 10 * 60_000;
/** Milliseconds for which a host that has no address is asked for: most likely its name is mistyped. */
const unknownHostPatienceMs = 30_000;
/** Milliseconds that a cancelled run still waits for the answer to a start on its way. */
const graceMs = 2_000;
/** Milliseconds that a cancelled run spends on searching for a build whose start was not answered. */
const hurriedSearchMs = 1_500;
/** Milliseconds between two searches: half a minute in all is a fair wait for a build to show in the list. */
const searchPauses = [1_000, 2_000, 4_000, 8_000, 15_000];

/**
 * @throws CallError when the service refuses, and the signal's reason when cancelled: then none was started.
 * UncertainStartError when one may have been.
 */
export async function startBuild(options: StartOptions): Promise<Started> {
  const { clock, random, signal, tell } = options;
  const firstTryAt = clock.now();
  /** When the first call was sent whose answer got lost: its build may show late, and is never started twice. */
  let lostAt: number | undefined;
  for (let failures = 1; ; failures += 1) {
    if (signal.aborted) return await endCancelled(options, lostAt);
    const sentAt = clock.now();
    try {
      return { ...(await sendWithGrace(options)), adopted: false };
    } catch (error) {
      const actsUnseen = error instanceof CallError ? mayHaveActed(error.failure) : signal.aborted;
      if (actsUnseen) lostAt ??= sentAt;
      if (signal.aborted) continue;
      if (!(error instanceof CallError)) throw error;
      if (lostAt !== undefined && actsUnseen) {
        tell({ kind: 'searching', error });
        const found = await search(options, lostAt, sentAt, error);
        if (found) return found;
        if (clock.now() - firstTryAt > startPatienceMs) throw afterLoss(error, lostAt);
        tell({ kind: 'none-found' });
        continue;
      }
      const wait = waitAfter(error.failure, failures, random);
      if (clock.now() + wait - firstTryAt > patienceFor(error.failure)) throw afterLoss(error, lostAt);
      tell({ kind: 'trying-again', error });
      // A cancel ends the wait, and is seen to next.
      await clock.sleep(wait, signal).catch(() => {});
    }
  }
}

/** A refusal says nothing of an earlier call whose answer got lost: its build may still show. */
function afterLoss(error: CallError, lostAt: number | undefined): Error {
  if (lostAt === undefined) return error;
  return new UncertainStartError(
    `${error.message} An earlier start was not confirmed, and no build of it was found: look at the job in CodeArts before you run this again.`,
    { cause: error },
  );
}

/** Milliseconds for which a call that had no effect is sent again: what is refused in earnest is refused for good. */
function patienceFor(failure: Failure): number {
  if (isThrottled(failure)) return startPatienceMs;
  if (failure.kind !== 'unreachable' || !isPassing(failure)) return 0;
  return failure.code === 'ENOTFOUND' ? unknownHostPatienceMs : startPatienceMs;
}

/** After a cancel the answer is waited for a moment more. */
async function sendWithGrace({ client, request, clock, signal }: StartOptions): Promise<StartedBuild> {
  const call = new AbortController();
  const giveUpSoon = () => {
    clock.sleep(graceMs, call.signal).then(
      () => call.abort(signal.reason),
      () => {},
    );
  };
  signal.addEventListener('abort', giveUpSoon, { signal: call.signal });
  try {
    return await client.start(request, call.signal);
  } finally {
    call.abort();
  }
}

/** Undefined when there is none after a fair wait. */
async function search(
  options: StartOptions,
  lostAt: number,
  sentAt: number,
  lost: CallError,
): Promise<Started | undefined> {
  const { signal } = options;
  try {
    return theOnly(await searchFairly(options, lostAt, sentAt));
  } catch (error) {
    if (signal.aborted) return await endCancelled(options, lostAt);
    if (!(error instanceof CallError)) throw error;
    throw new UncertainStartError(
      `A build may have been started, but its start was not confirmed (${lost.message}) and the job's builds could not be read: ${error.message} Look at the job in CodeArts before you run this again.`,
      { cause: error },
    );
  }
}

export interface Searching
  extends Pick<StartOptions, 'client' | 'request' | 'commitId' | 'clock' | 'random' | 'signal'> {
  /** Epoch milliseconds of our clock: a build that began later is somebody else's. */
  readonly begunBy?: number | undefined;
}

/**
 * The builds that a call sent at `sentAt` or later can have begun; none only after a fair wait.
 * @param lastSentAt when such a call was last sent. Both in epoch milliseconds of our clock.
 */
export async function searchFairly(
  options: Searching,
  sentAt: number,
  lastSentAt: number,
): Promise<readonly ListedBuild[]> {
  const { clock, random, signal } = options;
  const enoughAt = lastSentAt + 2 * searchPauses.reduce((sum, pause) => sum + pause, 0);
  for (const pause of [0, ...searchPauses]) {
    if (pause > 0 && clock.now() > enoughAt) break;
    await clock.sleep(pause, signal);
    const attempt = () => candidates(options, sentAt);
    const found = await persist(attempt, { clock, random, patienceMs: startPatienceMs, signal });
    if (found.length > 0) return found;
  }
  return [];
}

/**
 * After a cancel there is no time for a fair wait: one look, and whatever it says.
 * @param lostAt undefined when no call can have begun a build
 */
async function endCancelled(options: StartOptions, lostAt: number | undefined): Promise<Started> {
  const { clock, signal } = options;
  if (lostAt === undefined) throw signal.reason;
  const uncertain = new UncertainStartError(
    'Cancelled while the answer to the start of the build was awaited.',
    { cause: signal.reason },
  );
  const look = (until: AbortSignal) => candidates({ ...options, signal: until }, lostAt);
  let found: readonly ListedBuild[];
  try {
    found = await within(clock, hurriedSearchMs, uncertain, look);
  } catch (error) {
    throw error instanceof UncertainStartError ? error : uncertain;
  }
  const one = theOnly(found);
  if (!one) throw uncertain;
  return one;
}

function theOnly(found: readonly ListedBuild[]): Started | undefined {
  const [one, ...others] = found;
  if (!one) return undefined;
  if (others.length === 0) {
    return { buildNumber: one.buildNumber, dailyBuildNumber: one.dailyBuildNumber, adopted: true };
  }
  const names = found.map((build) => `#${build.buildNumber}`).join(', ');
  throw new UncertainStartError(
    `The start of the build was not confirmed, and more than one build of the job may be the one: ${names}. None was followed or stopped; look at them in CodeArts, then run this again.`,
  );
}

/**
 * The Date header counts whole seconds, and clocks inside the service differ: too narrow, and a build that began is
 * missed and started twice; too wide, and an equal build of just before makes it ambiguous, which is told.
 */
const clockSlackMs = 5_000;
const listMarginMs = 10 * 60_000;

/** The job's builds that the call sent at `sentAt` can have begun, as far as they show by now. */
async function candidates(
  { client, request, commitId, begunBy, clock, signal }: Searching,
  sentAt: number,
): Promise<ListedBuild[]> {
  const branch = request.scm?.['branch'];
  // The Date header is the gateway's; the service that dates the builds may go by it or by the right time.
  const behind = () => Math.min(0, client.serverNow() - clock.now());
  const ahead = () => Math.max(0, client.serverNow() - clock.now());
  const listed = await client.builds(
    request.jobId,
    sentAt + behind() - listMarginMs,
    clock.now() + ahead() + listMarginMs,
    signal,
  );
  // The answer has told the server's time: only now its clock is surely known.
  const notBefore = sentAt + behind() - clockSlackMs;
  const notAfter = clock.now() + ahead() + clockSlackMs;
  const fitting: ListedBuild[] = [];
  for (const build of listed) {
    const { startedAt = sentAt } = build;
    if (startedAt < notBefore) continue;
    if (begunBy !== undefined && startedAt > begunBy + ahead() + clockSlackMs) continue;
    if (commitId && build.commitId !== '' && build.commitId !== commitId) continue;
    if (branch !== undefined && build.branch !== '' && build.branch !== branch) continue;
    if (!(await hasTag(client, request, build.buildNumber, signal))) continue;
    if (!(await hasParameters(client, request, build.buildNumber, signal))) continue;
    if (startedAt > notAfter) throw datedAhead(build);
    fitting.push(build);
  }
  return fitting;
}

/** Its clock is none that is known here: it may be the one, or any older build of the same commit. */
function datedAhead({ buildNumber }: ListedBuild): UncertainStartError {
  return new UncertainStartError(
    `The start of the build was not confirmed, and whether build #${buildNumber} is the one can't be told, for CodeArts dates it in the future. Look at it in CodeArts, then run this again.`,
  );
}

/** A build of a tag is known by its record alone; one that tells neither tag nor branch may be the one. */
async function hasTag(
  client: CodeArtsBuild,
  request: StartRequest,
  buildNumber: number,
  signal: AbortSignal,
): Promise<boolean> {
  const wanted = request.scm?.['build_tag'];
  if (wanted === undefined) return true;
  try {
    const { tag, branch } = await client.record({ jobId: request.jobId, buildNumber }, signal);
    return tag === wanted || (tag === '' && branch === '');
  } catch (error) {
    if (error instanceof CallError && !isPassing(error.failure)) return true;
    throw error;
  }
}

/**
 * Sensitive values come as stars and fit any; so does one that is not told, as codeBranch is not always (4.8). A build
 * whose parameters can't be read may be the one.
 */
async function hasParameters(
  client: CodeArtsBuild,
  request: StartRequest,
  buildNumber: number,
  signal: AbortSignal,
): Promise<boolean> {
  if (request.parameters.length === 0) return true;
  let known: ReadonlyMap<string, string>;
  try {
    known = (await client.details({ jobId: request.jobId, buildNumber }, signal)).parameters;
  } catch (error) {
    if (error instanceof CallError && !isPassing(error.failure)) return true;
    throw error;
  }
  return request.parameters.every(({ name, value }) => {
    const actual = known.get(name) ?? value;
    return actual === value || /^\*+$/.test(actual);
  });
}
