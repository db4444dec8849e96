// What the step tells of a build that is over, and whether the step is green: the failed step's lines, where the
// errors stand, the steps and their times, the outputs, the summary, the commit's status; and last, the last words.
// Reads what is to be known of the build; changes nothing about it.

import { type Finding, nothingFound } from './build/diagnosis/diagnosis.ts';
import { type Outcome, type Result, readOutcome } from './build/outcome.ts';
import type { BuildLog } from './build-log.ts';
import type { BuildRecord } from './codearts/answers.ts';
import type { BuildId, CodeArtsBuild } from './codearts/client.ts';
import type { Publicity } from './publicity.ts';
import type { Deps, ExitCode } from './run.ts';
import { annotate } from './workflow/annotations.ts';
import type { Inputs } from './workflow/inputs.ts';
import { type Ending, errorLine, lastWords } from './workflow/last-words.ts';
import { setEnd } from './workflow/outputs.ts';
import { checkoutIn } from './workflow/source-files.ts';
import { saveRunState } from './workflow/state.ts';
import { stepList } from './workflow/step-list.ts';
import { entryForEnding, withReadOn } from './workflow/troubleshooting.ts';

export interface Concluding {
  readonly deps: Deps;
  readonly inputs: Inputs;
  readonly client: CodeArtsBuild;
  readonly log: BuildLog;
  readonly publicity: Publicity;
  readonly build: BuildId;
  /** Empty while it is not known. */
  readonly jobName: string;
  readonly record: BuildRecord;
  readonly commitId: string;
  readonly buildUrl: string;
}

/** Ends the step as its build has ended. */
export async function conclude(known: Concluding, result: Result): Promise<ExitCode> {
  const { deps, inputs, client, log, build, record } = known;
  const { clock, random, runner, cancelled } = deps;
  const outcome = await readOutcome({ client, build, record, clock, random, signal: cancelled });
  saveRunState(runner, { phase: 'over' });
  const failed = result === 'failure' || result === 'timed-out';
  if (failed) await log.showFailure(record.recordId, outcome.failedStep);
  const finding = failed ? await log.diagnose(record.recordId, outcome.failedStep) : nothingFound;
  await log.close();
  for (const line of outcome.missing) await log.steps.warning(line);

  const ending = endingOf(known, result, outcome, finding);
  setEnd(runner, {
    result,
    status: record.status,
    error: errorLine(ending),
    failedStep: finding.step,
    outcome,
  });
  for (const line of stepList(outcome.steps)) await log.steps.say(line);
  await known.publicity.over({
    ending,
    record,
    commitId: known.commitId,
    jobId: build.jobId,
    outcome,
    finding,
  });

  if (result === 'success') {
    await log.steps.say(lastWords(ending));
    return 0;
  }
  const words = withReadOn(lastWords(ending), entryForEnding(ending), deps.env);
  const checkout = checkoutIn(deps.env['GITHUB_WORKSPACE']);
  const red = inputs.failOnFailure;
  await annotate({ log: log.steps, finding, checkout, build: build.buildNumber, words, red });
  return red ? 1 : 0;
}

/** What the last words are made of. Nothing of what the build itself wrote where its log is off. */
export function endingOf(
  known: Pick<Concluding, 'inputs' | 'build' | 'jobName' | 'buildUrl'> & {
    readonly record: BuildRecord | undefined;
  },
  result: Result,
  outcome: Outcome | undefined,
  finding: Finding,
): Ending {
  return {
    job: outcome?.jobName || known.jobName || `job ${known.build.jobId}`,
    buildNumber: known.build.buildNumber,
    result,
    status: known.record?.status ?? '',
    seconds: outcome?.seconds,
    finding,
    message: known.inputs.log === 'off' ? '' : (known.record?.message ?? ''),
    buildUrl: known.buildUrl,
  };
}
