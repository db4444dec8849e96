// What comes before a start: the job is found, its definition read, and whatever does not fit told, all at once and
// before anything runs. Starts nothing.

import { type DefinitionReading, parameterProblems, readDefinition } from '../build/definition.ts';
import { findJob } from '../build/find-job.ts';
import { PreflightError } from '../build/not-startable.ts';
import type { CodeArtsBuildClient } from '../codearts/api.ts';
import type { JobDefinition, ListedJob } from '../codearts/job-answers.ts';
import type { RetryOptions } from '../codearts/retry.ts';
import type { Inputs } from '../workflow/inputs.ts';
import { shortestSecret } from '../workflow/secrets.ts';
import type { Console } from '../workflow/step-log.ts';
import { Job } from './job.ts';

export interface PrepareOptions {
  readonly client: CodeArtsBuildClient;
  readonly inputs: Inputs;
  readonly log: Console;
  readonly how: Omit<RetryOptions, 'maxElapsedMs'>;
}

/** The job of a build that is only followed: asks for the project's jobs where it is given by name, else nothing. @throws as prepareStart */
export async function findTheJob({ client, inputs, how }: PrepareOptions): Promise<Job> {
  const { job } = inputs;
  if (job.by === 'id') return new Job(job.jobId);
  const { id, name } = await findJob({ client, ...job, ...how });
  return new Job(id, name);
}

/**
 * @throws NotStartableError with everything that keeps the job from being started as the inputs ask for it, or with
 * why there is no such job; CallError; the signal's reason
 */
export async function prepareStart(options: PrepareOptions): Promise<Job> {
  const { client, inputs, log, how } = options;
  const { job, parameters } = inputs;
  const listed = job.by === 'name' ? await findJob({ client, ...job, ...how }) : undefined;
  const id = job.by === 'id' ? job.jobId : (listed?.id ?? '');
  const reading = await readDefinition({ client, jobId: id, ...how });
  const definition = await reportDefinition(reading, log, parameters.length > 0);
  const problems = [
    ...(listed ? jobProblems(listed) : []),
    ...(definition ? parameterProblems(definition, parameters) : []),
  ];
  if (problems.length > 0) throw new PreflightError(problems);
  if (definition) await hideSensitive(definition, parameters, log);
  return new Job(id, definition?.name || listed?.name, definition);
}

async function reportDefinition(
  reading: DefinitionReading,
  log: Console,
  hasParameters: boolean,
): Promise<JobDefinition | undefined> {
  switch (reading.kind) {
    case 'read':
      return reading.definition;
    case 'rejected':
      await log.debug(`${reading.error.message} The job's parameters go unchecked.`);
      if (hasParameters) {
        await log.info(
          `${reading.error.message} The parameters go unchecked, and values are masked here only where GitHub knows them as secrets.`,
        );
      }
      return undefined;
    case 'failed':
      await log.warning(
        `${reading.error.message} The parameters go unchecked, and values of parameters that the job marks as sensitive are not masked here.`,
      );
      return undefined;
  }
}

function jobProblems({ name, disabled, mayExecute }: ListedJob): readonly string[] {
  const problems: string[] = [];
  if (disabled) problems.push(`job-name: the job ${name} is disabled; enable it in CodeArts Build first.`);
  if (mayExecute === false) {
    problems.push(
      `job-name: these credentials may not execute the job ${name}; give their user the permission in the job's settings in CodeArts.`,
    );
  }
  return problems;
}

/** The values that the workflow gives, and the job's own where the service tells them. */
async function hideSensitive(
  definition: JobDefinition,
  given: Inputs['parameters'],
  log: Console,
): Promise<void> {
  for (const { name, sensitive, defaultValue } of definition.parameters ?? []) {
    if (!sensitive) continue;
    const values = given.filter((parameter) => parameter.name === name).map(({ value }) => value);
    for (const value of [...values, defaultValue]) {
      if (!/^\**$/.test(value)) log.addMask(value);
    }
    if (values.some(({ length }) => length > 0 && length < shortestSecret)) {
      await log.warning(
        `parameters: the job marks ${name} as sensitive, but its value is shorter than ${shortestSecret} characters and is not masked in the log.`,
      );
    }
  }
}
