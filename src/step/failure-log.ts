// Why this step's build failed, from its logs: the failed step's log is shown where no log was shown before, and read
// for the diagnosis where it was not kept whole. Reference 4.10, 4.11.

import { Diagnosis, type Finding, nothingFound } from '../build/diagnosis/diagnosis.ts';
import { hasRun } from '../build/flow/child.ts';
import type { ChildOutcome } from '../build/flow/flow-outcome.ts';
import { LineReader } from '../build/lines.ts';
import { readSteadily } from '../build/steady-log.ts';
import type { StepTexts } from '../build/step-texts.ts';
import { CallError } from '../codearts/errors.ts';
import { counted } from '../one-line.ts';
import { heading } from '../workflow/children.ts';
import type { Scene } from './scene.ts';

/** So many failed children are shown. */
const mostFailed = 10;

/**
 * `log: on-failure`: shows the failed step's log; the whole log where the step or its log is not known.
 * @param failed children of a multi-task build, whose logs tell more than its own; none: the build's own log
 * @throws the signal's reason
 */
export async function showFailure(
  scene: Scene,
  recordId: string,
  failedStep: string,
  failed: readonly ChildOutcome[],
): Promise<void> {
  const { inputs, log, texts } = scene;
  if (inputs.log !== 'on-failure') return;
  const heard = failed.filter(hasRun);
  if (heard.length === 0) await showStep(scene, recordId, failedStep);
  for (const child of heard.slice(0, mostFailed)) {
    await log.beginLog(child.name);
    await log.say(heading(child));
    texts.hearFrom(child);
    await showStep(scene, child.recordId, child.failedStep);
    texts.heardToEnd(child, log.failedStep);
  }
  const left = heard.length - mostFailed;
  if (left <= 0) return;
  await log.say(`${counted(left, 'more child', 'more children')} failed; see CodeArts for their logs.`);
}

/**
 * Where and why the build failed; with `log: off` the step alone.
 * @param failedStep as CodeArts names it; empty when it named none
 * @throws the signal's reason
 */
export async function diagnose(scene: Scene, recordId: string, failedStep: string): Promise<Finding> {
  const { log, texts } = scene;
  return await diagnoseLog(scene, recordId, failedStep || log.ownFailedStep, [texts.own, log.ownFailedStep]);
}

/** The same of a child of a multi-task build. */
export async function diagnoseChild(scene: Scene, child: ChildOutcome): Promise<Finding> {
  const { texts, failedStep: marked = '' } = scene.texts.ofChild(child) ?? {};
  const finding = await diagnoseLog(scene, child.recordId, child.failedStep || marked, [texts, marked]);
  return { ...finding, child: child.name };
}

/** @param heard what was kept of the log, and the step that failed by its marks */
async function diagnoseLog(
  scene: Scene,
  recordId: string,
  step: string,
  [texts, markedStep]: readonly [StepTexts | undefined, string],
): Promise<Finding> {
  if (scene.inputs.log === 'off') return { ...nothingFound, step };
  const kept = texts?.textOf(step);
  const conceal = (text: string) => scene.deps.runner.conceal(text);
  const diagnosis = new Diagnosis(conceal);
  if (!kept?.whole && step !== '' && recordId !== '' && (await readStep(scene, recordId, step, diagnosis))) {
    return diagnosis.finding(step);
  }
  const seen = kept ?? texts?.textOf(markedStep) ?? texts?.textOf('');
  const fromKept = new Diagnosis(conceal);
  fromKept.lines(seen?.text ?? '');
  return fromKept.finding(step);
}

async function showStep(scene: Scene, recordId: string, step: string): Promise<void> {
  const { client, deps } = scene;
  if (recordId === '') return;
  const { cancelled } = deps;
  const shown = step !== '' && (await show(scene, () => client.stepLog(recordId, step, cancelled), step));
  if (!shown) await show(scene, () => client.fullLog(recordId, 'INFO', cancelled), '');
}

/** False when nothing of it could be had. */
async function show(
  { deps, log }: Scene,
  read: () => AsyncGenerator<string>,
  step: string,
): Promise<boolean> {
  const { clock, random, cancelled: signal } = deps;
  let any = false;
  try {
    const texts = readSteadily(read, { clock, random, signal });
    let next = await texts.next();
    for (; !next.done; next = await texts.next()) {
      if (!any && step !== '') await log.openStep(step);
      any = true;
      // Printing it also keeps it in `texts`, which is the log's keeper: for the diagnosis.
      await log.remote(next.value);
    }
    if (any && next.value.completion !== 'completed') {
      await log.warning('The log is not complete here: its download broke off, and it has changed since.');
    }
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    if (any || step === '') await log.warning(`The log is not complete here: ${error.message}`);
  }
  await log.endLog();
  return any;
}

/** False when it could not be had as a whole. */
async function readStep(
  { deps, client, log }: Scene,
  recordId: string,
  step: string,
  diagnosis: Diagnosis,
): Promise<boolean> {
  const { clock, random, cancelled: signal } = deps;
  const reader = new LineReader();
  try {
    let any = false;
    const texts = readSteadily(() => client.stepLog(recordId, step, signal), { clock, random, signal });
    let next = await texts.next();
    for (; !next.done; next = await texts.next()) {
      any = true;
      diagnosis.lines(reader.push(next.value));
    }
    diagnosis.lines(reader.end());
    return any && next.value.completion === 'completed';
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    await log.debug(error.message);
    return false;
  }
}
