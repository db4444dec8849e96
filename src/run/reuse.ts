// Reuses a successful build of the same commit and parameters (`reuse-successful`), and ends the step with it. Which
// builds are the same is decided in builds/reuse.ts.

import { isCodeBased } from '../builds/children/child.ts';
import { readChildren } from '../builds/children/read-children.ts';
import {
  comparisonObstacle,
  findReusable,
  historyDays,
  maxCandidates,
  type Reusable,
  type ReuseOptions,
} from '../builds/reuse.ts';
import { ApiError } from '../codearts/errors.ts';
import { attempt, Unavailable } from '../codearts/retry.ts';
import type { ExitCode } from '../deps.ts';
import { setIdentity } from '../github/outputs.ts';
import { childrenMissing } from '../github/report/progress.ts';
import { commitOf, type Source } from '../github/source/source.ts';
import type { RunContext } from './context.ts';
import { finishBuild } from './finish.ts';
import { updateRecord } from './follow.ts';
import type { TargetJob } from './prepare.ts';

/** Ends with a successful build of the same commit and parameters; undefined when a new one is needed. */
export async function reuse(context: RunContext, source: Source): Promise<ExitCode | undefined> {
  const { deps, client, logOutput, console, state, calls } = context;
  const found = await findBuild(context, source);
  if (!found) return undefined;
  const { buildNumber, record } = found;
  const build = { jobId: state.job.id, buildNumber };
  state.startRequested(source);
  state.attached(build);
  setIdentity(deps.runner, { ...build, dailyBuildNumber: '', reused: true });
  await updateRecord(context, record);
  const children = await readChildren(client, record, calls);
  if (!(children instanceof Unavailable)) state.updateChildren(children);
  else if (isCodeBased(record)) await console.warning(`${children.why} ${childrenMissing}`);
  await logOutput.download(record, state.children);
  return await finishBuild(context, record, 'success');
}

/** Undefined when a new build is needed; the log says why. A search that fails does not keep the step from building. */
async function findBuild(
  { inputs, client, console, state, calls }: RunContext,
  source: Source,
): Promise<Reusable | undefined> {
  const { job } = state;
  const compared = whatToCompare(source, job);
  if (typeof compared === 'string') {
    await console.info(`No earlier build is reused: ${compared}.`);
    return undefined;
  }
  const { request } = job.planStart(inputs.parameters, source);
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

/** The reason where builds can't be compared. */
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
