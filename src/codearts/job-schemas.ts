// Reads the answers about jobs: the list of a project's jobs (reference 4.5), the definition of one job (4.26), whose
// parameters are lists of names and values, how many of its builds succeeded (4.9), and who may execute it.

import * as v from 'valibot';
import { firstOf } from '../text.ts';
import {
  answer,
  boundedText,
  fields,
  from,
  jobId,
  lenientArray,
  lenientBoolean,
  listOf,
  name,
  nameIfAny,
  numberOrNothing,
  textIfAny,
  wholeNumber,
} from './schema.ts';

/** A job in its project's list. */
const listedJob = fields({
  id: v.pipe(jobId, v.nonEmpty()),
  name: from('job_name', name),
  disabled: lenientBoolean,
  /** Undefined when the answer does not say. */
  mayExecute: from('is_execute', v.undefinedable(lenientBoolean)),
});
export type ListedJob = v.InferOutput<typeof listedJob>;

/** Reference 4.5. `entries` counts the unreadable ones too; `total` is undefined when the answer does not say. */
export const jobPage = v.pipe(
  answer({ jobs: listOf, total: numberOrNothing }),
  v.transform(({ jobs, total }) => ({
    jobs: v.parse(lenientArray(listedJob), jobs),
    entries: jobs.length,
    total,
  })),
);

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

const choice = fields({ name: boundedText, disable: nameIfAny });
const property = fields({ name, value: boundedText, limits: v.pipe(listOf, v.array(choice)) });

const parameter = v.pipe(
  fields({ params: v.pipe(listOf, v.array(property)) }),
  v.transform(({ params }): JobParameter => {
    const textOf = (wanted: string) => params.find((one) => one.name === wanted)?.value ?? '';
    const choices = params.flatMap(({ limits }) => limits);
    // A choice is in force unless its `disable` says otherwise: "0" by default.
    const enabled = choices.filter(({ disable }) => disable === '' || disable === '0');
    return {
      name: textOf('name'),
      defaultValue: textOf('defaultValue'),
      settable: textOf('staticVar') !== 'true',
      sensitive: textOf('sensitiveVar') === 'true',
      choices: choices.length === 0 ? undefined : enabled.map((one) => one.name),
    };
  }),
);

export interface JobDefinition {
  readonly name: string;
  /** Undefined when the answer has none: each job has codeBranch at least. */
  readonly parameters: readonly JobParameter[] | undefined;
  /** True where a file in the repository (build.yml) says what is built, and may know of more parameters. */
  readonly definedInCode: boolean;
  /** The names of the steps that are enabled, in their order; none where the answer has none. */
  readonly steps: readonly string[];
}

/** Reference 4.26. */
export const jobDefinition = v.pipe(
  answer({
    name: from('job_name', name),
    configType: from('build_config_type', name),
    parameters: v.pipe(listOf, v.array(parameter)),
    steps: lenientArray(fields({ name, enable: v.unknown() })),
  }),
  v.transform(({ name, configType, parameters, steps }): JobDefinition => {
    const named = parameters.filter((parameter) => parameter.name !== '');
    return {
      name,
      parameters: named.length === 0 ? undefined : named,
      definedInCode: configType.toUpperCase() === 'YAML',
      steps: steps.filter(({ enable }) => enable !== false).map((step) => step.name),
    };
  }),
);

/** GET /v1/job/{job_id}/check/disable: why the job is disabled, by whom; undefined when it is not. */
export const disabledReason = v.pipe(
  // The service spells the reason so.
  answer({ disabled: lenientBoolean, reson: textIfAny, forbiddener: nameIfAny }),
  v.transform(({ disabled, reson, forbiddener }): string | undefined => {
    if (!disabled) return undefined;
    return [forbiddener && `by ${forbiddener}`, reson].filter((part) => part !== '').join(': ');
  }),
);

/** GET /v1/domain/user-permission. */
export const projectRole = v.pipe(
  answer({
    role_name: nameIfAny,
    role_names: v.pipe(listOf, v.array(nameIfAny)),
    execute_permission: lenientBoolean,
  }),
  v.transform(({ role_name, role_names, execute_permission }) => ({
    /** Such as "Viewer"; empty when the answer has none. */
    name: role_name || firstOf(role_names, 5),
    mayExecute: execute_permission,
  })),
);
export type ProjectRole = v.InferOutput<typeof projectRole>;

/** How many of the builds of some days succeeded. Reference 4.9. */
export const successRatio = answer({
  succeeded: from('success_count', wholeNumber),
  total: from('total_count', wholeNumber),
});
export type SuccessRatio = v.InferOutput<typeof successRatio>;
