// Creates the report on the build and publishes it: outputs, commit status, job summary. Status and summary are best
// effort and bounded in time: neither changes how the step ends.

import { budgets } from '../budgets.ts';
import { type Finding, nothingFound } from '../builds/diagnosis/diagnosis.ts';
import { emptyOutcome, type Outcome, type Result } from '../builds/outcome.ts';
import { recordStatus } from '../builds/status.ts';
import { withGrace } from '../clock.ts';
import { type BuildRecord, sameCommit } from '../codearts/build-schemas.ts';
import { tryWithin } from '../codearts/time-budget.ts';
import type { Deps, ExitCode } from '../deps.ts';
import { type StatusState, stateOf } from '../github/commit-status.ts';
import { setFailureOutputs, setListOutputs, setRecord, setResultOutputs } from '../github/outputs.ts';
import { type BuildReport, sentence } from '../github/report/build-report.ts';
import { helpTopicForReport, helpUrl, withHelpLink } from '../github/report/messages.ts';
import type { Runner } from '../github/runner.ts';
import { problemsMarkdown, summaryMarkdown } from '../github/summary/summary.ts';
import { messageOf } from '../text.ts';
import type { RunContext } from './context.ts';
import type { Problems } from './preflight.ts';

/** @throws when there is no build: a bug in the action */
export function createReport(
  context: RunContext,
  result: Result,
  {
    outcome = outcomeSoFar(context.state),
    finding = nothingFound,
    mismatch = '',
    exitMessage,
  }: Partial<Pick<BuildReport, 'outcome' | 'finding' | 'mismatch' | 'exitMessage'>> = {},
): BuildReport {
  const { deps, inputs, state } = context;
  const { build, job, record, buildUrl, commitId } = state;
  const redact = (text: string) => deps.runner.redact(text);
  return {
    job: redact(outcome.jobName || job.name || `job ${build.jobId}`),
    buildNumber: build.buildNumber,
    result,
    record,
    buildUrl,
    commitId,
    commitUrl: commitUrl(context),
    stoppedBy: result === 'aborted' ? findWhoStopped(context) : '',
    message: inputs.log === 'off' ? '' : redact(record?.message ?? ''),
    outcome: redactNames(outcome, redact),
    finding: redactFinding(finding, redact),
    mismatch: redact(mismatch),
    exitMessage,
  };
}

/** "Aborted by" is Jenkins' form, which runs the builds; the others are CodeArts' own. */
const stopForms = [
  /Aborted by (\S+)\s*$/,
  /stopped by (\S+?)\.?\s*$/,
  /被用户\s*(\S+?)\s*(?:停止|终止)。?\s*$/,
];

/** Finds the name of whoever stopped the build in the last lines of its log; empty where they have none. */
function findWhoStopped({ console, deps, inputs }: RunContext): string {
  if (inputs.log === 'off') return '';
  const lines = console.parentLog.tails.lastTexts.flatMap((text) => text.slice(-10_000).split('\n'));
  const names = lines.flatMap((line) => stopForms.flatMap((form) => form.exec(line)?.[1] ?? []));
  return deps.runner.redact(names.at(-1) ?? '');
}

/** Returns what is known of a build before its outcome is read. */
export function outcomeSoFar({ children }: RunContext['state']): Outcome {
  return { ...emptyOutcome, children: children.map((child) => ({ ...child, failedStep: '' })) };
}

/** A commit that was asked for is one of the workflow's repository; what a job builds by itself may not be. */
function commitUrl({ deps, state }: RunContext): string {
  const { requested, commitId } = state;
  const { GITHUB_SERVER_URL: server = '', GITHUB_REPOSITORY: repository = '' } = deps.env;
  const isOurs = sameCommit(requested.commitId, commitId);
  return isOurs && server !== '' && repository !== ''
    ? `${server}/${repository}/commit/${requested.commitId}`
    : '';
}

/** The diagnosis has redacted what it quotes from the log. */
function redactFinding(finding: Finding, redact: (text: string) => string): Finding {
  const { child, step, code, reason, helpUrl: url } = finding;
  return {
    ...finding,
    ...(child === undefined ? {} : { child: redact(child) }),
    step: redact(step),
    code: redact(code),
    reason: redact(reason),
    // An address with a part of it replaced leads nowhere.
    helpUrl: redact(url) === url ? url : '',
  };
}

