// Reads what the workflow asks for, and checks it against the job: every problem is reported at once, before anything
// runs. Starts nothing.

import { findJob, PreflightError, parameterProblems, readDefinition } from '../builds/job-definition.ts';
import { ApiError, isTransient } from '../codearts/errors.ts';
import type { JobDefinition, ListedJob } from '../codearts/job-schemas.ts';
import type { Deps, RunSetup } from '../deps.ts';
import type { Console } from '../github/console.ts';
import { type Inputs, placeNotices, readInputs } from '../github/inputs/inputs.ts';
import { resolveLogPath } from '../github/inputs/log-file-path.ts';
import { type HelpTopic, signInMessage } from '../github/report/messages.ts';
import { redactParameters } from '../github/runner.ts';
import { shortestSecret } from '../github/secrets.ts';
import { type MissingSecretsReason, missingSecretsReason, readEvent } from '../github/source/event.ts';
import { resolveSource } from '../github/source/resolve-source.ts';
import type { Source } from '../github/source/source.ts';
import type { TargetJob } from './context.ts';

export interface RunPlan {
  readonly inputs: Inputs;
  /** A build to attach to, or a source to build. */
  readonly target:
    | { readonly buildNumber: number }
    | { readonly source: Source; readonly notices: readonly string[] };
  /** Absolute; undefined: the log is not saved. */
  readonly logPath: string | undefined;
  readonly missingSecrets: MissingSecretsReason | undefined;
}

export interface Problems {
  /** Each in one line. */
  readonly problems: readonly string[];
  readonly topic: HelpTopic | undefined;
  readonly writeSummary: boolean;
}

/**
 * Reads inputs and event, without a request. Prints what is worth a notice; what is wrong is returned.
 * @param proxyProblems what is wrong with the proxy's variables
 */
export function readPlan(deps: Deps, proxyProblems: readonly string[]): RunPlan | Problems {
  const { runner, env } = deps;
  const event = readEvent(env, deps.readFile);
  const missingSecrets = missingSecretsReason(event, env['GITHUB_ACTOR']);
  const read = readInputs({ input: runner.input, exactInput: runner.exactInput, env }, missingSecrets);
  const { inputs } = read;
  const { buildNumber } = inputs;
  redactParameters(runner, inputs.parameters, env);
  // With build-number, what the event would have built does not matter.
  const target = buildNumber === undefined ? resolveSource(event, inputs.source) : { buildNumber };
  const logFile = inputs.logFile === '' ? undefined : resolveLogPath(inputs.logFile, env);
  const problems = [...read.problems, ...proxyProblems];
  if (logFile?.ok === false) problems.push(logFile.problem);
  if ('problem' in target) problems.push(target.problem);
  if ('problem' in target || problems.length > 0) {
    // The docs of a single problem; those of inputs in general where there are several.
    let topic: HelpTopic = 'inputs-refused';
    if (problems.length === 1 && read.lacksCredentials) topic = 'secrets-empty';
    else if (problems.length === 1 && 'problem' in target && target.reason !== 'bad-input')
      topic = 'commit-refused';
    return { problems, topic, writeSummary: inputs.summary };
  }
  for (const notice of placeNotices(inputs)) runner.notice(notice);
  return { inputs, target, logPath: logFile?.ok ? logFile.path : undefined, missingSecrets };
}

/**
 * Finds the job and, where a build is to be started, checks what would keep it from starting.
 * @throws PreflightError with every reason why the build can't start as the inputs ask, or why there is no such job;
 * ApiError; the signal's reason
 */
export async function findTargetJob({ client, inputs, console, calls }: RunSetup): Promise<TargetJob> {
  const { job, parameters } = inputs;
  await console.info(signInMessage(inputs.credentials));
  const found: TargetJob & Partial<ListedJob> =
    job.by === 'name' ? await findJob(client, job, calls) : { id: job.jobId, name: '' };
  if (inputs.buildNumber !== undefined) return found;
  const reading = await readDefinition(client, found.id, calls);
  const definition = reading instanceof ApiError ? undefined : reading;
  if (reading instanceof ApiError) await reportUnchecked(reading, console, parameters);
  const problems = [...jobProblems(found), ...(definition ? parameterProblems(definition, parameters) : [])];
  if (problems.length > 0) throw new PreflightError(problems);
  if (definition) await hideSensitive(definition, parameters, console);
  console.expectSteps(definition?.steps ?? []);
  return { id: found.id, name: definition?.name || found.name, definition };
}

/** Reports that the definition could not be read; masks all values where it may be readable the next time. */
async function reportUnchecked(
  { message, failure }: ApiError,
  console: Console,
  parameters: Inputs['parameters'],
): Promise<void> {
  if (isTransient(failure)) {
    // The definition would say which of them are sensitive: without it, all of them are masked.
    for (const { value } of parameters) console.addMask(value);
    const unchecked = ' The parameters are not checked, and all of their values are masked.';
    return await console.warning(`${message}${parameters.length === 0 ? '' : unchecked}`);
  }
  await console.debug(`${message} The parameters are not checked.`);
  if (parameters.length === 0) return;
  await console.info(
    `${message} The parameters are not checked, and values are masked here only where GitHub knows them as secrets.`,
  );
}

function jobProblems({ name, disabled, mayExecute }: Partial<ListedJob>): readonly string[] {
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
