// Finds the job, reads its definition and checks that what is to be started fits it: every problem is reported at once,
// before anything runs. Starts nothing.

import {
  type DefinitionReading,
  findJob,
  PreflightError,
  parameterProblems,
  readDefinition,
} from '../builds/job.ts';
import type { CodeArtsBuildClient } from '../codearts/api.ts';
import type { JobDefinition, ListedJob } from '../codearts/job-schemas.ts';
import type { CallContext } from '../codearts/retry.ts';
import type { Deps } from '../deps.ts';
import type { Console } from '../github/console.ts';
import type { Inputs } from '../github/inputs/inputs.ts';
import { shortestSecret } from '../github/masking.ts';
import { signInMessage } from '../github/report/messages.ts';
import { Job } from './job.ts';

/** What a run works with from its first request on. */
export interface RunSetup {
  readonly deps: Deps;
  readonly inputs: Inputs;
  readonly console: Console;
  readonly client: CodeArtsBuildClient;
}

/** Finds the job and, where a build is to be started, checks what would keep it from starting. @throws as prepareStart */
export async function prepare(setup: RunSetup): Promise<Job> {
  const { inputs, console } = setup;
  await console.info(signInMessage(inputs.credentials));
  return inputs.buildNumber === undefined ? await prepareStart(setup) : await findJobOnly(setup);
}

function callContextOf({ clock, random, cancelled: signal }: Deps): CallContext {
  return { clock, random, signal };
}

/** The job of a build to attach to. Sends a request only where the job is given by name. @throws as prepareStart */
async function findJobOnly({ deps, client, inputs }: RunSetup): Promise<Job> {
  const { job } = inputs;
  if (job.by === 'id') return new Job(job.jobId);
  const { id, name } = await findJob({ client, ...job, ...callContextOf(deps) });
  return new Job(id, name);
}

/**
 * @throws PreflightError with everything that keeps the job from being started as the inputs ask for it, or with
 * why there is no such job; ApiError; the signal's reason
 */
async function prepareStart({ deps, client, inputs, console }: RunSetup): Promise<Job> {
  const { job, parameters } = inputs;
  const how = callContextOf(deps);
  const listed = job.by === 'name' ? await findJob({ client, ...job, ...how }) : undefined;
  const id = job.by === 'id' ? job.jobId : (listed?.id ?? '');
  const reading = await readDefinition({ client, jobId: id, ...how });
  const definition = await reportDefinition(reading, console, parameters);
  const problems = [
    ...(listed ? jobProblems(listed) : []),
    ...(definition ? parameterProblems(definition, parameters) : []),
  ];
  if (problems.length > 0) throw new PreflightError(problems);
  if (definition) await hideSensitive(definition, parameters, console);
  console.expectSteps(definition?.steps ?? []);
  return new Job(id, definition?.name || listed?.name, definition);
}

async function reportDefinition(
  reading: DefinitionReading,
  console: Console,
  parameters: Inputs['parameters'],
): Promise<JobDefinition | undefined> {
  switch (reading.kind) {
    case 'read':
      return reading.definition;
    case 'rejected':
      await console.debug(`${reading.error.message} The job's parameters go unchecked.`);
      if (parameters.length > 0) {
        await console.info(
          `${reading.error.message} The parameters go unchecked, and values are masked here only where GitHub knows them as secrets.`,
        );
      }
      return undefined;
    case 'failed':
      // Which of them are sensitive is known at any other time: a busy minute must not show them.
      for (const { value } of parameters) console.addMask(value);
      await console.warning(
        parameters.length === 0
          ? reading.error.message
          : `${reading.error.message} The parameters go unchecked, and all of their values are masked.`,
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

/** Masks the values that the workflow gives, and the job's own defaults where the service returns them. */
async function hideSensitive(
  definition: JobDefinition,
  given: Inputs['parameters'],
  console: Console,
): Promise<void> {
  for (const { name, sensitive, defaultValue } of definition.parameters ?? []) {
    if (!sensitive) continue;
    const values = given.filter((parameter) => parameter.name === name).map(({ value }) => value);
    for (const value of [...values, defaultValue]) {
      if (!/^\**$/.test(value)) console.addMask(value);
    }
    if (values.some(({ length }) => length > 0 && length < shortestSecret)) {
      await console.warning(
        `parameters: the job marks ${name} as sensitive, but its value is shorter than ${shortestSecret} characters and is not masked in the log.`,
      );
    }
  }
}
