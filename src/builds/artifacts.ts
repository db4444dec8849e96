// Reads what a build and its children made, and where packages are kept. What can't be read costs a line, never the step:
// a build that made nothing may be answered with an error, and a failed one has seldom made anything. Reference 4.13.

import { budgets } from '../budgets.ts';
import type { Artifact, PackageFile } from '../codearts/artifacts.ts';
import type { BuildId, CodeArtsBuildClient } from '../codearts/client.ts';
import { type Failure, isForbidden, isTransient } from '../codearts/errors.ts';
import { type TimeBudget, Unavailable } from '../codearts/retry.ts';
import { firstOf } from '../text.ts';
import type { Child } from './children/child.ts';

/** An artifact with the name of the child that made it; undefined: the build itself did. */
export interface BuildArtifact extends Artifact {
  readonly child?: string;
  /** Of a package; undefined where CodeArts Artifact does not say. */
  readonly file?: PackageFile;
}

export interface OptionalCalls {
  readonly client: CodeArtsBuildClient;
  /** Is shared by all optional calls after the build's end. */
  readonly budget: TimeBudget;
}

/** Lines on what could not be read, each once. */
export interface Notes {
  readonly warnings: Set<string>;
  /** What is worth a line, but no warning. */
  readonly notices: Set<string>;
}

/** So many children are named in a line. */
export const maxNamed = 5;
/** Artifacts may be listed some seconds after the build has ended (seen with 6 s). */
const artifactsLagMs = 15_000;
const askAgainAfterMs = 4_000;
/** Calls at a time: a build of many children must not take the region's share of all. */
const callsAtOnce = 6;
/** So many packages are asked for. */
const maxFiles = 100;

/**
 * Reads what one build made. Asks once more where it has just ended and, by what it is, should have made something.
 * @param shouldHaveSome a successful build without children
 */
export async function readArtifacts(
  { client, budget }: OptionalCalls,
  build: BuildId,
  finishedAt: number | undefined,
  shouldHaveSome: boolean,
): Promise<readonly Artifact[] | Unavailable> {
  const read = () => budget.call('the artifacts of the build', (signal) => client.artifacts(build, signal));
  const artifacts = await read();
  if (artifacts instanceof Unavailable || artifacts.length > 0 || !shouldHaveSome) return artifacts;
  if (finishedAt !== undefined && client.serverNow() - finishedAt > artifactsLagMs) return artifacts;
  await budget.pause(askAgainAfterMs);
  return await read();
}

/** Notes why the build's own artifacts can't be read. */
export function noteMissingArtifacts(notes: Notes, { why, failure }: Unavailable, succeeded: boolean): void {
  if (isLate(failure) || isDenied(failure)) notes.warnings.add(why);
  else if (succeeded && !hasNoHistory(failure)) notes.notices.add(`No artifacts are listed here: ${why}`);
}

/** Reads what each child made. One reason is noted for all of which it can't be read. */
export async function artifactsOfChildren(
  calls: OptionalCalls,
  children: readonly Child[],
  buildOf: (child: Child) => BuildId,
  notes: Notes,
): Promise<readonly BuildArtifact[]> {
  const readings = await inBatches(children, async (child) => ({
    ...child,
    made: await readArtifacts(calls, buildOf(child), child.finishedAt, child.state === 'success'),
  }));
  const missing = readings.flatMap(({ name, state, made }) =>
    made instanceof Unavailable ? [{ name, state, why: made.why, failure: made.failure }] : [],
  );
  const late = missing.filter(({ failure }) => isLate(failure));
  // A missing permission is reported once, for the build itself.
  const rejected = missing.filter(
    ({ state, failure }) =>
      state === 'success' && !isLate(failure) && !isDenied(failure) && !hasNoHistory(failure),
  );
  const namesOf = (some: typeof missing) =>
    firstOf(
      some.map(({ name }) => name),
      maxNamed,
    );
  if (late[0]) notes.warnings.add(`${late[0].why} The artifacts of ${namesOf(late)} are missing here.`);
  if (rejected[0]) {
    notes.notices.add(`No artifacts of ${namesOf(rejected)} are listed here: ${rejected[0].why}`);
  }
  return readings.flatMap(({ name, made }) =>
    made instanceof Unavailable ? [] : made.map((one) => ({ ...one, child: name })),
  );
}

/** Adds where each package is kept. If the first one is not found, the others are not requested. */
export async function withFiles(
  artifacts: readonly BuildArtifact[],
  projectId: string,
  { client, budget }: OptionalCalls,
): Promise<readonly BuildArtifact[]> {
  const files = new Map<BuildArtifact, PackageFile>();
  const read = async (one: BuildArtifact) => {
    const call = (signal: AbortSignal) => client.packageFile(projectId, one.uri, signal);
    const file = await budget.call('a package of the build', call, budgets.packageFile);
    if (file !== undefined && !(file instanceof Unavailable)) files.set(one, file);
  };
  const packages = artifacts.filter(({ kind, uri }) => kind === 'package' && uri !== '');
  const [first, ...others] = packages.slice(0, maxFiles);
  if (first) await read(first);
  if (files.size > 0) await inBatches(others, read);
  return artifacts.map((one) => {
    const file = files.get(one);
    return file === undefined ? one : { ...one, file };
  });
}

/** A build that never got a machine has no history (seen live, with 403). */
export function hasNoHistory(failure: Failure | undefined): boolean {
  return failure?.kind === 'rejected' && failure.code === 'CB.00031059';
}

export function isDenied(failure: Failure | undefined): boolean {
  return failure !== undefined && isForbidden(failure);
}

/** No answer came in time, or a good one may come later. */
function isLate(failure: Failure | undefined): boolean {
  return failure === undefined || isTransient(failure);
}

/** Like Promise.all over all of them, but with few at a time. */
export async function inBatches<From, To>(
  all: readonly From[],
  work: (one: From) => Promise<To>,
): Promise<To[]> {
  const done: To[] = [];
  for (let from = 0; from < all.length; from += callsAtOnce) {
    done.push(...(await Promise.all(all.slice(from, from + callsAtOnce).map(work))));
  }
  return done;
}
