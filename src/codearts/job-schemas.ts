// Reads the answers about jobs: the list of a project's jobs (reference 4.5), the definition of one job (4.26), whose
// parameters are lists of names and values, how many of its builds succeeded (4.9), and who may execute it.

import * as v from 'valibot';
import { firstOf } from '../text.ts';
import {
  boundedText,
  jobId,
  lenientArray,
  lenientBoolean,
  listOf,
  name,
  nameIfAny,
  numberOrNothing,
  result,
  snakeCase,
  textIfAny,
  wholeNumber,
} from './schema.ts';

/** A job in its project's list. */
export interface ListedJob {
  readonly id: string;
  readonly name: string;
  readonly disabled: boolean;
  /** Undefined when the answer does not say. */
  readonly mayExecute: boolean | undefined;
}

export interface JobPage {
  readonly jobs: readonly ListedJob[];
  /** How many entries the page has, unreadable ones included. */
  readonly entries: number;
  /** How many jobs the project has; undefined when the answer does not say. */
  readonly total: number | undefined;
}

export interface JobParameter {
  readonly name: string;
  /** Masked (`***`) or empty if the value is sensitive. */
  readonly defaultValue: string;
  /** False if a start can't override the job's value (`staticVar`). */
  readonly settable: boolean;
  readonly sensitive: boolean;
  /** The only values that are allowed; undefined where any is. */
  readonly choices: readonly string[] | undefined;
}

export interface JobDefinition {
  readonly name: string;
  /** Undefined when the answer has none: each job has codeBranch at least. */
  readonly parameters: readonly JobParameter[] | undefined;
  /** True where a file in the repository (build.yml) says what is built, and may know of more parameters. */
  readonly definedInCode: boolean;
  /** The names of the steps that are enabled, in their order; none where the answer has none. */
  readonly steps: readonly string[];
}

const listedJob = v.pipe(
  snakeCase,
  v.object({
    id: v.pipe(jobId, v.nonEmpty()),
    job_name: name,
    disabled: lenientBoolean,
    is_execute: v.optional(v.unknown()),
  }),
  v.transform(
    (from): ListedJob => ({
      id: from.id,
      name: from.job_name,
      disabled: from.disabled,
      mayExecute:
        from.is_execute === undefined || from.is_execute === null
          ? undefined
          : v.parse(lenientBoolean, from.is_execute),
    }),
  ),
);

/** Reference 4.5. */
export const jobPage = v.pipe(
  result,
  v.object({ jobs: listOf, total: numberOrNothing }),
  v.transform(
    ({ jobs, total }): JobPage => ({
      jobs: v.parse(lenientArray(listedJob), jobs),
      entries: jobs.length,
      total,
    }),
  ),
);

const limit = v.pipe(snakeCase, v.object({ disable: nameIfAny, name: boundedText }));

const field = v.pipe(
  snakeCase,
  v.object({ name, value: boundedText, limits: v.optional(v.pipe(listOf, v.array(limit)), []) }),
);

type Field = v.InferOutput<typeof field>;

const parameter = v.pipe(
  snakeCase,
  v.object({ params: v.pipe(listOf, v.array(field)) }),
  v.transform(({ params }): JobParameter => {
    const of = (wanted: string): Field | undefined => params.find((one) => one.name === wanted);
    const limits = params.flatMap((one) => one.limits);
    return {
      name: of('name')?.value ?? '',
      defaultValue: of('defaultValue')?.value ?? '',
      settable: of('staticVar')?.value !== 'true',
      sensitive: of('sensitiveVar')?.value === 'true',
      choices: limits.length === 0 ? undefined : choicesOf(limits),
    };
  }),
);

/** A choice is in force unless its `disable` says otherwise: "0" by default. */
function choicesOf(limits: ReadonlyArray<v.InferOutput<typeof limit>>): readonly string[] {
  return limits.filter(({ disable }) => disable === '' || disable === '0').map((choice) => choice.name);
}

const definedStep = v.pipe(snakeCase, v.object({ name, enable: v.optional(v.unknown()) }));

/** Reference 4.26. */
export const jobDefinition = v.pipe(
  result,
  v.object({
    job_name: name,
    build_config_type: name,
    parameters: v.optional(v.nullable(v.pipe(listOf, v.array(parameter))), null),
    steps: v.optional(v.nullable(lenientArray(definedStep)), null),
  }),
  v.transform((from): JobDefinition => {
    const parameters = (from.parameters ?? []).filter((parameter) => parameter.name !== '');
    return {
      name: from.job_name,
      parameters: parameters.length === 0 ? undefined : parameters,
      definedInCode: from.build_config_type.toUpperCase() === 'YAML',
      steps: (from.steps ?? []).filter(({ enable }) => enable !== false).map((step) => step.name),
    };
  }),
);

/** GET /v1/job/{job_id}/check/disable: why the job is disabled, by whom; undefined when it is not. */
export const disabledReason = v.pipe(
  result,
  // The service spells the reason so.
  v.object({ disabled: v.unknown(), reson: textIfAny, forbiddener: nameIfAny }),
  v.transform(({ disabled, reson, forbiddener }): string | undefined => {
    if (!v.parse(lenientBoolean, disabled)) return undefined;
    return [forbiddener === '' ? '' : `by ${forbiddener}`, reson].filter((part) => part !== '').join(': ');
  }),
);

export interface ProjectRole {
  /** Such as "Viewer"; empty when the answer has none. */
  readonly name: string;
  readonly mayExecute: boolean;
}

/** GET /v1/domain/user-permission. */
export const projectRole = v.pipe(
  result,
  v.object({
    role_names: v.optional(v.pipe(listOf, v.array(nameIfAny)), []),
    role_name: nameIfAny,
    execute_permission: lenientBoolean,
  }),
  v.transform(
    (from): ProjectRole => ({
      name: from.role_name || firstOf(from.role_names, 5),
      mayExecute: from.execute_permission,
    }),
  ),
);

/** How many of the builds of some days succeeded. */
export interface SuccessRatio {
  readonly succeeded: number;
  readonly total: number;
}

/** Reference 4.9. */
export const successRatio = v.pipe(
  result,
  v.object({ success_count: wholeNumber, total_count: wholeNumber }),
  v.transform((from): SuccessRatio => ({ succeeded: from.success_count, total: from.total_count })),
);
