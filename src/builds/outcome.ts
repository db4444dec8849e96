// Reads what there is to know of a build that has ended, beyond how it ended: steps, artifacts, parameters, those of
// its children, CodeArts' own analysis of a failure. All of it is optional: what can't be read in the time that the
// calls share costs its own result and a warning, never the step's. Reference 4.8, 4.9, 4.13.

import { budgets } from '../budgets.ts';
import type { BuildId, CodeArtsBuildClient } from '../codearts/api.ts';
import { type Artifact, type PackageFile, sortedOnce } from '../codearts/artifacts.ts';
import type { BuildRecord, SuccessRatio } from '../codearts/build-schemas.ts';
import { type Failure, isForbidden, isTransient } from '../codearts/errors.ts';
import { type TimeBudget, Unavailable } from '../codearts/retry.ts';
import type { AnalyzedError, BuildStep } from '../codearts/step-schemas.ts';
import { firstOf } from '../text.ts';
import { byEnd, type Child, firstFailed, hasFailed, hasRun } from './children/child.ts';
import { ChildLookup } from './children/child-lookup.ts';
import type { Conclusion } from './status.ts';

/** What the step makes of its build. `timed-out` is a build that took too long for its job or for `timeout-minutes`. */
export type Result = Conclusion | 'cancelled' | 'running';

/** An artifact with the name of the child that made it; undefined: the build itself did. */
export interface BuildArtifact extends Artifact {
  readonly child?: string;
  /** Of a package; undefined where CodeArts Artifact does not say. */
  readonly file?: PackageFile;
}

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
  /** As the build got them; sensitive values come as stars. */
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

export interface OutcomeOptions {
  readonly client: CodeArtsBuildClient;
  readonly build: BuildId;
  readonly record: BuildRecord;
  readonly result: Conclusion;
  readonly children: readonly Child[];
  readonly budget: TimeBudget;
  /** Whether to ask for the success ratio of the job. */
  readonly wantsRatio: boolean;
  /** Whether to ask for CodeArts' analysis of a failure. */
  readonly wantsAnalysis: boolean;
  /** Whether to ask where the packages are kept. */
  readonly wantsFiles: boolean;
}

const ratioDays = 30;
const dayMs = 24 * 60 * 60_000;
/** Artifacts may be listed some seconds after the build has ended (seen with 6 s). */
const artifactsLagMs = 15_000;
const askAgainAfterMs = 4_000;
/** Calls at a time: a build of many children must not take the region's share of all. */
const callsAtOnce = 6;
/** So many packages are asked for. */
const maxFiles = 100;
/** The failed step is asked for of so many failed children. */
const maxFailedChildren = 5;
/** So many children are named in a line. */
const maxNamed = 5;

/** Asks for everything at once, within the budget. @throws the signal's reason */
export async function readOutcome(options: OutcomeOptions): Promise<Outcome> {
  const { client, build, record, result, budget } = options;
  const failed = result === 'failure' || result === 'timed-out';
  const notes = new Notes();
  const [details, artifacts, ratio, analysis, ofChildren] = await Promise.all([
    budget.call('the steps of the build', (signal) => client.details(build, signal)),
    readArtifacts(options, build, record.finishedAt),
    options.wantsRatio ? readRatio(options) : undefined,
    failed && options.wantsAnalysis ? readAnalysis(options, build) : [],
    readChildren(options, failed, notes),
  ]);
  if (details instanceof Unavailable && !hasNoHistory(details.failure)) notes.warnings.add(details.why);
  if (artifacts instanceof Unavailable) {
    const bothForbidden = details instanceof Unavailable && isDenied(details) && isDenied(artifacts);
    // One missing permission is reported once.
    if (bothForbidden) notes.warnings.add("The artifacts of the build can't be read either.");
    else notes.ofArtifacts(artifacts, result);
  }
  const {
    jobName = '',
    steps: listed = [],
    parameters = new Map(),
  } = details instanceof Unavailable ? {} : details;
  const own: readonly BuildArtifact[] = artifacts instanceof Unavailable ? [] : artifacts;
  // What a child made is listed under its name alone.
  const all = options.children.length === 0 ? own : sortedOnce([...ofChildren.artifacts, ...own]);
  return {
    jobName,
    steps: result === 'aborted' ? listed.map(asStopped) : listed,
    parameters,
    artifacts: options.wantsFiles ? await withFiles(all, options) : all,
    seconds: secondsOf(record),
    children: ofChildren.children,
    analysis: ofChildren.analysis.length > 0 ? ofChildren.analysis : analysis,
    ratio,
    warnings: [...notes.warnings],
    notices: [...notes.notices],
  };
}

