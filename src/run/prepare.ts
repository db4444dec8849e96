// Finds the job, reads its definition and checks that what is to be started fits it: every problem is reported at once,
// before anything runs. Starts nothing.

import {
  findJob,
  PreflightError,
  parameterProblems,
  readDefinition,
  takesBranch,
} from '../builds/job-definition.ts';
import type { CodeArtsBuildClient, StartRequest } from '../codearts/client.ts';
import { ApiError, isTransient } from '../codearts/errors.ts';
import type { JobDefinition, ListedJob } from '../codearts/job-schemas.ts';
import type { CallContext } from '../codearts/retry.ts';
import type { Deps } from '../deps.ts';
import type { Console } from '../github/console.ts';
import type { Inputs } from '../github/inputs/inputs.ts';
import type { Parameter } from '../github/inputs/parameters.ts';
import { signInMessage } from '../github/report/messages.ts';
import { shortestSecret } from '../github/secrets.ts';
import { branchOf, type Source, startRequest } from '../github/source/source.ts';

/** What a run works with from its first request on. */
export interface RunSetup {
  readonly deps: Deps;
  readonly inputs: Inputs;
  readonly console: Console;
  readonly client: CodeArtsBuildClient;
  /** For calls that are retried. */
  readonly calls: CallContext;
}

/**
 * Finds the job and, where a build is to be started, checks what would keep it from starting.
 * @throws PreflightError with every reason why the build can't start as the inputs ask; ApiError; the signal's reason
 */
export async function prepare(setup: RunSetup): Promise<TargetJob> {
  const { inputs, console } = setup;
  await console.info(signInMessage(inputs.credentials));
  return inputs.buildNumber === undefined ? await prepareStart(setup) : await findJobOnly(setup);
}

/** The job of a build to attach to. Sends a request only where the job is given by name. */
async function findJobOnly({ client, inputs, calls }: RunSetup): Promise<TargetJob> {
  const { job } = inputs;
  if (job.by === 'id') return new TargetJob(job.jobId);
  const { id, name } = await findJob(client, job, calls);
  return new TargetJob(id, name);
}

/**
 * @throws PreflightError with everything that keeps the job from being started as the inputs ask for it, or with
 * why there is no such job; ApiError; the signal's reason
 */
async function prepareStart({ client, inputs, console, calls }: RunSetup): Promise<TargetJob> {
  const { job, parameters } = inputs;
  const listed = job.by === 'name' ? await findJob(client, job, calls) : undefined;
  const id = job.by === 'id' ? job.jobId : (listed?.id ?? '');
  const reading = await readDefinition(client, id, calls);
  const definition = await reportDefinition(reading, console, parameters);
  const problems = [
    ...(listed ? jobProblems(listed) : []),
    ...(definition ? parameterProblems(definition, parameters) : []),
  ];
  if (problems.length > 0) throw new PreflightError(problems);
  if (definition) await hideSensitive(definition, parameters, console);
  console.expectSteps(definition?.steps ?? []);
  return new TargetJob(id, definition?.name || listed?.name, definition);
}

async function reportDefinition(
  reading: JobDefinition | ApiError,
  console: Console,
  parameters: Inputs['parameters'],
): Promise<JobDefinition | undefined> {
  if (!(reading instanceof ApiError)) return reading;
  const { message, failure } = reading;
  if (isTransient(failure)) {
    // The definition would say which of them are sensitive: without it, all of them are masked.
    for (const { value } of parameters) console.addMask(value);
    const unchecked = ' The parameters are not checked, and all of their values are masked.';
    await console.warning(`${message}${parameters.length === 0 ? '' : unchecked}`);
    return undefined;
  }
  await console.debug(`${message} The parameters are not checked.`);
  if (parameters.length > 0) {
    await console.info(
      `${message} The parameters are not checked, and values are masked here only where GitHub knows them as secrets.`,
    );
  }
  return undefined;
}

function jobProblems({ name, disabled, mayExecute }: ListedJob): readonly string[] {
  const problems: string[] = [];
  if (disabled)
    problems.push(`job-name: the build task ${name} is disabled; enable it in CodeArts Build first.`);
  if (mayExecute === false) {
    problems.push(
      `job-name: these credentials may not execute the build task ${name}; give their user the permission in the build task's settings in CodeArts.`,
    );
  }
  return problems;
}

/** Of the sensitive defaults that the service returns, so many are masked: each has some forty forms. */
const maxDefaults = 50;
const isReadable = (value: string) => !/^\**$/.test(value);

/** Masks the values that the workflow gives, and the job's own defaults where the service returns them. */
async function hideSensitive(
  definition: JobDefinition,
  given: Inputs['parameters'],
  console: Console,
): Promise<void> {
  const sensitiveOnes = (definition.parameters ?? []).filter(({ sensitive }) => sensitive);
  const defaults = sensitiveOnes.map(({ defaultValue }) => defaultValue).filter(isReadable);
  for (const value of defaults.slice(0, maxDefaults)) console.addMask(value);
  for (const name of new Set(sensitiveOnes.map((parameter) => parameter.name))) {
    const values = given.filter((parameter) => parameter.name === name).map(({ value }) => value);
    for (const value of values.filter(isReadable)) console.addMask(value);
    if (values.some(({ length }) => length > 0 && length < shortestSecret)) {
      await console.warning(
        `parameters: the build task marks ${name} as sensitive, but its value is shorter than ${shortestSecret} characters and is not masked in the log.`,
      );
    }
  }
}

/** The request for a start, and what its build is recognised by when the response is lost. */
export interface StartPlan {
  readonly request: StartRequest;
  /**
   * The commit that the build must have; undefined where the job or a branch decides. A tag is compared as a tag: which
   * commit it names by now, CodeArts says.
   */
  readonly commitId: string | undefined;
  /** False where the source has a branch that the job does not take. */
  readonly sendsBranch: boolean;
}

/** A job by its id; more where it was found by name or its definition was read. */
export class TargetJob {
  readonly id: string;
  /** Empty while it is not known. */
  readonly name: string;
  readonly definition: JobDefinition | undefined;

  constructor(id: string, name = '', definition?: JobDefinition) {
    this.id = id;
    this.name = name;
    this.definition = definition;
  }

  /** For messages. */
  get title(): string {
    return this.name || this.id;
  }

  /** A job may fix its branch, or choose among a few: a branch that it does not take would keep it from starting. */
  planStart(parameters: readonly Parameter[], source: Source): StartPlan {
    const branch = branchOf(source);
    const sendsBranch = branch === undefined || takesBranch(this.definition, branch);
    return {
      request: startRequest(this.id, parameters, source, sendsBranch),
      commitId: source.kind === 'commit' ? source.commitId : undefined,
      sendsBranch,
    };
  }
}
