// What is known of the children of a multi-task build when it is over: what they made, and in which step the failed
// ones failed. Asks for no more than the record of one child, what each has made, and the steps of a few failed ones.
// Reference 4.8, 4.12, 4.13.

import type { Clock, Random } from '../../clock.ts';
import type { BuildId, CodeArtsBuildClient } from '../../codearts/api.ts';
import { sortedOnce } from '../../codearts/artifacts.ts';
import { ApiError, isTransient } from '../../codearts/errors.ts';
import { retry } from '../../codearts/retry.ts';
import { failedStepIn, type BuildArtifact, type Outcome } from '../outcome.ts';
import { byEnd, type Child, hasFailed, hasRun } from './child.ts';
import { ChildBuildNumbers } from './child-numbers.ts';

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

const maxElapsedMs = 30_000;
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
  if (first) await read(() => numbers.check(first, signal), options, missing);

  const made = await each(ran, async (child): Promise<readonly BuildArtifact[]> => {
    const build = numbers.buildOf(child);
    const artifacts = build && (await read(() => client.artifacts(build, signal), options, missing));
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
  const details = await read(() => options.client.details(build, options.signal), options, []);
  return failedStepIn(details?.steps ?? []);
}

/** Undefined when it can't be had. A refusal means that there is nothing, as for a build by itself. */
async function read<T>(
  attempt: () => Promise<T>,
  { clock, random, signal }: FlowOutcomeOptions,
  missing: string[],
): Promise<T | undefined> {
  try {
    // When one call was in vain for so long, the others of its kind are not worth it once more.
    const patience = missing.length > 0 ? 0 : maxElapsedMs;
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
