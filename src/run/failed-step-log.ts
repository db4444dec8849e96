// Shows and explains why a build failed, from the log of the CodeArts step that failed. That log is downloaded only where
// what was shown of it is not kept whole. Reference 4.10, 4.11, and the stages of a build as documented in 2026.

import { budgets } from '../budgets.ts';
import { byEnd, firstFailed, hasFailed, hasRun } from '../builds/children/child.ts';
import { Diagnosis, type Finding, nothingFound } from '../builds/diagnosis/diagnosis.ts';
import { isWhole } from '../builds/events.ts';
import { readFullLog } from '../builds/log/full-log.ts';
import { LineReader } from '../builds/log/lines.ts';
import { failedStepIn, type Outcome } from '../builds/outcome.ts';
import { ApiError } from '../codearts/errors.ts';
import { type TimeBudget, tryWithin, Unavailable } from '../codearts/time-budget.ts';
import type { PrintedLog } from '../github/printed-log.ts';
import { pluralize } from '../text.ts';
import type { RunContext } from './context.ts';

/** UTF-16 units that are diagnosed before a cancellation is looked for. */
const maxAtOnce = 128 * 1024;
/** The logs of so many failed children are shown. */
const maxShown = 10;

/**
 * Shows, with `log: on-failure`, the log of CodeArts' failed step, and the whole log where that step or its log is not
 * known; of a multi-task build those of the failed children, which say more than its own.
 * @throws the signal's reason
 */
export async function showFailedLogs(
  context: RunContext,
  { steps, children }: Pick<Outcome, 'steps' | 'children'>,
): Promise<void> {
  const { inputs, console, logOutput, state } = context;
  if (inputs.log !== 'on-failure') return;
  // The one that explains the failure comes first: not all may be shown.
  const first = firstFailed(children);
  const failed = children
    .filter((child) => hasFailed(child) && hasRun(child))
    .toSorted((a, b) => Number(b === first) - Number(a === first) || byEnd(a, b));
  if (failed.length === 0) await showStep(context, state.recordId, failedStepIn(steps));
  for (const child of failed.slice(0, maxShown)) {
    await logOutput.beginLog(child);
    await showStep(context, child.recordId, child.failedStep);
    await logOutput.endLog(child);
  }
  const left = failed.length - maxShown;
  if (left <= 0) return;
  await console.info(
    `${pluralize(left, 'more child', 'more children')} failed; see CodeArts for their logs.`,
  );
}

/**
 * Says where and why the build failed: with `log: off` only where; of a multi-task build, of the child that failed first.
 * CodeArts' own analysis is taken where the log gave no reason.
 * @throws the signal's reason
 */
export async function explainFailure(
  context: RunContext,
  { steps, children, analysis }: Pick<Outcome, 'steps' | 'children' | 'analysis'>,
  budget: TimeBudget,
): Promise<Finding> {
  const child = firstFailed(children);
  const printed = context.logOutput.printedLog(child);
  // As CodeArts names the step; else as the markers in the log do.
  const step = (child ? child.failedStep : failedStepIn(steps)) || (printed?.results.failed ?? '');
  const failed = { recordId: child?.recordId ?? context.state.recordId, step, printed };
  const finding = context.inputs.log === 'off' ? nothingFound : await diagnose(context, failed, budget);
  const known = analysis.find((error) => error.step === step) ?? analysis[0];
  return {
    ...finding,
    ...(child ? { child: child.name } : {}),
    step,
    reason: finding.reason || (known?.message ?? ''),
    code: finding.code || (known?.code ?? ''),
    helpUrl: known?.helpUrl ?? '',
  };
}

/** The CodeArts step that explains the failure, in the build's own log or a child's. */
interface FailedStep {
  readonly recordId: string;
  /** Empty when it is not known. */
  readonly step: string;
  /** What was shown of the log. */
  readonly printed: PrintedLog | undefined;
}

