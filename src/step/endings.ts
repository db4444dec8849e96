// How the step ends when not with its build's own end: the build is not waited for, takes too long, the workflow is
// cancelled, or something fails. Each says what becomes of the build, and leaves to the post step what could not be
// done. How a build's own end is told stands in conclusion.ts.

import type { LogStatus } from '../build/events.ts';
import { hasFailed } from '../build/flow/child.ts';
import { childrenOf } from '../build/flow/children-of.ts';
import type { Result } from '../build/outcome.ts';
import { type Conclusion, parseStatus } from '../build/status.ts';
import { type StopResult, stopBuild } from '../build/stop.ts';
import type { BuildRecord } from '../codearts/answers.ts';
import { ApiError, type Failure, isTransient, isUnknownBuild } from '../codearts/errors.ts';
import { retry } from '../codearts/retry.ts';
import type { ExitCode } from '../deps.ts';
import { errorMessage, isExpectedError } from '../workflow/fault-line.ts';
import { emptyLists } from '../workflow/handoff.ts';
import { finalMessage } from '../workflow/last-words.ts';
import { setResultOutputs } from '../workflow/outputs.ts';
import { saveRunState } from '../workflow/state.ts';
import { type HelpTopic, entryForError, withHelpLink } from '../workflow/troubleshooting.ts';
import { finishBuild } from './conclusion.ts';
import { createEnding, verifyResult, createNews } from './ending-facts.ts';
import { showFailure } from './failure-log.ts';
import { publishLists } from './hand-on.ts';
import { updateRecord } from './note.ts';
import type { RunContext } from './scene.ts';

/** Milliseconds after the runner's signal within which the build must be stopped: it sends SIGTERM after 7.5 s. */
const stopAfterSignalMs = 5_000;
const stopAfterDeadlineMs = 60_000;
/** Milliseconds that a build which is not waited for may take to tell its record id. */
const recordPatienceMs = 15_000;

/** `wait: false`: the build goes on without this step. */
export async function detach(scene: RunContext): Promise<ExitCode> {
  const { deps, client, console: log, publisher: publicity, state: known } = scene;
  const { clock, random, runner, cancelled } = deps;
  saveRunState(runner, { phase: 'over' });
  try {
    const attempt = () => client.record(known.requiredBuild, cancelled);
    // The record of a build that was just started may take a moment to appear.
    const worthRetrying = (failure: Failure) => isTransient(failure) || isUnknownBuild(failure);
    const patience = { clock, random, signal: cancelled, maxElapsedMs: recordPatienceMs, worthRetrying };
    await updateRecord(scene, await retry(attempt, patience));
  } catch (error) {
    // The build runs; that its record can't be read yet is no reason to fail.
    if (!(error instanceof ApiError)) throw error;
    await log.debug(error.message);
  }
  const ending = createEnding(scene, 'running');
  const { status } = ending;
  setResultOutputs(runner, { result: 'running', status, error: '', failedStep: '', outcome: undefined });
  await publicity.publishFinal(createNews(known, ending));
  await log.info(finalMessage(ending));
  return 0;
}

/**
 * The workflow was cancelled: the build is stopped unless it is to go on without it.
 * @param at when the runner's signal came: epoch milliseconds
 */
