// How the step ends when not with its build's own end: the build is not waited for, takes too long, the workflow is
// cancelled, or something fails. Each says what becomes of the build, and leaves to the post step what could not be
// done. How a build's own end is told stands in conclusion.ts.

import type { LogEnd } from '../build/events.ts';
import { hasFailed } from '../build/flow/child.ts';
import { childrenOf } from '../build/flow/children-of.ts';
import type { Result } from '../build/outcome.ts';
import { type EndResult, standingOf } from '../build/status.ts';
import { type StopResult, stopBuild } from '../build/stop.ts';
import type { BuildRecord } from '../codearts/answers.ts';
import { CallError, type Failure, isPassing, isUnknownBuild } from '../codearts/errors.ts';
import { persist } from '../codearts/retry.ts';
import type { ExitCode } from '../deps.ts';
import { faultLine, isKnownFault } from '../workflow/fault-line.ts';
import { nothingMade } from '../workflow/handoff.ts';
import { lastWords } from '../workflow/last-words.ts';
import { setEnd } from '../workflow/outputs.ts';
import { saveRunState } from '../workflow/state.ts';
import { type Entry, entryForError, withReadOn } from '../workflow/troubleshooting.ts';
import { conclude } from './conclusion.ts';
import { endingOf, judge, newsOf } from './ending-facts.ts';
import { showFailure } from './failure-log.ts';
import { handOn } from './hand-on.ts';
import { takeNote } from './note.ts';
import type { Scene } from './scene.ts';

/** Milliseconds after the runner's signal within which the build must be stopped: it sends SIGTERM after 7.5 s. */
const stopAfterSignalMs = 5_000;
const stopAfterDeadlineMs = 60_000;
/** Milliseconds that a build which is not waited for may take to tell its record id. */
const recordPatienceMs = 15_000;

/** `wait: false`: the build goes on without this step. */
export async function leaveRunning(scene: Scene): Promise<ExitCode> {
  const { deps, client, log, publicity, known } = scene;
  const { clock, random, runner, cancelled } = deps;
  saveRunState(runner, { phase: 'over' });
  try {
    const attempt = () => client.record(known.theBuild, cancelled);
    // The record of a build that was just started may take a moment to appear.
    const worthRetrying = (failure: Failure) => isPassing(failure) || isUnknownBuild(failure);
    const patience = { clock, random, signal: cancelled, patienceMs: recordPatienceMs, worthRetrying };
    await takeNote(scene, await persist(attempt, patience));
  } catch (error) {
    // The build runs; that its record can't be read yet is no reason to fail.
    if (!(error instanceof CallError)) throw error;
    await log.debug(error.message);
  }
  const ending = endingOf(scene, 'running');
  const { status } = ending;
  setEnd(runner, { result: 'running', status, error: '', failedStep: '', outcome: undefined });
  await publicity.over(newsOf(known, ending));
  await log.say(lastWords(ending));
  return 0;
}

/**
 * The workflow was cancelled: the build is stopped unless it is to go on without it.
 * @param at when the runner's signal came: epoch milliseconds
 */
export async function cancel(scene: Scene, at: number): Promise<ExitCode> {
  const { deps, inputs, log, known } = scene;
  if (!known.build) {
    await end(scene, 'cancelled', cancelledEarly(scene));
    return 1;
  }
  await log.remoteEnd();
  const build = `build #${known.build.buildNumber}`;
  const standing = known.record && standingOf(known.record.status);
  if (standing?.kind === 'ended') {
    saveRunState(deps.runner, { phase: 'over' });
    const { result, instead } = judge(known, standing.result);
    const but = instead === '' ? '' : ` But ${instead}.`;
    const after = `after ${build} had ended (${known.record?.status})`;
    await end(scene, result, `The workflow was cancelled ${after}.${but}${known.where}`);
    return 1;
  }
  if (!(inputs.stopOnCancel ?? known.startedHere)) {
    saveRunState(deps.runner, { phase: 'over' });
    await end(scene, 'running', `The workflow was cancelled; ${build} goes on.${known.where}`);
    return 1;
  }
  const stopped = await stop(scene, Math.max(1_000, stopAfterSignalMs - (deps.clock.now() - at)));
  if (stopped.kind === 'failed') {
    const line = `The workflow was cancelled, but ${build} could not be stopped: ${stopped.why}${known.where}`;
    await end(scene, 'running', line, 'cancel-does-not-stop');
    return 1;
  }
  const how = stopped.kind === 'stopped' ? 'was stopped' : 'was over already; how it ended was not read';
  await end(scene, 'cancelled', `The workflow was cancelled; ${build} ${how}.${known.where}`);
  return 1;
}

function cancelledEarly({ inputs, known }: Scene): string {
  if (!known.mayHaveStarted) return 'Cancelled before a build was started.';
  const line = 'Cancelled before CodeArts confirmed the start: a build may be running.';
  if (inputs.stopOnCancel === false) return `${line} Look at the job in CodeArts.`;
  return `${line} The post step looks for it and stops it.`;
}

/** Something went wrong that is not the build's own failure. */
export async function fail(scene: Scene, error: unknown): Promise<ExitCode> {
  const { deps, log, known } = scene;
  await log.remoteEnd();
  // After a fault of the action itself the build is left to the post step.
  if (known.build && isKnownFault(error)) saveRunState(deps.runner, { phase: 'over' });
  if (error instanceof Error && error.stack && !isKnownFault(error)) deps.runner.debug(error.stack);
  const line = faultLine(error);
  const entry = entryForError(error);
  if (!known.build) await end(scene, '', line, entry);
  else if (isNoSuchBuild(scene, error)) await end(scene, '', `${line} Check build-number as well.`, entry);
  else {
    const goesOn = `Build #${known.build.buildNumber} may still be running.${known.where}`;
    await end(scene, 'running', `${line} ${goesOn}`, entry);
  }
  return 1;
}

