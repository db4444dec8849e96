// What the inputs say is built, and which of them can not be built.

import { createRequire } from 'node:module';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { readPayload } from '../../../src/github/source/event.ts';
import type { SourceInputs } from '../../../src/github/source/resolve-source.ts';
import { built, choose, event, head, problem, pullRequest, sha } from './resolving.ts';

// The package is a JSON file whose types say that it is a module.
const examples = v.parse(
  v.array(v.object({ name: v.string(), examples: v.array(v.unknown()) })),
  createRequire(import.meta.url)('@octokit/webhooks-examples'),
);
const sampled = examples.flatMap(({ name, examples: payloads }) =>
  payloads.map((payload, index) => ({ name, payload, title: `${name} ${index}` })),
);

describe('the inputs for the source', () => {
  const push = event('push');

  it('win over the event', () => {
    const refused = event('pull_request_target', pullRequest('stranger/fork', { head: { sha } }));
    for (const which of [push, refused, event('push', { deleted: true })]) {
      expect(built(which, { commitId: head.toUpperCase() })).toEqual({
        kind: 'commit',
        commitId: head,
      });
      expect(built(which, { commitId: head, branch: 'dev' })).toEqual({
        kind: 'commit',
        commitId: head,
        branch: 'dev',
      });
      expect(built(which, { branch: 'refs/heads/dev' })).toEqual({ kind: 'branch', branch: 'dev' });
      expect(built(which, { tag: 'refs/tags/v1' })).toEqual({ kind: 'tag', tag: 'v1' });
    }
  });

  it('source job: leaves the choice to the job, even if the event names nothing to build', () => {
    for (const which of [
      push,
      event('push', { deleted: true }),
      event('pull_request_target', pullRequest('a/b')),
    ]) {
      expect(built(which, { source: 'job' })).toEqual({ kind: 'job' });
    }
  });

  // biome-ignore format: a table
  it.each([
    [{ source: 'job', branch: 'dev' }, 'source: "job" builds what the build task is configured to build; remove branch, or set source to "workflow"'],
    [{ source: 'job', commitId: head, tag: 'v1' }, 'source: "job" builds what the build task is configured to build; remove commit-id and tag, or set source to "workflow"'],
    [{ branch: 'dev', tag: 'v1' }, 'branch and tag: a tag already determines the commit; set the tag alone, or no tag'],
    [{ commitId: head, tag: 'v1' }, 'commit-id and tag: a tag already determines the commit; set the tag alone, or no tag'],
    [{ commitId: 'abc1234' }, 'commit-id: "abc1234" is not a full commit ID; expected 40 hexadecimal digits'],
    [{ branch: head }, `branch: "${head}" is a commit ID; give it as commit-id`],
    [{ tag: head }, `tag: "${head}" is a commit ID; give it as commit-id`],
    [{ branch: '7/merge' }, 'branch: "7/merge" is a ref that exists only on GitHub; give the pull request\'s own branch (github.head_ref) or its commit-id'],
    [{ branch: 'refs/pull/7/head' }, 'branch: "refs/pull/7/head" is a ref that exists only on GitHub; give the pull request\'s own branch (github.head_ref) or its commit-id'],
    [{ branch: 'refs/tags/v1' }, 'branch: "refs/tags/v1" is a tag; give it as tag'],
    [{ tag: 'refs/heads/dev' }, 'tag: "refs/heads/dev" is a branch; give it as branch'],
    [{ branch: 'a b' }, 'branch: "a b" is not a valid branch name; expected one such as main'],
    [{ tag: 'v1\n::error::x' }, 'tag: "v1\\n::error::x" is not a valid tag name; expected one such as v1.4.0'],
    [{ commitId: 'x'.repeat(200) }, 'commit-id: a text of 200 characters is not a full commit ID; expected 40 hexadecimal digits'],
  ] satisfies [Partial<SourceInputs>, string][])('%j: is an error', (choice, said) => {
    expect(problem(push, choice)).toBe(said);
  });

  it.each([
    '-x',
    '/x',
    'x/',
    'x.',
    'a..b',
    'a~1',
    'a^',
    'a:b',
    'a?',
    'a*',
    'a[',
    'a\\b',
    'a@{1}',
    'a//b',
    'ä\u0007',
  ])('branch %j: is not a name that git allows', (branch) => {
    expect(problem(push, { branch })).toContain('is not a valid branch name');
  });

  it.each([
    'main',
    'feature/x',
    '功能/登录',
    'release-1.4',
    'a@b',
    "it's",
    '12/merged',
    'dependabot/npm_and_yarn/x-1.2.3',
  ])('branch %j: is a name that git allows', (branch) => {
    expect(built(push, { branch })).toEqual({ kind: 'branch', branch });
  });
});

