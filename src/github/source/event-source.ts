// Which commit a workflow event stands for, and whether it may be built: GITHUB_SHA is a merge commit, or the default
// branch's, for half of the events. Refuses commits of forks where the event holds the repository's secrets.
// Source: GitHub's "Events that trigger workflows" and "Keeping your GitHub Actions secure: preventing pwn requests".

import { quote } from '../../text.ts';
import { commitPattern, type EventPayload, refPattern, type WorkflowEvent } from './event.ts';
import { eventsWithoutSecrets } from './missing-secrets.ts';
import { fail, ok, type Source, type SourceResult } from './source.ts';

/** What the event alone says to build. */
export function fromEvent(event: WorkflowEvent, payload: EventPayload, allowForks: boolean): SourceResult {
  // A kind of pull request event that is new to us must not end in GITHUB_SHA, the merge commit.
  if (/^pull_request\w*$/.test(event.name)) return fromPullRequest(event, payload, allowForks);
  switch (event.name) {
    case 'push':
      return fromPush(event, payload);
    case 'release':
      return fromTag(event, payload.release?.tag_name, 'the tag of the release');
    case 'merge_group':
      return fromMergeGroup(event, payload);
    case 'workflow_run':
      return fromWorkflowRun(event, payload, allowForks);
    case 'check_suite':
    case 'check_run':
      return fromCheck(event, payload, allowForks);
    case 'issue_comment':
      return fromComment(event, payload);
    default:
      return fromSha(event);
  }
}

function fromPush(event: WorkflowEvent, payload: EventPayload): SourceResult {
  if (payload.deleted || isZero(event.sha)) {
    return fail(
      `push: ${quote(event.ref)} was deleted, so there is nothing to build; keep the job from running with "if: github.event.deleted == false"`,
    );
  }
  if (event.ref.startsWith('refs/tags/')) return fromTag(event, undefined, 'the tag that was pushed');
  return fromSha(event);
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

function fromSha({ name, sha, ref }: WorkflowEvent): SourceResult {
  if (!commitPattern.test(sha) || isZero(sha)) {
    return fail(`GITHUB_SHA is ${quote(sha)}, which is no commit to build; set commit-id, branch or tag`);
  }
  const branch = ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : undefined;
  const source = commitSource(sha.toLowerCase(), branch, 'the commit that the workflow runs for');
  if (fittingSha.has(name)) return ok(source);
  return ok(
    source,
    `the event ${quote(name)} stands for no commit of its own, so ${short(sha)} is built, which the workflow runs for; set commit-id, branch or tag to build another`,
  );
}

function fromPullRequest(event: WorkflowEvent, payload: EventPayload, allowForks: boolean): SourceResult {
  const { number, state, head } = payload.pull_request ?? {};
  if (head?.sha === undefined) return noCommit(event);
  const what = number === undefined ? 'the pull request' : `pull request #${number}`;
  const foreign = forkReason(event, head.repo?.full_name);
  if (foreign && !allowForks && !eventsWithoutSecrets.has(event.name))
    return refuse(event, what, foreign, head.sha);
  // The branch of a closed pull request may be gone.
  const branch = foreign || state === 'closed' ? undefined : head.ref;
  return ok(commitSource(head.sha, branch, `the head of ${what}`), ...noticeOf(what, foreign, head.sha));
}

function fromMergeGroup(event: WorkflowEvent, payload: EventPayload): SourceResult {
  const commitId = payload.merge_group?.head_sha ?? event.sha.toLowerCase();
  if (!commitPattern.test(commitId)) return noCommit(event);
  const base = payload.merge_group?.base_ref?.replace(/^refs\/heads\//, '');
  return ok(
    commitSource(commitId, base, 'the commit of the merge queue'),
    `the merge queue's commit ${short(commitId)} is on GitHub alone until it is merged: CodeArts can build it only where its job clones from GitHub, not from a copy`,
  );
}

function fromWorkflowRun(event: WorkflowEvent, payload: EventPayload, allowForks: boolean): SourceResult {
  const run = payload.workflow_run;
  if (run?.head_sha === undefined) return noCommit(event);
  const what = 'the run that started this one';
  const foreign = forkReason(event, run.head_repository?.full_name);
  if (foreign && !allowForks) return refuse(event, what, foreign, run.head_sha);
  const branch = foreign ? undefined : knownBranch(payload, run.head_branch, run.pull_requests);
  const source = commitSource(run.head_sha, branch, `the commit of ${what}`);
  const notices = noticeOf(what, foreign, run.head_sha);
  if (run.event !== 'pull_request_target') return ok(source, ...notices);
  const doubt = `${what} was a pull_request_target run, whose commit ${short(run.head_sha)} may be its base branch's, not the pull request's; set commit-id to be sure`;
  return ok(source, ...notices, doubt);
}

function fromCheck(event: WorkflowEvent, payload: EventPayload, allowForks: boolean): SourceResult {
  const check = event.name === 'check_run' ? payload.check_run : payload.check_suite;
  const suite = event.name === 'check_run' ? payload.check_run?.check_suite : payload.check_suite;
  if (check?.head_sha === undefined) return noCommit(event);
  // These run with secrets and name no repository. But the branch of a fork's commit is null here.
  const foreign =
    suite?.head_branch === undefined
      ? 'is on no branch of this repository, as commits of forks are'
      : undefined;
  if (foreign && !allowForks) return refuse(event, 'the commit', foreign, check.head_sha);
  const branch = knownBranch(payload, suite?.head_branch, check.pull_requests);
  const source = commitSource(check.head_sha, branch, 'the commit that was checked');
  return ok(source, ...noticeOf('the commit', foreign, check.head_sha));
}

function fromComment(event: WorkflowEvent, payload: EventPayload): SourceResult {
  if (payload.issue?.pull_request === undefined) return fromSha(event);
  return fail(
    'issue_comment: a comment on a pull request comes with the default branch, not with the commit commented on; set commit-id to the commit to build',
  );
}

/** Undefined when it is the repository itself; else what follows on "the pull request". */
function forkReason(event: WorkflowEvent, repository: string | undefined): string | undefined {
  if (repository === undefined) return 'comes from a fork that is deleted or not named';
  if (repository.toLowerCase() === event.repository.toLowerCase()) return undefined;
  return `comes from the fork ${repository}`;
}

function refuse(event: WorkflowEvent, what: string, foreign: string, commitId: string): SourceResult {
  return fail(
    `${event.name}: ${what} ${foreign}: building ${short(commitId)} runs a stranger's code with the job's rights, and this event holds the repository's secrets; set allow-forks: true to build it all the same, or commit-id to a commit you trust`,
  );
}

function noticeOf(what: string, foreign: string | undefined, commitId: string): readonly string[] {
  if (foreign === undefined) return [];
  return [
    `${what} ${foreign}: CodeArts builds from the repository that its job is configured with, so ${short(commitId)} is built only if that repository holds it`,
  ];
}

function noCommit(event: WorkflowEvent): SourceResult {
  return fail(`${event.name}: the event's payload names no commit to build; set commit-id, branch or tag`);
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
