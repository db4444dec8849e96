// Ends the step before its build has ended: the build is not waited for, takes too long, the workflow is cancelled, or
// something fails. Each end says what becomes of the build, and leaves to the post step what could not be done.

import { budgets } from '../budgets.ts';
import { readChildren } from '../builds/children/read-children.ts';
import type { LogProgress } from '../builds/events.ts';
import { PreflightError } from '../builds/job-definition.ts';
import type { Result } from '../builds/outcome.ts';
import { recordStatus } from '../builds/status.ts';
import { type StopResult, stopBuild } from '../builds/stop.ts';
import type { BuildRecord } from '../codearts/build-schemas.ts';
import { ApiError, type Failure, isTransient, isUnknownBuild } from '../codearts/errors.ts';
import { attempt, retry } from '../codearts/retry.ts';
import { Unavailable } from '../codearts/time-budget.ts';
import type { ExitCode } from '../deps.ts';
import { builtInstead, finalMessage, staysGreen } from '../github/report/build-report.ts';
import {
  errorMessage,
  type HelpTopic,
  isExpectedError,
  topicForError,
  withHelpLink,
} from '../github/report/messages.ts';
import { saveRunState } from '../github/state.ts';
import { capitalize } from '../text.ts';
import type { RunContext } from './context.ts';
import { showFailedLogs } from './failed-step-log.ts';
import { finishBuild, type Verdict, verifyResult } from './follow-build.ts';
import type { Problems } from './preflight.ts';
import { createReport, outcomeSoFar, publishRecord, publishReport, reportProblems } from './report.ts';

/** Ends the step with `wait: false`: the build goes on without it, unless it has ended already. The step stays green. */
export async function endWithoutWaiting(context: RunContext): Promise<ExitCode> {
  const { deps, console, state } = context;
  saveRunState(deps.runner, { phase: 'over' });
  const record = await readRecord(context, budgets.recordWithoutWait);
  // The build runs: that its record can't be read yet is no reason to fail.
  if (record instanceof ApiError) await console.debug(record.message);
  const report = createReport(context, verdictOn(state)?.result ?? 'running');
  await publishReport(context, report);
  await console.info(finalMessage(report));
  return 0;
}

/**
 * Ends the step when the workflow was cancelled: stops the build unless it is to go on without the workflow.
 * @param cancelledAt when the runner's signal came: epoch milliseconds
 * @throws only for a bug in the action
 */
export async function endCancelled(context: RunContext, cancelledAt: number): Promise<ExitCode> {
  const { deps, inputs, state, calls } = context;
  if (!state.hasBuild) return await endWithoutBuild(context, cancelledEarly(context), 'cancelled');
  const build = nameOf(context);
  if (state.wasStopped) {
    const line = `The workflow was cancelled after ${build} took longer than timeout-minutes allows and was stopped.`;
    return await exitEarly(context, 'timed-out', line);
  }
  const verdict = verdictOn(state);
  if (verdict) {
    saveRunState(deps.runner, { phase: 'over' });
    const but = verdict.mismatch === '' ? '' : ` But ${builtInstead(verdict.mismatch)}.`;
    const line = `The workflow was cancelled after ${build} had ended (${state.record?.status}).${but}`;
    return await exitEarly(context, verdict.result, line);
  }
  if (!(inputs.stopOnCancel ?? state.startedByUs)) {
    saveRunState(deps.runner, { phase: 'over' });
    return await exitEarly(context, 'running', `The workflow was cancelled; ${build} keeps running.`);
  }
  await context.console.endBuildOutput();
  const leftMs = budgets.stopAfterCancel - (calls.clock.now() - cancelledAt);
  const stopped = await stopAndSaveState(context, Math.max(1_000, leftMs));
  if (stopped.kind === 'failed') {
    const line = `The workflow was cancelled, but ${build} could not be stopped: ${stopped.why}`;
    return await exitEarly(context, 'running', line, { topic: 'cancel-does-not-stop' });
  }
  const end = stopped.kind === 'stopped' ? 'was stopped' : 'had already ended; its result was not read';
  return await exitEarly(context, 'cancelled', `The workflow was cancelled; ${build} ${end}.`);
}

/** For the middle of a sentence, such as: build #7 of shop-backend */
function nameOf({ state }: RunContext): string {
  const { build, job } = state;
  return `build #${build.buildNumber}${job.name === '' ? '' : ` of ${job.name}`}`;
}

function cancelledEarly({ inputs, state }: RunContext): Omit<Problems, 'writeSummary'> {
  if (!state.startUncertain) return { problems: ['Cancelled before a build was started.'], topic: undefined };
  const next =
    inputs.stopOnCancel === false
      ? 'Check the build task in CodeArts.'
      : 'The post step looks for it and stops it.';
  const line = `Cancelled before CodeArts confirmed the start: a build may be running. ${next}`;
  return { problems: [line], topic: 'cancelled-while-starting' };
}

/** Ends the step with an error that is not the build's own failure. @throws only for a bug in the action */
export async function endFailed(context: RunContext, error: unknown): Promise<ExitCode> {
  const { deps, state } = context;
  if (error instanceof PreflightError) {
    return await endWithoutBuild(context, { problems: error.problems, topic: 'inputs-refused' });
  }
  // After a bug in the action, the post step stops the build.
  if (state.hasBuild && isExpectedError(error)) saveRunState(deps.runner, { phase: 'over' });
  if (error instanceof Error && error.stack && !isExpectedError(error)) deps.runner.debug(error.stack);
  const line = errorMessage(error);
  const topic = topicForError(error);
  if (!state.hasBuild) return await endWithoutBuild(context, { problems: [line], topic });
  const build = nameOf(context);
  const wasSeen = state.startedByUs || state.record !== undefined;
  if (!wasSeen && error instanceof ApiError && isUnknownBuild(error.failure)) {
    const problems = [`Check build-number: ${build} was not found. ${line}`];
    return await endWithoutBuild(context, { problems, topic });
  }
  return await exitEarly(context, 'running', `${line} ${capitalize(build)} may still be running.`, { topic });
}

