// Tests every sign-in method against a service and an IAM that check it, and the errors about wrong credentials.

import { describe, expect, it } from 'vitest';
import { pullRequest } from './events.ts';
import { errors, runStepWith, shown, startIdTokenService, verdicts } from './signing-in.ts';
import { openWorld, runStep, type StoryOptions } from './story.ts';

describe('the step signs in', () => {
  it('with a token from the workflow', async () => {
    const world = await openWorld();
    const token = world.simulator.token();
    const step = await runStepWith({ 'auth-token': token }, { world });
    expect(step.code).toBe(0);
    expect(verdicts(world)).toEqual(new Set(['token']));
    expect(step.recorder.stdout).toContain('Signing in with the token from the input auth-token.\n');
    expect(step.recorder.masks).toContain(token);
    expect(shown(step)).not.toContain(token);
  });

  it('with a permanent access key', async () => {
    const world = await openWorld();
    const step = await runStep({ world });
    expect(step.code).toBe(0);
    expect(verdicts(world)).toEqual(new Set(['signed']));
    expect(step.recorder.stdout).toContain(
      'Signing in with the access key from the inputs access-key and secret-key.\n',
    );
    expect(step.recorder.masks).toContain(world.simulator.accessKey.sk);
    expect(shown(step)).not.toContain(world.simulator.accessKey.ak);
  });

  it('with a temporary access key', async () => {
    const world = await openWorld();
    const { ak, sk, securityToken } = world.simulator.temporaryKey;
    const keys = { 'access-key': ak, 'secret-key': sk, 'security-token': securityToken };
    const step = await runStepWith(keys, { world });
    expect(step.code).toBe(0);
    expect(verdicts(world)).toEqual(new Set(['signed']));
    expect(step.recorder.masks).toContain(securityToken);
  });

  it('with the password of an IAM user', async () => {
    const world = await openWorld();
    const { domain, name, password } = world.simulator.user;
    const user = { 'iam-domain': domain, 'iam-user': name, 'iam-password': password };
    const step = await runStepWith(user, { world });
    expect(step.code).toBe(0);
    expect(verdicts(world)).toEqual(new Set(['token']));
    expect(world.simulator.count('token')).toBe(1);
    expect(step.recorder.masks).toContain(password);
    expect(shown(step)).not.toContain('simulator-fake-token');
    expect(step.recorder.masks.some((mask) => mask.startsWith('simulator-fake-token'))).toBe(true);
  });

  it('at the IAM in HUAWEICLOUD_SDK_IAM_ENDPOINT', async () => {
    const world = await openWorld();
    const { domain, name, password } = world.simulator.user;
    const user = { 'iam-domain': domain, 'iam-user': name, 'iam-password': password };
    const env = { HUAWEICLOUD_SDK_IAM_ENDPOINT: world.simulator.url };
    const step = await runStepWith({ ...user, 'iam-endpoint': '' }, { world, env });
    expect({ code: step.code, signIns: world.simulator.count('token') }).toEqual({ code: 0, signIns: 1 });
  });

  it('with a token of the sub-project that the job lives in', async () => {
    const world = await openWorld();
    const { domain, name, password } = world.simulator.user;
    const iamProjectId = 'a287e712be6c404ca26e5f69040fa12b';
    const user = { 'iam-domain': domain, 'iam-user': name, 'iam-password': password };
    const inputs = { ...user, 'iam-project-id': iamProjectId };
    const step = await runStepWith(inputs, { world, job: { iamProjectId } });
    expect(step.code).toBe(0);
    const [signIn] = world.simulator.requests.filter(({ call }) => call === 'token');
    expect(JSON.parse(signIn?.body ?? '').auth.scope).toEqual({ project: { id: iamProjectId } });
  });

  it("with GitHub's OIDC token, and no stored secret at all", async () => {
    const world = await openWorld();
    const service = await startIdTokenService(world.simulator);
    const step = await runStepWith({ 'identity-provider': 'github-actions' }, { world, env: service.env });
    expect(step.code).toBe(0);
    expect(verdicts(world)).toEqual(new Set(['token']));
    expect(service.audiences).toEqual([null]);
    expect(step.recorder.stdout).toContain(
      "Signing in with GitHub's OIDC token, at the identity provider from the input identity-provider.\n",
    );
    for (const secret of service.given) {
      expect(step.recorder.masks).toContain(secret);
      expect(shown(step)).not.toContain(secret);
    }
  });

  it('with an ID token for the audience that the identity provider requires', async () => {
    const world = await openWorld({ identityProviders: [{ id: 'github', audience: 'codearts build' }] });
    const service = await startIdTokenService(world.simulator);
    const inputs = { 'identity-provider': 'github', 'oidc-audience': 'codearts build' };
    expect((await runStepWith(inputs, { world, env: service.env })).code).toBe(0);
    expect(service.audiences).toEqual(['codearts build']);
  });

  const families = [
    ['HUAWEI_CLOUD_ACCESS_KEY_ID', 'HUAWEI_CLOUD_SECRET_ACCESS_KEY'],
    ['HUAWEICLOUD_SDK_AK', 'HUAWEICLOUD_SDK_SK'],
    ['CLOUD_SDK_AK', 'CLOUD_SDK_SK'],
  ] as const;
  it.each(families)('with %s and %s of the environment', async (ak, sk) => {
    const world = await openWorld();
    const { accessKey } = world.simulator;
    const step = await runStepWith({}, { world, env: { [ak]: accessKey.ak, [sk]: accessKey.sk } });
    expect(step.code).toBe(0);
    expect(step.recorder.stdout).toContain(
      `Signing in with the access key from ${ak} and ${sk} in the environment.\n`,
    );
  });

  it("with the official SDKs' temporary key of the environment", async () => {
    const world = await openWorld();
    const { ak, sk, securityToken } = world.simulator.temporaryKey;
    const env = {
      HUAWEICLOUD_SDK_AK: ak,
      HUAWEICLOUD_SDK_SK: sk,
      HUAWEICLOUD_SDK_SECURITY_TOKEN: securityToken,
    };
    expect((await runStepWith({}, { world, env })).code).toBe(0);
    expect(verdicts(world)).toEqual(new Set(['signed']));
  });

  it('with its inputs before the environment, and with the first variables set in the environment', async () => {
    const world = await openWorld();
    const { ak, sk } = world.simulator.accessKey;
    const wrong = { CLOUD_SDK_AK: 'WRONGWRONGWRONG', CLOUD_SDK_SK: 'wrong-wrong-wrong' };
    expect((await runStep({ world, env: wrong })).code).toBe(0);
    const both = { ...wrong, HUAWEICLOUD_SDK_AK: ak, HUAWEICLOUD_SDK_SK: sk };
    expect((await runStepWith({}, { world, env: both })).code).toBe(0);
  });
});

