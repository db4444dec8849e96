// Follows a build to its end and ends the step as it ended: completes the log, shows and explains a failure, publishes the
// report and prints the last line. A success that built something else than was asked for is a failure.

import { budgets } from '../budgets.ts';
import { isCodeBased } from '../builds/children/child.ts';
import { readChildren } from '../builds/children/read-children.ts';
import { type Finding, nothingFound } from '../builds/diagnosis/diagnosis.ts';
import type { FollowEnd } from '../builds/events.ts';
import { follow } from '../builds/follow/follow.ts';
import { readOutcome } from '../builds/outcome.ts';
import type { Conclusion } from '../builds/status.ts';
import { type BuildRecord, sameCommit } from '../codearts/build-schemas.ts';
import { TimeBudget, Unavailable } from '../codearts/time-budget.ts';
import type { ExitCode } from '../deps.ts';
import { annotate } from '../github/report/annotations.ts';
import { finalMessage } from '../github/report/build-report.ts';
import { childList, stepList } from '../github/report/lists.ts';
import { helpTopicForReport, withHelpLink } from '../github/report/messages.ts';
import { childrenMissing, ProgressReporter } from '../github/report/progress.ts';
import { saveRunState } from '../github/state.ts';
import type { RunContext } from './context.ts';
import { explainFailure, showFailedLogs } from './failed-step-log.ts';
import { createReport, publishRecord, publishReport } from './report.ts';

/**
 * Follows the build until it is over or has taken too long: prints its log and publishes each record.
 * @throws ApiError, LostContactError; the signal's reason
 */
export async function followBuild(context: RunContext): Promise<FollowEnd> {
  const { inputs, client, console, logOutput, state, calls } = context;
  const { clock } = calls;
  const progress = new ProgressReporter(console, clock, inputs.log);
  const events = follow({
    client,
    build: state.build,
    calls,
    deadline: clock.now() + inputs.timeoutMs,
    pollIntervalMs: inputs.pollIntervalMs,
    readLog: inputs.log === 'stream',
    justStarted: state.startedByUs,
  });
  for (let next = await events.next(); ; next = await events.next()) {
    if (next.done) return next.value;
    const event = next.value;
    switch (event.kind) {
      case 'text':
      case 'log-restarted':
      case 'log-ended':
        await logOutput.handle(event);
        break;
      case 'record':
        await publishRecord(context, event.record);
        break;
      case 'children':
        state.updateChildren(event.children);
    }
    await progress.handle(event);
  }
}

/** Ends the log of a build that was followed to its end, then ends the step as the build ended. */
export async function finishFollowedBuild(
  context: RunContext,
  end: Extract<FollowEnd, { kind: 'ended' }>,
): Promise<ExitCode> {
  await context.logOutput.finish();
  return await finishBuild(context, end.record, end.result, end.msSpentAfterEnd);
}

/** Ends the step with a successful build that is reused: nothing of it was followed. */
export async function finishReusedBuild(context: RunContext, record: BuildRecord): Promise<ExitCode> {
  const { client, logOutput, console, state, calls } = context;
  await publishRecord(context, record);
  const children = await readChildren(client, record, calls);
  if (!(children instanceof Unavailable)) state.updateChildren(children);
  else if (isCodeBased(record)) await console.warning(`${children.why} ${childrenMissing}`);
  await logOutput.download();
  return await finishBuild(context, record, 'success');
}

/**
 * Ends the step as its build has ended; but a success with another commit or tag than the one asked for is a failure.
 * @param msSpentAfterEnd milliseconds of the time for optional calls that are spent already
 * @throws the signal's reason
 */
export async function finishBuild(
  context: RunContext,
  record: BuildRecord,
  conclusion: Conclusion,
  msSpentAfterEnd = 0,
): Promise<ExitCode> {
  const { deps, inputs, client, logOutput, console, state, calls } = context;
  saveRunState(deps.runner, { phase: 'over' });
  const { result, mismatch } = verifyResult(state, conclusion);
  const budget = new TimeBudget({ ...calls, ms: Math.max(0, budgets.afterEnd - msSpentAfterEnd) });
  const outcome = await readOutcome({
    client,
    build: state.build,
    record,
    result: conclusion,
    children: state.children,
    budget,
    wantsRatio: inputs.summary,
    wantsDetails: inputs.log !== 'off',
  });
  let finding: Finding = nothingFound;
  if (conclusion === 'failure' || conclusion === 'timed-out') {
    await showFailedLogs(context, outcome);
    finding = await explainFailure(context, outcome, budget);
  }
  await logOutput.logFile.close();
  for (const line of outcome.warnings) await console.warning(line);
  for (const line of outcome.notices) await console.info(line);
  const doubt = conclusion === 'success' ? branchWarning(state) : undefined;
  if (doubt !== undefined) await console.warning(doubt);

  const report = createReport(context, result, { outcome, finding, mismatch });
  for (const line of stepList(outcome.steps)) await console.info(line);
  for (const line of childList(outcome.children)) await console.info(line);
  await publishReport(context, report);
  if (result === 'success') {
    await console.info(finalMessage(report));
    return 0;
  }
  const lastLine = withHelpLink(finalMessage(report), helpTopicForReport(report), deps.env);
  const workspace = deps.env['GITHUB_WORKSPACE'];
  await annotate({ console, report, workspace, lastLine, isRed: inputs.failOnFailure });
  return inputs.failOnFailure ? 1 : 0;
}

/** What a build's end is worth to this step. */
export interface Verdict {
  readonly result: Conclusion;
  /** What a success built instead of what was asked for, so that it does not count; else empty. */
  readonly mismatch: string;
}

/** A success with another commit or tag than the one that was asked for is a failure, whatever CodeArts says. */
export function verifyResult(state: RunContext['state'], result: Conclusion): Verdict {
  const mismatch = result === 'success' ? sourceMismatch(state) : '';
  return { result: mismatch === '' ? result : 'failure', mismatch };
}

function sourceMismatch({ record, requested }: RunContext['state']): string {
  const commit = record?.commitId.toLowerCase() ?? '';
  const tag = record?.tag ?? '';
  if (requested.tag !== '' && tag !== '' && tag !== requested.tag) return `tag ${tag}, not ${requested.tag}`;
  // No commit was asked for, or the record names none.
  if (requested.commitId === '' || commit === '' || sameCommit(commit, requested.commitId)) return '';
  return `${commit.slice(0, 12)}, not ${requested.commitId.slice(0, 12)}`;
}

/**
 * Warns where CodeArts names another branch than the one asked for. What a record holds for a build of a tag or a
 * branch is not documented, so this is no failure. Undefined where the branch is the right one or not known.
 */
function branchWarning({ record, requested }: RunContext['state']): string | undefined {
  const branch = record?.branch.replace(/^(?:refs\/heads\/|origin\/)/, '') ?? '';
  if (branch === '') return undefined;
  if (requested.tag !== '' && record?.tag === '') {
    return `The build was asked for tag ${requested.tag}, but CodeArts names branch ${branch} and no tag: check the code source of the build task.`;
  }
  if (requested.branch === '' || branch === requested.branch) return undefined;
  return `The build was asked for branch ${requested.branch}, but CodeArts names branch ${branch}: check the code source of the build task.`;
}
