// What the step tells of a build that is over, and whether the step is green: the failed step's lines, where the
// errors stand, the steps and their times, the outputs, the summary, the commit's status; and last, the last words.
// Reads what is to be known of the build; changes nothing about it.
// Comes after `BuildLog.complete` has shown what the live log left out (`Step.endWith`).

import { type Finding, nothingFound } from '../build/diagnosis/diagnosis.ts';
import { firstFailed, hasFailed } from '../build/flow/child.ts';
import { readFlowOutcome } from '../build/flow/flow-outcome.ts';
import { readOutcome } from '../build/outcome.ts';
import type { EndResult } from '../build/status.ts';
import type { BuildRecord } from '../codearts/answers.ts';
import type { ExitCode } from '../deps.ts';
import { annotate } from '../workflow/annotations.ts';
import { childList } from '../workflow/children.ts';
import { errorLine, failedStep, lastWords } from '../workflow/last-words.ts';
import { setEnd } from '../workflow/outputs.ts';
import { checkoutIn } from '../workflow/source-files.ts';
import { saveRunState } from '../workflow/state.ts';
import { stepList } from '../workflow/step-list.ts';
import { entryForEnding, withReadOn } from '../workflow/troubleshooting.ts';
import { doubt, endingOf, judge, newsOf } from './ending-facts.ts';
import { diagnose, diagnoseChild, showFailure } from './failure-log.ts';
import { handOn } from './hand-on.ts';
import type { Scene } from './scene.ts';

/**
 * Ends the step as its build has ended; but a success with another commit or tag than the one asked for is none.
 * @throws the signal's reason
 */
export async function conclude(scene: Scene, record: BuildRecord, ended: EndResult): Promise<ExitCode> {
  const { deps, inputs, client, buildLog, log, publicity, known } = scene;
  const { clock, random, runner, cancelled } = deps;
  const build = known.theBuild;
  const { result, instead } = judge(known, ended);
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
  const culprit = firstFailed(children);
  let finding: Finding = { ...nothingFound, reason: instead };
  if (failed && culprit) finding = await diagnoseChild(scene, culprit);
  else if (failed) finding = await diagnose(scene, record.recordId, outcome.failedStep);
  await buildLog.saved.close();
  for (const line of outcome.missing) await log.warning(line);
  const unsure = ended === 'success' ? doubt(known) : undefined;
  if (unsure !== undefined) await log.warning(unsure);

  const ending = endingOf(scene, result, { outcome, finding });
  setEnd(runner, {
    result,
    status: record.status,
    error: errorLine(ending),
    failedStep: failedStep(finding),
    outcome,
  });
  await handOn(deps, log, build, { artifacts: outcome.artifacts, children, steps: outcome.steps });
  for (const line of stepList(outcome.steps)) await log.say(line);
  for (const line of childList(children)) await log.say(line);
  await publicity.over({ ...newsOf(known, ending), outcome, finding, children });

  if (result === 'success') {
    await log.say(lastWords(ending));
    return 0;
  }
  const words = withReadOn(lastWords(ending), entryForEnding(ending), deps.env);
  const checkout = checkoutIn(deps.env['GITHUB_WORKSPACE']);
  const red = inputs.failOnFailure;
  await annotate({ log, finding, checkout, build: build.buildNumber, words, red });
  return red ? 1 : 0;
}
