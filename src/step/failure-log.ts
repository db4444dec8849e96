// Why this step's build failed, from its logs: the failed step's log is shown where no log was shown before, and read
// for the diagnosis where it was not kept whole. Reference 4.10, 4.11.

import { Diagnosis, type Finding, nothingFound } from '../build/diagnosis/diagnosis.ts';
import { hasRun } from '../build/flow/child.ts';
import type { ChildOutcome } from '../build/flow/flow-outcome.ts';
import { LineReader } from '../build/lines.ts';
import { readWithResume } from '../build/steady-log.ts';
import type { StepTails } from '../build/step-texts.ts';
import { ApiError } from '../codearts/errors.ts';
import { pluralize } from '../one-line.ts';
import { heading } from '../workflow/children.ts';
import type { RunContext } from './scene.ts';

/** So many failed children are shown. */
const mostFailed = 10;

/**
 * `log: on-failure`: shows the failed step's log; the whole log where the step or its log is not known.
 * @param failed children of a multi-task build, whose logs tell more than its own; none: the build's own log
 * @throws the signal's reason
 */
export async function showFailure(
  scene: RunContext,
  recordId: string,
  failedStep: string,
  failed: readonly ChildOutcome[],
): Promise<void> {
  const { inputs, console: log, tails: texts } = scene;
  if (inputs.log !== 'on-failure') return;
  const heard = failed.filter(hasRun);
  if (heard.length === 0) await showStep(scene, recordId, failedStep);
  for (const child of heard.slice(0, mostFailed)) {
    await log.begin(child.name);
    await log.info(heading(child));
    texts.begin(child);
    await showStep(scene, child.recordId, child.failedStep);
    texts.end(child, log.failedStep);
  }
  const left = heard.length - mostFailed;
  if (left <= 0) return;
  await log.info(`${pluralize(left, 'more child', 'more children')} failed; see CodeArts for their logs.`);
}

/**
 * Where and why the build failed; with `log: off` the step alone.
 * @param failedStep as CodeArts names it; empty when it named none
 * @throws the signal's reason
 */
export async function diagnose(scene: RunContext, recordId: string, failedStep: string): Promise<Finding> {
  const { console: log, tails: texts } = scene;
  return await diagnoseLog(scene, recordId, failedStep || log.ownFailedStep, [texts.own, log.ownFailedStep]);
}

/** The same of a child of a multi-task build. */
export async function diagnoseChild(scene: RunContext, child: ChildOutcome): Promise<Finding> {
  const { texts, failedStep: marked = '' } = scene.tails.ofChild(child) ?? {};
  const finding = await diagnoseLog(scene, child.recordId, child.failedStep || marked, [texts, marked]);
  return { ...finding, child: child.name };
}

/** @param heard what was kept of the log, and the step that failed by its marks */
async function diagnoseLog(
  scene: RunContext,
  recordId: string,
  step: string,
  [texts, markedStep]: readonly [StepTails | undefined, string],
): Promise<Finding> {
  if (scene.inputs.log === 'off') return { ...nothingFound, step };
  const kept = texts?.textOf(step);
  const conceal = (text: string) => scene.deps.runner.redact(text);
  const diagnosis = new Diagnosis(conceal);
  if (!kept?.whole && step !== '' && recordId !== '' && (await readStep(scene, recordId, step, diagnosis))) {
    return diagnosis.finding(step);
  }
  const seen = kept ?? texts?.textOf(markedStep) ?? texts?.textOf('');
  const fromKept = new Diagnosis(conceal);
  fromKept.lines(seen?.text ?? '');
  return fromKept.finding(step);
}

async function showStep(scene: RunContext, recordId: string, step: string): Promise<void> {
  const { client, deps } = scene;
  if (recordId === '') return;
  const { cancelled } = deps;
  const shown = step !== '' && (await show(scene, () => client.stepLog(recordId, step, cancelled), step));
  if (!shown) await show(scene, () => client.fullLog(recordId, 'INFO', cancelled), '');
}

/** False when nothing of it could be had. */
async function show(
  { deps, console: log }: RunContext,
  read: () => AsyncGenerator<string>,
  step: string,
): Promise<boolean> {
  const { clock, random, cancelled: signal } = deps;
  let any = false;
  try {
    const texts = readWithResume(read, { clock, random, signal });
    let next = await texts.next();
    for (; !next.done; next = await texts.next()) {
      if (!any && step !== '') await log.openStep(step);
      any = true;
      // Printing it also keeps it in `texts`, which is the log's keeper: for the diagnosis.
      await log.writeBuildOutput(next.value);
    }
    if (any && next.value.completion !== 'completed') {
      await log.warning('The log is not complete here: its download broke off, and it has changed since.');
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (any || step === '') await log.warning(`The log is not complete here: ${error.message}`);
  }
  await log.endLog();
  return any;
}

/** False when it could not be had as a whole. */
async function readStep(
  { deps, client, console: log }: RunContext,
  recordId: string,
  step: string,
  diagnosis: Diagnosis,
): Promise<boolean> {
  const { clock, random, cancelled: signal } = deps;
  const reader = new LineReader();
  try {
    let any = false;
    const texts = readWithResume(() => client.stepLog(recordId, step, signal), { clock, random, signal });
    let next = await texts.next();
    for (; !next.done; next = await texts.next()) {
      any = true;
      diagnosis.lines(reader.push(next.value));
    }
    diagnosis.lines(reader.end());
    return any && next.value.completion === 'completed';
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    await log.debug(error.message);
    return false;
  }
}
