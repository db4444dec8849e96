// What the service says of jobs: a project's list of them (4.5), and one job's definition (4.26), whose parameters are
// lists of name and value.

import * as v from 'valibot';
import { lenientBoolean, listOf, numberOrNothing, result, snakeCase, text } from './schema.ts';

/** A job as its project's list tells it. */
export interface ListedJob {
  readonly id: string;
  readonly name: string;
  readonly disabled: boolean;
  /** Undefined when the answer does not say. */
  readonly mayExecute: boolean | undefined;
}

export interface JobPage {
  readonly jobs: readonly ListedJob[];
  /** How many jobs the project has; undefined when the answer does not say. */
  readonly total: number | undefined;
}

export interface JobParameter {
  readonly name: string;
  /** Stars, or nothing, where the value is sensitive. */
  readonly defaultValue: string;
  /** False: its value is the job's, whatever a start asks for (`staticVar`). */
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
}

const listedJob = v.pipe(
  snakeCase,
  v.object({ id: text, job_name: text, disabled: lenientBoolean, is_execute: v.optional(v.unknown()) }),
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
  v.object({ jobs: v.pipe(listOf, v.array(listedJob)), total: numberOrNothing }),
  v.transform((from): JobPage => ({ jobs: from.jobs, total: from.total })),
);

const limit = v.pipe(snakeCase, v.object({ disable: text, display_name: text, name: text }));

const field = v.pipe(
  snakeCase,
  v.object({ name: text, value: text, limits: v.optional(v.pipe(listOf, v.array(limit)), []) }),
);

type Field = v.InferOutput<typeof field>;

const parameter = v.pipe(
  snakeCase,
  v.object({ params: v.pipe(listOf, v.array(field)) }),
  v.transform(({ params }): JobParameter => {
    const of = (name: string): Field | undefined => params.find((one) => one.name === name);
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
  return limits.filter(({ disable }) => disable === '' || disable === '0').map(({ name }) => name);
}

/** Reference 4.26. */
export const jobDefinition = v.pipe(
  result,
  v.object({
    job_name: text,
    build_config_type: text,
    parameters: v.optional(v.nullable(v.pipe(listOf, v.array(parameter))), null),
  }),
  v.transform((from): JobDefinition => {
    const parameters = (from.parameters ?? []).filter(({ name }) => name !== '');
    return {
      name: from.job_name,
      parameters: parameters.length === 0 ? undefined : parameters,
      definedInCode: from.build_config_type.toUpperCase() === 'YAML',
    };
  }),
);
