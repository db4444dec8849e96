// Ends the step before its build has ended: the build is not waited for, takes too long, the workflow is cancelled, or
// something fails. Each says what becomes of the build, and leaves to the post step what could not be done.

import { budgets } from '../budgets.ts';
import { readChildren } from '../builds/children/read-children.ts';
import type { LogProgress } from '../builds/events.ts';
import type { Result } from '../builds/outcome.ts';
import { recordStatus } from '../builds/status.ts';
import { type StopResult, stopBuild } from '../builds/stop.ts';
import type { BuildRecord } from '../codearts/build-schemas.ts';
import { ApiError, type Failure, isTransient, isUnknownBuild } from '../codearts/errors.ts';
import { attempt, retry, Unavailable } from '../codearts/retry.ts';
import type { ExitCode } from '../deps.ts';
import { setFailureOutputs } from '../github/outputs.ts';
import { finalMessage, staysGreen } from '../github/report/build-report.ts';
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
import { finishBuild, verifyResult } from './finish.ts';
import { createReport, publishRecord, publishReport, writeProblemsSummary } from './report.ts';

/** `wait: false`: the build goes on without this step, unless it has ended already. The step stays green. */
export async function endWithoutWaiting(context: RunContext): Promise<ExitCode> {
  const { deps, client, console, state, calls } = context;
  saveRunState(deps.runner, { phase: 'over' });
  // The record of a build that was just started may take a moment to appear.
  const worthRetrying = (failure: Failure) => isTransient(failure) || isUnknownBuild(failure);
  const options = { ...calls, maxElapsedMs: budgets.recordWithoutWait, worthRetrying };
  const record = await attempt(retry(() => client.record(state.build, calls.signal), options));
  // The build runs: that its record can't be read yet is no reason to fail.
  if (record instanceof ApiError) await console.debug(record.message);
  else await publishRecord(context, record);
  const status = state.record && recordStatus(state.record);
  const result = status?.kind === 'ended' ? verifyResult(state, status.result).result : 'running';
  const report = createReport(context, result);
  await publishReport(context, report);
  await console.info(finalMessage(report));
  return 0;
}

/**
 * The workflow was cancelled: the build is stopped unless it is to go on without it.
 * @param at when the runner's signal came: epoch milliseconds
 */
export async function endCancelled(context: RunContext, at: number): Promise<ExitCode> {
  const { deps, inputs, console, state } = context;
  if (!state.hasBuild) {
    const topic = state.startUncertain ? 'cancelled-while-starting' : undefined;
    await exitWithoutBuild(context, cancelledEarly(context), 'cancelled', topic);
    return 1;
  }
  await console.endBuildOutput();
  const build = nameOf(context);
  if (state.wasStopped) {
    const line = `The workflow was cancelled after ${build} took longer than timeout-minutes allows and was stopped.`;
    await exitEarly(context, 'timed-out', line);
    return 1;
  }
  const status = state.record && recordStatus(state.record);
  if (status?.kind === 'ended') {
    saveRunState(deps.runner, { phase: 'over' });
    const { result, mismatch } = verifyResult(state, status.result);
    const but = mismatch === '' ? '' : ` But ${mismatch}.`;
    const after = `after ${build} had ended (${state.record?.status})`;
    await exitEarly(context, result, `The workflow was cancelled ${after}.${but}`);
    return 1;
  }
  if (!(inputs.stopOnCancel ?? state.startedByUs)) {
    saveRunState(deps.runner, { phase: 'over' });
    await exitEarly(context, 'running', `The workflow was cancelled; ${build} keeps running.`);
    return 1;
  }
  const stopped = await stop(
    context,
    Math.max(1_000, budgets.stopAfterCancel - (context.calls.clock.now() - at)),
  );
  if (stopped.kind === 'failed') {
    const line = `The workflow was cancelled, but ${build} could not be stopped: ${stopped.why}`;
    await exitEarly(context, 'running', line, { topic: 'cancel-does-not-stop' });
    return 1;
  }
  const how = stopped.kind === 'stopped' ? 'was stopped' : 'had already ended; its result was not read';
  await exitEarly(context, 'cancelled', `The workflow was cancelled; ${build} ${how}.`);
  return 1;
}

/** For the middle of a sentence, such as: build #7 of shop-backend */
function nameOf({ state }: RunContext): string {
  const { build, job } = state;
  return `build #${build.buildNumber}${job.name === '' ? '' : ` of ${job.name}`}`;
}

function cancelledEarly({ inputs, state }: RunContext): string {
  if (!state.startUncertain) return 'Cancelled before a build was started.';
  const line = 'Cancelled before CodeArts confirmed the start: a build may be running.';
  if (inputs.stopOnCancel === false) return `${line} Check the build task in CodeArts.`;
  return `${line} The post step looks for it and stops it.`;
}

/** Ends the step with an error that is not the build's own failure. */
export async function endFailed(context: RunContext, error: unknown): Promise<ExitCode> {
  const { deps, console, state } = context;
  await console.endBuildOutput();
  // After a bug in the action, the post step stops the build.
  if (state.hasBuild && isExpectedError(error)) saveRunState(deps.runner, { phase: 'over' });
  if (error instanceof Error && error.stack && !isExpectedError(error)) deps.runner.debug(error.stack);
  const line = errorMessage(error);
  const topic = topicForError(error);
  if (!state.hasBuild) {
    await exitWithoutBuild(context, line, '', topic);
  } else if (isNoSuchBuild(context, error)) {
    const message = `Check build-number: ${nameOf(context)} was not found. ${line}`;
    await exitWithoutBuild(context, message, '', topic);
  } else {
    const message = `${line} ${capitalize(nameOf(context))} may still be running.`;
    await exitEarly(context, 'running', message, { topic });
  }
  return 1;
}

