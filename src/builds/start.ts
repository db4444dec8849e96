// Starts exactly one build. The start call is not idempotent, and there is no request token: a lost response may belong
// to a build that runs. After such a loss the job's builds are searched for the one that this call started (time,
// commit, tag, branch, parameters); the call is sent again only when none has appeared after a minute. Reference 4.6,
// 4.8, 4.28. Prints nothing.

import { budgets } from '../budgets.ts';
import { withGrace } from '../clock.ts';
import type { ListedBuild, StartedBuild } from '../codearts/build-schemas.ts';
import type { CodeArtsBuildClient } from '../codearts/client.ts';
import {
  ApiError,
  type Failure,
  isThrottled,
  isTransient,
  isUnknownBuild,
  mayHaveTakenEffect,
} from '../codearts/errors.ts';
import type { ProjectRole } from '../codearts/job-schemas.ts';
import { attempt, backoff, type CallContext } from '../codearts/retry.ts';
import { tryWithin } from '../codearts/time-budget.ts';
import { toSingleLine } from '../text.ts';
import { candidates, type ExpectedBuild, findStartedBuild, UncertainStartError } from './find-lost-start.ts';

export interface StartOptions extends ExpectedBuild, CallContext {
  readonly client: CodeArtsBuildClient;
  /** Cancels. A response that is under way is still waited for briefly, so that the build can be stopped. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: StartEvent) => void;
}

export type StartEvent =
  /** The call had no effect and will be sent again. */
  | { readonly kind: 'trying-again'; readonly error: ApiError }
  /** The response was lost; the job's builds are being searched. */
  | { readonly kind: 'searching'; readonly error: ApiError }
  | { readonly kind: 'none-found' };

export interface Started extends StartedBuild {
  /** True when the response was lost and the build was found among the job's builds. */
  readonly adopted: boolean;
}

/**
 * Starts one build, or finds the one that a call with a lost response started.
 * @throws ApiError when the call failed, and the signal's reason when cancelled: then none was started.
 * UncertainStartError when one may have been.
 */
export async function startBuild(options: StartOptions): Promise<Started> {
  const { clock, random, signal, onEvent } = options;
  const firstSentAt = clock.now();
  /** When the first call was sent whose response was lost: its build may appear late, and must not be started twice. */
  let lostAt: number | undefined;
  /** The last failure that was reported: the same one again is not worth a line. */
  let reported = '';
  for (let failures = 1; ; failures += 1) {
    if (signal.aborted) return await endCancelled(options, lostAt);
    const sentAt = clock.now();
    const sent = await send(options);
    if (sent !== undefined && !(sent instanceof ApiError)) return { ...sent, adopted: false };
    if (sent === undefined || mayHaveTakenEffect(sent.failure)) {
      lostAt ??= sentAt;
      // The loop's first line handles a cancel.
      if (sent === undefined || signal.aborted) continue;
      onEvent({ kind: 'searching', error: sent });
      const found = await search(options, lostAt, sentAt, sent);
      if (found) return found;
      if (clock.now() - firstSentAt > budgets.start) throw afterLoss(sent, lostAt);
      onEvent({ kind: 'none-found' });
      continue;
    }
    if (signal.aborted) continue;
    const wait = backoff(sent.failure, failures, random);
    if (clock.now() + wait - firstSentAt > maxElapsedMs(sent.failure)) throw afterLoss(sent, lostAt);
    const what = withoutRequest(sent.failure);
    if (what !== reported) onEvent({ kind: 'trying-again', error: sent });
    reported = what;
    await clock.sleep(wait, signal).catch(() => {});
  }
}

/** What failed, but for what differs from one request to the next. */
function withoutRequest(failure: Failure): string {
  return JSON.stringify({ ...failure, requestId: '', retryAfterMs: 0 });
}

/** Undefined when the run was cancelled while the response was under way: a build may have been started. */
async function send({
  client,
  request,
  clock,
  signal,
}: StartOptions): Promise<StartedBuild | ApiError | undefined> {
  const call = (signal: AbortSignal) => client.start(request, signal);
  try {
    return await attempt(withGrace(clock, budgets.startGrace, signal, call));
  } catch (error) {
    if (!signal.aborted) throw error;
    return undefined;
  }
}

/** A rejection says nothing about an earlier call whose response was lost: its build may still appear. */
function afterLoss(error: ApiError, lostAt: number | undefined): Error {
  if (lostAt === undefined) return error;
  return new UncertainStartError(
    `${error.message} An earlier start was not confirmed, and no build of it was found: check the build task in CodeArts before you run the workflow again.`,
    { cause: error },
  );
}

/** How long a call that had no effect is repeated. A definite rejection is not. */
function maxElapsedMs(failure: Failure): number {
  if (isThrottled(failure)) return budgets.start;
  if (failure.kind !== 'network' || !isTransient(failure)) return 0;
  // An endpoint that has never answered most likely is the wrong one.
  return failure.neverAnswered ? budgets.startUnreachable : budgets.start;
}

/** Undefined when none appeared within a minute. */
async function search(
  options: StartOptions,
  lostAt: number,
  sentAt: number,
  lost: ApiError,
): Promise<Started | undefined> {
  const { signal } = options;
  try {
    return requireSingle(await findStartedBuild({ ...options, maxElapsedMs: budgets.start }, lostAt, sentAt));
  } catch (error) {
    if (signal.aborted) return await endCancelled(options, lostAt);
    if (!(error instanceof ApiError)) throw error;
    throw new UncertainStartError(
      `A build may have been started, but its start was not confirmed (${lost.message}) and the build task's builds could not be read: ${error.message} Check the build task in CodeArts before you run the workflow again.`,
      { cause: error },
    );
  }
}

/**
 * Searches once: after a cancel there is no time to wait for the build to appear.
 * @param lostAt undefined when no call can have started a build
 */
async function endCancelled(options: StartOptions, lostAt: number | undefined): Promise<Started> {
  const { clock, signal } = options;
  if (lostAt === undefined) throw signal.reason;
  const found = await tryWithin(clock, budgets.lostStartAfterCancel, (signal) =>
    candidates({ ...options, signal, maxElapsedMs: 0 }, lostAt),
  );
  const one = requireSingle(found?.filter(({ buildNumber }) => buildNumber > 0) ?? []);
  if (one) return one;
  throw new UncertainStartError('Cancelled while waiting for the response to the start of the build.', {
    cause: signal.reason,
  });
}

function requireSingle(found: readonly ListedBuild[]): Started | undefined {
  const [one, ...others] = found;
  if (!one) return undefined;
  if (others.length === 0) {
    return { buildNumber: one.buildNumber, dailyBuildNumber: one.dailyBuildNumber, adopted: true };
  }
  const names = found.map((build) => `#${build.buildNumber}`).join(', ');
  throw new UncertainStartError(
    `The start of the build was not confirmed, and more than one build of the build task may be the one: ${names}. None was followed or stopped; check them in CodeArts, then run the workflow again.`,
  );
}

/**
 * Finds out, with one more call, why CodeArts rejected a start: the job is disabled, or the caller's role may not execute
 * it. Best effort: returns the error itself where nothing more is found.
 * @param projectId undefined where the job was given by its id
 * @throws the signal's reason
 */
export async function explainRejection(
  error: ApiError,
  { client, clock, signal }: Pick<StartOptions, 'client' | 'clock' | 'signal'>,
  jobId: string,
  projectId: string | undefined,
): Promise<ApiError> {
  const { failure } = error;
  if (failure.kind !== 'rejected' || failure.status === 401 || isTransient(failure)) return error;
  if (isUnknownBuild(failure) && failure.status !== 403) return error;
  const ask = <T>(call: (signal: AbortSignal) => Promise<T>) =>
    tryWithin(clock, budgets.explain, (late) => call(AbortSignal.any([signal, late])));
  if (failure.status === 403 && projectId !== undefined) {
    const role = await ask((signal) => client.role(projectId, signal));
    return role && !role.mayExecute ? error.withRemedy(roleRemedy(role)) : error;
  }
  const reason = await ask((signal) => client.disabledReason(jobId, signal));
  if (reason === undefined) return error;
  return error.withRemedy(
    `The build task is disabled${reason === '' ? '' : ` (${toSingleLine(reason)})`}: enable it in CodeArts Build first.`,
    true,
  );
}

function roleRemedy({ name }: ProjectRole): string {
  const role = name === '' ? 'The role of the user' : `The user's role (${name})`;
  return `${role} in the CodeArts project may not execute build tasks: by default a project manager, developer, system engineer or committer may.`;
}
