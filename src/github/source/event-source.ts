// Decides which commit a workflow event is about, and whether it may be built: for half of the events GITHUB_SHA is a
// merge commit, or the default branch's. Refuses commits of forks where the event has the repository's secrets.
// Source: GitHub's "Events that trigger workflows" and "Keeping your GitHub Actions secure: preventing pwn requests".

import { quote } from '../../text.ts';
import {
  commitPattern,
  type EventPayload,
  eventsWithoutSecrets,
  isOwnRepository,
  type RepositoryFacts,
  refPattern,
  type WorkflowEvent,
} from './event.ts';
import { fail, ok, type Source, type SourceResult } from './source.ts';

/** What to build for the event alone, without inputs. */
export function fromEvent(event: WorkflowEvent, payload: EventPayload, allowForks: boolean): SourceResult {
  const foreign = foreignHead(event, payload);
  if (foreign && !allowForks && !eventsWithoutSecrets.has(event.name)) return rejectFork(event, foreign);
  const result = sourceOf(event, payload, foreign !== undefined);
  if (!result.ok || !foreign) return result;
  return ok(result.source, foreignNotice(foreign), ...result.notices);
}

function sourceOf(event: WorkflowEvent, payload: EventPayload, isForeign: boolean): SourceResult {
  if (isPullRequest(event)) return fromPullRequest(event, payload, isForeign);
  switch (event.name) {
    case 'push':
      return fromPush(event, payload);
    case 'release':
      return fromTag(event, payload.release?.tag_name, 'the tag of the release');
    case 'merge_group':
      return fromMergeGroup(event, payload);
    case 'workflow_run':
      return fromWorkflowRun(event, payload, isForeign);
    case 'check_suite':
    case 'check_run':
      return fromCheck(event, payload);
    case 'status':
      return fromStatus(event, payload);
    case 'issue_comment':
      return fromComment(event, payload);
    default:
      return fromRef(event);
  }
}

/** Also of a kind that is new to us: it must not end in GITHUB_SHA, the merge commit. */
function isPullRequest({ name }: WorkflowEvent): boolean {
  return /^pull_request\w*$/.test(name);
}

/** A commit that someone without the right to push to this repository may have written. */
export interface ForeignHead {
  /** Such as: pull request #7 */
  readonly what: string;
  /** What follows on it; such as: comes from the fork octocat/shop */
  readonly reason: string;
  /** The commits that have its code; at least one. */
  readonly commits: readonly [string, ...string[]];
  /** Of the fork; undefined where the repository itself is known to have a branch of this name. */
  readonly branch: string | undefined;
}

/** Undefined where the event's commit is this repository's own, or not known. */
export function foreignHead(event: WorkflowEvent, payload: EventPayload): ForeignHead | undefined {
  if (isPullRequest(event)) return foreignPullRequest(event, payload);
  switch (event.name) {
    case 'workflow_run': {
      const { head_sha, head_branch, head_repository } = payload.workflow_run ?? {};
      const reason = forkReason(event, payload, head_repository);
      if (head_sha === undefined || reason === undefined) return undefined;
      const branch = head_branch === payload.repository?.default_branch ? undefined : head_branch;
      return { what: triggeringRun, reason, commits: [head_sha], branch };
    }
    case 'check_suite':
    case 'check_run': {
      // These events have the secrets, and name no repository; but for a fork's commit the branch is null.
      const { head, suite } = checkIn(event, payload);
      return suite?.head_branch === undefined ? unknownCommit(head?.head_sha) : undefined;
    }
    case 'status':
      return payload.branches?.length ? undefined : unknownCommit(payload.sha);
    default:
      return undefined;
  }
}

const triggeringRun = 'the run that started this one';

function foreignPullRequest(event: WorkflowEvent, payload: EventPayload): ForeignHead | undefined {
  const { head, base, merged, merge_commit_sha } = payload.pull_request ?? {};
  const reason = forkReason(event, payload, head?.repo);
  if (head?.sha === undefined || reason === undefined) return undefined;
  // Before the merge it is a commit of GitHub's that tries it out.
  const trial = merged === true || merge_commit_sha === undefined ? [] : [merge_commit_sha];
  const isOwnBranch = head.ref === base?.ref || head.ref === payload.repository?.default_branch;
  const branch = isOwnBranch ? undefined : head.ref;
  return { what: pullRequestIn(payload), reason, commits: [head.sha, ...trial], branch };
}