/** A build that never got a machine has no history (seen live, with 403). */
function hasNoHistory(failure: Failure | undefined): boolean {
  return failure?.kind === 'rejected' && failure.code === 'CB.00031059';
}

const isDenied = ({ failure }: Unavailable) => failure !== undefined && isForbidden(failure);

/** Collects what could not be read, each once. */
class Notes {
  readonly warnings = new Set<string>();
  readonly notices = new Set<string>();

  /** A build that made nothing may be answered with an error; a failed one has seldom made anything. */
  ofArtifacts({ why, failure }: Unavailable, result: Conclusion): void {
    if (failure === undefined || isTransient(failure) || isForbidden(failure)) this.warnings.add(why);
    else if (result === 'success' && !hasNoHistory(failure))
      this.notices.add(`No artifacts are listed here: ${why}`);
  }
}

/** What one build made. Asked for once more where a success that has just ended is said to have made nothing. */
async function readArtifacts(
  { client, budget, result, children }: OutcomeOptions,
  build: BuildId,
  finishedAt: number | undefined,
): Promise<readonly Artifact[] | Unavailable> {
  const read = () => budget.call('the artifacts of the build', (signal) => client.artifacts(build, signal));
  const artifacts = await read();
  const endedLongAgo = finishedAt !== undefined && client.serverNow() - finishedAt > artifactsLagMs;
  const isAnswer = artifacts instanceof Unavailable || artifacts.length > 0;
  // The children of a multi-task build make its artifacts.
  if (isAnswer || result !== 'success' || endedLongAgo || children.length > 0) return artifacts;
  await budget.pause(askAgainAfterMs);
  return await read();
}

/** Adds where each package is kept. Where nothing is known of the first one, the others are not asked for. */
async function withFiles(
  artifacts: readonly BuildArtifact[],
  { client, record, budget }: OutcomeOptions,
): Promise<readonly BuildArtifact[]> {
  const files = new Map<BuildArtifact, PackageFile>();
  const read = async (one: BuildArtifact) => {
    const call = (signal: AbortSignal) => client.packageFile(record.projectId, one.uri, signal);
    const file = await budget.call('a package of the build', call, budgets.packageFile);
    if (file !== undefined && !(file instanceof Unavailable)) files.set(one, file);
  };
  const packages = artifacts.filter(({ kind, uri }) => kind === 'package' && uri !== '');
  const [first, ...others] = packages.slice(0, maxFiles);
  if (first) await read(first);
  if (files.size > 0) await inBatches(others, read);
  return artifacts.map((one) => {
    const file = files.get(one);
    return file === undefined ? one : { ...one, file };
  });
}

