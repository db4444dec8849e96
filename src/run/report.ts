// What is state of a build when the step ends, in the shapes that the last words and all others who are told want it
// in.

import { type Finding, nothingFound } from '../builds/diagnosis/diagnosis.ts';
import type { Outcome, Result } from '../builds/outcome.ts';
import type { Conclusion } from '../builds/status.ts';
import type { BuildId } from '../codearts/api.ts';
import type { Deps } from '../deps.ts';
import type { Console } from '../github/console.ts';
import { type BuildLists, setListOutputs } from '../github/outputs.ts';
import type { Ending } from '../github/report/messages.ts';
import type { BuildState, RunContext } from './context.ts';
import type { BuildNews } from './publisher.ts';

interface OutcomeRead {
  readonly outcome: Outcome;
  readonly finding: Finding;
}

/**
 * What the last words are made of; CodeArts' words are starred before they are cut. Nothing of what the build itself
 * wrote where its log is off.
 * @param read what was read of the build once it was over; left out where its own end is not known
 */
export function createEnding(
  { deps, inputs, state }: RunContext,
  result: Result,
  read?: OutcomeRead,
): Ending {
  const { requiredBuild: theBuild, job, record, buildUrl } = state;
  const redact = (text: string) => deps.runner.redact(text);
  return {
    job: redact(read?.outcome.jobName || job.name || `job ${theBuild.jobId}`),
    buildNumber: theBuild.buildNumber,
    result,
    status: record?.status ?? '',
    seconds: read?.outcome.seconds,
    finding: read?.finding ?? nothingFound,
    message: inputs.log === 'off' ? '' : redact(record?.message ?? ''),
    buildUrl,
  };
}

/** Names of children and steps, before they are cut; the diagnosis has redacted what it found. */
export function redactFinding(finding: Finding, redact: (text: string) => string): Finding {
  const { child, step, code, reason } = finding;
  return {
    ...finding,
    ...(child === undefined ? {} : { child: redact(child) }),
    step: redact(step),
    code: redact(code),
    reason: redact(reason),
  };
}

/** What is told of the build beside the log. */
export function createNews(state: BuildState, ending: Ending): BuildNews {
  const { record, commitId, commitForStatus, job, children } = state;
  return { ending, record, commitId, commitForStatus, jobId: job.id, children };
}

/** What a build's end is worth to this step. */
export interface Verdict {
  readonly result: Conclusion;
  /** Why a success does not count; empty where the end is the build's own. */
  readonly instead: string;
}

/** A success with another commit or tag than the one that was asked for is none, whatever CodeArts says. */
export function verifyResult(state: BuildState, buildResult: Conclusion): Verdict {
  const built = buildResult === 'success' ? sourceMismatch(state) : undefined;
  if (built === undefined) return { result: buildResult, instead: '' };
  const remedy =
    "which it was asked to build. Check what the job builds; for a job that is not to build the workflow's commit, set source: job";
  return { result: 'failure', instead: `it built ${built}, ${remedy}` };
}

function sourceMismatch({
  record,
  requestedCommit: askedCommit,
  requestedTag: askedTag,
}: BuildState): string | undefined {
  const commit = record?.commitId.toLowerCase() ?? '';
  const tag = record?.tag ?? '';
  if (askedTag !== '' && tag !== '' && tag !== askedTag) return `tag ${tag}, not ${askedTag}`;
  // Either may be abbreviated, or empty: no commit was asked for, or the record names none.
  if (commit.startsWith(askedCommit) || askedCommit.startsWith(commit)) return undefined;
  return `${commit.slice(0, 12)}, not ${askedCommit.slice(0, 12)}`;
}

/**
 * Why it is not sure that what was asked for was built: CodeArts names another branch. Which words a record has for a
 * build of a tag or a branch is documented nowhere, so this is no failure. Undefined: nothing speaks against it.
 */
export function branchWarning({
  record,
  requestedTag: askedTag,
  requestedBranch: askedBranch,
}: BuildState): string | undefined {
  const branch = record?.branch.replace(/^(?:refs\/heads\/|origin\/)/, '') ?? '';
  if (branch === '') return undefined;
  if (askedTag !== '' && record?.tag === '') {
    return `The build was asked for tag ${askedTag}, but CodeArts names branch ${branch} and no tag: check what the job builds.`;
  }
  if (askedBranch === '' || branch === askedBranch) return undefined;
  return `The build was asked for branch ${askedBranch}, but CodeArts names branch ${branch}: check what the job builds.`;
}

/** Sets the outputs of what a build made, and says where they had to be cut. */
export async function publishLists(
  deps: Deps,
  log: Console,
  build: BuildId,
  handoff: BuildLists,
): Promise<void> {
  const { runner, env, writeFile } = deps;
  const folder = env['RUNNER_TEMP'] ?? '';
  const name = `codearts-artifacts-${build.jobId}-${build.buildNumber}.json`;
  const path = folder === '' ? '' : `${folder}/${name}`;
  const lists = redactNames(handoff, (text) => runner.redact(text));
  for (const note of setListOutputs(runner, lists, { path, write: writeFile })) await log.warning(note);
}

/** Names and addresses of artifacts stay as they are: later steps need them. */
function redactNames(
  { artifacts, children, steps }: BuildLists,
  redact: (text: string) => string,
): BuildLists {
  return {
    artifacts,
    children: children.map((child) => ({
      ...child,
      name: redact(child.name),
      ...(child.failedStep === undefined ? {} : { failedStep: redact(child.failedStep) }),
    })),
    steps: steps.map((step) => ({ ...step, name: redact(step.name) })),
  };
}
