// How the step ends when not with its build's own end: the build is not waited for, takes too long, the workflow is
// cancelled, or something fails. Each says what becomes of the build, and leaves to the post step what could not be
// done. How a build's own end is told stands in conclusion.ts.

import { childrenOf, hasFailed } from '../builds/children/child.ts';
import type { LogStatus } from '../builds/follow/events.ts';
import type { Result } from '../builds/outcome.ts';
import { type Conclusion, recordStatus } from '../builds/status.ts';
import { type StopResult, stopBuild } from '../builds/stop.ts';
import type { BuildRecord } from '../codearts/build-schemas.ts';
import { ApiError, type Failure, isTransient, isUnknownBuild } from '../codearts/errors.ts';
import { retry } from '../codearts/retry.ts';
import type { ExitCode } from '../deps.ts';
import { emptyLists, setResultOutputs } from '../github/outputs.ts';
import { entryForError, type HelpTopic, withHelpLink } from '../github/report/help-links.ts';
import { errorMessage, finalMessage, isExpectedError } from '../github/report/messages.ts';
import { saveRunState } from '../github/state.ts';
import type { RunContext } from './context.ts';
import { showFailure } from './failed-step-log.ts';
import { finishBuild } from './finish.ts';
import { updateRecord } from './follow.ts';
import { createEnding, createNews, publishLists, verifyResult } from './report.ts';

/** Milliseconds after the runner's signal within which the build must be stopped: it sends SIGTERM after 7.5 s. */
const stopAfterSignalMs = 5_000;
const stopAfterDeadlineMs = 60_000;
/** Milliseconds that a build which is not waited for may take to tell its record id. */
const recordPatienceMs = 15_000;

/** `wait: false`: the build goes on without this step. */
export async function detach(context: RunContext): Promise<ExitCode> {
  const { deps, client, console: log, publisher, state } = context;
  const { clock, random, runner, cancelled } = deps;
  saveRunState(runner, { phase: 'over' });
  try {
    const attempt = () => client.record(state.requiredBuild, cancelled);
    // The record of a build that was just started may take a moment to appear.
    const worthRetrying = (failure: Failure) => isTransient(failure) || isUnknownBuild(failure);
    const patience = { clock, random, signal: cancelled, maxElapsedMs: recordPatienceMs, worthRetrying };
    await updateRecord(context, await retry(attempt, patience));
  } catch (error) {
    // The build runs; that its record can't be read yet is no reason to fail.
    if (!(error instanceof ApiError)) throw error;
    await log.debug(error.message);
  }
  const ending = createEnding(context, 'running');
  const { status } = ending;
  setResultOutputs(runner, { result: 'running', status, error: '', failedStep: '', outcome: undefined });
  await publisher.publishFinal(createNews(state, ending));
  await log.info(finalMessage(ending));
  return 0;
}

/**
 * The workflow was cancelled: the build is stopped unless it is to go on without it.
 * @param at when the runner's signal came: epoch milliseconds
 */
export async function cancel(context: RunContext, at: number): Promise<ExitCode> {
  const { deps, inputs, console: log, state } = context;
  if (!state.build) {
    await exitEarly(context, 'cancelled', cancelledEarly(context));
    return 1;
  }
  await log.endBuildOutput();
  const build = `build #${state.build.buildNumber}`;
  const standing = state.record && recordStatus(state.record);
  if (standing?.kind === 'ended') {
    saveRunState(deps.runner, { phase: 'over' });
    const { result, instead } = verifyResult(state, standing.result);
    const but = instead === '' ? '' : ` But ${instead}.`;
    const after = `after ${build} had ended (${state.record?.status})`;
    await exitEarly(context, result, `The workflow was cancelled ${after}.${but}${state.seeLink}`);
    return 1;
  }
  if (!(inputs.stopOnCancel ?? state.startedByUs)) {
    saveRunState(deps.runner, { phase: 'over' });
    await exitEarly(context, 'running', `The workflow was cancelled; ${build} goes on.${state.seeLink}`);
    return 1;
  }
  const stopped = await stop(context, Math.max(1_000, stopAfterSignalMs - (deps.clock.now() - at)));
  if (stopped.kind === 'failed') {
    const line = `The workflow was cancelled, but ${build} could not be stopped: ${stopped.why}${state.seeLink}`;
    await exitEarly(context, 'running', line, 'cancel-does-not-stop');
    return 1;
  }
  const how = stopped.kind === 'stopped' ? 'was stopped' : 'was over already; how it ended was not read';
  await exitEarly(context, 'cancelled', `The workflow was cancelled; ${build} ${how}.${state.seeLink}`);
  return 1;
}

function cancelledEarly({ inputs, state }: RunContext): string {
  if (!state.startUncertain) return 'Cancelled before a build was started.';
  const line = 'Cancelled before CodeArts confirmed the start: a build may be running.';
  if (inputs.stopOnCancel === false) return `${line} Look at the job in CodeArts.`;
  return `${line} The post step looks for it and stops it.`;
}

/** Something went wrong that is not the build's own failure. */
export async function fail(context: RunContext, error: unknown): Promise<ExitCode> {
  const { deps, console: log, state } = context;
  await log.endBuildOutput();
  // After a fault of the action itself the build is left to the post step.
  if (state.build && isExpectedError(error)) saveRunState(deps.runner, { phase: 'over' });
  if (error instanceof Error && error.stack && !isExpectedError(error)) deps.runner.debug(error.stack);
  const line = errorMessage(error);
  const entry = entryForError(error);
  if (!state.build) await exitEarly(context, '', line, entry);
  else if (isNoSuchBuild(context, error))
    await exitEarly(context, '', `${line} Check build-number as well.`, entry);
  else {
    const goesOn = `Build #${state.build.buildNumber} may still be running.${state.seeLink}`;
    await exitEarly(context, 'running', `${line} ${goesOn}`, entry);
  }
  return 1;
}