async function diagnose(context: RunContext, failed: FailedStep, budget: TimeBudget): Promise<Finding> {
  const { step, printed } = failed;
  const kept = printed?.tails.textOf(step);
  const read = kept?.whole ? undefined : await diagnoseDownload(context, failed, budget);
  if (read) return read;
  const shown = kept ?? printed?.tails.textOf(printed.results.failed) ?? printed?.tails.textOf('');
  const text = shown?.text ?? '';
  const diagnosis = new Diagnosis((text) => context.deps.runner.redact(text));
  const { clock, signal } = context.calls;
  for (let from = 0; from < text.length; ) {
    // A cancellation must not wait for the end of a long text.
    if (from > 0) await clock.sleep(0, signal);
    const to = text.indexOf('\n', from + maxAtOnce) + 1 || text.length;
    diagnosis.lines(text.slice(from, to));
    from = to;
  }
  return diagnosis.finding(step);
}

/** Diagnoses the step's log as CodeArts has it; undefined when that could not be read as a whole. */
async function diagnoseDownload(
  context: RunContext,
  { recordId, step }: FailedStep,
  budget: TimeBudget,
): Promise<Finding | undefined> {
  const { deps, client, console, calls } = context;
  const stage = budget.leftMs > 0 ? await stageOf(context, recordId, step) : undefined;
  if (stage === undefined) return undefined;
  const finding = await budget.call("the failed step's log", async (signal) => {
    const diagnosis = new Diagnosis((text) => deps.runner.redact(text));
    const reader = new LineReader(deps.runner.cutBefore);
    let any = false;
    const read = () => client.stepLog(recordId, stage, signal);
    const options = { calls: { ...calls, signal }, maxElapsedMs: budget.leftMs };
    for await (const part of readFullLog(read, options)) {
      if (part.kind === 'log-ended') {
        diagnosis.lines(reader.end());
        return any && isWhole(part.end) ? diagnosis.finding(step) : undefined;
      }
      any = true;
      diagnosis.lines(reader.push(part.text));
    }
    return undefined;
  });
  if (!(finding instanceof Unavailable)) return finding;
  await console.debug(finding.why);
  return undefined;
}

/** Asks for the id by which the log of a step is requested; undefined where it is not known. */
async function stageOf(
  { client, calls }: RunContext,
  recordId: string,
  step: string,
): Promise<string | undefined> {
  if (recordId === '' || step === '') return undefined;
  const stages = await tryWithin(calls.clock, budgets.stages, (late) =>
    client.stages(recordId, AbortSignal.any([late, calls.signal])),
  );
  // Two steps may have one name: the first that did not succeed is the one that ended the build.
  const named = stages?.filter(({ name }) => name === step) ?? [];
  return (named.find(({ status }) => status === 'error') ?? named.at(-1))?.id;
}

async function showStep(context: RunContext, recordId: string, step: string): Promise<void> {
  if (recordId === '') return;
  const { client, calls } = context;
  const { signal } = calls;
  const stage = await stageOf(context, recordId, step);
  if (stage !== undefined && (await show(context, () => client.stepLog(recordId, stage, signal), step)))
    return;
  await show(context, () => client.fullLog(recordId, 'INFO', signal), '');
}

/** Prints a log, or the part of one step; false when none of it could be read. */
async function show(
  { calls, console }: RunContext,
  read: () => AsyncGenerator<string>,
  step: string,
): Promise<boolean> {
  const { clock } = calls;
  const until = clock.now() + budgets.logsAfterEnd;
  let any = false;
  try {
    for await (const part of readFullLog(read, { calls })) {
      if (part.kind === 'log-ended') {
        if (any && !isWhole(part.end))
          await console.warning(
            'The log is not complete here: its download broke off, and it has changed since.',
          );
        break;
      }
      if (clock.now() > until) {
        await console.warning('The log is not complete here: it does not end.');
        break;
      }
      if (!any && step !== '') await console.openStep(step);
      any = true;
      await console.write(part.text);
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (any || step === '') await console.warning(`The log is not complete here: ${error.message}`);
  }
  await console.end();
  return any;
}
