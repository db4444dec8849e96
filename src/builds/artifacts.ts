// Reads what a build and its children made, and where packages are stored. What can't be read costs a line, never the
// step: CodeArts may answer with an error for a build that made nothing, as most failed ones. Reference 4.13.

import { budgets } from '../budgets.ts';
import type { Artifact, PackageFile } from '../codearts/build-schemas.ts';
import type { BuildId, CodeArtsBuildClient } from '../codearts/client.ts';
import { isForbidden, isTransient } from '../codearts/errors.ts';
import { type TimeBudget, Unavailable } from '../codearts/time-budget.ts';
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

/** Lines on what could not be read. */
export interface Notes {
  readonly warnings: string[];
  /** What is worth a line, but no warning. */
  readonly notices: string[];
}

/** So many children are named in a line. */
const maxNamed = 5;
const askAgainAfterMs = 4_000;
/** Calls at a time: a build of many children must not take the region's share of all. */
const callsAtOnce = 6;
/** So many packages are asked for. */
const maxFiles = 100;

/** Why something can't be read. `late`: no answer came in time, or a good one may come later. */
export function reasonOf({ failure }: Unavailable): 'late' | 'denied' | 'never-ran' | 'rejected' {
  if (failure === undefined || isTransient(failure)) return 'late';
  // A build that never got a machine has no history (seen live, with 403).
  if (failure.kind === 'rejected' && failure.code === 'CB.00031059') return 'never-ran';
  return isForbidden(failure) ? 'denied' : 'rejected';
}

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
  if (finishedAt !== undefined && client.serverNow() - finishedAt > budgets.artifactsLag) return artifacts;
  await budget.pause(askAgainAfterMs);
  return await read();
}

/** Reads what each child made. One reason is noted for all of which it can't be read. */
export async function artifactsOfChildren(
  calls: OptionalCalls,
  jobId: string,
  children: readonly Child[],
  notes: Notes,
): Promise<readonly BuildArtifact[]> {
  const readings = await inBatches(children, async ({ name, buildNumber, finishedAt, state }) => {
    const succeeded = state === 'success';
    return {
      name,
      succeeded,
      made: await readArtifacts(calls, { jobId, buildNumber }, finishedAt, succeeded),
    };
  });
  const missing = readings.flatMap(({ name, succeeded, made }) =>
    made instanceof Unavailable ? [{ name, succeeded, why: made.why, reason: reasonOf(made) }] : [],
  );
  const late = missing.filter(({ reason }) => reason === 'late');
  // A missing permission is reported once, for the build itself.
  const rejected = missing.filter(({ reason, succeeded }) => reason === 'rejected' && succeeded);
  if (late[0]) {
    notes.warnings.push(`${late[0].why} The artifacts of ${namesOf(late)} are missing here.`);
  }
  if (rejected[0]) {
    notes.notices.push(`No artifacts of ${namesOf(rejected)} are listed here: ${rejected[0].why}`);
  }
  return readings.flatMap(({ name, made }) =>
    made instanceof Unavailable ? [] : made.map((one) => ({ ...one, child: name })),
  );
}

export function namesOf(children: readonly { readonly name: string }[]): string {
  return firstOf(
    children.map(({ name }) => name),
    maxNamed,
  );
}

/** Adds where each package is stored. If the first one is not found, the others are not requested. */
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