describe('the step sends no request and says in one line what to do', () => {
  const cases: readonly [string, Readonly<Record<string, string>>, StoryOptions, RegExp][] = [
    [
      'with half a pair of keys',
      { 'access-key': 'AKAKAKAKAK' },
      {},
      /^secret-key: missing; access-key and secret-key go together \(is the secret set/,
    ],
    [
      'with a security token without keys',
      { 'security-token': 'token-token' },
      {},
      /^access-key: missing, and so is secret-key; access-key and secret-key go together/,
    ],
    [
      'with a user without a password',
      { 'iam-domain': 'shop', 'iam-user': 'ci' },
      {},
      /^iam-password: missing; iam-domain, iam-user and iam-password go together/,
    ],
    [
      'with an audience without a provider',
      { 'oidc-audience': 'me' },
      {},
      /^oidc-audience: can't be given without identity-provider or oidc-provider-urn: /,
    ],
    [
      'with two sign-in methods at once',
      { 'auth-token': 'token-token', 'access-key': 'AKAKAKAK', 'secret-key': 'sksksksk' },
      {},
      /^auth-token: given together with access-key: two ways to sign in; keep one/,
    ],
    [
      'without a sign-in method',
      {},
      {},
      /^No credentials: access-key is empty and no other sign-in input is set\. Check that the secret exists in this repository or environment; reusable workflows need "secrets: inherit"\.$/,
    ],
    [
      'with half a pair of keys in the environment',
      {},
      { env: { HUAWEICLOUD_SDK_AK: 'AKAKAKAKAK' } },
      /^secret-key: missing: the environment has HUAWEICLOUD_SDK_AK but not HUAWEICLOUD_SDK_SK; set both or neither\.$/,
    ],
    [
      'with spaces inside a key',
      { 'access-key': 'AK AK', 'secret-key': 'sk' },
      {},
      /^access-key: has blanks inside; expected the AK as the console shows it\.$/,
    ],
    [
      'in a pull request from a fork',
      {},
      { event: pullRequest({ fork: true }) },
      /^No credentials: access-key is empty\. GitHub gives a pull request from a fork no secrets, so its commits can't be built here; a maintainer who has reviewed the change can push it/,
    ],
    [
      'with a user whose password is not available to a fork',
      { 'iam-domain': 'shop', 'iam-user': 'ci' },
      { event: pullRequest({ fork: true }) },
      /^iam-password: missing; .*\(GitHub gives a pull request from a fork no secrets/,
    ],
    [
      'in a run by Dependabot',
      {},
      { event: pullRequest({ fork: false }), env: { GITHUB_ACTOR: 'dependabot[bot]' } },
      /^No credentials: access-key is empty\. GitHub gives runs by Dependabot no Actions secrets; store them as Dependabot secrets too/,
    ],
    [
      'with a provider in a job that may not request an ID token',
      { 'identity-provider': 'github-actions' },
      {},
      /^identity-provider: the job may not ask GitHub for an ID token; add “permissions: id-token: write” to the job\.$/,
    ],
    [
      'with a provider in a pull request from a fork',
      { 'identity-provider': 'github-actions' },
      { event: pullRequest({ fork: true }) },
      /^identity-provider: GitHub gives a pull request from a fork no ID token/,
    ],
  ];
  it.each(cases)('%s', async (_, inputs, options, line) => {
    const world = await openWorld();
    const step = await runStepWith(inputs, { ...options, world });
    expect(step.code).toBe(1);
    expect(errors(step)).toEqual([expect.stringMatching(line)]);
    expect(step.output('error')).toMatch(line);
    expect(world.simulator.count()).toBe(0);
  });

  it('when the region that a sign-in at IAM needs is missing', async () => {
    const world = await openWorld();
    const user = { 'iam-domain': 'shop', 'iam-user': 'ci', 'iam-password': 'password' };
    const step = await runStepWith({ ...user, region: '', 'iam-endpoint': '' }, { world });
    expect(errors(step)).toEqual([
      expect.stringMatching(/^iam-endpoint: missing; iam-domain signs in at IAM/),
      expect.stringMatching(/^region: missing; iam-domain gets a token for one project/),
    ]);
  });
});