export async function cancel(scene: RunContext, at: number): Promise<ExitCode> {
  const { deps, inputs, console: log, state: known } = scene;
  if (!known.build) {
    await exitEarly(scene, 'cancelled', cancelledEarly(scene));
    return 1;
  }
  await log.endBuildOutput();
  const build = `build #${known.build.buildNumber}`;
  const standing = known.record && parseStatus(known.record.status);
  if (standing?.kind === 'ended') {
    saveRunState(deps.runner, { phase: 'over' });
    const { result, instead } = verifyResult(known, standing.result);
    const but = instead === '' ? '' : ` But ${instead}.`;
    const after = `after ${build} had ended (${known.record?.status})`;
    await exitEarly(scene, result, `The workflow was cancelled ${after}.${but}${known.seeLink}`);
    return 1;
  }
  if (!(inputs.stopOnCancel ?? known.startedByUs)) {
    saveRunState(deps.runner, { phase: 'over' });
    await exitEarly(scene, 'running', `The workflow was cancelled; ${build} goes on.${known.seeLink}`);
    return 1;
  }
  const stopped = await stop(scene, Math.max(1_000, stopAfterSignalMs - (deps.clock.now() - at)));
  if (stopped.kind === 'failed') {
    const line = `The workflow was cancelled, but ${build} could not be stopped: ${stopped.why}${known.seeLink}`;
    await exitEarly(scene, 'running', line, 'cancel-does-not-stop');
    return 1;
  }
  const how = stopped.kind === 'stopped' ? 'was stopped' : 'was over already; how it ended was not read';
  await exitEarly(scene, 'cancelled', `The workflow was cancelled; ${build} ${how}.${known.seeLink}`);
  return 1;
}

function cancelledEarly({ inputs, state: known }: RunContext): string {
  if (!known.startUncertain) return 'Cancelled before a build was started.';
  const line = 'Cancelled before CodeArts confirmed the start: a build may be running.';
  if (inputs.stopOnCancel === false) return `${line} Look at the job in CodeArts.`;
  return `${line} The post step looks for it and stops it.`;
}

/** Something went wrong that is not the build's own failure. */
export async function fail(scene: RunContext, error: unknown): Promise<ExitCode> {
  const { deps, console: log, state: known } = scene;
  await log.endBuildOutput();
  // After a fault of the action itself the build is left to the post step.
  if (known.build && isExpectedError(error)) saveRunState(deps.runner, { phase: 'over' });
  if (error instanceof Error && error.stack && !isExpectedError(error)) deps.runner.debug(error.stack);
  const line = errorMessage(error);
  const entry = entryForError(error);
  if (!known.build) await exitEarly(scene, '', line, entry);
  else if (isNoSuchBuild(scene, error)) await exitEarly(scene, '', `${line} Check build-number as well.`, entry);
  else {
    const goesOn = `Build #${known.build.buildNumber} may still be running.${known.seeLink}`;
    await exitEarly(scene, 'running', `${line} ${goesOn}`, entry);
  }
  return 1;
}

/** A build that was to be followed, and that CodeArts does not know. */
function isNoSuchBuild({ state: known }: RunContext, error: unknown): boolean {
  const wasSeen = known.startedByUs || known.record !== undefined;
  return !wasSeen && error instanceof ApiError && isUnknownBuild(error.failure);
}

/**
 * The time limit is over. A build that ended just before it was stopped counts as what it is; one that was started
 * elsewhere goes on, unless it is to be stopped with the workflow too.
 * @param read how far the log was read by then
 */
export async function handleTimeout(scene: RunContext, read: LogStatus): Promise<ExitCode> {
  const { deps, inputs, console: log, state: known } = scene;
  let what = 'goes on.';
  if (known.startedByUs || inputs.stopOnCancel) {
    const stopped = await stop(scene, stopAfterDeadlineMs);
    const ended = stopped.kind === 'already-over' ? await readEnd(scene) : undefined;
    if (ended?.kind === 'ended') {
      await completeLog(scene, read);
      return await finishBuild(scene, ended.record, ended.result);
    }
    what = ended?.what ?? 'was stopped.';
    if (stopped.kind === 'failed') what = `could not be stopped: ${stopped.why}`;
    else await showLogAfterStop(scene, read);
  } else {
    saveRunState(deps.runner, { phase: 'over' });
  }
  await log.endBuildOutput();
  const limit = `timeout-minutes allows (${inputs.timeoutMs / 60_000})`;
  const line = `Build #${known.requiredBuild.buildNumber} took longer than ${limit} and ${what}${known.seeLink}`;
  await exitEarly(scene, 'timed-out', line, 'timed-out', inputs.failOnFailure);
  return inputs.failOnFailure ? 1 : 0;
}

