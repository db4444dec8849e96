// Decides which commit a workflow event is about, and whether someone without write access may have written it: for half
// of the events GITHUB_SHA is a merge commit, or the default branch's.
// Source: GitHub's "Events that trigger workflows" and "Keeping your GitHub Actions secure: preventing pwn requests".

import { quote } from '../../text.ts';
import {
  commitPattern,
  isOwnRepository,
  type PullRequests,
  type RepositoryFacts,
  refPattern,
  type WorkflowEvent,
} from './event.ts';
import { fail, type KnownSource, type NoSource, ok, type Source } from './source.ts';

/** A commit that someone without the right to push to this repository may have written. */
export interface ForeignHead {
  /** Such as: pull request #7 */
  readonly what: string;
  /** What follows on it; such as: comes from the fork octocat/shop */
  readonly reason: string;
  /** The commits that have its code; at least one. */
  readonly commits: readonly [string, ...string[]];
  /** Of the fork; undefined where the repository itself is known to have a branch of this name. */
  readonly branch?: string | undefined;
}

/** `foreign` is left out where the commit is this repository's own, or that is not known. */
type EventSource = NoSource | (KnownSource & { readonly foreign?: ForeignHead | undefined });

/** What to build for the event alone, without inputs. */
export function sourceOfEvent(event: WorkflowEvent): EventSource {
  // Also of a kind that is new to us: it must not end in GITHUB_SHA, the merge commit.
  if (/^pull_request\w*$/.test(event.name)) return fromPullRequest(event);
  const read = readers.get(event.name) ?? fromRef;
  return read(event);
}

const readers = new Map<string, (event: WorkflowEvent) => EventSource>([
  ['push', fromPush],
  ['release', (event) => fromTag(event, event.payload.release?.tag_name, 'the tag of the release')],
  ['merge_group', fromMergeGroup],
  ['workflow_run', fromWorkflowRun],
  ['check_suite', fromCheck],
  ['check_run', fromCheck],
  ['status', fromStatus],
  ['issue_comment', fromComment],
]);

function fromPush(event: WorkflowEvent): EventSource {
  if (event.payload.deleted || isZero(event.sha)) {
    return fail(
      `push: ${quote(event.ref)} was deleted, so there is nothing to build; skip the job with "if: github.event.deleted == false"`,
    );
  }
  return isTag(event) ? fromTag(event, undefined, 'the tag that was pushed') : fromSha(event);
}

/** The events that run for a ref of their own, and those that are about no commit. */
function fromRef(event: WorkflowEvent): EventSource {
  const runsForTag = fittingSha.has(event.name) && isTag(event);
  return runsForTag ? fromTag(event, undefined, 'the tag that the workflow runs for') : fromSha(event);
}

function isTag({ ref }: WorkflowEvent): boolean {
  return ref.startsWith('refs/tags/');
}