describe("the fork's own commit, named by an input", () => {
  const trial = 'c'.repeat(40);
  const fork = 'stranger/fork';
  const request = pullRequest(fork, { merged: false, merge_commit_sha: trial, base: { ref: 'main' } });
  const run = { head_sha: head, head_branch: 'feature/x', head_repository: { full_name: fork } };
  const suite = { head_sha: head, head_branch: null };

  it.each([
    ['the head of a pull request', event('pull_request_target', request), { commitId: head }],
    ['the head in capitals', event('pull_request_target', request), { commitId: head.toUpperCase() }],
    ['its trial merge', event('pull_request_target', request), { commitId: trial }],
    ['its branch', event('pull_request_target', request), { branch: 'feature/x' }],
    ['its branch as a tag', event('pull_request_target', request), { tag: 'feature/x' }],
    ['its branch beside its head', event('pull_request_target', request), { branch: 'dev', commitId: head }],
    ['the head of a run', event('workflow_run', { workflow_run: run }), { commitId: head }],
    ['the branch of a run', event('workflow_run', { workflow_run: run }), { branch: 'feature/x' }],
    ['a checked commit', event('check_suite', { check_suite: suite }), { commitId: head }],
    ['a commit with a status', event('status', { sha: head, branches: [] }), { commitId: head }],
  ])('needs allow-forks if the event has secrets: %s', (_, which, input) => {
    expect(problem(which, input)).toMatch(/runs other people's code .* set allow-forks: true/);
    expect(choose(which, { ...input, allowForks: true }).ok).toBe(true);
  });

  it('needs no allow-forks if GitHub withholds the secrets from the run', () => {
    expect(built(event('pull_request', request), { commitId: head })).toMatchObject({ commitId: head });
  });

  it.each([
    ['another commit', { commitId: sha }],
    ['a branch of the repository', { branch: 'dev' }],
    ['the branch that the pull request is for', { branch: 'main' }],
  ])('is not %s', (_, input) => {
    const sameName = pullRequest(fork, { head: { sha: head, ref: 'main' }, base: { ref: 'main' } });
    expect(choose(event('pull_request_target', sameName), input).ok).toBe(true);
  });

  it('is not the result of a merge, which somebody with write access has accepted', () => {
    const merged = pullRequest(fork, { state: 'closed', merged: true, merge_commit_sha: trial });
    expect(choose(event('pull_request_target', merged), { commitId: trial }).ok).toBe(true);
  });

  it.each(['pull/7/head', 'pull/7/merge', 'refs/pull/7/head', '7/merge'])(
    'is no branch and no tag: %s',
    (name) => {
      const push = event('push');
      for (const input of [{ branch: name }, { tag: name }]) {
        expect(problem(push, input)).toContain('is a ref that exists only on GitHub');
      }
    },
  );
});

describe('the payloads of real events', () => {
  it.each(sampled)('$title: has a source or a problem of one line', ({ name, payload }) => {
    const result = choose(event(name, payload));
    if (result.ok)
      for (const line of [result.source.why, ...result.notices]) expect(line).not.toMatch(/[\r\n]/);
    else expect(result.problem).toMatch(/^\S.+; .+$/);
  });

  const expectedHeads: Record<string, string> = {
    pull_request: 'pull_request.head.sha',
    pull_request_review: 'pull_request.head.sha',
    pull_request_review_comment: 'pull_request.head.sha',
    merge_group: 'merge_group.head_sha',
    workflow_run: 'workflow_run.head_sha',
    check_suite: 'check_suite.head_sha',
    check_run: 'check_run.head_sha',
  };

  it.each(Object.entries(expectedHeads))('%s: builds %s in all of them', (name, path) => {
    const payloads = sampled.filter((sample) => sample.name === name);
    expect(payloads).not.toHaveLength(0);
    for (const { payload } of payloads) {
      // The first workflow_run has another repository at its top than in its run.
      const owner = name === 'workflow_run' ? 'workflow_run.repository' : 'repository';
      const repository = at(payload, `${owner}.full_name`);
      const consistent = { ...Object(payload), repository: { full_name: repository } };
      expect(built(event(name, consistent, { repository }))).toMatchObject({
        kind: 'commit',
        commitId: at(payload, path),
      });
    }
  });

  it('pull_request: builds them on the branch of their head', () => {
    const { payload } = sampled.find(({ name }) => name === 'pull_request') ?? { payload: {} };
    const which = event('pull_request', payload, { repository: 'Codertocat/Hello-World' });
    expect(built(which)).toMatchObject({ branch: 'changes' });
  });

  it('release: builds the tag in all of them', () => {
    for (const { payload } of sampled.filter(({ name }) => name === 'release')) {
      expect(built(event('release', payload))).toEqual({ kind: 'tag', tag: '0.0.1' });
    }
  });

  it('push: builds a pushed tag, and not a deleted one', () => {
    for (const { payload } of sampled.filter(({ name }) => name === 'push')) {
      const which = event('push', payload, { ref: at(payload, 'ref') });
      if (at(payload, 'deleted') === 'true') expect(problem(which)).toContain('was deleted');
      else expect(choose(which).ok).toBe(true);
    }
  });
});

/** The value at a dotted path, as text. */
function at(payload: unknown, path: string): string {
  let value = payload;
  for (const key of path.split('.')) value = new Map<string, unknown>(Object.entries(Object(value))).get(key);
  return String(value);
}

describe('any payload', () => {
  const names = [...new Set(sampled.map(({ name }) => name)), 'pull_request_target'];
  // biome-ignore format: a list
  const keys = ['pull_request', 'head', 'sha', 'ref', 'repo', 'full_name', 'workflow_run', 'head_sha', 'check_run', 'check_suite', 'issue', 'release', 'tag_name', 'merge_group', 'base_ref', 'pull_requests', 'deleted', 'head_branch'];
  const payloads = fc.oneof(
    fc.anything(),
    fc.letrec<{ node: unknown }>((tie) => ({
      // At the deepest level the first is taken.
      node: fc.oneof(
        { maxDepth: 5 },
        fc.oneof(fc.constantFrom(sha, head, 'main', null, true, 7, ''), fc.string({ unit: 'binary' })),
        fc.dictionary(fc.constantFrom(...keys), tie('node'), { maxKeys: 5 }),
        fc.array(tie('node'), { maxLength: 3 }),
      ),
    })).node,
  );

  it('throws nothing, and puts no line end and no unchecked name into a message', () => {
    fc.assert(
      fc.property(
        fc.record({
          name: fc.oneof(fc.constantFrom(...names), fc.string({ unit: 'binary' })),
          payload: payloads,
          sha: fc.oneof(fc.constant(sha), fc.string({ unit: 'binary' })),
          ref: fc.oneof(fc.constant('refs/heads/main'), fc.string({ unit: 'binary' })),
          repository: fc.oneof(fc.constant('octo-org/octo-repo'), fc.string()),
        }),
        fc.boolean(),
        (which, allowForks) => {
          const result = choose({ ...which, payload: readPayload(which.payload) }, { allowForks });
          const said = result.ok ? [...Object.values(result.source), ...result.notices] : [result.problem];
          for (const line of said) expect(line).not.toMatch(/[\r\n]|^::/);
          if (result.ok && result.source.kind === 'commit')
            expect(result.source.commitId).toMatch(/^[0-9a-f]{40}$/);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
