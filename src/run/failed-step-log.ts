// Why this step's build failed, from its logs: the failed step's log is shown where no log was shown before, and read
// for the diagnosis where it was not kept whole. Reference 4.10, 4.11.

import { hasRun } from '../builds/children/child.ts';
import { Diagnosis, type Finding, nothingFound } from '../builds/diagnosis/diagnosis.ts';
import { readWithResume } from '../builds/log/full-log.ts';
import { LineReader } from '../builds/log/lines.ts';
import type { StepTails } from '../builds/log/log-tails.ts';
import type { ChildOutcome } from '../builds/outcome.ts';
import { ApiError } from '../codearts/errors.ts';
import { heading } from '../github/report/lists.ts';
import { pluralize } from '../text.ts';
import type { RunContext } from './context.ts';

/** So many failed children are shown. */
const mostFailed = 10;

/**
 * `log: on-failure`: shows the failed step's log; the whole log where the step or its log is not known.
 * @param failed children of a multi-task build, whose logs tell more than its own; none: the build's own log
 * @throws the signal's reason
 */
export async function showFailure(
  context: RunContext,
  recordId: string,
  failedStep: string,
  failed: readonly ChildOutcome[],
): Promise<void> {
  const { inputs, console: log, tails: texts } = context;
  if (inputs.log !== 'on-failure') return;
  const heard = failed.filter(hasRun);
  if (heard.length === 0) await showStep(context, recordId, failedStep);
  for (const child of heard.slice(0, mostFailed)) {
    await log.begin(child.name);
    await log.info(heading(child));
    texts.begin(child);
    await showStep(context, child.recordId, child.failedStep);
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
export async function diagnose(context: RunContext, recordId: string, failedStep: string): Promise<Finding> {
  const { console: log, tails: texts } = context;
  return await diagnoseLog(context, recordId, failedStep || log.ownFailedStep, [
    texts.own,
    log.ownFailedStep,
  ]);
}

/** The same of a child of a multi-task build. */
export async function diagnoseChild(context: RunContext, child: ChildOutcome): Promise<Finding> {
  const { texts, failedStep: marked = '' } = context.tails.ofChild(child) ?? {};
  const finding = await diagnoseLog(context, child.recordId, child.failedStep || marked, [texts, marked]);
  return { ...finding, child: child.name };
}

/** @param heard what was kept of the log, and the step that failed by its marks */
async function diagnoseLog(
  context: RunContext,
  recordId: string,
  step: string,
  [texts, markedStep]: readonly [StepTails | undefined, string],
): Promise<Finding> {
  if (context.inputs.log === 'off') return { ...nothingFound, step };
  const kept = texts?.textOf(step);
  const conceal = (text: string) => context.deps.runner.redact(text);
  const diagnosis = new Diagnosis(conceal);
  if (
    !kept?.whole &&
    step !== '' &&
    recordId !== '' &&
    (await readStep(context, recordId, step, diagnosis))
  ) {
    return diagnosis.finding(step);
  }
  const seen = kept ?? texts?.textOf(markedStep) ?? texts?.textOf('');
  const fromKept = new Diagnosis(conceal);
  fromKept.lines(seen?.text ?? '');
  return fromKept.finding(step);
}

async function showStep(context: RunContext, recordId: string, step: string): Promise<void> {
  const { client, deps } = context;
  if (recordId === '') return;
  const { cancelled } = deps;
  const shown = step !== '' && (await show(context, () => client.stepLog(recordId, step, cancelled), step));
  if (!shown) await show(context, () => client.fullLog(recordId, 'INFO', cancelled), '');
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
  const reader = new LineReader(deps.runner.cutBefore);
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