function unknownCommit(commitId: string | undefined): ForeignHead | undefined {
  if (commitId === undefined) return undefined;
  const reason = 'is on no branch of this repository, as commits of forks are';
  return { what: 'the commit', reason, commits: [commitId], branch: undefined };
}

function pullRequestIn({ pull_request }: EventPayload): string {
  return pull_request?.number === undefined ? 'the pull request' : `pull request #${pull_request.number}`;
}

/** Undefined when it is the repository itself. */
function forkReason(
  event: WorkflowEvent,
  payload: EventPayload,
  repository: RepositoryFacts | undefined,
): string | undefined {
  if (isOwnRepository(event, payload, repository)) return undefined;
  const name = repository?.full_name;
  return name === undefined
    ? 'comes from a fork that is deleted or not named'
    : `comes from the fork ${name}`;
}

/** Why the commit is not built, although it could be. */
export function rejectFork(event: WorkflowEvent, { what, reason, commits }: ForeignHead): SourceResult {
  return fail(
    `${event.name}: ${what} ${reason}: building ${short(commits[0])} runs other people's code with the permissions of the build task, and this event has access to the repository's secrets; set allow-forks: true to build it anyway, or commit-id to a commit you trust`,
    'fork',
  );
}

function foreignNotice({ what, reason, commits }: ForeignHead): string {
  return `${what} ${reason}: CodeArts builds from the repository that the build task is configured with, so ${short(commits[0])} is built only if that repository has it`;
}

function fromPush(event: WorkflowEvent, payload: EventPayload): SourceResult {
  if (payload.deleted || isZero(event.sha)) {
    return fail(
      `push: ${quote(event.ref)} was deleted, so there is nothing to build; skip the job with "if: github.event.deleted == false"`,
      'no-commit',
    );
  }
  if (event.ref.startsWith('refs/tags/')) return fromTag(event, undefined, 'the tag that was pushed');
  return fromSha(event);
}

/** The events that run for a ref of their own, and those that are about no commit. */
function fromRef(event: WorkflowEvent): SourceResult {
  const isTag = fittingSha.has(event.name) && event.ref.startsWith('refs/tags/');
  return isTag ? fromTag(event, undefined, 'the tag that the workflow runs for') : fromSha(event);
}

function fromTag(event: WorkflowEvent, name: string | undefined, why: string): SourceResult {
  const own = event.ref.startsWith('refs/tags/') ? event.ref.slice('refs/tags/'.length) : undefined;
  const tag = name ?? own;
  if (tag === undefined || !refPattern.test(tag)) return fromSha(event);
  // GITHUB_SHA is this tag's commit only where GITHUB_REF is this tag.
  const known = tag === own && commitPattern.test(event.sha);
  return ok({ kind: 'tag', tag, ...(known ? { commitId: event.sha.toLowerCase() } : {}), why });
}

// The events that GITHUB_SHA fits. The others run for the default branch, whatever they are about.
const fittingSha = new Set([
  ...['push', 'create', 'release', 'deployment', 'deployment_status', 'registry_package'],
  ...['schedule', 'workflow_dispatch', 'repository_dispatch'],
]);

/** Of a repository with that object format, which Gitea and Forgejo offer. */
const sha256Pattern = /^[0-9a-f]{64}$/i;

function fromSha({ name, sha, ref }: WorkflowEvent): SourceResult {
  if (!commitPattern.test(sha) || isZero(sha)) {
    const problem = sha256Pattern.test(sha)
      ? 'is a SHA-256 commit id, and CodeArts takes SHA-1 commit ids only; set branch or tag'
      : 'is no commit to build; set commit-id, branch or tag';
    return fail(`GITHUB_SHA is ${quote(sha)}, which ${problem}`, 'no-commit');
  }
  const branch = ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : undefined;
  const source = commitSource(sha.toLowerCase(), branch, 'the commit that the workflow runs for');
  if (fittingSha.has(name)) return ok(source);
  return ok(
    source,
    `the event ${quote(name)} has no commit of its own, so ${short(sha)} is built, for which the workflow runs; set commit-id, branch or tag to build another`,
  );
}

function fromPullRequest(event: WorkflowEvent, payload: EventPayload, isForeign: boolean): SourceResult {
  const { state, head } = payload.pull_request ?? {};
  if (head?.sha === undefined) return noCommit(event);
  // The branch of a closed pull request may be gone.
  const branch = isForeign || state === 'closed' ? undefined : head.ref;
  const source = commitSource(head.sha, branch, `the head of ${pullRequestIn(payload)}`);
  return ok(source, ...closedNotice(payload, head.sha));
}

