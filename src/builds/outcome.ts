// What is known of a build when it is over: result, steps, artifacts, times. Asks for what the record does not
// hold; where that can't be had, the outcome says less, but never something else. Reference 4.8, 4.12, 4.13.

import type { Clock, Random } from '../clock.ts';
import type { BuildId, CodeArtsBuildClient } from '../codearts/api.ts';
import { type Artifact, sortedOnce } from '../codearts/artifacts.ts';
import type { BuildRecord, BuildStep } from '../codearts/build-schemas.ts';
import { ApiError, isForbidden, isTransient } from '../codearts/errors.ts';
import { retry } from '../codearts/retry.ts';
import { ChildBuildNumbers } from './children/build-numbers.ts';
import { byEnd, type Child, hasFailed, hasRun } from './children/child.ts';
import type { Conclusion } from './status.ts';

export type Result = Conclusion | 'cancelled' | 'running';

/** An artifact with the name of the child that made it; undefined: the build itself did. */
export interface BuildArtifact extends Artifact {
  readonly child?: string;
}

export interface Outcome {
  readonly jobName: string;
  readonly steps: readonly BuildStep[];
  /** Of the build; flow/flow-outcome.ts adds its children's. */
  readonly artifacts: readonly BuildArtifact[];
  /** As the build got them; sensitive values come as stars. */
  readonly parameters: ReadonlyMap<string, string>;
  /** The step that failed, as CodeArts names it; empty when none did or it is not known. */
  readonly failedStep: string;
  /** Seconds from the build's start to its end; undefined when CodeArts did not say. */
  readonly seconds: number | undefined;
  /** What could not be read, each in one line. */
  readonly warnings: readonly string[];
}

export interface OutcomeOptions {
  readonly client: CodeArtsBuildClient;
  readonly build: BuildId;
  readonly record: BuildRecord;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
}

/** The build's end is known already: what else there is to know is worth a minute's patience, not more. */
const outcomeMaxElapsedMs = 60_000;

/**
 * Asks for details and artifacts, each tried again for a minute after its first failure. Reference 4.8, 4.13.
 * What can't be had is left out and named in `missing`. @throws the signal's reason
 */
export async function readOutcome(options: OutcomeOptions): Promise<Outcome> {
  const { client, build, record, signal } = options;
  const warnings: string[] = [];
  const [details, artifacts] = await Promise.all([
    read(() => client.details(build, signal), options, warnings),
    // A build that made nothing may answer with an error: no artifacts, and nothing to tell.
    read(
      () => client.artifacts(build, signal),
      options,
      warnings,
      (failure) => isTransient(failure) || isForbidden(failure),
    ),
  ]);
  const steps = details?.steps ?? [];
  return {
    jobName: details?.jobName ?? '',
    steps,
    artifacts: artifacts ?? [],
    parameters: details?.parameters ?? new Map(),
    failedStep: failedStepIn(steps),
    seconds: secondsOf(record),
    warnings,
  };
}

async function read<T>(
  attempt: () => Promise<T>,
  { clock, random, signal }: OutcomeOptions,
  warnings: string[],
  worthWarning: (failure: ApiError['failure']) => boolean = () => true,
): Promise<T | undefined> {
  try {
    return await retry(attempt, { clock, random, signal, maxElapsedMs: outcomeMaxElapsedMs });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (worthWarning(error.failure)) warnings.push(error.message);
    return undefined;
  }
}

/** The first step that failed; empty when none did. */
export function failedStepIn(steps: readonly BuildStep[]): string {
  return steps.find(({ status }) => status === 'error')?.name ?? '';
}

function secondsOf(record: BuildRecord): number | undefined {
  if (record.durationMs !== undefined) return Math.round(record.durationMs / 1000);
  const began = record.startedAt ?? record.createdAt;
  if (began === undefined || record.finishedAt === undefined) return undefined;
  return Math.max(0, Math.round((record.finishedAt - began) / 1000));
}

export interface ChildOutcome extends Child {
  /** As CodeArts names it; empty when none failed or it is not known. */
  readonly failedStep: string;
}

/** What is known of a build with all its children. */
export interface FlowOutcome {
  readonly outcome: Outcome;
  /** None of a build that has none. */
  readonly children: readonly ChildOutcome[];
}

export interface FlowOutcomeOptions {
  readonly client: CodeArtsBuildClient;
  readonly jobId: string;
  readonly children: readonly Child[];
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
}

const childrenMaxElapsedMs = 30_000;
/** Calls at a time: a build of many children must not take the region's share of all. */
const atOnce = 6;
/** Of so many failed children the failed step is asked for. */
const mostSteps = 5;

/** Adds to a build's own outcome what its children made. A build without children costs no call. */
export async function readFlowOutcome(own: Outcome, options: FlowOutcomeOptions): Promise<FlowOutcome> {
  const { client, jobId, children, signal } = options;
  const missing: string[] = [];
  const numbers = new ChildBuildNumbers(client, jobId);
  const ran = children.filter((child) => hasRun(child) && child.buildNumber > 0);
  const [first] = ran;
  if (first) await readForChild(() => numbers.check(first, signal), options, missing);

  const made = await each(ran, async (child): Promise<readonly BuildArtifact[]> => {
    const build = numbers.buildOf(child);
    const artifacts = build && (await readForChild(() => client.artifacts(build, signal), options, missing));
    return (artifacts ?? []).map((artifact) => ({ ...artifact, child: child.name }));
  });
  const failed = ran.filter(hasFailed).toSorted(byEnd).slice(0, mostSteps);
  const steps = new Map(
    await each(failed, async (child): Promise<[string, string]> => {
      const build = numbers.buildOf(child);
      return [child.recordId, build ? await failedStepOf(build, options) : ''];
    }),
  );
  return {
    children: children.map((child) => ({ ...child, failedStep: steps.get(child.recordId) ?? '' })),
    outcome: {
      ...own,
      // What a child made is listed under its name alone.
      artifacts: children.length === 0 ? own.artifacts : sortedOnce([...made.flat(), ...own.artifacts]),
      warnings: [...own.warnings, ...new Set(missing)],
    },
  };
}

async function failedStepOf(build: BuildId, options: FlowOutcomeOptions): Promise<string> {
  // Where it can't be had, the child's log may tell the step; its absence is nothing to tell.
  const details = await readForChild(() => options.client.details(build, options.signal), options, []);
  return failedStepIn(details?.steps ?? []);
}

/** Undefined when it can't be had. A refusal means that there is nothing, as for a build by itself. */
async function readForChild<T>(
  attempt: () => Promise<T>,
  { clock, random, signal }: FlowOutcomeOptions,
  missing: string[],
): Promise<T | undefined> {
  try {
    // When one call was in vain for so long, the others of its kind are not worth it once more.
    const patience = missing.length > 0 ? 0 : childrenMaxElapsedMs;
    return await retry(attempt, { clock, random, signal, maxElapsedMs: patience });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (isTransient(error.failure)) missing.push(error.message);
    return undefined;
  }
}

/** Like Promise.all over all of them, but with few at a time. */
async function each<From, To>(all: readonly From[], work: (one: From) => Promise<To>): Promise<To[]> {
  const done: To[] = [];
  for (let from = 0; from < all.length; from += atOnce) {
    done.push(...(await Promise.all(all.slice(from, from + atOnce).map(work))));
  }
  return done;
}
