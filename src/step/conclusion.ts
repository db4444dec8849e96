// What the step tells of a build that is over, and whether the step is green: the failed step's lines, where the
// errors stand, the steps and their times, the outputs, the summary, the commit's status; and last, the last words.
// Reads what is to be known of the build; changes nothing about it.
// Comes after `BuildLog.complete` has shown what the live log left out (`Step.endWith`).

import { type Finding, nothingFound } from '../build/diagnosis/diagnosis.ts';
import { firstFailed, hasFailed } from '../build/flow/child.ts';
import { readFlowOutcome } from '../build/flow/flow-outcome.ts';
import { readOutcome } from '../build/outcome.ts';
import type { Conclusion } from '../build/status.ts';
import type { BuildRecord } from '../codearts/answers.ts';
import type { ExitCode } from '../deps.ts';
import { annotate } from '../workflow/annotations.ts';
import { childList } from '../workflow/children.ts';
import { errorLine, failedStep, finalMessage } from '../workflow/last-words.ts';
import { setResultOutputs } from '../workflow/outputs.ts';
import { checkoutIn } from '../workflow/source-files.ts';
import { saveRunState } from '../workflow/state.ts';
import { stepList } from '../workflow/step-list.ts';
import { helpTopicForEnding, withHelpLink } from '../workflow/troubleshooting.ts';
import { branchWarning, createEnding, verifyResult, createNews } from './ending-facts.ts';
import { diagnose, diagnoseChild, showFailure } from './failure-log.ts';
import { publishLists } from './hand-on.ts';
import type { RunContext } from './scene.ts';

/**
 * Ends the step as its build has ended; but a success with another commit or tag than the one asked for is none.
 * @throws the signal's reason
 */
export async function finishBuild(scene: RunContext, record: BuildRecord, ended: Conclusion): Promise<ExitCode> {
  const { deps, inputs, client, logOutput: buildLog, console: log, publisher: publicity, state: known } = scene;
  const { clock, random, runner, cancelled } = deps;
  const build = known.requiredBuild;
  const { result, instead } = verifyResult(known, ended);
  const reading = { client, clock, random, signal: cancelled };
  const own = await readOutcome({ ...reading, build, record });
  saveRunState(runner, { phase: 'over' });
  const { outcome, children } = await readFlowOutcome(own, {
    ...reading,
    jobId: build.jobId,
    children: known.children,
  });
  const failed = ended === 'failure' || ended === 'timed-out';
  if (failed) await showFailure(scene, record.recordId, outcome.failedStep, children.filter(hasFailed));
  const firstFailedChild = firstFailed(children);
  let finding: Finding = { ...nothingFound, reason: instead };
  if (failed && firstFailedChild) finding = await diagnoseChild(scene, firstFailedChild);
  else if (failed) finding = await diagnose(scene, record.recordId, outcome.failedStep);
  await buildLog.saved.close();
  for (const line of outcome.warnings) await log.warning(line);
  const unsure = ended === 'success' ? branchWarning(known) : undefined;
  if (unsure !== undefined) await log.warning(unsure);

  const ending = createEnding(scene, result, { outcome, finding });
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
  await publicity.publishFinal({ ...createNews(known, ending), outcome, finding, children });

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
