// `reuse-successful`: whether a build of the past can stand for the one that was asked for, what is said about it, and
// how the step ends with it. What makes two builds the same is build/reuse.ts's. Starts nothing.

import type { LogStatus } from '../build/events.ts';
import { childrenOf } from '../build/flow/children-of.ts';
import { findReusable, comparisonObstacle, type Reusable } from '../build/reuse.ts';
import type { CodeArtsBuildClient, StartRequest } from '../codearts/api.ts';
import { ApiError } from '../codearts/errors.ts';
import type { RetryOptions } from '../codearts/retry.ts';
import type { ExitCode } from '../deps.ts';
import { setIdentity } from '../workflow/outputs.ts';
import { commitOf, type Source } from '../workflow/source.ts';
import type { Console } from '../workflow/step-log.ts';
import { finishBuild } from './conclusion.ts';
import type { Job } from './job.ts';
import { updateRecord } from './note.ts';
import type { RunContext } from './scene.ts';

interface ReusableOptions extends Omit<RetryOptions, 'maxElapsedMs'> {
  readonly client: CodeArtsBuildClient;
  readonly request: StartRequest;
  readonly source: Source;
}

/** The log of a build that nobody followed. */
const unread: LogStatus = { state: 'off', length: 0, tail: '', guessed: undefined };

/** Ends with a successful build of the same commit and parameters; undefined when a new one is needed. */
export async function reuse(scene: RunContext, source: Source): Promise<ExitCode | undefined> {
  const { deps, inputs, client, logOutput: buildLog, console: log, state: known } = scene;
  const { clock, random, runner, cancelled: signal } = deps;
  const { request } = known.job.planStart(inputs.parameters, source);
  const options = { client, request, source, clock, random, signal };
  const found = await reusableBuild(options, known.job, log);
  if (!found) return undefined;
  const { buildNumber, record } = found;
  known.build = { jobId: known.job.id, buildNumber };
  setIdentity(runner, { ...known.build, dailyBuildNumber: '', reused: true });
  await updateRecord(scene, record);
  known.children = await childrenOf({ client, record, clock, random, signal });
  await buildLog.complete(record, unread, known.seeLink, known.children);
  return await finishBuild(scene, record, 'success');
}

/** Undefined when a new build is needed; the log says why. A search that fails is no reason not to build. */
async function reusableBuild(
  { source, ...options }: ReusableOptions,
  job: Job,
  log: Console,
): Promise<Reusable | undefined> {
  const commitId = commitOf(source);
  const obstacle = obstacleTo(commitId, job);
  if (commitId === undefined || !job.definition || obstacle !== undefined) {
    await log.info(`No earlier build is reused: ${obstacle}.`);
    return undefined;
  }
  const tag = source.kind === 'tag' ? source.tag : '';
  try {
    const found = await findReusable({ ...options, commitId, tag, definition: job.definition });
    await log.info(
      found
        ? `Build #${found.buildNumber} built ${commitId.slice(0, 7)} with the same parameters and succeeded: it is taken, no new one is started.`
        : `No successful build of ${commitId.slice(0, 7)} with the same parameters was found (30 days, ten at most): a new one is started.`,
    );
    return found;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    await log.warning(`No earlier build is reused: ${error.message}`);
    return undefined;
  }
}

function obstacleTo(commitId: string | undefined, { definition }: Job): string | undefined {
  if (commitId === undefined) return 'which commit is built is not known before the build';
  if (!definition) return "the job's definition could not be read, so its parameters can't be compared";
  return comparisonObstacle(definition);
}