/** A build that was to be followed, and that CodeArts does not know. */
function isNoSuchBuild({ known }: Scene, error: unknown): boolean {
  const wasSeen = known.startedHere || known.record !== undefined;
  return !wasSeen && error instanceof CallError && isUnknownBuild(error.failure);
}

/**
 * The time limit is over. A build that ended just before it was stopped counts as what it is; one that was started
 * elsewhere goes on, unless it is to be stopped with the workflow too.
 * @param read how far the log was read by then
 */
export async function tookTooLong(scene: Scene, read: LogEnd): Promise<ExitCode> {
  const { deps, inputs, log, known } = scene;
  let what = 'goes on.';
  if (known.startedHere || inputs.stopOnCancel) {
    const stopped = await stop(scene, stopAfterDeadlineMs);
    const ended = stopped.kind === 'already-over' ? await readEnd(scene) : undefined;
    if (ended?.kind === 'ended') {
      await tellLogSoFar(scene, read);
      return await conclude(scene, ended.record, ended.result);
    }
    what = ended?.what ?? 'was stopped.';
    if (stopped.kind === 'failed') what = `could not be stopped: ${stopped.why}`;
    else await tellStopped(scene, read);
  } else {
    saveRunState(deps.runner, { phase: 'over' });
  }
  await log.remoteEnd();
  const limit = `timeout-minutes allows (${inputs.timeoutMs / 60_000})`;
  const line = `Build #${known.theBuild.buildNumber} took longer than ${limit} and ${what}${known.where}`;
  await end(scene, 'timed-out', line, 'timed-out', inputs.failOnFailure);
  return inputs.failOnFailure ? 1 : 0;
}

type ReadEnd =
  | { readonly kind: 'ended'; readonly record: BuildRecord; readonly result: EndResult }
  | { readonly kind: 'unknown'; readonly what: string };

/** How a build ended that was over when it was to be stopped. */
async function readEnd(scene: Scene): Promise<ReadEnd> {
  const { deps, client, known } = scene;
  const { clock, random, cancelled: signal } = deps;
  const what = 'was over when it was to be stopped';
  try {
    const patience = { clock, random, signal, patienceMs: stopAfterDeadlineMs };
    const record = await persist(() => client.record(known.theBuild, signal), patience);
    await takeNote(scene, record);
    const standing = standingOf(record.status);
    if (standing.kind === 'ended') return { kind: 'ended', record, result: standing.result };
    return { kind: 'unknown', what: `${what}.` };
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return { kind: 'unknown', what: `${what}; how it ended is not known: ${error.message}` };
  }
}

/** What a build that was stopped had written by then, shown and saved as after any other end. */
async function tellStopped(scene: Scene, read: LogEnd): Promise<void> {
  const { buildLog, known } = scene;
  await tellLogSoFar(scene, read);
  const { record, children } = known;
  if (!record) return;
  const failed = children.filter(hasFailed).map((child) => ({ ...child, failedStep: '' }));
  await showFailure(scene, record.recordId, '', failed);
  await buildLog.sayWhatIsLeft(children);
}

async function tellLogSoFar(scene: Scene, read: LogEnd): Promise<void> {
  const { buildLog, known } = scene;
  const { record } = known;
  if (!record || record.recordId === '') return;
  // The full log may lag behind the live one: a shorter one is no sign that anything was shown wrongly.
  const asFarAsItWas: LogEnd =
    read.state === 'lost' ? { ...read, state: 'doubtful', guessed: undefined } : read;
  await readChildren(scene);
  await buildLog.complete(record, asFarAsItWas, known.where, known.children);
}

/** As they stand now: those that ran until the build was stopped run no longer. */
async function readChildren({ deps, client, known }: Scene): Promise<void> {
  const { clock, random, cancelled: signal } = deps;
  if (!known.record) return;
  const children = await childrenOf({ client, record: known.record, clock, random, signal });
  if (children.length > 0) known.children = children;
}

async function stop({ deps, client, known }: Scene, withinMs: number): Promise<StopResult> {
  const { clock, random, runner } = deps;
  const result = await stopBuild({ client, build: known.theBuild, clock, random, withinMs });
  // A build that could not be stopped is left to the post step, whatever was left to it before.
  saveRunState(
    runner,
    result.kind === 'failed' ? { phase: 'running', ...known.theBuild } : { phase: 'over' },
  );
  return result;
}

/** Ends without a build's own end: an error line that is also the output; a warning where the step stays green. */
async function end(
  scene: Scene,
  result: Result | '',
  line: string,
  entry?: Entry,
  red = true,
): Promise<void> {
  const { deps, buildLog, log, publicity, known } = scene;
  const status = known.record?.status ?? '';
  setEnd(deps.runner, { result, status, error: line, failedStep: '', outcome: undefined });
  await buildLog.saved.close();
  if (known.build && known.children.length > 0) {
    await handOn(deps, log, known.build, { ...nothingMade, children: known.children });
  }
  if (known.build && result !== '') {
    await publicity.over({ ...newsOf(known, endingOf(scene, result)), line });
  }
  const words = withReadOn(line, entry, deps.env);
  await (red ? log.error(words) : log.warning(`${words} The step stays green: fail-on-failure is false.`));
}