async function endWithoutBuild(
  { deps, inputs, logOutput }: RunContext,
  problems: Omit<Problems, 'writeSummary'>,
  result: 'cancelled' | '' = '',
): Promise<ExitCode> {
  await logOutput.logFile.close();
  return await reportProblems(deps, { ...problems, writeSummary: inputs.summary }, result);
}

/**
 * Ends the step at its time limit: stops the build, unless it was started elsewhere and stop-on-cancel is not set.
 * @param progress how far the log was read by then
 * @throws the signal's reason, which ends the step as cancelled
 */
export async function endTimedOut(context: RunContext, progress: LogProgress | undefined): Promise<ExitCode> {
  const { deps, inputs, state } = context;
  if (!state.startedByUs && !inputs.stopOnCancel) {
    saveRunState(deps.runner, { phase: 'over' });
    return await exitTimedOut(context, 'keeps running.');
  }
  const stopped = await stopAndSaveState(context, budgets.stop, { timedOut: true });
  switch (stopped.kind) {
    case 'failed':
      return await exitTimedOut(context, `could not be stopped: ${stopped.why}`);
    case 'already-over':
      return await endAsBuildEnded(context, progress);
    case 'stopped':
      await completeLog(context, progress);
      await showFailedLogsAfterStop(context);
      return await exitTimedOut(context, 'was stopped.');
  }
}

/** Ends the step as the build ended just before it could be stopped; as timed out where its result can't be read. */
async function endAsBuildEnded(context: RunContext, progress: LogProgress | undefined): Promise<ExitCode> {
  const record = await readRecord(context, budgets.stop);
  const status = record instanceof ApiError ? undefined : recordStatus(record);
  await completeLog(context, progress);
  if (!(record instanceof ApiError) && status?.kind === 'ended')
    return await finishBuild(context, record, status.result);
  await showFailedLogsAfterStop(context);
  const why = record instanceof ApiError ? `; its result is not known: ${record.message}` : '.';
  return await exitTimedOut(context, `had ended before it could be stopped${why}`);
}

async function exitTimedOut(context: RunContext, what: string): Promise<ExitCode> {
  const { timeoutMs, failOnFailure: isRed } = context.inputs;
  const limit = `timeout-minutes allows (${timeoutMs / 60_000})`;
  const line = `${capitalize(nameOf(context))} took longer than ${limit} and ${what}`;
  return await exitEarly(context, 'timed-out', line, { topic: 'timed-out', isRed });
}

/** Reads and publishes the build's record, retried also while CodeArts does not know a build that was just started. */
async function readRecord(context: RunContext, maxElapsedMs: number): Promise<BuildRecord | ApiError> {
  const { client, state, calls } = context;
  const worthRetrying = (failure: Failure) => isTransient(failure) || isUnknownBuild(failure);
  const read = () => client.record(state.build, calls.signal);
  const record = await attempt(retry(read, { ...calls, maxElapsedMs, worthRetrying }));
  if (!(record instanceof ApiError)) await publishRecord(context, record);
  return record;
}

/** Returns what the end is worth of a build whose last record says that it has ended; undefined while it may run. */
function verdictOn(state: RunContext['state']): Verdict | undefined {
  const status = state.record && recordStatus(state.record);
  return status?.kind === 'ended' ? verifyResult(state, status.result) : undefined;
}

/** Shows and saves what the build had written until it was stopped. */
async function completeLog(context: RunContext, progress: LogProgress | undefined): Promise<void> {
  const { client, logOutput, state, calls } = context;
  if (!state.record || state.recordId === '') return;
  // The children that ran until the build was stopped no longer run.
  const children = await readChildren(client, state.record, calls);
  if (!(children instanceof Unavailable) && children.length > 0) state.updateChildren(children);
  await logOutput.completeAfterStop(progress);
}

async function showFailedLogsAfterStop(context: RunContext): Promise<void> {
  await showFailedLogs(context, outcomeSoFar(context.state));
  await context.logOutput.listIncompleteChildLogs();
}

async function stopAndSaveState(
  { deps, client, state, calls }: RunContext,
  withinMs: number,
  { timedOut = false } = {},
): Promise<StopResult> {
  const { clock, random } = calls;
  // The post step tries once more to stop a build that could not be stopped, also when this process is killed meanwhile.
  saveRunState(deps.runner, { phase: 'running', ...state.build, ...(timedOut ? { timedOut } : {}) });
  const result = await stopBuild({ client, build: state.build, clock, random, withinMs });
  if (result.kind !== 'failed') saveRunState(deps.runner, { phase: 'over' });
  if (result.kind === 'stopped') state.markStopped();
  return result;
}

/** Publishes how far the build came, and prints an error; a warning where the step stays green (`isRed: false`). */
async function exitEarly(
  context: RunContext,
  result: Result,
  exitMessage: string,
  { topic, isRed = true }: { readonly topic?: HelpTopic; readonly isRed?: boolean } = {},
): Promise<ExitCode> {
  const { deps, logOutput, console } = context;
  await console.endBuildOutput();
  if (logOutput.logFile.isEmpty)
    await console.info('log-file: the step ended before any of the log was saved.');
  await logOutput.logFile.close();
  const report = createReport(context, result, { exitMessage });
  await publishReport(context, report);
  const line = withHelpLink(finalMessage(report), topic, deps.env);
  await (isRed ? console.error(line) : console.warning(staysGreen(line)));
  return isRed ? 1 : 0;
}
