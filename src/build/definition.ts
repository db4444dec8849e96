// Reads a job's definition before a start, and tells what of the start does not fit it. A caller that may not read it
// is not stopped: the start itself then tells what is wrong. Reference 4.26. Never puts a value into a message.

import { branchParameter, type CodeArtsBuildClient, type StartRequest } from '../codearts/api.ts';
import { ApiError, isTransient } from '../codearts/errors.ts';
import type { JobDefinition, JobParameter } from '../codearts/job-answers.ts';
import { type RetryOptions, retry } from '../codearts/retry.ts';
import { similarNames } from './nearest.ts';

export interface ReadDefinitionOptions extends Omit<RetryOptions, 'maxElapsedMs'> {
  readonly client: CodeArtsBuildClient;
  readonly jobId: string;
}

export type DefinitionReading =
  | { readonly kind: 'read'; readonly definition: JobDefinition }
  /** The caller has no right to it, or there is none. */
  | { readonly kind: 'rejected'; readonly error: ApiError }
  /** No good answer came. */
  | { readonly kind: 'failed'; readonly error: ApiError };

const maxElapsedMs = 15_000;

/** @throws CallError when nothing else would be answered either: bad credentials, a certificate that is not trusted */
export async function readDefinition({
  client,
  jobId,
  ...how
}: ReadDefinitionOptions): Promise<DefinitionReading> {
  try {
    const attempt = () => client.definition(jobId, how.signal);
    return { kind: 'read', definition: await retry(attempt, { ...how, maxElapsedMs: maxElapsedMs }) };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { failure } = error;
    if (isTransient(failure)) return { kind: 'failed', error };
    if (failure.kind !== 'rejected' || failure.status === 401) throw error;
    return { kind: 'rejected', error };
  }
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
  const near = similarNames(
    name,
    known.map((parameter) => parameter.name),
  );
  if (near.length > 0) return `the job has no parameter ${name}; did you mean ${near.join(' or ')}?`;
  const names = known.map((parameter) => parameter.name).join(', ');
  return `the job has no parameter ${name}; it has ${names}. Add it to the job's parameters, or remove it here.`;
}

function invalidValue({ name, settable, sensitive, choices }: JobParameter, value: string): string | undefined {
  if (!settable) {
    return `the job fixes ${name}: switch on its runtime setting in the job's parameters, or remove it here.`;
  }
  if (choices === undefined || choices.includes(value)) return undefined;
  const expected = sensitive || choices.length === 0 ? '' : `; expected ${choices.join(', ')}`;
  return `the value of ${name} is not one of those that the job allows${expected}.`;
}