async function readRatio({ client, build, budget }: OutcomeOptions): Promise<SuccessRatio | undefined> {
  const now = client.serverNow();
  const from = now - (ratioDays - 1) * dayMs;
  const read = (signal: AbortSignal) => client.successRatio(build.jobId, from, now, signal);
  const ratio = await budget.call('the success ratio of the job', read, budgets.successRatio);
  return ratio instanceof Unavailable ? undefined : ratio;
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

type ChildrenOutcome = Pick<Outcome, 'children' | 'artifacts' | 'analysis'>;

/** What the children of a multi-task build made, and where they failed. A build without children costs no call. */
async function readChildren(
  options: OutcomeOptions,
  failed: boolean,
  notes: Notes,
): Promise<ChildrenOutcome> {
  const children = await completeChildren(options, notes);
  const found = children.filter((child) => hasRun(child) && child.buildNumber > 0);
  const failures = found.filter(hasFailed).toSorted(byEnd).slice(0, maxFailedChildren);
  const explaining = failed ? firstFailed(children) : undefined;
  const [artifacts, steps, analysis] = await Promise.all([
    artifactsOfChildren(options, found, notes),
    inBatches(failures, (child) => failedStepOfChild(options, child)),
    explaining && found.includes(explaining) && options.wantsAnalysis
      ? readAnalysis(options, buildOf(options, explaining))
      : [],
  ]);
  const failedSteps = new Map(steps);
  return {
    children: children.map((child) => ({ ...child, failedStep: failedSteps.get(child.recordId) ?? '' })),
    artifacts,
    analysis,
  };
}

function buildOf({ build }: OutcomeOptions, { buildNumber }: Child): BuildId {
  return { jobId: build.jobId, buildNumber };
}

/** The children with their numbers and times, as far as they can be had. */
async function completeChildren(
  { client, build, children, budget }: OutcomeOptions,
  notes: Notes,
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
  const [first, ...others] = children.filter(hasRun);
  if (!first) return children;
  // What is learnt of the first one holds for the others.
  const all = [await complete(first), ...(await inBatches(others, complete))];
  const missing = all.filter(({ buildNumber }) => buildNumber === 0).map(({ name }) => name);
  if (missing.length > 0) {
    const reason = why || (lookup.rejection?.message ?? 'CodeArts gives no build number of theirs.');
    notes.warnings.add(
      `${reason} The artifacts and failed steps of ${firstOf(missing, maxNamed)} are missing here.`,
    );
  }
  const byRecord = new Map(all.map((child) => [child.recordId, child]));
  return children.map((child) => byRecord.get(child.recordId) ?? child);
}

/** What each child made. One reason is enough for all of them that it can't be read of. */
async function artifactsOfChildren(
  options: OutcomeOptions,
  children: readonly Child[],
  notes: Notes,
): Promise<readonly BuildArtifact[]> {
  const late: { name: string; why: string }[] = [];
  const rejected: { name: string; why: string }[] = [];
  const artifacts = await inBatches(children, async (child): Promise<readonly BuildArtifact[]> => {
    const { name, state } = child;
    const result = state === 'success' ? 'success' : 'failure';
    const ofChild = { ...options, children: [], result } as const;
    const made = await readArtifacts(ofChild, buildOf(options, child), child.finishedAt);
    if (!(made instanceof Unavailable)) return made.map((one) => ({ ...one, child: name }));
    const { failure, why } = made;
    if (isLate(failure)) late.push({ name, why });
    // A missing permission is reported once, for the build itself; a failed child has seldom made anything.
    else if (result === 'success' && !isDenied(made) && !hasNoHistory(failure)) rejected.push({ name, why });
    return [];
  });
  const names = (some: readonly { name: string }[]) =>
    firstOf(
      some.map(({ name }) => name),
      maxNamed,
    );
  if (late[0]) notes.warnings.add(`${late[0].why} The artifacts of ${names(late)} are missing here.`);
  if (rejected[0]) {
    notes.notices.add(`No artifacts of ${names(rejected)} are listed here: ${rejected[0].why}`);
  }
  return artifacts.flat();
}

const isLate = (failure: Failure | undefined) => failure === undefined || isTransient(failure);

/** Where it can't be had, the child's log may tell the step. */
async function failedStepOfChild(
  options: OutcomeOptions,
  child: Child,
): Promise<[recordId: string, step: string]> {
  const read = (signal: AbortSignal) => options.client.details(buildOf(options, child), signal);
  const details = await options.budget.call('the steps of a child', read);
  return [child.recordId, details instanceof Unavailable ? '' : failedStepIn(details.steps)];
}

/** Like Promise.all over all of them, but with few at a time. */
async function inBatches<From, To>(all: readonly From[], work: (one: From) => Promise<To>): Promise<To[]> {
  const done: To[] = [];
  for (let from = 0; from < all.length; from += callsAtOnce) {
    done.push(...(await Promise.all(all.slice(from, from + callsAtOnce).map(work))));
  }
  return done;
}
