// Finds a job by its exact name, reads its definition, and checks the parameters against it, so that what would keep
// the build from starting is reported before anything starts. Reference 4.3 and 4.5.

import { budgets } from '../budgets.ts';
import { withTimeout } from '../clock.ts';
import { branchParameter, type CodeArtsBuildClient, type StartRequest } from '../codearts/client.ts';
import { ApiError, isTransient, timeoutError } from '../codearts/errors.ts';
import type { JobDefinition, JobParameter, ListedJob } from '../codearts/job-schemas.ts';
import { attempt, type CallContext, retry } from '../codearts/retry.ts';
import { firstOf, similarNames, toSingleLine } from '../text.ts';

const mostNames = 5;
/** Of a job's parameters, or of a parameter's values. */
const mostListed = 20;
const namesIn = (names: readonly string[]) =>
  firstOf(
    names.map((name) => toSingleLine(name, 100)),
    mostListed,
  );

/**
 * Finds a job by its exact name; case matters.
 * @throws ApiError; PreflightError when there is no such job, or more than one
 */
export async function findJob(
  client: CodeArtsBuildClient,
  { projectId, jobName }: { readonly projectId: string; readonly jobName: string },
  calls: CallContext,
): Promise<ListedJob> {
  const jobs = await retry(() => client.jobs(projectId, calls.signal), {
    ...calls,
    maxElapsedMs: budgets.findJob,
  });
  // macOS and some editors write accents as characters of their own.
  const wanted = jobName.normalize('NFC');
  const found = jobs.filter(({ name }) => name.normalize('NFC') === wanted);
  const [one] = found;
  if (one && found.length === 1) return one;
  const named = JSON.stringify(jobName);
  throw new PreflightError([
    one
      ? `job-name: ${found.length} build tasks of the project are named ${named}: ${namesIn(found.map(({ id }) => id))}. Set job-id to the one you mean.`
      : `job-name: the project has no build task named ${named} that these credentials may view.${hint(jobName, jobs)}`,
  ]);
}

function hint(jobName: string, jobs: readonly ListedJob[]): string {
  const quoted = (names: readonly string[]) => names.map((name) => JSON.stringify(name));
  const names = jobs.map(({ name }) => name);
  const near = similarNames(jobName, names);
  if (near.length > 0) return ` Did you mean ${quoted(near).join(' or ')}?`;
  if (names.length > 0) return ` It has ${firstOf(quoted(names), mostNames)}.`;
  return ' It has none at all: check project-id, and that the user is a member of the project.';
}

/**
 * Reads the definition within `budgets.definition`. A start does not depend on it: an error that is returned is
 * transient, or says that there is none or that the caller has no right to it.
 * @throws ApiError when nothing else would be answered either: bad credentials, a certificate that is not trusted, a
 * web page in place of the API
 */
export async function readDefinition(
  client: CodeArtsBuildClient,
  jobId: string,
  calls: CallContext,
): Promise<JobDefinition | ApiError> {
  const maxElapsedMs = budgets.definition;
  const timeout = timeoutError('read the definition of the build task', maxElapsedMs);
  const reading = withTimeout(calls.clock, maxElapsedMs, timeout, (late) => {
    const signal = AbortSignal.any([calls.signal, late]);
    return retry(() => client.definition(jobId, signal), { ...calls, signal, maxElapsedMs });
  });
  const definition = await attempt(reading);
  if (!(definition instanceof ApiError)) return definition;
  const { failure } = definition;
  if (isTransient(failure) || (failure.kind === 'rejected' && failure.status !== 401)) return definition;
  throw definition;
}

type Parameters = StartRequest['parameters'];

/** What of the parameters the job does not take, each in one line. */
export function parameterProblems(definition: JobDefinition, given: Parameters): readonly string[] {
  const known = definition.parameters;
  if (known === undefined) return [];
  return given.flatMap(({ name, value }) => {
    const parameter = known.find((one) => one.name === name);
    const problem = parameter ? invalidValue(parameter, value) : unknownParameter(name, definition, known);
    return problem === undefined ? [] : `parameters: ${problem}`;
  });
}

/** True when the job takes this branch for its codeBranch; true as well where its definition does not say. */
export function takesBranch(definition: JobDefinition | undefined, branch: string): boolean {
  const parameter = definition?.parameters?.find(({ name }) => name === branchParameter);
  return parameter === undefined || invalidValue(parameter, branch) === undefined;
}

function unknownParameter(
  name: string,
  { definedInCode }: JobDefinition,
  known: readonly JobParameter[],
): string | undefined {
  // Each job has it, and the build file of the repository may know of more than the job does.
  if (name === branchParameter || definedInCode) return undefined;
  const names = known.map((parameter) => parameter.name);
  const near = similarNames(name, names);
  if (near.length > 0) return `the build task has no parameter ${name}; did you mean ${near.join(' or ')}?`;
  return `the build task has no parameter ${name}; it has ${namesIn(names)}. Add it to the build task's parameters, or remove it here.`;
}

function invalidValue(
  { name, settable, sensitive, choices }: JobParameter,
  value: string,
): string | undefined {
  if (!settable) {
    return `"${name}" cannot be set at run time. Turn on Runtime Settings for it in the build task's parameters, or remove it here.`;
  }
  if (choices === undefined || choices.includes(value)) return undefined;
  const expected = sensitive || choices.length === 0 ? '' : `; expected ${namesIn(choices)}`;
  return `the value of ${name} is not one of those that the build task allows${expected}.`;
}

/** What keeps the build from starting. */
export class PreflightError extends Error {
  override readonly name = 'PreflightError';
  /** Every reason, each in one line for people, with the input that it is about. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join(' '));
    this.problems = problems;
  }
}
