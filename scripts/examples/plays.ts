// Lists how each workflow of examples/ is run against the simulator and what must come of it. Every file has an entry, with
// a reason if it can't be run.

import type { ScenarioName } from '../../test/simulator/simulator.ts';

export interface Play {
  /** A file of examples/. */
  readonly example: string;
  /** The case, if the example has more than one. */
  readonly when?: string;
  /** Default: `push` to main. */
  readonly event?: { readonly name: string; readonly payload: Readonly<Record<string, unknown>> };
  /** What the build does. Default: `success`. */
  readonly scenario?: ScenarioName;
  /** A build of the same commit has succeeded before. */
  readonly builtBefore?: boolean;
  /** Whether the workflow run succeeds. Default: true. */
  readonly green?: boolean;
  /** How many builds CodeArts has at the end. Default: 1. */
  readonly builds?: number;
  /** The commit of the last build. Default: the pushed one. Empty: any. */
  readonly commit?: string;
  /** The tag that was requested instead of a commit. */
  readonly tag?: string;
  /** What lines of the steps must match. */
  readonly shows?: readonly RegExp[];
  /** What no line may match. */
  readonly hides?: readonly RegExp[];
}

export interface NotPlayed {
  readonly example: string;
  readonly notPlayed: string;
}

export const repository = 'octo-org/shop';
const head = '3f9a2c41d07be5568c1e9f40a7b6d2c8e5f10934';
const queued = '9d1c7e02b6a84f35d0e2c9b8a7f6e5d4c3b2a190';

const pullRequest = {
  name: 'pull_request',
  payload: {
    action: 'synchronize',
    number: 7,
    pull_request: {
      number: 7,
      state: 'open',
      head: { sha: head, ref: 'feature', repo: { full_name: repository } },
      base: { sha: queued, ref: 'main', repo: { full_name: repository } },
    },
  },
};

const forkPullRequest = {
  name: 'pull_request_target',
  payload: {
    ...pullRequest.payload,
    pull_request: {
      ...pullRequest.payload.pull_request,
      head: { sha: head, ref: 'feature', repo: { full_name: 'octo-fork/shop' } },
    },
  },
};