function closedNotice(payload: EventPayload, headSha: string): readonly string[] {
  const { state, merged, merge_commit_sha } = payload.pull_request ?? {};
  if (state !== 'closed') return [];
  const what = pullRequestIn(payload);
  if (merged !== true) {
    return [
      `${what} was closed without being merged; its head ${short(headSha)} is built, and its branch may be gone`,
    ];
  }
  const as = merge_commit_sha === undefined ? '' : ` as ${short(merge_commit_sha)}`;
  return [
    `${what} was merged${as}, and its head ${short(headSha)} is built; to build the result of the merge, set commit-id: \${{ github.event.pull_request.merge_commit_sha }}`,
  ];
}

function fromMergeGroup(event: WorkflowEvent, payload: EventPayload): SourceResult {
  const commitId = payload.merge_group?.head_sha ?? event.sha.toLowerCase();
  if (!commitPattern.test(commitId)) return noCommit(event);
  const base = payload.merge_group?.base_ref?.replace(/^refs\/heads\//, '');
  return ok(
    commitSource(commitId, base, 'the commit of the merge queue'),
    `the merge queue's commit ${short(commitId)} exists only on GitHub until it is merged: CodeArts can build it only if the build task clones from GitHub, not from a mirror`,
  );
}

function fromWorkflowRun(event: WorkflowEvent, payload: EventPayload, isForeign: boolean): SourceResult {
  const run = payload.workflow_run;
  if (run?.head_sha === undefined) return noCommit(event);
  const branch = isForeign ? undefined : knownBranch(payload, run.head_branch, run.pull_requests);
  const source = commitSource(run.head_sha, branch, `the commit of ${triggeringRun}`);
  if (run.event !== 'pull_request_target') return ok(source);
  return ok(
    source,
    `${triggeringRun} was a pull_request_target run, whose commit ${short(run.head_sha)} may be its base branch's, not the pull request's; set commit-id to be sure`,
  );
}

function fromCheck(event: WorkflowEvent, payload: EventPayload): SourceResult {
  const { head, suite } = checkIn(event, payload);
  if (head?.head_sha === undefined) return noCommit(event);
  const branch = knownBranch(payload, suite?.head_branch, head.pull_requests);
  return ok(commitSource(head.head_sha, branch, 'the commit that was checked'));
}

/** What names the commit, and what names its branch. */
function checkIn(event: WorkflowEvent, { check_run, check_suite }: EventPayload) {
  return event.name === 'check_run'
    ? { head: check_run, suite: check_run?.check_suite }
    : { head: check_suite, suite: check_suite };
}

function fromStatus(event: WorkflowEvent, payload: EventPayload): SourceResult {
  if (payload.sha === undefined) return fromSha(event);
  const [branch, ...others] = payload.branches ?? [];
  const only = others.length === 0 ? branch?.name : undefined;
  return ok(commitSource(payload.sha, only, 'the commit whose status changed'));
}

function fromComment(event: WorkflowEvent, payload: EventPayload): SourceResult {
  if (payload.issue?.pull_request === undefined) return fromSha(event);
  const number = payload.issue.number ?? 'NUMBER';
  return fail(
    `issue_comment: a comment on a pull request runs the workflow for the default branch, not for the commit of the pull request; set commit-id to the commit to build, as "gh pr view ${number} --json headRefOid --jq .headRefOid" prints it`,
    'no-commit',
  );
}

function noCommit(event: WorkflowEvent): SourceResult {
  return fail(
    `${event.name}: the event's payload names no commit to build; set commit-id, branch or tag`,
    'no-commit',
  );
}

/** A head_branch can as well be a tag's name; a branch it is when it is the default one or a pull request's. */
function knownBranch(
  payload: EventPayload,
  name: string | undefined,
  pullRequests: ReadonlyArray<{ readonly head?: { readonly ref?: string | undefined } | undefined }> = [],
): string | undefined {
  const known =
    name === payload.repository?.default_branch || pullRequests.some(({ head }) => head?.ref === name);
  return known ? name : undefined;
}

function commitSource(commitId: string, branch: string | undefined, why: string): Source {
  // The merge queue's branches live for minutes and on GitHub alone.
  const lasting = branch !== undefined && refPattern.test(branch) && !branch.startsWith('gh-readonly-queue/');
  return { kind: 'commit', commitId, ...(lasting ? { branch } : {}), why };
}

function isZero(sha: string): boolean {
  return /^0+$/.test(sha);
}

function short(commitId: string): string {
  return commitId.slice(0, 7);
}