type ReadEnd =
  | { readonly kind: 'ended'; readonly record: BuildRecord; readonly result: Conclusion }
  | { readonly kind: 'unknown'; readonly what: string };

/** How a build ended that was over when it was to be stopped. */
async function readEnd(scene: RunContext): Promise<ReadEnd> {
  const { deps, client, state: known } = scene;
  const { clock, random, cancelled: signal } = deps;
  const what = 'was over when it was to be stopped';
  try {
    const patience = { clock, random, signal, maxElapsedMs: stopAfterDeadlineMs };
    const record = await retry(() => client.record(known.requiredBuild, signal), patience);
    await updateRecord(scene, record);
    const standing = parseStatus(record.status);
    if (standing.kind === 'ended') return { kind: 'ended', record, result: standing.result };
    return { kind: 'unknown', what: `${what}.` };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { kind: 'unknown', what: `${what}; how it ended is not known: ${error.message}` };
  }
}

/** What a build that was stopped had written by then, shown and saved as after any other end. */
async function showLogAfterStop(scene: RunContext, read: LogStatus): Promise<void> {
  const { logOutput: buildLog, state: known } = scene;
  await completeLog(scene, read);
  const { record, children } = known;
  if (!record) return;
  const failed = children.filter(hasFailed).map((child) => ({ ...child, failedStep: '' }));
  await showFailure(scene, record.recordId, '', failed);
  await buildLog.listIncompleteChildLogs(children);
}

async function completeLog(scene: RunContext, read: LogStatus): Promise<void> {
  const { logOutput: buildLog, state: known } = scene;
  const { record } = known;
  if (!record || record.recordId === '') return;
  // The full log may lag behind the live one: a shorter one is no sign that anything was shown wrongly.
  const asFarAsItWas: LogStatus =
    read.state === 'lost' ? { ...read, state: 'doubtful', guessed: undefined } : read;
  await readChildren(scene);
  await buildLog.complete(record, asFarAsItWas, known.seeLink, known.children);
}

/** As they stand now: those that ran until the build was stopped run no longer. */
async function readChildren({ deps, client, state: known }: RunContext): Promise<void> {
  const { clock, random, cancelled: signal } = deps;
  if (!known.record) return;
  const children = await childrenOf({ client, record: known.record, clock, random, signal });
  if (children.length > 0) known.children = children;
}

async function stop({ deps, client, state: known }: RunContext, withinMs: number): Promise<StopResult> {
  const { clock, random, runner } = deps;
  const result = await stopBuild({ client, build: known.requiredBuild, clock, random, withinMs });
  // A build that could not be stopped is left to the post step, whatever was left to it before.
  saveRunState(
    runner,
    result.kind === 'failed' ? { phase: 'running', ...known.requiredBuild } : { phase: 'over' },
  );
  return result;
}

/** Ends without a build's own end: an error line that is also the output; a warning where the step stays green. */
async function exitEarly(
  scene: RunContext,
  result: Result | '',
  line: string,
  entry?: HelpTopic,
  red = true,
): Promise<void> {
  const { deps, logOutput: buildLog, console: log, publisher: publicity, state: known } = scene;
  const status = known.record?.status ?? '';
  setResultOutputs(deps.runner, { result, status, error: line, failedStep: '', outcome: undefined });
  await buildLog.saved.close();
  if (known.build && known.children.length > 0) {
    await publishLists(deps, log, known.build, { ...emptyLists, children: known.children });
  }
  if (known.build && result !== '') {
    await publicity.publishFinal({ ...createNews(known, createEnding(scene, result)), line });
  }
  const words = withHelpLink(line, entry, deps.env);
  await (red ? log.error(words) : log.warning(`${words} The step stays green: fail-on-failure is false.`));
}