export const plays: readonly (Play | NotPlayed)[] = [
  { example: 'push.yml', shows: [/BUILD SUCCESS/, /Build #1 of push\.yml-\d+ succeeded/] },
  {
    example: 'push.yml',
    when: 'the build fails',
    scenario: 'failing-compile',
    green: false,
    shows: [/failed in step Maven构建: .*cannot find symbol/],
  },
  { example: 'pull-request-gate.yml', event: pullRequest, commit: head },
  {
    example: 'pull-request-gate.yml',
    when: 'a test fails',
    event: pullRequest,
    commit: head,
    scenario: 'failing-test',
    green: false,
  },
  { example: 'merge-queue.yml', event: pullRequest, commit: head },
  {
    example: 'merge-queue.yml',
    when: 'in the queue',
    event: {
      name: 'merge_group',
      payload: {
        action: 'checks_requested',
        merge_group: {
          head_sha: queued,
          head_ref: 'refs/heads/gh-readonly-queue/main/pr-7-abc',
          base_ref: 'refs/heads/main',
        },
      },
    },
    commit: queued,
    shows: [/exists only on GitHub until it is merged/],
  },
  {
    example: 'tag-release.yml',
    event: { name: 'push', payload: { ref: 'refs/tags/v1.4.0' } },
    tag: 'v1.4.0',
    shows: [/gh release create v1\.4\.0 --verify-tag/],
  },
  {
    example: 'tag-release.yml',
    when: 'the build has no artifacts',
    event: { name: 'push', payload: { ref: 'refs/tags/v1.4.0' } },
    scenario: 'silent-minute',
    tag: 'v1.4.0',
    hides: [/gh release create/],
  },
  { example: 'nightly.yml', event: { name: 'schedule', payload: {} }, commit: '' },
  {
    example: 'nightly.yml',
    when: 'the build fails',
    event: { name: 'schedule', payload: {} },
    scenario: 'failing-test',
    commit: '',
    green: false,
    shows: [/gh issue create --title The nightly build failed --body Build #1 of nightly\.yml-\d+ failed/],
  },
  { example: 'matrix.yml', builds: 3 },
  { example: 'start-and-follow.yml', shows: [/BUILD SUCCESS/] },
  {
    example: 'deploy-image.yml',
    shows: [/kubectl set image deployment\/server server=swr\.\S+\/demo\/server:1\.0\.1/],
  },
  {
    example: 'artifacts-matrix.yml',
    shows: [
      /the image server 1\.0\.1 is at swr\.\S+\/demo\/server:1\.0\.1/,
      /the \w+ server-1\.0\.jar \S+ is at \/server\//,
    ],
  },
  { example: 'artifacts-matrix.yml', when: 'the build has no artifacts', scenario: 'silent-minute' },
  {
    example: 'pull-image.yml',
    shows: [
      /huaweicloud\/swr-login@v2\.1\.0 with access-key-id/,
      /docker pull swr\.\S+\/demo\/server:1\.0\.1/,
    ],
  },
  {
    example: 'verify-package.yml',
    shows: [/curl .*--output package\.bin \S*\/server-1\.0\.jar/, /sha256sum --check/],
    hides: [/example-repo-password/],
  },
  {
    example: 'parameters-json.yml',
    when: 'the message has several lines',
    event: {
      name: 'push',
      payload: {
        ref: 'refs/heads/main',
        head_commit: { message: 'Fix a "typo"\nreleaseVersion=9\nunknown=1' },
      },
    },
    shows: [/BUILD SUCCESS/],
  },
  {
    example: 'reuse.yml',
    event: { name: 'workflow_dispatch', payload: {} },
    shows: [/reused an earlier build: false/],
  },
  {
    example: 'reuse.yml',
    when: 'the commit is built already',
    event: { name: 'workflow_dispatch', payload: {} },
    builtBefore: true,
    shows: [/reused an earlier build: true/, /server-1\.0\.jar/],
  },
  { example: 'access-key.yml', shows: [/Signing in with the access key/] },
  { example: 'auth-token.yml', shows: [/Signing in with the token/] },
  { example: 'environment.yml', shows: [/HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK in the environment/] },
  { example: 'iam-user.yml', shows: [/Signing in with the password of an IAM user/] },
  { example: 'job-by-name.yml' },
  {
    example: 'forks.yml',
    event: forkPullRequest,
    commit: head,
    shows: [/comes from the fork octo-fork\/shop/],
  },
  { example: 'keyless.yml', shows: [/Signing in with GitHub's OIDC token/], hides: [/simulator-fake-token/] },
  {
    example: 'keyless-sts.yml',
    shows: [/Signing in with an OIDC token, as the agency/, /BUILD SUCCESS/],
    hides: [/simulator-fake-[0-9a-f]{40}/],
  },
  { example: 'private-cloud.yml', shows: [/BUILD SUCCESS/], hides: [/example-proxy-password/] },
  {
    example: 'commit-status.yml',
    notPlayed: 'act points every step at api.github.com, where the status would be published',
  },
  { example: 'buildflow.yml', scenario: 'flow-diamond', builds: 5, shows: [/core ended with success/] },
  {
    example: 'buildflow.yml',
    when: 'a child fails',
    scenario: 'flow-failing',
    green: false,
    builds: 5,
    shows: [/make: \*\*\* \[middle\] Error 2/],
  },
  { example: 'confidential.yml', hides: [/BUILD SUCCESS/] },
  {
    example: 'confidential.yml',
    when: 'the build fails',
    scenario: 'failing-compile',
    green: false,
    hides: [/cannot find symbol/],
  },
  {
    example: 'save-log.yml',
    shows: [/actions\/upload-artifact@v4 with name=codearts-log path=\S*codearts\.log/],
  },
  {
    example: 'save-log.yml',
    when: 'the build fails',
    scenario: 'failing-compile',
    green: false,
    shows: [/actions\/upload-artifact@v4 with name=codearts-log/],
  },
];
