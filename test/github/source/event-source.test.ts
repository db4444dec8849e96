// What each event of GitHub is taken to build, and what is said where it names nothing.

import { describe, expect, it } from 'vitest';
import { built, event, head, notices, problem, pullRequest, sha, zero } from './resolving.ts';

function workflowRun(from: string | null, more: object = {}): object {
  const repository = from === null ? null : { full_name: from };
  const run = {
    head_sha: head,
    head_branch: 'main',
    head_repository: repository,
    pull_requests: [],
    event: 'push',
  };
  return { repository: { default_branch: 'main' }, workflow_run: { ...run, ...more } };
}

describe('the event', () => {
  it('push: builds the pushed commit of the branch', () => {
    expect(built(event('push', {}, { ref: 'refs/heads/feature/x' }))).toEqual({
      kind: 'commit',
      commitId: sha,
      branch: 'feature/x',
    });
  });

  it('push of a tag: builds the tag', () => {
    const pushed = event('push', {}, { ref: 'refs/tags/v1.4.0' });
    expect(built(pushed)).toEqual({ kind: 'tag', tag: 'v1.4.0', commitId: sha });
  });

  it('push of a deleted branch or tag: is a problem that says so', () => {
    const said =
      'push: "refs/heads/old" was deleted, so there is nothing to build; skip the job with "if: github.event.deleted == false"';
    expect(problem(event('push', { deleted: true }, { ref: 'refs/heads/old' }))).toBe(said);
    expect(problem(event('push', {}, { ref: 'refs/heads/old', sha: zero }))).toBe(said);
    expect(problem(event('push', { deleted: true }, { ref: 'refs/tags/v1' }))).toContain(
      '"refs/tags/v1" was deleted',
    );
  });

  it('release: builds its tag, with the commit where GITHUB_REF is that tag', () => {
    const payload = { release: { tag_name: 'v2' } };
    expect(built(event('release', payload, { ref: 'refs/tags/v2' }))).toEqual({
      kind: 'tag',
      tag: 'v2',
      commitId: sha,
    });
    expect(built(event('release', payload))).toEqual({ kind: 'tag', tag: 'v2' });
    expect(built(event('release', {}, { ref: 'refs/tags/v2' }))).toEqual({
      kind: 'tag',
      tag: 'v2',
      commitId: sha,
    });
  });

  it.each(['pull_request', 'pull_request_target', 'pull_request_review', 'pull_request_review_comment'])(
    '%s: builds the head commit, never the merge commit of refs/pull/7/merge',
    (name) => {
      const which = event(name, pullRequest(), { ref: 'refs/pull/7/merge' });
      expect(built(which)).toEqual({ kind: 'commit', commitId: head, branch: 'feature/x' });
      expect(notices(which)).toBe('');
      expect(problem(event(name, { pull_request: { head: null } }))).toBe(
        `${name}: the event's payload names no commit to build; set commit-id, branch or tag`,
      );
    },
  );

  it('pull_request, closed: leaves the branch out, which may be gone, and says so', () => {
    const which = event('pull_request', pullRequest('octo-org/octo-repo', { state: 'closed' }));
    expect(built(which)).toEqual({ kind: 'commit', commitId: head });
    expect(notices(which)).toBe(
      'pull request #7 was closed without being merged; its head bbbbbbb is built, and its branch may be gone',
    );
  });

  it('pull_request, merged: says that its head is built, and how to build the result of the merge', () => {
    const merge = { state: 'closed', merged: true, merge_commit_sha: 'e'.repeat(40) };
    const which = event('pull_request', pullRequest('octo-org/octo-repo', merge));
    expect(built(which)).toEqual({ kind: 'commit', commitId: head });
    expect(notices(which)).toBe(
      `pull request #7 was merged as eeeeeee, and its head bbbbbbb is built; to build the result of the merge, set commit-id: \${{ github.event.pull_request.merge_commit_sha }}`,
    );
  });

  it('pull_request of a repository that was renamed since: is its own', () => {
    const repo = { id: 12, full_name: 'octo-org/old-name' };
    const payload = { ...pullRequest('', { head: { sha: head, ref: 'feature/x', repo } }), repository: repo };
    const which = event('pull_request_target', payload);
    expect(built(which)).toEqual({ kind: 'commit', commitId: head, branch: 'feature/x' });
    expect(notices(which)).toBe('');
  });

  it('pull_request of another repository that has the name now: is a fork', () => {
    const repo = { id: 13, full_name: 'octo-org/octo-repo' };
    const payload = { ...pullRequest('', { head: { sha: head, repo } }), repository: { ...repo, id: 12 } };
    expect(problem(event('pull_request_target', payload))).toContain(
      'comes from the fork octo-org/octo-repo',
    );
  });

  it('status: builds the commit whose status changed, unless it is on no branch', () => {
    const branches = [{ name: 'feature/x' }];
    expect(built(event('status', { sha: head, branches }))).toEqual({
      kind: 'commit',
      commitId: head,
      branch: 'feature/x',
    });
    expect(built(event('status', { sha: head, branches: [...branches, { name: 'main' }] }))).toEqual({
      kind: 'commit',
      commitId: head,
    });
    expect(problem(event('status', { sha: head, branches: [] }))).toContain(
      'on no branch of this repository',
    );
  });

  it.each(['pull_request', 'pull_request_review', 'pull_request_review_comment'])(
    '%s of a fork: builds without a branch and says where CodeArts builds from',
    (name) => {
      const which = event(name, pullRequest('stranger/fork'));
      expect(built(which)).toEqual({ kind: 'commit', commitId: head });
      expect(notices(which)).toBe(
        'pull request #7 comes from the fork stranger/fork: CodeArts builds from the repository that the build task is configured with, so bbbbbbb is built only if that repository has it',
      );
    },
  );

  it('pull_request_target of a fork: is not built unless forks are allowed', () => {
    const which = event('pull_request_target', pullRequest('stranger/fork'));
    expect(problem(which)).toBe(
      "pull_request_target: pull request #7 comes from the fork stranger/fork: building bbbbbbb runs other people's code with the permissions of the build task, and this event has access to the repository's secrets; set allow-forks: true to build it anyway, or commit-id to a commit you trust",
    );
    expect(built(which, { allowForks: true })).toEqual({ kind: 'commit', commitId: head });
    expect(notices(which, { allowForks: true })).toContain('stranger/fork');
    expect(built(which, { commitId: sha })).toEqual({ kind: 'commit', commitId: sha });
  });

  it('pull_request_target: treats a deleted or unnamed head repository as a fork', () => {
    expect(problem(event('pull_request_target', pullRequest(null)))).toContain(
      'a fork that is deleted or not named',
    );
    expect(problem(event('pull_request_target', pullRequest('a\n::set-output::')))).toContain(
      'deleted or not named',
    );
    expect(problem(event('pull_request_brand_new', pullRequest('stranger/fork')))).toContain('allow-forks');
  });

  it('pull_request_target: compares repositories as GitHub does, without regard to case', () => {
    expect(built(event('pull_request_target', pullRequest('Octo-Org/Octo-Repo')))).toMatchObject({
      commitId: head,
    });
  });

  it('merge_group: builds the head of the queue on the base branch, never on gh-readonly-queue/…', () => {
    const merge_group = {
      head_sha: head,
      base_ref: 'refs/heads/main',
      head_ref: 'refs/heads/gh-readonly-queue/main/pr-1',
    };
    const which = event('merge_group', { merge_group }, { ref: 'refs/heads/gh-readonly-queue/main/pr-1' });
    expect(built(which)).toEqual({ kind: 'commit', commitId: head, branch: 'main' });
    expect(notices(which)).toBe(
      "the merge queue's commit bbbbbbb exists only on GitHub until it is merged: CodeArts can build it only if the build task clones from GitHub, not from a mirror",
    );
    expect(built({ ...which, payload: {} })).toEqual({ kind: 'commit', commitId: sha });
    expect(built({ ...which, name: 'push' })).toEqual({ kind: 'commit', commitId: sha });
  });

  it('workflow_run: builds the commit of the run that started it', () => {
    const own = 'octo-org/octo-repo';
    expect(built(event('workflow_run', workflowRun(own)))).toEqual({
      kind: 'commit',
      commitId: head,
      branch: 'main',
    });
    const pull_requests = [{ head: { ref: 'feature/x' } }];
    expect(
      built(event('workflow_run', workflowRun(own, { head_branch: 'feature/x', pull_requests }))),
    ).toEqual({
      kind: 'commit',
      commitId: head,
      branch: 'feature/x',
    });
  });

  it('workflow_run: leaves out a head_branch that may be a tag', () => {
    const payload = workflowRun('octo-org/octo-repo', { head_branch: 'v1.4.0' });
    expect(built(event('workflow_run', payload))).toEqual({ kind: 'commit', commitId: head });
  });

  it('workflow_run of a fork: is not built unless forks are allowed', () => {
    const which = event('workflow_run', workflowRun('stranger/fork', { event: 'pull_request' }));
    expect(problem(which)).toContain(
      'workflow_run: the run that started this one comes from the fork stranger/fork',
    );
    expect(built(which, { allowForks: true })).toEqual({ kind: 'commit', commitId: head });
    expect(problem(event('workflow_run', workflowRun(null)))).toContain(
      'a fork that is deleted or not named',
    );
    expect(problem(event('workflow_run', { workflow_run: null }))).toContain('names no commit to build');
  });

  it('workflow_run of a pull_request_target run: says that its commit may be the base branch', () => {
    const payload = workflowRun('octo-org/octo-repo', { event: 'pull_request_target' });
    expect(notices(event('workflow_run', payload))).toContain("may be its base branch's");
  });

  it('check_suite and check_run: build the commit that was checked', () => {
    const check_suite = { head_sha: head, head_branch: 'main', pull_requests: [] };
    const expected = { kind: 'commit', commitId: head, branch: 'main' };
    const repository = { default_branch: 'main' };
    expect(built(event('check_suite', { repository, check_suite }))).toEqual(expected);
    const check_run = { head_sha: head, check_suite };
    expect(built(event('check_run', { repository, check_run }))).toEqual(expected);
    expect(problem(event('check_run', { check_suite }))).toContain('names no commit to build');
  });

  it('check_suite and check_run on no branch of the repository, as of forks: are not built unless allowed', () => {
    const check_suite = { head_sha: head, head_branch: null, pull_requests: [] };
    const events = [
      event('check_suite', { check_suite }),
      event('check_run', { check_run: { head_sha: head, check_suite } }),
      event('check_run', { check_run: { head_sha: head } }),
    ];
    for (const which of events) {
      expect(problem(which)).toContain(
        'the commit is on no branch of this repository, as commits of forks are: building',
      );
      expect(built(which, { allowForks: true })).toEqual({ kind: 'commit', commitId: head });
    }
  });

  it('issue_comment on a pull request: asks for the commit', () => {
    const which = event('issue_comment', { issue: { number: 7, pull_request: { url: 'x' } } });
    expect(problem(which)).toBe(
      'issue_comment: a comment on a pull request runs the workflow for the default branch, not for the commit of the pull request; set commit-id to the commit to build, as "gh pr view 7 --json headRefOid --jq .headRefOid" prints it',
    );
    expect(built(which, { commitId: head })).toEqual({ kind: 'commit', commitId: head });
    expect(built(which, { branch: 'dev' })).toEqual({ kind: 'branch', branch: 'dev' });
  });

  it.each(['issue_comment', 'issues', 'watch', 'an_invented_one', 'constructor', '__proto__'])(
    '%s: builds the commit that the workflow runs for and says that the event names none',
    (name) => {
      const which = event(name, { issue: { number: 7 }, sha: head });
      expect(built(which)).toEqual({ kind: 'commit', commitId: sha, branch: 'main' });
      expect(notices(which)).toBe(
        `the event "${name}" has no commit of its own, so aaaaaaa is built, for which the workflow runs; set commit-id, branch or tag to build another`,
      );
    },
  );

  it.each(['workflow_dispatch', 'repository_dispatch', 'schedule', 'create', 'deployment'])(
    '%s: builds the commit that the workflow runs for, without a word',
    (name) => {
      expect(built(event(name))).toEqual({ kind: 'commit', commitId: sha, branch: 'main' });
      expect(built(event(name, {}, { ref: 'refs/tags/v1' }))).toEqual({
        kind: 'tag',
        tag: 'v1',
        commitId: sha,
      });
      expect(built(event(name, {}, { ref: '' }))).toEqual({ kind: 'commit', commitId: sha });
      expect(notices(event(name))).toBe('');
    },
  );

  it('of a repository with SHA-256 commit ids: is a problem that says so', () => {
    expect(problem(event('push', { ref: 'refs/heads/main' }, { sha: 'c'.repeat(64) }))).toContain(
      'which is a SHA-256 commit id, and CodeArts takes SHA-1 commit ids only; set branch or tag',
    );
  });

  it('without a commit: is a problem', () => {
    for (const missing of ['', 'main', zero]) {
      expect(problem(event('schedule', {}, { sha: missing }))).toBe(
        `GITHUB_SHA is "${missing}", which is no commit to build; set commit-id, branch or tag`,
      );
    }
  });
});