/** True when the build to attach to does not exist. */
function isNoSuchBuild({ state }: RunContext, error: unknown): boolean {
  const wasSeen = state.startedByUs || state.record !== undefined;
  return !wasSeen && error instanceof ApiError && isUnknownBuild(error.failure);
}

/**
 * Handles the time limit: stops the build, unless it was started elsewhere and stop-on-cancel is not set. A build that
 * ended just before it could be stopped ends the step with its own result.
 * @param read how far the log was read by then
 */
export async function endTimedOut(context: RunContext, read: LogProgress | undefined): Promise<ExitCode> {
  const { deps, inputs, console, state } = context;
  let what = 'keeps running.';
  if (state.startedByUs || inputs.stopOnCancel) {
    const stopped = await stop(context, budgets.stop, { timedOut: true });
    what = stopped.kind === 'failed' ? `could not be stopped: ${stopped.why}` : 'was stopped.';
    if (stopped.kind === 'already-over') {
      const record = await readEnd(context);
      what = 'had ended before it could be stopped';
      if (record instanceof ApiError) {
        what += `; its result is not known: ${record.message}`;
      } else {
        const status = recordStatus(record);
        if (status.kind === 'ended') {
          await completeLogAfterStop(context, read);
          return await finishBuild(context, record, status.result);
        }
        what += '.';
      }
    }
    if (stopped.kind !== 'failed') await showLogAfterStop(context, read);
  } else {
    saveRunState(deps.runner, { phase: 'over' });
  }
  await console.endBuildOutput();
  const limit = `timeout-minutes allows (${inputs.timeoutMs / 60_000})`;
  const line = `${capitalize(nameOf(context))} took longer than ${limit} and ${what}`;
  await exitEarly(context, 'timed-out', line, { topic: 'timed-out', isRed: inputs.failOnFailure });
  return inputs.failOnFailure ? 1 : 0;
}

/** The record of a build that had ended before it could be stopped. */
async function readEnd(context: RunContext): Promise<BuildRecord | ApiError> {
  const { client, state, calls } = context;
  const options = { ...calls, maxElapsedMs: budgets.stop };
  const record = await attempt(retry(() => client.record(state.build, calls.signal), options));
  if (!(record instanceof ApiError)) await publishRecord(context, record);
  return record;
}

/** Shows and saves what a build had written until it was stopped. */
async function showLogAfterStop(context: RunContext, read: LogProgress | undefined): Promise<void> {
  const { logOutput, state } = context;
  await completeLogAfterStop(context, read);
  const { record, children } = state;
  if (!record) return;
  const stopped = children.map((child) => ({ ...child, failedStep: '' }));
  await showFailedLogs(context, record.recordId, { steps: [], children: stopped });
  await logOutput.listIncompleteChildLogs(children);
}

async function completeLogAfterStop(context: RunContext, read: LogProgress | undefined): Promise<void> {
  const { client, logOutput, state, calls } = context;
  const { record } = state;
  if (!record || record.recordId === '') return;
  // The children that ran until the build was stopped no longer run.
  const children = await readChildren(client, record, calls);
  if (!(children instanceof Unavailable) && children.length > 0) state.updateChildren(children);
  await logOutput.finishAfterStop(record, read, state);
}

async function stop(
  { deps, client, state, calls }: RunContext,
  withinMs: number,
  { timedOut = false } = {},
): Promise<StopResult> {
  const { runner } = deps;
  const { clock, random } = calls;
  // The post step tries once more to stop a build that could not be stopped, also when this process is killed meanwhile.
  saveRunState(runner, { phase: 'running', ...state.build, ...(timedOut ? { timedOut } : {}) });
  const result = await stopBuild({ client, build: state.build, clock, random, withinMs });
  if (result.kind !== 'failed') saveRunState(runner, { phase: 'over' });
  if (result.kind === 'stopped') state.stopped();
  return result;
}

interface ExitOptions {
  readonly topic?: HelpTopic;
  /** False: the step stays green, so that nothing may be marked as an error. */
  readonly isRed?: boolean;
}

/** Publishes how far the build came, and prints an error; a warning where the step stays green. */
async function exitEarly(
  context: RunContext,
  result: Result,
  exitMessage: string,
  { topic, isRed = true }: ExitOptions = {},
): Promise<void> {
  const { deps, logOutput, console } = context;
  await logOutput.logFile.close();
  const report = createReport(context, result, { exitMessage });
  await publishReport(context, report);
  const line = withHelpLink(finalMessage(report), topic, deps.env);
  await (isRed ? console.error(line) : console.warning(staysGreen(line)));
}

/** There is no build to report on. */
async function exitWithoutBuild(
  context: RunContext,
  message: string,
  result: 'cancelled' | '',
  topic?: HelpTopic,
): Promise<void> {
  const { deps, inputs, logOutput, console } = context;
  await logOutput.logFile.close();
  if (inputs.summary) await writeProblemsSummary(deps, [message], topic);
  setFailureOutputs(deps.runner, result, message);
  await console.error(withHelpLink(message, topic, deps.env));
}
