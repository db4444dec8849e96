// Reads what is known of a build that has ended, beyond how it ended: its steps, artifacts and parameters, those of its
// children, and CodeArts' own analysis of a failure. All of it is optional: what can't be read in the time that the
// calls share costs its own result and a warning, never the step's. Reference 4.8, 4.9, 4.13.

import { budgets } from '../budgets.ts';
import type { BuildRecord } from '../codearts/build-schemas.ts';
import { sortedOnce } from '../codearts/build-schemas.ts';
import type { BuildId } from '../codearts/client.ts';
import { isNoSuchApi } from '../codearts/errors.ts';
import type { SuccessRatio } from '../codearts/job-schemas.ts';
import type { AnalyzedError, BuildStep } from '../codearts/step-schemas.ts';
import { Unavailable } from '../codearts/time-budget.ts';
import {
  artifactsOfChildren,
  type BuildArtifact,
  inBatches,
  type Notes,
  namesOf,
  type OptionalCalls,
  readArtifacts,
  reasonOf,
  withFiles,
} from './artifacts.ts';
import { byEnd, type Child, firstFailed, hasFailed, hasRun } from './children/child.ts';
import { ChildLookup } from './children/read-children.ts';
import { type Conclusion, conclusionOf } from './status.ts';

/** What the step makes of its build. `timed-out` is a build that took too long for its job or for `timeout-minutes`. */
export type Result = Conclusion | 'cancelled' | 'running';

export interface ChildOutcome extends Child {
  /** As CodeArts names it; empty when none failed or it is not known. */
  readonly failedStep: string;
}

export interface Outcome {
  /** Empty when it is not known. */
  readonly jobName: string;
  readonly steps: readonly BuildStep[];
  /** Of the build and its children. */
  readonly artifacts: readonly BuildArtifact[];
  /** As the build got them; sensitive values come as asterisks. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Seconds from the build's start to its end; undefined when CodeArts did not say. */
  readonly seconds: number | undefined;
  /** None of a build that is no multi-task build. */
  readonly children: readonly ChildOutcome[];
  /** What CodeArts found in the log of what failed: of the child that failed first, or of the build itself. */
  readonly analysis: readonly AnalyzedError[];
  /** Of the job's builds in the last 30 days; undefined where it was not asked for or is not known. */
  readonly ratio: SuccessRatio | undefined;
  /** What could not be read, each in one line. */
  readonly warnings: readonly string[];
  /** What is worth a line, but no warning. */
  readonly notices: readonly string[];
}

/** Of a build that has not ended, or of which nothing was read. */
export const emptyOutcome: Outcome = {
  jobName: '',
  steps: [],
  artifacts: [],
  parameters: new Map(),
  seconds: undefined,
  children: [],
  analysis: [],
  ratio: undefined,
  warnings: [],
  notices: [],
};

export interface OutcomeOptions extends OptionalCalls {
  readonly build: BuildId;
  readonly record: BuildRecord;
  readonly result: Conclusion;
  readonly children: readonly Child[];
  /** Whether to ask for the success ratio of the job. */
  readonly wantsRatio: boolean;
  /** Whether to ask for CodeArts' analysis of a failure, and where packages are kept. */
  readonly wantsDetails: boolean;
}

const ratioDays = 30;
const dayMs = 24 * 60 * 60_000;
/** The failed step is asked for of so many failed children. */
const maxFailedChildren = 5;

/** Asks for everything at once, within the budget. @throws the signal's reason */
export async function readOutcome(options: OutcomeOptions): Promise<Outcome> {
  const { client, build, record, result, children, budget, wantsRatio, wantsDetails } = options;
  const succeeded = result === 'success';
  const failed = result === 'failure' || result === 'timed-out';
  const notes: Notes = { warnings: [], notices: [] };
  const [details, made, ratio, analysis, ofChildren] = await Promise.all([
    budget.call('the steps of the build', (signal) => client.details(build, signal)),
    readArtifacts(options, build, record.finishedAt, succeeded && children.length === 0),
    wantsRatio ? readRatio(options) : undefined,
    failed && wantsDetails ? readAnalysis(options, build) : [],
    outcomeOfChildren(options, failed, notes),
  ]);
  const why = details instanceof Unavailable ? reasonOf(details) : undefined;
  if (details instanceof Unavailable && why !== 'never-ran') notes.warnings.push(details.why);
  if (made instanceof Unavailable) {
    const reason = reasonOf(made);
    // One missing permission is explained once.
    if (reason === 'denied' && why === 'denied') {
      notes.warnings.push("The artifacts of the build can't be read either.");
    } else if (reason === 'late' || reason === 'denied') notes.warnings.push(made.why);
    else if (reason === 'rejected' && succeeded) {
      notes.notices.push(`No artifacts are listed here: ${made.why}`);
    }
  }
  const own: readonly BuildArtifact[] = made instanceof Unavailable ? [] : made;
  // What a child made is listed under its name alone.
  const artifacts = sortedOnce([...ofChildren.artifacts, ...own]);
  const { jobName, steps, parameters } = details instanceof Unavailable ? emptyOutcome : details;
  return {
    jobName,
    steps: result === 'aborted' ? steps.map(asStopped) : steps,
    parameters,
    artifacts: wantsDetails ? await withFiles(artifacts, record.projectId, options) : artifacts,
    seconds: secondsOf(record),
    children: ofChildren.children,
    analysis: ofChildren.analysis.length > 0 ? ofChildren.analysis : analysis,
    ratio,
    ...notes,
  };
}

