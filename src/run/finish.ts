// What the step tells of a build that is over, and whether the step is green: the failed step's lines, where the
// errors stand, the steps and their times, the outputs, the summary, the commit's status; and last, the last words.
// Reads what is to be state of the build; changes nothing about it.
// Comes after `BuildLog.complete` has shown what the live log left out (`Step.endWith`).

import { firstFailed, hasFailed } from '../builds/children/child.ts';
import { type Finding, nothingFound } from '../builds/diagnosis/diagnosis.ts';
import type { FollowEnd } from '../builds/follow/events.ts';
import { readFlowOutcome, readOutcome } from '../builds/outcome.ts';
import type { Conclusion } from '../builds/status.ts';
import type { BuildRecord } from '../codearts/build-schemas.ts';
import type { ExitCode } from '../deps.ts';
import { setResultOutputs } from '../github/outputs.ts';
import { annotate } from '../github/report/annotations.ts';
import { helpTopicForEnding, withHelpLink } from '../github/report/help-links.ts';
import { childList, stepList } from '../github/report/lists.ts';
import { errorLine, failedStep, finalMessage } from '../github/report/messages.ts';
import { checkoutIn } from '../github/report/source-files.ts';
import { saveRunState } from '../github/state.ts';
import type { RunContext } from './context.ts';
import { diagnose, diagnoseChild, showFailure } from './failed-step-log.ts';
import {
  branchWarning,
  createEnding,
  createNews,
  publishLists,
  redactFinding,
  verifyResult,
} from './report.ts';

/** Completes the log of a build that was followed to its end, then ends the step as the build ended. */
export async function finishFollowedBuild(
  context: RunContext,
  end: Extract<FollowEnd, { kind: 'ended' }>,
): Promise<ExitCode> {
  await context.logOutput.complete(end.record, end.log, context.state.seeLink, end.children);
  return await finishBuild(context, end.record, end.result);
}

/**
 * Ends the step as its build has ended; but a success with another commit or tag than the one asked for is none.
 * @throws the signal's reason
 */
export async function finishBuild(
  context: RunContext,
  record: BuildRecord,
  ended: Conclusion,
): Promise<ExitCode> {
  const { deps, inputs, client, logOutput, console: log, publisher, state } = context;
  const { clock, random, runner, cancelled } = deps;
  const build = state.requiredBuild;
  const { result, instead } = verifyResult(state, ended);
  const reading = { client, clock, random, signal: cancelled };
  const own = await readOutcome({ ...reading, build, record });
  saveRunState(runner, { phase: 'over' });
  const { outcome, children } = await readFlowOutcome(own, {
    ...reading,
    jobId: build.jobId,
    children: state.children,
  });
  const failed = ended === 'failure' || ended === 'timed-out';
  if (failed) await showFailure(context, record.recordId, outcome.failedStep, children.filter(hasFailed));
  const firstFailedChild = firstFailed(children);
  let finding: Finding = { ...nothingFound, reason: instead };
  if (failed && firstFailedChild) finding = await diagnoseChild(context, firstFailedChild);
  else if (failed) finding = await diagnose(context, record.recordId, outcome.failedStep);
  finding = redactFinding(finding, (text) => runner.redact(text));
  await logOutput.saved.close();
  for (const line of outcome.warnings) await log.warning(line);
  const unsure = ended === 'success' ? branchWarning(state) : undefined;
  if (unsure !== undefined) await log.warning(unsure);

  const ending = createEnding(context, result, { outcome, finding });
  setResultOutputs(runner, {
    result,
    status: record.status,
    error: errorLine(ending),
    failedStep: failedStep(finding),
    outcome,
  });
  await publishLists(deps, log, build, { artifacts: outcome.artifacts, children, steps: outcome.steps });
  for (const line of stepList(outcome.steps)) await log.info(line);
  for (const line of childList(children)) await log.info(line);
  await publisher.publishFinal({ ...createNews(state, ending), outcome, finding, children });

  if (result === 'success') {
    await log.info(finalMessage(ending));
    return 0;
  }
  const words = withHelpLink(finalMessage(ending), helpTopicForEnding(ending), deps.env);
  const checkout = checkoutIn(deps.env['GITHUB_WORKSPACE']);
  const red = inputs.failOnFailure;
  await annotate({ log, finding, checkout, build: build.buildNumber, words, red });
  return red ? 1 : 0;
}
