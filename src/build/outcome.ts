// What is known of a build when it is over: result, steps, artifacts, times. Asks for what the record does not
// hold; where that can't be had, the outcome says less, but never something else. Reference 4.8, 4.12, 4.13.

import type { Clock, Random } from '../clock.ts';
import type { BuildRecord, BuildStep } from '../codearts/answers.ts';
import type { BuildId, CodeArtsBuildClient } from '../codearts/api.ts';
import type { Artifact } from '../codearts/artifacts.ts';
import { ApiError, isForbidden, isTransient } from '../codearts/errors.ts';
import { retry } from '../codearts/retry.ts';
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
const maxElapsedMs = 60_000;

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
    return await retry(attempt, { clock, random, signal, maxElapsedMs: maxElapsedMs });
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
