// Each way of signing in, against a service and an IAM that check it: whole runs, and what the step says of them.

import { describe, expect, it } from 'vitest';
import { pullRequest } from './events.ts';
import { startIdTokenService } from './id-token-service.ts';
import { openWorld, type StoryOptions, type Told, tell, type World } from './story.ts';

const noKeys = { 'access-key': '', 'secret-key': '' };

/** A run that has nothing but these inputs to sign in with. */
async function tellWith(
  inputs: Readonly<Record<string, string>>,
  options: StoryOptions & { world: World },
): Promise<Told> {
  const { url } = options.world.simulator;
  return await tell({ ...options, inputs: { 'iam-endpoint': url, ...noKeys, ...inputs } });
}

function verdicts({ simulator }: World): ReadonlySet<string> {
  const calls = simulator.requests.filter(({ call }) => call !== 'token' && call !== 'id-token');
  return new Set(calls.map(({ verdict }) => verdict));
}

function errors({ recorder }: Told): readonly string[] {
  return recorder.annotations.filter(({ level }) => level === 'error').map(({ message }) => message);
}

/** All that anybody can read of the step. */
function shown({ recorder }: Told): string {
  return [recorder.stdout, ...recorder.outputs.values(), ...recorder.states.values()].join('\n');
}

describe('the step signs in', () => {
  it('with a token that the workflow has already', async () => {
    const world = await openWorld();
    const token = world.simulator.token();
    const told = await tellWith({ 'auth-token': token }, { world });
    expect(told.code).toBe(0);
    expect(verdicts(world)).toEqual(new Set(['token']));
    expect(told.recorder.stdout).toContain('Signing in with the token from the input auth-token.\n');
    expect(told.recorder.masks).toContain(token);
    expect(shown(told)).not.toContain(token);
  });

  it('with a permanent access key', async () => {
    const world = await openWorld();
    const told = await tell({ world });
    expect(told.code).toBe(0);
    expect(verdicts(world)).toEqual(new Set(['signed']));
    expect(told.recorder.stdout).toContain(
      'Signing in with the access key from the inputs access-key and secret-key.\n',
    );
    expect(told.recorder.masks).toContain(world.simulator.accessKey.sk);
    expect(shown(told)).not.toContain(world.simulator.accessKey.ak);
  });

  it('with a temporary access key', async () => {
    const world = await openWorld();
    const { ak, sk, securityToken } = world.simulator.temporaryKey;
    const keys = { 'access-key': ak, 'secret-key': sk, 'security-token': securityToken };
    const told = await tellWith(keys, { world });
    expect(told.code).toBe(0);
    expect(verdicts(world)).toEqual(new Set(['signed']));
    expect(told.recorder.masks).toContain(securityToken);
  });

  it('with the password of an IAM user', async () => {
    const world = await openWorld();
    const { domain, name, password } = world.simulator.user;
    const user = { 'iam-domain': domain, 'iam-user': name, 'iam-password': password };
    const told = await tellWith(user, { world });
    expect(told.code).toBe(0);
    expect(verdicts(world)).toEqual(new Set(['token']));
    expect(world.simulator.count('token')).toBe(1);
    expect(told.recorder.masks).toContain(password);
    expect(shown(told)).not.toContain('simulator-fake-token');
    expect(told.recorder.masks.some((mask) => mask.startsWith('simulator-fake-token'))).toBe(true);
  });

  it('with a token of the sub-project that the job lives in', async () => {
    const world = await openWorld();
    const { domain, name, password } = world.simulator.user;
    const iamProjectId = 'a287e712be6c404ca26e5f69040fa12b';
    const user = { 'iam-domain': domain, 'iam-user': name, 'iam-password': password };
    const inputs = { ...user, 'iam-project-id': iamProjectId };
    const told = await tellWith(inputs, { world, job: { iamProjectId } });
    expect(told.code).toBe(0);
    const [signIn] = world.simulator.requests.filter(({ call }) => call === 'token');
    expect(JSON.parse(signIn?.body ?? '').auth.scope).toEqual({ project: { id: iamProjectId } });
  });

  it("with GitHub's OIDC token, and no stored secret at all", async () => {
    const world = await openWorld();
    const service = await startIdTokenService(() => world.time.now());
    const told = await tellWith({ 'identity-provider': 'github-actions' }, { world, env: service.env });
    expect(told.code).toBe(0);
    expect(verdicts(world)).toEqual(new Set(['token']));
    expect(service.audiences).toEqual([null]);
    expect(told.recorder.stdout).toContain(
      'Signing in with GitHub’s OIDC token, at the identity provider from the input identity-provider.\n',
    );
    for (const secret of service.given) {
      expect(told.recorder.masks).toContain(secret);
      expect(shown(told)).not.toContain(secret);
    }
  });

  it('with an ID token for the audience that the identity provider wants', async () => {
    const world = await openWorld({ identityProviders: [{ id: 'github', audience: 'codearts build' }] });
    const service = await startIdTokenService(() => world.time.now());
    const inputs = { 'identity-provider': 'github', 'oidc-audience': 'codearts build' };
    expect((await tellWith(inputs, { world, env: service.env })).code).toBe(0);
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
    const told = await tellWith({}, { world, env: { [ak]: accessKey.ak, [sk]: accessKey.sk } });
    expect(told.code).toBe(0);
    expect(told.recorder.stdout).toContain(
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
    expect((await tellWith({}, { world, env })).code).toBe(0);
    expect(verdicts(world)).toEqual(new Set(['signed']));
  });

  it('with its inputs rather than with the environment, and there with the first names that are set', async () => {
    const world = await openWorld();
    const { ak, sk } = world.simulator.accessKey;
    const wrong = { CLOUD_SDK_AK: 'WRONGWRONGWRONG', CLOUD_SDK_SK: 'wrong-wrong-wrong' };
    expect((await tell({ world, env: wrong })).code).toBe(0);
    const both = { ...wrong, HUAWEICLOUD_SDK_AK: ak, HUAWEICLOUD_SDK_SK: sk };
    expect((await tellWith({}, { world, env: both })).code).toBe(0);
  });
});

describe('the step says in one line what to do, and asks nobody,', () => {
  const cases: readonly [string, Readonly<Record<string, string>>, StoryOptions, RegExp][] = [
    [
      'about half a pair of keys',
      { 'access-key': 'AKAKAKAKAK' },
      {},
      /^secret-key: missing; access-key and secret-key go together \(is the secret set/,
    ],
    [
      'about a security token without keys',
      { 'security-token': 'token-token' },
      {},
      /^access-key: missing, and so is secret-key; access-key and secret-key go together/,
    ],
    [
      'about a user without a password',
      { 'iam-domain': 'shop', 'iam-user': 'ci' },
      {},
      /^iam-password: missing; iam-domain, iam-user and iam-password go together/,
    ],
    [
      'about an audience without a provider',
      { 'oidc-audience': 'me' },
      {},
      /^identity-provider: missing; oidc-audience is for the ID token that identity-provider exchanges\.$/,
    ],
    [
      'about two ways at once',
      { 'auth-token': 'token-token', 'access-key': 'AKAKAKAK', 'secret-key': 'sksksksk' },
      {},
      /^auth-token: given together with access-key: two ways to sign in; keep one/,
    ],
    [
      'about no way at all',
      {},
      {},
      /^access-key: missing, and no other way to sign in is given; expected access-key and secret-key, identity-provider, /,
    ],
    [
      'about half a pair in the environment',
      {},
      { env: { HUAWEICLOUD_SDK_AK: 'AKAKAKAKAK' } },
      /^secret-key: missing: the environment has HUAWEICLOUD_SDK_AK but not HUAWEICLOUD_SDK_SK; set both or neither\.$/,
    ],
    [
      'about blanks inside a key',
      { 'access-key': 'AK AK', 'secret-key': 'sk' },
      {},
      /^access-key: has blanks inside; expected the AK as the console shows it\.$/,
    ],
    [
      'about a pull request from a fork',
      {},
      { event: pullRequest({ fork: true }) },
      /^access-key: missing: GitHub gives a pull request from a fork no secrets, so its commits can’t be built here; skip the job for forks/,
    ],
    [
      'about a user whose password a fork does not get',
      { 'iam-domain': 'shop', 'iam-user': 'ci' },
      { event: pullRequest({ fork: true }) },
      /^iam-password: missing; .*\(GitHub gives a pull request from a fork no secrets/,
    ],
    [
      'about a run by Dependabot',
      {},
      { event: pullRequest({ fork: false }), env: { GITHUB_ACTOR: 'dependabot[bot]' } },
      /^access-key: missing: GitHub gives runs by Dependabot no Actions secrets; store them as Dependabot secrets too, or skip the job/,
    ],
    [
      'about a provider without permission to ask for an ID token',
      { 'identity-provider': 'github-actions' },
      {},
      /^identity-provider: the job may not ask GitHub for an ID token; add “permissions: id-token: write” to the job\.$/,
    ],
    [
      'about a provider in a pull request from a fork',
      { 'identity-provider': 'github-actions' },
      { event: pullRequest({ fork: true }) },
      /^identity-provider: GitHub gives a pull request from a fork no ID token/,
    ],
  ];
  it.each(cases)('%s', async (_, inputs, options, line) => {
    const world = await openWorld();
    const told = await tellWith(inputs, { ...options, world });
    expect(told.code).toBe(1);
    expect(errors(told)).toEqual([expect.stringMatching(line)]);
    expect(told.output('error')).toMatch(line);
    expect(world.simulator.count()).toBe(0);
  });

  it('about a region that a sign-in at IAM needs', async () => {
    const world = await openWorld();
    const user = { 'iam-domain': 'shop', 'iam-user': 'ci', 'iam-password': 'password' };
    const told = await tellWith({ ...user, region: '', 'iam-endpoint': '' }, { world });
    expect(errors(told)).toEqual([
      expect.stringMatching(/^iam-endpoint: missing; iam-domain signs in at IAM/),
      expect.stringMatching(/^region: missing; iam-domain gets a token for one project/),
    ]);
  });
});

describe('a sign-in that is refused', () => {
  it('is told with the reason, the code, the request and what to check, and not tried again', async () => {
    const world = await openWorld();
    const user = {
      'iam-domain': 'simulator-domain',
      'iam-user': 'builder',
      'iam-password': 'wrong-password',
    };
    const told = await tellWith(user, { world });
    expect(errors(told)).toEqual([
      expect.stringMatching(
        /^IAM \(127\.0\.0\.1:\d+\) refused the sign-in: The username or password is wrong \(IAM\.0001, HTTP 401, request \w+\)\. Check iam-domain, iam-user and iam-password/,
      ),
    ]);
    expect(world.simulator.count()).toBe(1);
  });

  it('is told without the password that IAM quotes', async () => {
    const world = await openWorld();
    const { domain, name, password } = world.simulator.user;
    const message = `${password} is not the password of ${name}`;
    world.simulator.faults.add({ call: 'token', kind: 'status', status: 401, code: 'IAM.0001', message });
    const user = { 'iam-domain': domain, 'iam-user': name, 'iam-password': password };
    const told = await tellWith(user, { world });
    expect(told.output('error')).toContain(
      'refused the sign-in: *** is not the password of builder (IAM.0001',
    );
    expect(shown(told)).not.toContain(password);
  });

  it('names the identity provider that IAM does not know', async () => {
    const world = await openWorld();
    const service = await startIdTokenService(() => world.time.now());
    const told = await tellWith({ 'identity-provider': 'gitlab' }, { world, env: service.env });
    expect(errors(told)).toEqual([
      expect.stringMatching(
        /HTTP 404.*Check identity-provider: it is the name of an OpenID Connect provider in IAM\.$/,
      ),
    ]);
  });

  it('is no build failure: an access key that is wrong', async () => {
    const world = await openWorld();
    const told = await tellWith({ 'access-key': 'UNKNOWNKEY12', 'secret-key': 'sksksksksk' }, { world });
    expect(errors(told)).toEqual([
      expect.stringMatching(
        /\(APIGW\.0301, HTTP 401, request \w+\)\. Check the access key \(the inputs access-key and secret-key\)/,
      ),
    ]);
    expect(told.output('result')).toBe('');
    expect(world.simulator.count()).toBe(1);
  });

  it('is no build failure: a token that has expired', async () => {
    const world = await openWorld();
    const token = world.simulator.token();
    world.simulator.revokeTokens();
    const told = await tellWith({ 'auth-token': token }, { world });
    expect(errors(told)).toEqual([expect.stringMatching(/Check auth-token: it must not have expired/)]);
  });
});

describe('a passing fault of a sign-in', () => {
  it('is tried again: IAM is away twice', async () => {
    const world = await openWorld();
    const { domain, name, password } = world.simulator.user;
    world.simulator.faults.add({ call: 'token', kind: 'status', status: 503 });
    world.simulator.faults.add({ call: 'token', kind: 'reset-before', after: 1 });
    const user = { 'iam-domain': domain, 'iam-user': name, 'iam-password': password };
    expect((await tellWith(user, { world })).code).toBe(0);
    expect(world.simulator.count('token')).toBe(3);
  });

  it("is tried again: GitHub's token service is away twice", async () => {
    const world = await openWorld();
    const service = await startIdTokenService(() => world.time.now());
    service.failWith.push({ status: 503, body: '' }, { status: 502, body: '<html>Bad gateway</html>' });
    const told = await tellWith({ 'identity-provider': 'github-actions' }, { world, env: service.env });
    expect(told.code).toBe(0);
    expect(service.audiences).toHaveLength(3);
  });

  it('asks for a new ID token before each further exchange', async () => {
    const world = await openWorld();
    const service = await startIdTokenService(() => world.time.now());
    world.simulator.faults.add({ call: 'id-token', kind: 'status', status: 500, times: 2 });
    const told = await tellWith({ 'identity-provider': 'github-actions' }, { world, env: service.env });
    expect(told.code).toBe(0);
    const sent = world.simulator.requests
      .filter(({ call }) => call === 'id-token')
      .map(({ body }) => JSON.parse(body).auth.id_token.id);
    expect(sent).toEqual(service.given);
    expect(new Set(sent).size).toBe(3);
  });

  it("tells a token service that stays away from a refusal and from a network that isn't there", async () => {
    const world = await openWorld();
    const service = await startIdTokenService(() => world.time.now());
    const inputs = { 'identity-provider': 'github-actions' };
    service.failWith.push(...Array.from({ length: 1000 }, () => ({ status: 500, body: '' })));
    const away = await tellWith(inputs, { world, env: service.env });
    expect(errors(away)[0]).toMatch(
      /GitHub’s token service refused to give an ID token \(HTTP 500\); see githubstatus\.com/,
    );
    const wrong = { ...service.env, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'the-token-of-another-job' };
    service.failWith.length = 0;
    const refused = await tellWith(inputs, { world, env: wrong });
    expect(errors(refused)[0]).toMatch(
      /\(HTTP 401\); check “permissions: id-token: write” of the job, and that it has not run for longer than 6 hours/,
    );
    const nowhere = { ...service.env, ACTIONS_ID_TOKEN_REQUEST_URL: 'http://127.0.0.1:1/idtoken?a=b' };
    const lost = await tellWith(inputs, { world, env: nowhere });
    expect(errors(lost)[0]).toMatch(
      /Could not get an ID token from GitHub: no answer from 127\.0\.0\.1:1 \(ECONNREFUSED\)/,
    );
  });
});

describe('credentials in a long run', () => {
  const threeHours = {
    name: 'long',
    description: 'three hours of silence',
    steps: [{ name: 'Integration', seconds: 3 * 3600, lines: ['begin'] }],
  };

  it('are renewed when four fifths of their life are over, before anything is refused', async () => {
    const world = await openWorld({ tokenSeconds: 3600 });
    const service = await startIdTokenService(() => world.time.now());
    const told = await tellWith(
      { 'identity-provider': 'github-actions' },
      { world, env: service.env, job: { scenario: threeHours } },
    );
    expect(told.code).toBe(0);
    expect(world.simulator.count('id-token')).toBe(4);
    expect(new Set(service.given).size).toBe(4);
    expect(world.simulator.requests.filter(({ status }) => status === 401)).toEqual([]);
  });

  it('are renewed once when the service refuses them', async () => {
    const world = await openWorld();
    const { domain, name, password } = world.simulator.user;
    const user = { 'iam-domain': domain, 'iam-user': name, 'iam-password': password };
    const told = await tellWith(user, {
      world,
      job: { scenario: threeHours },
      watch: (recorder) => {
        recorder.onWrite = (text) => {
          if (!text.includes('Build #1 is started.')) return;
          void world.time.sleep(3_600_000).then(() => world.simulator.revokeTokens());
        };
      },
    });
    expect(told.code).toBe(0);
    expect(world.simulator.count('token')).toBe(2);
    expect(world.simulator.requests.filter(({ status }) => status === 401)).toHaveLength(1);
  });

  it('that can not be renewed leave the state of the build open, and say so', async () => {
    const world = await openWorld({ tokenSeconds: 3600 });
    const token = world.simulator.token();
    const told = await tellWith({ 'auth-token': token }, { world, job: { scenario: threeHours } });
    expect(told.code).toBe(1);
    expect(told.output('result')).not.toBe('failure');
    expect(told.lastLine).toMatch(
      /The credentials \(the input auth-token\) were taken before and are refused now: they have expired or were withdrawn\. How the build stands is not known from here on\. .* Build #1 may still be running\. See https:/,
    );
    expect(told.lastLine).not.toContain('failed');
  });

  it('are still used while IAM is away and they are good', async () => {
    const world = await openWorld({ tokenSeconds: 4 * 3600 });
    const { domain, name, password } = world.simulator.user;
    const user = { 'iam-domain': domain, 'iam-user': name, 'iam-password': password };
    world.simulator.faults.add({ call: 'token', kind: 'status', status: 503, after: 1, times: 1000 });
    const longer = { ...threeHours, steps: [{ name: 'Integration', seconds: 3.9 * 3600, lines: ['begin'] }] };
    const told = await tellWith(user, { world, job: { scenario: longer } });
    expect(told.code).toBe(0);
    expect(world.simulator.count('token')).toBeGreaterThan(5);
  });
});

it('follows no redirect, so that keys and tokens go to their own hosts alone', async () => {
  const world = await openWorld();
  const elsewhere = await openWorld();
  const location = `${elsewhere.simulator.url}/v3/jobs/build`;
  world.simulator.faults.add({ call: '*', kind: 'status', status: 307, headers: { location }, times: 1000 });
  const told = await tell({ world });
  expect(told.code).toBe(1);
  expect(elsewhere.simulator.count()).toBe(0);
});
