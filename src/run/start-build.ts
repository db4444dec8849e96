// Decides which build the step follows: starts exactly one, reuses a successful one of the same commit and parameters, or
// attaches to one that was started elsewhere. The state for the post step is saved before anything that waits: the
// runner may kill the step at any moment.

import { takesBranch } from '../builds/job-definition.ts';
import { emptyOutcome } from '../builds/outcome.ts';
import {
  comparisonObstacle,
  findReusable,
  historyDays,
  maxCandidates,
  type Reusable,
  type ReuseOptions,
} from '../builds/reuse.ts';
import { explainRejection, type StartEvent, type Started, startBuild } from '../builds/start.ts';
import type { BuildRecord } from '../codearts/build-schemas.ts';
import { ApiError } from '../codearts/errors.ts';
import { attempt } from '../codearts/retry.ts';
import { setIdentity } from '../github/outputs.ts';
import { startEventMessage } from '../github/report/messages.ts';
import { branchOf, commitOf, describeSource, type Source, startRequest } from '../github/source/source.ts';
import { saveRunState } from '../github/state.ts';
import { capitalize } from '../text.ts';
import type { RunContext, TargetJob } from './context.ts';
import { publishLists } from './report.ts';

/**
 * Starts this step's build. From before the call on, the state for the post step says that a build may run.
 * @throws ApiError or the signal's reason when none was started, UncertainStartError when one may have been; the
 * signal's reason too when the workflow was cancelled just after the start
 */
export async function startNewBuild(
  context: RunContext,
  { source, notices }: { readonly source: Source; readonly notices: readonly string[] },
): Promise<void> {
  const { deps, console, state, calls } = context;
  const jobId = state.job.id;
  for (const notice of notices) await console.notice(notice);
  await console.info(`Starting build task ${titleOf(state.job)} for ${describeSource(source)}.`);
  state.startRequested(source);
  calls.signal.throwIfAborted();
  // startBuild reports between its calls and does not wait until a line is printed.
  const printing: Promise<void>[] = [];
  const started = await startOrSaveFailure(context, source, (event) =>
    printing.push(console.info(startEventMessage(event))),
  );
  const build = { jobId, buildNumber: started.buildNumber };
  state.markStarted(build);
  saveRunState(deps.runner, { phase: 'running', ...build });
  setIdentity(deps.runner, { jobId, ...started });
  await Promise.all(printing);
  publishLists(context, emptyOutcome);
  const number = `build #${started.buildNumber}`;
  await console.info(
    started.adopted
      ? `Found ${number}, started by the unconfirmed request; following it.`
      : `${capitalize(number)} started.`,
  );
  calls.signal.throwIfAborted();
}

async function startOrSaveFailure(
  { deps, inputs, client, state, calls }: RunContext,
  source: Source,
  onEvent: (event: StartEvent) => void,
): Promise<Started> {
  const { runner } = deps;
  const { clock, signal } = calls;
  const { job, requested } = state;
  const { commitId } = requested;
  const sendsBranch = isBranchTaken(job, source);
  const starting = { phase: 'starting', jobId: job.id, sentAt: clock.now(), commitId, sendsBranch } as const;
  saveRunState(runner, starting);
  const request = startRequest(job.id, inputs.parameters, source, sendsBranch);
  try {
    return await startBuild({ client, request, commitId: commitId || undefined, ...calls, onEvent });
  } catch (error) {
    // With one of these startBuild says that there is no build; with any other error one may run.
    if (error instanceof ApiError || error === signal.reason) saveRunState(runner, { phase: 'over' });
    else {
      state.startFailedUncertainly();
      // A build that begins from now on is not this step's, and the post step must not stop it, even hours later.
      saveRunState(runner, { ...starting, startedBefore: clock.now() });
    }
    if (!(error instanceof ApiError)) throw error;
    throw await explainRejection(error, { client, ...calls }, job.id, inputs.job.projectId);
  }
}

/** A job may fix its branch, or choose among a few: a branch that it does not take would keep it from starting. */
function isBranchTaken({ definition }: TargetJob, source: Source): boolean {
  const branch = branchOf(source);
  return branch === undefined || takesBranch(definition, branch);
}

/**
 * Attaches to a build that was started elsewhere. The post step learns of it only where the build is to be stopped with
 * the workflow.
 */
export async function attachToBuild(context: RunContext, buildNumber: number): Promise<void> {
  const { deps, inputs, console, state } = context;
  const build = { jobId: state.job.id, buildNumber };
  state.markAttached(build);
  if (inputs.stopOnCancel) saveRunState(deps.runner, { phase: 'running', ...build });
  setIdentity(deps.runner, { ...build, dailyBuildNumber: '' });
  publishLists(context, emptyOutcome);
  await console.info(`Following build #${buildNumber} of build task ${titleOf(state.job)}.`);
}

function titleOf({ name, id }: TargetJob): string {
  return name || id;
}

/**
 * Reuses a successful build of the same commit and parameters, and returns its record; undefined when a new one is
 * needed: the log says why.
 * @throws the signal's reason
 */
export async function reuseBuild(context: RunContext, source: Source): Promise<BuildRecord | undefined> {
  const { deps, state } = context;
  const found = await findEqualBuild(context, source);
  if (!found) return undefined;
  const build = { jobId: state.job.id, buildNumber: found.buildNumber };
  state.startRequested(source);
  state.markAttached(build);
  setIdentity(deps.runner, { ...build, dailyBuildNumber: '', reused: true });
  return found.record;
}

/** A search that fails does not keep the step from building. */
async function findEqualBuild(
  { inputs, client, console, state, calls }: RunContext,
  source: Source,
): Promise<Reusable | undefined> {
  const { job } = state;
  const compared = whatToCompare(source, job);
  if (typeof compared === 'string') {
    await console.info(`No earlier build is reused: ${compared}.`);
    return undefined;
  }
  const request = startRequest(job.id, inputs.parameters, source, isBranchTaken(job, source));
  const tag = source.kind === 'tag' ? source.tag : '';
  const found = await attempt(findReusable({ client, request, tag, ...compared, ...calls }));
  if (found instanceof ApiError) {
    await console.warning(`No earlier build is reused: ${found.message}`);
    return undefined;
  }
  const commit = compared.commitId.slice(0, 7);
  await console.info(
    found
      ? `Build #${found.buildNumber} built ${commit} with the same parameters and succeeded: reusing it.`
      : `No successful build of ${commit} with the same parameters was found among the newest ${maxCandidates} of ${historyDays} days: starting a new one.`,
  );
  return found;
}

/** Returns the reason where builds can't be compared. */
function whatToCompare(
  source: Source,
  { definition }: TargetJob,
): Pick<ReuseOptions, 'commitId' | 'definition'> | string {
  const commitId = commitOf(source);
  if (commitId === undefined) return 'which commit is built is not known before the build';
  if (!definition)
    return "the build task's definition could not be read, so its parameters can't be compared";
  return comparisonObstacle(definition) ?? { commitId, definition };
}