/** A build that was to be followed, and that CodeArts does not know. */
function isNoSuchBuild({ state }: RunContext, error: unknown): boolean {
  const wasSeen = state.startedByUs || state.record !== undefined;
  return !wasSeen && error instanceof ApiError && isUnknownBuild(error.failure);
}

/**
 * The time limit is over. A build that ended just before it was stopped counts as what it is; one that was started
 * elsewhere goes on, unless it is to be stopped with the workflow too.
 * @param read how far the log was read by then
 */
export async function handleTimeout(context: RunContext, read: LogStatus): Promise<ExitCode> {
  const { deps, inputs, console: log, state } = context;
  let what = 'goes on.';
  if (state.startedByUs || inputs.stopOnCancel) {
    const stopped = await stop(context, stopAfterDeadlineMs);
    const ended = stopped.kind === 'already-over' ? await readEnd(context) : undefined;
    if (ended?.kind === 'ended') {
      await completeLog(context, read);
      return await finishBuild(context, ended.record, ended.result);
    }
    what = ended?.what ?? 'was stopped.';
    if (stopped.kind === 'failed') what = `could not be stopped: ${stopped.why}`;
    else await showLogAfterStop(context, read);
  } else {
    saveRunState(deps.runner, { phase: 'over' });
  }
  await log.endBuildOutput();
  const limit = `timeout-minutes allows (${inputs.timeoutMs / 60_000})`;
  const line = `Build #${state.requiredBuild.buildNumber} took longer than ${limit} and ${what}${state.seeLink}`;
  await exitEarly(context, 'timed-out', line, 'timed-out', inputs.failOnFailure);
  return inputs.failOnFailure ? 1 : 0;
}

type ReadEnd =
  | { readonly kind: 'ended'; readonly record: BuildRecord; readonly result: Conclusion }
  | { readonly kind: 'unknown'; readonly what: string };

/** How a build ended that was over when it was to be stopped. */
async function readEnd(context: RunContext): Promise<ReadEnd> {
  const { deps, client, state } = context;
  const { clock, random, cancelled: signal } = deps;
  const what = 'was over when it was to be stopped';
  try {
    const patience = { clock, random, signal, maxElapsedMs: stopAfterDeadlineMs };
    const record = await retry(() => client.record(state.requiredBuild, signal), patience);
    await updateRecord(context, record);
    const standing = recordStatus(record);
    if (standing.kind === 'ended') return { kind: 'ended', record, result: standing.result };
    return { kind: 'unknown', what: `${what}.` };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { kind: 'unknown', what: `${what}; how it ended is not known: ${error.message}` };
  }
}

/** What a build that was stopped had written by then, shown and saved as after any other end. */
async function showLogAfterStop(context: RunContext, read: LogStatus): Promise<void> {
  const { logOutput, state } = context;
  await completeLog(context, read);
  const { record, children } = state;
  if (!record) return;
  const failed = children.filter(hasFailed).map((child) => ({ ...child, failedStep: '' }));
  await showFailure(context, record.recordId, '', failed);
  await logOutput.listIncompleteChildLogs(children);
}

async function completeLog(context: RunContext, read: LogStatus): Promise<void> {
  const { logOutput, state } = context;
  const { record } = state;
  if (!record || record.recordId === '') return;
  // The full log may lag behind the live one: a shorter one is no sign that anything was shown wrongly.
  const asFarAsItWas: LogStatus =
    read.state === 'lost' ? { ...read, state: 'doubtful', guessed: undefined } : read;
  await readChildren(context);
  await logOutput.complete(record, asFarAsItWas, state.seeLink, state.children);
}

/** As they stand now: those that ran until the build was stopped run no longer. */
async function readChildren({ deps, client, state }: RunContext): Promise<void> {
  const { clock, random, cancelled: signal } = deps;
  if (!state.record) return;
  const children = await childrenOf({ client, record: state.record, clock, random, signal });
  if (children.length > 0) state.children = children;
}

async function stop({ deps, client, state }: RunContext, withinMs: number): Promise<StopResult> {
  const { clock, random, runner } = deps;
  const result = await stopBuild({ client, build: state.requiredBuild, clock, random, withinMs });
  // A build that could not be stopped is left to the post step, whatever was left to it before.
  saveRunState(
    runner,
    result.kind === 'failed' ? { phase: 'running', ...state.requiredBuild } : { phase: 'over' },
  );
  return result;
}

/** Ends without a build's own end: an error line that is also the output; a warning where the step stays green. */
async function exitEarly(
  context: RunContext,
  result: Result | '',
  line: string,
  entry?: HelpTopic,
  red = true,
): Promise<void> {
  const { deps, logOutput, console: log, publisher, state } = context;
  const status = state.record?.status ?? '';
  setResultOutputs(deps.runner, { result, status, error: line, failedStep: '', outcome: undefined });
  await logOutput.saved.close();
  if (state.build && state.children.length > 0) {
    await publishLists(deps, log, state.build, { ...emptyLists, children: state.children });
  }
  if (state.build && result !== '') {
    await publisher.publishFinal({ ...createNews(state, createEnding(context, result)), line });
  }
  const words = withHelpLink(line, entry, deps.env);
  await (red ? log.error(words) : log.warning(`${words} The step stays green: fail-on-failure is false.`));
}
