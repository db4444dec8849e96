// Finds a job by its exact name in a CodeArts project. Never takes a near name for the one that was meant: it only
// tells it. Reference 4.5.

import type { CodeArtsBuildClient } from '../codearts/api.ts';
import type { ListedJob } from '../codearts/job-answers.ts';
import { type RetryOptions, retry } from '../codearts/retry.ts';
import { similarNames } from './nearest.ts';
import { PreflightError } from './not-startable.ts';

export interface FindJobOptions extends Omit<RetryOptions, 'maxElapsedMs'> {
  readonly client: CodeArtsBuildClient;
  readonly projectId: string;
  /** Case matters. */
  readonly jobName: string;
}

/** Nothing has begun yet: a service that is away for longer is told rather than waited for. */
const maxElapsedMs = 2 * 60_000;
const mostNames = 5;

/** @throws CallError; NotStartableError when there is no such job, or more than one */
export async function findJob({ client, projectId, jobName, ...how }: FindJobOptions): Promise<ListedJob> {
  const jobs = await retry(() => client.jobs(projectId, how.signal), { ...how, maxElapsedMs: maxElapsedMs });
  const [one, ...others] = jobs.filter(({ name }) => name === jobName);
  if (one && others.length === 0) return one;
  const named = JSON.stringify(jobName);
  if (one) {
    const ids = [one, ...others].map(({ id }) => id).join(', ');
    throw new PreflightError([
      `job-name: ${others.length + 1} jobs of the project are named ${named}: ${ids}. Give the one that is meant as job-id.`,
    ]);
  }
  throw new PreflightError([
    `job-name: the project has no job named ${named} that these credentials may see.${hint(jobName, jobs)}`,
  ]);
}

function hint(jobName: string, jobs: readonly ListedJob[]): string {
  const names = jobs.map(({ name }) => name);
  const near = similarNames(jobName, names);
  if (near.length > 0) return ` Did you mean ${near.map((name) => JSON.stringify(name)).join(' or ')}?`;
  if (names.length === 0)
    return ' It has none at all: check project-id, and that the user is a member of the project.';
  const some = names.slice(0, mostNames).map((name) => JSON.stringify(name));
  return ` It has ${some.join(', ')}${names.length > mostNames ? ` and ${names.length - mostNames} more` : ''}.`;
}
