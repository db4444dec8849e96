// `reuse-successful`: whether a build of the past can stand for the one that was asked for, and what is said about it.
// What makes two builds the same is build/reuse.ts's. Starts nothing.

import { findReusable, notComparable, type Reusable } from '../build/reuse.ts';
import type { CodeArtsBuild, StartRequest } from '../codearts/client.ts';
import { CallError } from '../codearts/errors.ts';
import type { Persistence } from '../codearts/retry.ts';
import type { Source } from '../workflow/source.ts';
import type { StepLog } from '../workflow/step-log.ts';
import type { Job } from './job.ts';

export interface ReusableOptions extends Omit<Persistence, 'patienceMs'> {
  readonly client: CodeArtsBuild;
  readonly request: StartRequest;
  readonly source: Source;
}

/** Undefined when a new build is needed; the log says why. A search that fails is no reason not to build. */
export async function reusableBuild(
  { source, ...options }: ReusableOptions,
  job: Job,
  log: StepLog,
): Promise<Reusable | undefined> {
  const commitId = 'commitId' in source ? source.commitId : undefined;
  const obstacle = obstacleTo(commitId, job);
  if (commitId === undefined || !job.definition || obstacle !== undefined) {
    await log.say(`No earlier build is reused: ${obstacle}.`);
    return undefined;
  }
  const tag = source.kind === 'tag' ? source.tag : '';
  try {
    const found = await findReusable({ ...options, commitId, tag, definition: job.definition });
    await log.say(
      found
        ? `Build #${found.buildNumber} built ${commitId.slice(0, 7)} with the same parameters and succeeded: it is taken, no new one is started.`
        : `No successful build of ${commitId.slice(0, 7)} with the same parameters in the last 30 days: a new one is started.`,
    );
    return found;
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    await log.warning(`No earlier build is reused: ${error.message}`);
    return undefined;
  }
}

function obstacleTo(commitId: string | undefined, { definition }: Job): string | undefined {
  if (commitId === undefined) return 'which commit is built is not known before the build';
  if (!definition) return "the job's definition could not be read, so its parameters can't be compared";
  return notComparable(definition);
}