function fromTag(event: WorkflowEvent, name: string | undefined, why: string): EventSource {
  const own = isTag(event) ? event.ref.slice('refs/tags/'.length) : undefined;
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

function fromSha({ name, sha, ref }: WorkflowEvent): EventSource {
  if (!commitPattern.test(sha) || isZero(sha)) {
    const problem = sha256Pattern.test(sha)
      ? 'is a SHA-256 commit id, and CodeArts takes SHA-1 commit ids only; set branch or tag'
      : 'is no commit to build; set commit-id, branch or tag';
    return fail(`GITHUB_SHA is ${quote(sha)}, which ${problem}`);
  }
  const branch = ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : undefined;
  const source = commitSource(sha.toLowerCase(), branch, 'the commit that the workflow runs for');
  if (fittingSha.has(name)) return ok(source);
  return ok(
    source,
    `the event ${quote(name)} has no commit of its own, so ${short(sha)} is built, for which the workflow runs; set commit-id, branch or tag to build another`,
  );
}

function fromPullRequest(event: WorkflowEvent): EventSource {
  const { number, state, head, base, merged, merge_commit_sha } = event.payload.pull_request ?? {};
  if (head?.sha === undefined) return noCommit(event);
  const what = number === undefined ? 'the pull request' : `pull request #${number}`;
  const notices = [];
  if (state === 'closed' && merged === true) {
    const as = merge_commit_sha === undefined ? '' : ` as ${short(merge_commit_sha)}`;
    notices.push(
      `${what} was merged${as}, and its head ${short(head.sha)} is built; to build the result of the merge, set commit-id: \${{ github.event.pull_request.merge_commit_sha }}`,
    );
  } else if (state === 'closed') {
    notices.push(
      `${what} was closed without being merged; its head ${short(head.sha)} is built, and its branch may be gone`,
    );
  }
  const reason = forkReason(event, head.repo);
  // The branch of a closed pull request may be gone.
  const branch = reason !== undefined || state === 'closed' ? undefined : head.ref;
  const result = ok(commitSource(head.sha, branch, `the head of ${what}`), ...notices);
  if (reason === undefined) return result;
  // Before the merge it is a commit of GitHub's that tries it out.
  const trial = merged === true || merge_commit_sha === undefined ? [] : [merge_commit_sha];
  const isOwnBranch = head.ref === base?.ref || head.ref === event.payload.repository?.default_branch;
  const foreignBranch = isOwnBranch ? undefined : head.ref;
  return { ...result, foreign: { what, reason, commits: [head.sha, ...trial], branch: foreignBranch } };
}

/** Undefined when it is the repository itself. */
function forkReason(event: WorkflowEvent, repository: RepositoryFacts): string | undefined {
  if (isOwnRepository(event, repository)) return undefined;
  const name = repository?.full_name;
  return name === undefined
    ? 'comes from a fork that is deleted or not named'
    : `comes from the fork ${name}`;
}

function fromMergeGroup(event: WorkflowEvent): EventSource {
  const { merge_group } = event.payload;
  const commitId = merge_group?.head_sha ?? event.sha.toLowerCase();
  if (!commitPattern.test(commitId)) return noCommit(event);
  const base = merge_group?.base_ref?.replace(/^refs\/heads\//, '');
  return ok(
    commitSource(commitId, base, 'the commit of the merge queue'),
    `the merge queue's commit ${short(commitId)} exists only on GitHub until it is merged: CodeArts can build it only if the build task clones from GitHub, not from a mirror`,
  );
}

function fromWorkflowRun(event: WorkflowEvent): EventSource {
  const { head_sha, head_branch, head_repository, pull_requests, ...run } = event.payload.workflow_run ?? {};
  if (head_sha === undefined) return noCommit(event);
  const what = 'the run that started this one';
  const notices =
    run.event === 'pull_request_target'
      ? [
          `${what} was a pull_request_target run, whose commit ${short(head_sha)} may be its base branch's, not the pull request's; set commit-id to be sure`,
        ]
      : [];
  const why = `the commit of ${what}`;
  const reason = forkReason(event, head_repository);
  if (reason === undefined) {
    const branch = knownBranch(event, head_branch, pull_requests);
    return ok(commitSource(head_sha, branch, why), ...notices);
  }
  const branch = head_branch === event.payload.repository?.default_branch ? undefined : head_branch;
  const foreign: ForeignHead = { what, reason, commits: [head_sha], branch };
  return { ...ok(commitSource(head_sha, undefined, why), ...notices), foreign };
}

function fromCheck(event: WorkflowEvent): EventSource {
  const { check_run, check_suite } = event.payload;
  const isRun = event.name === 'check_run';
  const head = isRun ? check_run : check_suite;
  if (head?.head_sha === undefined) return noCommit(event);
  const name = (isRun ? check_run?.check_suite : check_suite)?.head_branch;
  const branch = knownBranch(event, name, head.pull_requests);
  const result = ok(commitSource(head.head_sha, branch, 'the commit that was checked'));
  // These events have the secrets, and name no repository; but for a fork's commit the branch is null.
  return name === undefined ? { ...result, foreign: onNoBranch(head.head_sha) } : result;
}

function fromStatus(event: WorkflowEvent): EventSource {
  const { sha, branches = [] } = event.payload;
  if (sha === undefined) return fromSha(event);
  const only = branches.length === 1 ? branches[0]?.name : undefined;
  const result = ok(commitSource(sha, only, 'the commit whose status changed'));
  return branches.length === 0 ? { ...result, foreign: onNoBranch(sha) } : result;
}

function onNoBranch(commitId: string): ForeignHead {
  const reason = 'is on no branch of this repository, as commits of forks are';
  return { what: 'the commit', reason, commits: [commitId] };
}

function fromComment(event: WorkflowEvent): EventSource {
  const { issue } = event.payload;
  if (issue?.pull_request === undefined) return fromSha(event);
  return fail(
    `issue_comment: a comment on a pull request runs the workflow for the default branch, not for the commit of the pull request; set commit-id to the commit to build, as "gh pr view ${issue.number ?? 'NUMBER'} --json headRefOid --jq .headRefOid" prints it`,
  );
}

function noCommit({ name }: WorkflowEvent): NoSource {
  return fail(`${name}: the event's payload names no commit to build; set commit-id, branch or tag`);
}

/** A head_branch can as well be a tag's name; a branch it is when it is the default one or a pull request's. */
function knownBranch(
  { payload }: WorkflowEvent,
  name: string | undefined,
  pullRequests: PullRequests = [],
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

/** A commit id for people. */
export function short(commitId: string): string {
  return commitId.slice(0, 7);
}
