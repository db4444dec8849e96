// Reuses a successful build of the same commit and parameters (`reuse-successful`), and ends the step with it. Which
// builds are the same is decided in builds/reuse.ts.

import { childrenOf, isCodeBased } from '../builds/children/child.ts';
import { comparisonObstacle, findReusable, type Reusable } from '../builds/reuse.ts';
import type { CodeArtsBuildClient, StartRequest } from '../codearts/api.ts';
import { ApiError } from '../codearts/errors.ts';
import { attempt, type RetryOptions, Unavailable } from '../codearts/retry.ts';
import type { ExitCode } from '../deps.ts';
import type { Console } from '../github/console.ts';
import { setIdentity } from '../github/outputs.ts';
import { childrenMissing } from '../github/report/progress.ts';
import { commitOf, type Source } from '../github/source/source.ts';
import type { RunContext } from './context.ts';
import { finishBuild } from './finish.ts';
import { updateRecord } from './follow.ts';
import type { TargetJob } from './prepare.ts';

interface ReusableOptions extends Omit<RetryOptions, 'maxElapsedMs'> {
  readonly client: CodeArtsBuildClient;
  readonly request: StartRequest;
  readonly source: Source;
}

/** Ends with a successful build of the same commit and parameters; undefined when a new one is needed. */
export async function reuse(context: RunContext, source: Source): Promise<ExitCode | undefined> {
  const { deps, inputs, client, logOutput, console, state } = context;
  const { clock, random, runner, cancelled: signal } = deps;
  const { request } = state.job.planStart(inputs.parameters, source);
  const options = { client, request, source, clock, random, signal };
  const found = await reusableBuild(options, state.job, console);
  if (!found) return undefined;
  const { buildNumber, record } = found;
  const build = { jobId: state.job.id, buildNumber };
  state.attached(build);
  setIdentity(runner, { ...build, dailyBuildNumber: '', reused: true });
  await updateRecord(context, record);
  const children = await childrenOf({ client, record, clock, random, signal });
  if (!(children instanceof Unavailable)) state.updateChildren(children);
  else if (isCodeBased(record)) await console.warning(`${children.why} ${childrenMissing}`);
  await logOutput.download(record, state.children);
  return await finishBuild(context, record, 'success');
}

/** Undefined when a new build is needed; the log says why. A search that fails does not keep the step from building. */
async function reusableBuild(
  { source, ...options }: ReusableOptions,
  job: TargetJob,
  console: Console,
): Promise<Reusable | undefined> {
  const commitId = commitOf(source);
  const obstacle = obstacleTo(commitId, job);
  if (commitId === undefined || !job.definition || obstacle !== undefined) {
    await console.info(`No earlier build is reused: ${obstacle}.`);
    return undefined;
  }
  const tag = source.kind === 'tag' ? source.tag : '';
  const found = await attempt(findReusable({ ...options, commitId, tag, definition: job.definition }));
  if (found instanceof ApiError) {
    await console.warning(`No earlier build is reused: ${found.message}`);
    return undefined;
  }
  await console.info(
    found
      ? `Build #${found.buildNumber} built ${commitId.slice(0, 7)} with the same parameters and succeeded: reusing it.`
      : `No successful build of ${commitId.slice(0, 7)} with the same parameters was found among the last ten of 30 days: starting a new one.`,
  );
  return found;
}

function obstacleTo(commitId: string | undefined, { definition }: TargetJob): string | undefined {
  if (commitId === undefined) return 'which commit is built is not known before the build';
  if (!definition) return "the job's definition could not be read, so its parameters can't be compared";
  return comparisonObstacle(definition);
}
