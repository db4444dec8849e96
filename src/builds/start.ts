// Starts exactly one build. The start call is not idempotent, and there is no request token: an answer that got
// lost may stand for a build that runs. So after such a loss the job's builds are searched for the one this call
// began (time, commit, tag, branch, parameters); only when none has shown after half a minute, it is sent again.
// Reference 4.6, 4.8, 4.28. Prints nothing.

import { type Clock, type Random, withGrace, withTimeout } from '../clock.ts';
import type { CodeArtsBuildClient, StartRequest } from '../codearts/api.ts';
import type { ListedBuild, StartedBuild } from '../codearts/build-schemas.ts';
import { ApiError, type Failure, isThrottled, isTransient, mayHaveTakenEffect } from '../codearts/errors.ts';
import { backoff } from '../codearts/retry.ts';
import { candidates, findStartedBuild, UncertainStartError } from './find-lost-start.ts';

export interface StartOptions {
  readonly client: CodeArtsBuildClient;
  readonly request: StartRequest;
  /** The commit that the build must have; undefined when it is not known, or the job decides. */
  readonly commitId: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  /** Cancels: an answer on its way is still waited for, for a moment, so that the build can be stopped. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: StartEvent) => void;
}

export type StartEvent =
  /** The call had no effect and will be sent again. */
  | { readonly kind: 'trying-again'; readonly error: ApiError }
  /** The answer got lost; the job's builds are being searched. */
  | { readonly kind: 'searching'; readonly error: ApiError }
  | { readonly kind: 'none-found' };

export interface Started extends StartedBuild {
  /** True when the answer was lost and the build was found among the job's builds. */
  readonly adopted: boolean;
}

/** Milliseconds from the first call on for which a start that had no effect is sent again. */
const startPatienceMs = 10 * 60_000;
/** Milliseconds for which a host that has no address is asked for: most likely its name is mistyped. */
const unknownHostPatienceMs = 30_000;
/** Milliseconds that a cancelled run still waits for the answer to a start on its way. */
const graceMs = 2_000;
/** Milliseconds that a cancelled run spends on searching for a build whose start was not answered. */
const hurriedSearchMs = 1_500;
/**
 * @throws ApiError when the call came to nothing, and the signal's reason when cancelled: then none was started.
 * UncertainStartError when one may have been.
 */
export async function startBuild(options: StartOptions): Promise<Started> {
  const { client, request, clock, random, signal, onEvent } = options;
  const firstTryAt = clock.now();
  /** When the first call was sent whose answer got lost: its build may show late, and is never started twice. */
  let lostAt: number | undefined;
  for (let failures = 1; ; failures += 1) {
    if (signal.aborted) return await endCancelled(options, lostAt);
    const sentAt = clock.now();
    try {
      const send = (until: AbortSignal) => client.start(request, until);
      return { ...(await withGrace(clock, graceMs, signal, send)), adopted: false };
    } catch (error) {
      const mayHaveStarted = error instanceof ApiError ? mayHaveTakenEffect(error.failure) : signal.aborted;
      if (mayHaveStarted) lostAt ??= sentAt;
      if (signal.aborted) continue;
      if (!(error instanceof ApiError)) throw error;
      if (lostAt !== undefined && mayHaveStarted) {
        onEvent({ kind: 'searching', error });
        const found = await search(options, lostAt, sentAt, error);
        if (found) return found;
        if (clock.now() - firstTryAt > startPatienceMs) throw afterLoss(error, lostAt);
        onEvent({ kind: 'none-found' });
        continue;
      }
      const wait = backoff(error.failure, failures, random);
      if (clock.now() + wait - firstTryAt > patienceFor(error.failure)) throw afterLoss(error, lostAt);
      onEvent({ kind: 'trying-again', error });
      // A cancel ends the wait, and is seen to next.
      await clock.sleep(wait, signal).catch(() => {});
    }
  }
}

/** A refusal says nothing of an earlier call whose answer got lost: its build may still show. */
function afterLoss(error: ApiError, lostAt: number | undefined): Error {
  if (lostAt === undefined) return error;
  return new UncertainStartError(
    `${error.message} An earlier start was not confirmed, and no build of it was found: look at the job in CodeArts before you run this again.`,
    { cause: error },
  );
}

/** Milliseconds for which a call that had no effect is sent again: what is refused in earnest is refused for good. */
function patienceFor(failure: Failure): number {
  if (isThrottled(failure)) return startPatienceMs;
  if (failure.kind !== 'network' || !isTransient(failure)) return 0;
  return failure.code === 'ENOTFOUND' ? unknownHostPatienceMs : startPatienceMs;
}

/** Undefined when there is none after a fair wait. */
async function search(
  options: StartOptions,
  lostAt: number,
  sentAt: number,
  lost: ApiError,
): Promise<Started | undefined> {
  const { signal } = options;
  try {
    return requireSingle(
      await findStartedBuild({ ...options, maxElapsedMs: startPatienceMs }, lostAt, sentAt),
    );
  } catch (error) {
    if (signal.aborted) return await endCancelled(options, lostAt);
    if (!(error instanceof ApiError)) throw error;
    throw new UncertainStartError(
      `A build may have been started, but its start was not confirmed (${lost.message}) and the job's builds could not be read: ${error.message} Look at the job in CodeArts before you run this again.`,
      { cause: error },
    );
  }
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
  const look = (until: AbortSignal) => candidates({ ...options, signal: until }, lostAt, (call) => call());
  let found: readonly ListedBuild[];
  try {
    found = await withTimeout(clock, hurriedSearchMs, uncertain, look);
  } catch (error) {
    throw error instanceof UncertainStartError ? error : uncertain;
  }
  const one = requireSingle(found);
  if (!one) throw uncertain;
  return one;
}

function requireSingle(found: readonly ListedBuild[]): Started | undefined {
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
