// Describes what a run builds, or why that can't be decided, and how either is put into words.

/**
 * What to build. `why` names it in a few words: "the head of pull request #7". Commit ids are 40 lower-case digits.
 * A `branch` or `tag` that comes from the event exists in the repository that the workflow runs for.
 * `job` is what the job is configured to build: no scm is sent.
 */
export type Source =
  | { readonly kind: 'commit'; readonly commitId: string; readonly branch?: string; readonly why: string }
  | { readonly kind: 'tag'; readonly tag: string; readonly commitId?: string; readonly why: string }
  | { readonly kind: 'branch'; readonly branch: string; readonly why: string }
  | { readonly kind: 'job'; readonly why: string };

/** The problem and each notice are one line. */
export type SourceResult =
  | { readonly ok: true; readonly source: Source; readonly notices: readonly string[] }
  | { readonly ok: false; readonly problem: string; readonly reason: NoSourceReason };

/** Which kind of problem it is: decides which help goes with it. */
export type NoSourceReason = 'bad-input' | 'fork-refused' | 'no-commit';

/** A source that could be told, and what is worth a notice about it. */
export function ok(source: Source, ...notices: readonly string[]): SourceResult {
  return { ok: true, source, notices };
}

/** No source; why, in one line. */
export function fail(problem: string, reason: NoSourceReason): SourceResult {
  return { ok: false, problem, reason };
}

/** The commit that is built, where it is known before the build. */
export function commitOf(source: Source): string | undefined {
  return 'commitId' in source ? source.commitId : undefined;
}

/** The branch that a start tells the job; undefined when none is known. */
export function branchOf(source: Source): string | undefined {
  return 'branch' in source ? source.branch : undefined;
}

/** For "Starting … for"; such as: the head of pull request #7 (a3daced) */
export function describeSource(source: Source): string {
  const commitId = commitOf(source);
  return commitId === undefined ? source.why : `${source.why} (${commitId.slice(0, 7)})`;
}