/** Names and addresses of artifacts stay as they are: later steps need them. */
function redactNames(outcome: Outcome, redact: (text: string) => string): Outcome {
  return {
    ...outcome,
    children: outcome.children.map((child) => ({
      ...child,
      name: redact(child.name),
      failedStep: redact(child.failedStep),
    })),
    steps: outcome.steps.map((step) => ({ ...step, name: redact(step.name) })),
    artifacts: outcome.artifacts.map((artifact) =>
      artifact.child === undefined ? artifact : { ...artifact, child: redact(artifact.child) },
    ),
  };
}

/**
 * Keeps a record: in the state, and where it says something new in the outputs by which later steps find the build, and
 * in the commit's status.
 */
export async function publishRecord(context: RunContext, record: BuildRecord): Promise<void> {
  const { deps, console, state } = context;
  const hadLink = state.buildUrl !== '';
  if (!state.update(record)) return;
  const { build, buildUrl } = state;
  setRecord(deps.runner, record, state);
  if (!hadLink && buildUrl !== '') await console.info(`See ${buildUrl}`);
  if (recordStatus(record).kind === 'ended') return;
  await setStatus(context, 'pending', `CodeArts build #${build.buildNumber} is queued or running`);
}

/** Sets the outputs, then publishes status and summary. */
export async function publishReport(context: RunContext, report: BuildReport): Promise<void> {
  setResultOutputs(context.deps.runner, report);
  for (const warning of publishLists(context, report.outcome)) await context.console.warning(warning);
  await publishStatus(context, report);
  if (context.inputs.summary) await writeSummary(context, report);
}

/** Sets the outputs that list something. @returns warnings: what had to be cut, or could not be written */
export function publishLists({ deps, state }: RunContext, outcome: Outcome): readonly string[] {
  const { runner, env, writeFile } = deps;
  const { jobId, buildNumber } = state.build;
  const folder = env['RUNNER_TEMP'] ?? '';
  const path = folder === '' ? '' : `${folder}/codearts-artifacts-${jobId}-${buildNumber}.json`;
  return setListOutputs(runner, outcome, { path, write: writeFile });
}

async function publishStatus(context: RunContext, report: BuildReport): Promise<void> {
  const { result, exitMessage } = report;
  // A build that goes on without this step stays pending; one with which contact was lost does not.
  if (result === 'running' && exitMessage === undefined) return;
  const description = context.deps.runner.redact(exitMessage ?? sentence(report));
  await setStatus(context, result === 'running' ? 'error' : stateOf(result), description);
}

/** Sets no status while it is not known which commit is built. */
export async function setStatus(
  { commitStatus, state, calls }: RunContext,
  status: StatusState,
  description: string,
): Promise<void> {
  if (!commitStatus) return;
  const { clock, signal } = calls;
  const facts = { state: status, description, targetUrl: state.buildUrl };
  const ms = status === 'pending' ? budgets.pendingStatus : budgets.finalStatus;
  await tryWithin(clock, ms, (timedOut) =>
    withGrace(clock, budgets.statusAfterCancel, signal, (hurried) =>
      commitStatus.publish(state.commitForStatus, facts, AbortSignal.any([timedOut, hurried])),
    ),
  );
}

/** Ends a step that has no build to report on. Each problem is an error of its own; the last one links to the docs. */
export async function reportProblems(
  { runner, env }: Pick<Deps, 'runner' | 'env'>,
  { problems, topic, writeSummary }: Problems,
  result: 'cancelled' | '' = '',
): Promise<ExitCode> {
  const sentences = problems.map((problem) => (/[.…?]$/.test(problem) ? problem : `${problem}.`));
  setFailureOutputs(runner, result, sentences.join(' '));
  if (writeSummary) {
    const redact = (text: string) => runner.redact(text);
    await addToSummary(runner, problemsMarkdown(sentences, helpUrl(topic, env), redact));
  }
  for (const [place, sentence] of sentences.entries()) {
    const isLast = place === sentences.length - 1;
    runner.error(isLast ? withHelpLink(sentence, topic, env) : sentence);
  }
  return 1;
}

async function addToSummary(runner: Runner, markdown: string): Promise<void> {
  await runner.summary(markdown).catch((error: unknown) => {
    runner.debug(`No summary: ${messageOf(error)}`);
  });
}

async function writeSummary({ deps, inputs }: RunContext, report: BuildReport): Promise<void> {
  const markdown = summaryMarkdown(report, {
    redact: (text) => deps.runner.redact(text),
    docsUrl: helpUrl(helpTopicForReport(report), deps.env),
    includeBuildData: inputs.log !== 'off',
    givenParameters: new Set(inputs.parameters.map(({ name }) => name)),
  });
  await addToSummary(deps.runner, markdown);
}