/** Counts the builds on the first page of the job's list where the API has no call for the ratio, as its newer edition. */
async function readRatio({ client, build, budget }: OutcomeOptions): Promise<SuccessRatio | undefined> {
  const { jobId } = build;
  const to = client.serverNow();
  const window = { jobId, from: to - (ratioDays - 1) * dayMs, to };
  const read = (signal: AbortSignal) => client.successRatio(window, signal);
  const ratio = await budget.call('the success ratio of the build task', read, budgets.successRatio);
  if (!(ratio instanceof Unavailable)) return ratio;
  if (ratio.failure === undefined || !isNoSuchApi(ratio.failure)) return undefined;
  const list = (signal: AbortSignal) => client.listBuildsPage(window, 0, signal);
  const page = await budget.call('the builds of the build task', list, budgets.successRatio);
  if (page instanceof Unavailable || !page.isLast) return undefined;
  const results = page.builds.flatMap(({ status }) => conclusionOf(status) ?? []);
  return { succeeded: results.filter((result) => result === 'success').length, total: results.length };
}

async function readAnalysis(
  { client, budget }: OutcomeOptions,
  build: BuildId,
): Promise<readonly AnalyzedError[]> {
  const read = (signal: AbortSignal) => client.analysis(build, signal);
  const errors = await budget.call("CodeArts' analysis of the failure", read, budgets.analysis);
  return errors instanceof Unavailable ? [] : errors;
}

/** CodeArts lists the step in which a build was stopped as failed. */
function asStopped(step: BuildStep): BuildStep {
  return step.status === 'error' || step.status === 'running' ? { ...step, status: 'stopped' } : step;
}

/** The first step that failed; empty when none did. */
export function failedStepIn(steps: readonly BuildStep[]): string {
  return steps.find(({ status }) => status === 'error')?.name ?? '';
}

function secondsOf(record: BuildRecord): number | undefined {
  if (record.durationMs !== undefined) return Math.round(record.durationMs / 1000);
  const began = record.startedAt ?? record.createdAt;
  if (began === undefined || record.finishedAt === undefined) return undefined;
  return Math.max(0, Math.round((record.finishedAt - began) / 1000));
}

/** Reads what the children of a multi-task build made, and where they failed. A build without children costs no call. */
async function outcomeOfChildren(
  options: OutcomeOptions,
  failed: boolean,
  notes: Notes,
): Promise<Pick<Outcome, 'children' | 'artifacts' | 'analysis'>> {
  const { client, build, budget, wantsDetails } = options;
  const buildOf = ({ buildNumber }: Child) => ({ ...build, buildNumber });
  const children = await completeChildren(options, notes);
  const found = children.filter((child) => hasRun(child) && child.buildNumber > 0);
  const failures = found.filter(hasFailed).toSorted(byEnd).slice(0, maxFailedChildren);
  const explaining = failed && wantsDetails ? firstFailed(children) : undefined;
  const [artifacts, analysis, failedSteps] = await Promise.all([
    artifactsOfChildren(options, build.jobId, found, notes),
    explaining && found.includes(explaining) ? readAnalysis(options, buildOf(explaining)) : [],
    inBatches(failures, async (child) => {
      const read = (signal: AbortSignal) => client.details(buildOf(child), signal);
      const details = await budget.call('the steps of a child', read);
      // Where it can't be read, the child's log may name the step.
      return details instanceof Unavailable ? '' : failedStepIn(details.steps);
    }),
  ]);
  return {
    children: children.map((child) => ({ ...child, failedStep: failedSteps[failures.indexOf(child)] ?? '' })),
    artifacts,
    analysis,
  };
}

/** Completes the children's numbers and times as far as CodeArts names them. */
async function completeChildren(
  { client, build, children, budget }: OutcomeOptions,
  { warnings }: Notes,
): Promise<readonly Child[]> {
  const lookup = new ChildLookup(client, build.jobId);
  let why = '';
  const complete = async (child: Child): Promise<Child> => {
    const call = (signal: AbortSignal) => lookup.complete(child, signal);
    const completed = await budget.call('the children of the build', call);
    if (!(completed instanceof Unavailable)) return completed;
    why ||= completed.why;
    return { ...child, buildNumber: 0 };
  };
  const ran = children.filter(hasRun);
  // Whose numbers the graph gives is found out by the first one.
  const first = await inBatches(ran.slice(0, 1), complete);
  const completed = [...first, ...(await inBatches(ran.slice(1), complete))];
  const missing = completed.filter(({ buildNumber }) => buildNumber === 0);
  if (missing.length > 0) {
    why ||= lookup.rejection?.message ?? 'CodeArts gives the children no build number of this job.';
    warnings.push(`${why} The artifacts and failed steps of ${namesOf(missing)} are missing here.`);
  }
  return children.map((child) => completed[ran.indexOf(child)] ?? child);
}
