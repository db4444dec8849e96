// Tests the keyless sign-in by STS, which exchanges GitHub's ID token for temporary keys, and the error for each
// rejection.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { renewingAuthenticator } from '../../src/huaweicloud/authenticator.ts';
import { openHttp } from '../../src/huaweicloud/http.ts';
import { assumeAgency } from '../../src/huaweicloud/iam.ts';
import { defaultTrust, type Fault } from '../simulator/simulator.ts';
import { errors, runStepWith, shown, startIdTokenService, verdicts } from './signing-in.ts';
import { openWorld, type StepRun, type StoryOptions, type World } from './story.ts';

const { providerUrn, agencyUrn } = defaultTrust;
const urns = { 'oidc-provider-urn': providerUrn, 'oidc-agency-urn': agencyUrn };

interface Keyless {
  readonly step: StepRun;
  readonly world: World;
  readonly service: Awaited<ReturnType<typeof startIdTokenService>>;
  /** The bodies of the requests to STS. */
  readonly stsRequests: readonly Readonly<Record<string, unknown>>[];
}

async function signIn(
  inputs: Readonly<Record<string, string>> = urns,
  { faults = [], ...options }: StoryOptions & { readonly faults?: readonly Fault[] } = {},
): Promise<Keyless> {
  const world = options.world ?? (await openWorld());
  const { simulator } = world;
  const service = await startIdTokenService(simulator);
  for (const fault of faults) simulator.faults.add(fault);
  const env = { GITHUB_RUN_ID: '42', ...service.env, ...options.env };
  const step = await runStepWith({ 'sts-endpoint': simulator.url, ...inputs }, { ...options, world, env });
  const requests = simulator.requests.filter(({ call }) => call === 'assume-with-oidc');
  return { step, world, service, stsRequests: requests.map(({ body }) => JSON.parse(body)) };
}

describe('with oidc-provider-urn and oidc-agency-urn', () => {
  it('the step signs its requests with temporary keys, and neither stores nor prints a secret', async () => {
    const { step, world, stsRequests, service } = await signIn();
    expect(step.code).toBe(0);
    expect(verdicts(world)).toEqual(new Set(['signed']));
    expect(stsRequests).toEqual([
      {
        provider_urn: providerUrn,
        agency_urn: agencyUrn,
        agency_session_name: 'octo-shop-42',
        duration_seconds: 3_600,
        id_token: service.given[0],
      },
    ]);
    const [request] = world.simulator.requests.filter(({ call }) => call === 'assume-with-oidc');
    expect(request?.headers['authorization']).toBeUndefined();
    expect(step.recorder.stdout).toContain(
      'Signing in with an OIDC token, as the agency from the inputs oidc-provider-urn and oidc-agency-urn.\n',
    );
    for (const secret of service.given) {
      expect(step.recorder.masks).toContain(secret);
      expect(shown(step)).not.toContain(secret);
    }
  });

  it('the step requests the audience, session name and duration that the inputs give', async () => {
    const trust = { ...defaultTrust, audience: 'codearts' };
    const { step, stsRequests, service } = await signIn(
      {
        ...urns,
        'oidc-audience': 'codearts',
        'oidc-session-name': 'nightly@main',
        'oidc-duration-seconds': '900',
      },
      { world: await openWorld({ trusts: [trust] }) },
    );
    expect(step.code).toBe(0);
    expect(service.audiences).toEqual(['codearts']);
    expect(stsRequests[0]).toMatchObject({ agency_session_name: 'nightly@main', duration_seconds: 900 });
  });

  it('the step renews its keys before they end, in a build of two hours', async () => {
    const scenario = {
      name: 'long',
      description: 'two hours of silence',
      steps: [{ name: 'Soak', seconds: 2 * 3_600, lines: ['begin'] }],
    };
    const { step, world, stsRequests, service } = await signIn(
      { ...urns, 'poll-interval': '60' },
      { job: { scenario } },
    );
    expect(step.code).toBe(0);
    // The keys are renewed every 48 minutes, after four fifths of an hour.
    expect(stsRequests).toHaveLength(3);
    expect(new Set(service.given).size).toBe(3);
    expect(world.simulator.requests.filter(({ status }) => status === 401)).toEqual([]);
  }, 60_000);

  it('the keys that requests are signed with are never older than an hour, over 24 hours', async () => {
    const world = await openWorld();
    const { simulator } = world;
    const http = openHttp();
    onTestFinished(() => http.close());
    const clock = { now: () => world.time.now() + passedMs, sleep: async () => {} };
    let passedMs = 0;
    let signedInAt = 0;
    let count = 0;
    const agency = {
      providerUrn,
      agencyUrn,
      sessionName: 'soak',
      durationSeconds: 3_600,
      policy: '',
      policyIds: [],
    };
    const authenticator = renewingAuthenticator(clock, async (signal) => {
      const sts = { endpoint: simulator.url, http };
      const signedIn = await assumeAgency(sts, agency, simulator.idToken(), signal);
      signedInAt = clock.now();
      count += 1;
      return signedIn;
    });
    const request = { method: 'GET', url: new URL('https://service.example/v3'), headers: {}, body: '' };
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      passedMs += 60_000;
      const headers = await authenticator.authorize(request, new Date(clock.now()));
      expect(headers['X-Security-Token']).toMatch(/./);
      expect(clock.now() - signedInAt).toBeLessThan(3_600_000);
    }
    expect(count).toBe(30);
  });

  it('the step retries with a new ID token each time when STS is down for a moment', async () => {
    const { step, stsRequests, service } = await signIn(urns, {
      faults: [{ call: 'assume-with-oidc', kind: 'status', status: 503, times: 2 }],
    });
    expect(step.code).toBe(0);
    expect(stsRequests).toHaveLength(3);
    expect(new Set(service.given).size).toBe(3);
  });
});

describe('a rejection by STS leads to one line that says what to check', () => {
  const subject = 'oidc:sub is “repo:octo/shop:ref:refs/heads/main”, oidc:aud is “https://github.com/octo”';
  const cases: readonly [string, { trust?: object; inputs?: Record<string, string> }, string][] = [
    [
      'when the subject differs',
      { trust: { subject: 'repo:octo/shop:environment:production' } },
      `(STS5.1001, HTTP 403, request ID). Compare the conditions in the agency's trust policy with this run's token: ${subject}.`,
    ],
    [
      'when the agency does not trust the provider',
      { inputs: { 'oidc-agency-urn': 'iam::simulator:agency:other' } },
      "(STS5.1001, HTTP 403, request ID). Compare the conditions in the agency's trust policy",
    ],
    [
      'when the audience is not accepted',
      { trust: { audience: 'codearts' } },
      "(STS5.2001, HTTP 400, request ID). Set oidc-audience to a client ID of the identity provider, or add this run's audience “https://github.com/octo” to the provider.",
    ],
    [
      'when the provider does not exist',
      { inputs: { 'oidc-provider-urn': 'iam::simulator:oidcProvider:other' } },
      '(STS5.1002, HTTP 404, request ID). Check oidc-provider-urn and oidc-agency-urn',
    ],
    [
      'when the duration is too long',
      { trust: { longestSeconds: 900 } },
      "(STS5.0011, HTTP 400, request ID). Check oidc-provider-urn, oidc-agency-urn, and that oidc-duration-seconds is not above the agency's longest session.",
    ],
  ];
  it.each(cases)('%s', async (_, { trust = {}, inputs = {} }, line) => {
    const world = await openWorld({ trusts: [{ ...defaultTrust, ...trust }] });
    const { step, stsRequests, service } = await signIn({ ...urns, ...inputs }, { world });
    const [error = '', ...others] = errors(step).map((text) => text.replace(/request \w+/, 'request ID'));
    expect(others).toEqual([]);
    expect(error).toMatch(/^STS \(127\.0\.0\.1:\d+\) rejected the sign-in: /);
    expect(error).toContain(line);
    expect(stsRequests).toHaveLength(1);
    for (const token of service.given) expect(shown(step)).not.toContain(token);
  });

  it('when the response contains no keys', async () => {
    const { step } = await signIn(urns, {
      faults: [{ call: 'assume-with-oidc', kind: 'empty-body', times: 50 }],
    });
    expect(step.output('error')).toMatch(/^Could not sign in: the response of \S+ has no keys \(HTTP 200/);
  });
});

describe('with the environment variables of the official SDK', () => {
  const env = { HUAWEICLOUD_OIDC_PROVIDER_URN: providerUrn, HUAWEICLOUD_OIDC_AGENCY_URN: agencyUrn };

  it('the step signs in with an ID token from GitHub when they hold none', async () => {
    const { step, stsRequests, service } = await signIn({}, { env });
    expect(step.code).toBe(0);
    expect(stsRequests).toEqual([
      {
        provider_urn: providerUrn,
        agency_urn: agencyUrn,
        agency_session_name: 'octo-shop-42',
        duration_seconds: 3_600,
        id_token: service.given[0],
      },
    ]);
    expect(step.recorder.stdout).toContain(
      'as the agency from HUAWEICLOUD_OIDC_PROVIDER_URN and HUAWEICLOUD_OIDC_AGENCY_URN in the environment.\n',
    );
  });

  it('the step sends the session name, duration and policies that they give', async () => {
    const policy = '{"Version":"5.0","Statement":[{"Effect":"Allow","Action":["codeartsbuild:*:*"]}]}';
    const variables = {
      ...env,
      HUAWEICLOUD_OIDC_SESSION_NAME: 'sdk-session',
      HUAWEICLOUD_OIDC_DURATION_SECONDS: '1800',
      HUAWEICLOUD_OIDC_POLICY: policy,
      HUAWEICLOUD_OIDC_POLICY_IDS: 'CodeArtsBuildReadOnly, , CodeArtsReader',
    };
    const { step, stsRequests } = await signIn({}, { env: variables });
    expect(step.code).toBe(0);
    expect(stsRequests).toEqual([
      expect.objectContaining({
        agency_session_name: 'sdk-session',
        duration_seconds: 1_800,
        policy,
        policy_ids: ['CodeArtsBuildReadOnly', 'CodeArtsReader'],
      }),
    ]);
  });

  it('the step prefers session name, duration and audience from its inputs', async () => {
    const world = await openWorld({ trusts: [{ ...defaultTrust, audience: 'codearts' }] });
    const inputs = {
      'oidc-audience': 'codearts',
      'oidc-session-name': 'nightly',
      'oidc-duration-seconds': '900',
    };
    const variables = { ...env, HUAWEICLOUD_OIDC_SESSION_NAME: 'sdk-session' };
    const { step, stsRequests, service } = await signIn(inputs, { world, env: variables });
    expect(step.code).toBe(0);
    expect(service.audiences).toEqual(['codearts']);
    expect(stsRequests[0]).toMatchObject({ agency_session_name: 'nightly', duration_seconds: 900 });
  });

  it('the step signs in with the ID token in HUAWEICLOUD_OIDC_ID_TOKEN', async () => {
    const world = await openWorld();
    const token = world.simulator.idToken();
    const { step, stsRequests, service } = await signIn(
      {},
      { world, env: { ...env, HUAWEICLOUD_OIDC_ID_TOKEN: token } },
    );
    expect(step.code).toBe(0);
    expect(service.given).toEqual([]);
    expect(stsRequests[0]?.['id_token']).toBe(token);
    expect(step.recorder.masks).toContain(token);
  });

  it('the step reads the file in HUAWEICLOUD_OIDC_TOKEN_FILE before each sign-in', async () => {
    const world = await openWorld({ trusts: [{ ...defaultTrust, longestSeconds: 900 }] });
    const folder = mkdtempSync(join(tmpdir(), 'keyless-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'token');
    const tokens = [world.simulator.idToken({ jti: 'first' }), world.simulator.idToken({ jti: 'second' })];
    writeFileSync(file, `${tokens[0]}\n`);
    world.simulator.onRequest('assume-with-oidc', 1, () => writeFileSync(file, `${tokens[1]}\n`));
    world.simulator.faults.add({ call: 'assume-with-oidc', kind: 'status', status: 503 });
    const variables = {
      ...env,
      HUAWEICLOUD_OIDC_TOKEN_FILE: file,
      HUAWEICLOUD_OIDC_DURATION_SECONDS: '900',
    };
    const { step, stsRequests, service } = await signIn({}, { world, env: variables });
    expect(step.code).toBe(0);
    expect(stsRequests.map(({ id_token }) => id_token)).toEqual(tokens);
    expect(service.given).toEqual([]);
    expect(step.recorder.masks).toEqual(expect.arrayContaining(tokens));
  });

  it.each([
    ['a file that is missing', 'no-such-file', /can't be read: ENOENT/],
    ['an empty file', 'empty', /is empty\.$/],
  ])('the step names %s in HUAWEICLOUD_OIDC_TOKEN_FILE', async (_, name, line) => {
    const folder = mkdtempSync(join(tmpdir(), 'keyless-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'empty'), '\n');
    const variables = { ...env, HUAWEICLOUD_OIDC_TOKEN_FILE: join(folder, name) };
    const { step, stsRequests } = await signIn({}, { env: variables });
    const [error = ''] = errors(step);
    expect(error).toMatch(/^HUAWEICLOUD_OIDC_TOKEN_FILE: the ID token in /);
    expect(error).toMatch(line);
    expect(stsRequests).toEqual([]);
  });

  it('the step signs in at HUAWEICLOUD_SDK_STS_ENDPOINT', async () => {
    const world = await openWorld();
    const variables = { ...env, HUAWEICLOUD_SDK_STS_ENDPOINT: world.simulator.url };
    const { step, stsRequests } = await signIn({ 'sts-endpoint': '' }, { world, env: variables });
    expect({ code: step.code, signIns: stsRequests.length }).toEqual({ code: 0, signIns: 1 });
  });

  it.each([
    [
      { ...env, HUAWEICLOUD_OIDC_AGENCY_URN: '' },
      {},
      'oidc-agency-urn: missing: the environment has HUAWEICLOUD_OIDC_PROVIDER_URN but not HUAWEICLOUD_OIDC_AGENCY_URN; set both or neither',
    ],
    [
      { ...env, HUAWEICLOUD_OIDC_PROVIDER_URN: 'github' },
      {},
      'oidc-provider-urn: "github", from HUAWEICLOUD_OIDC_PROVIDER_URN in the environment, is not valid; expected a URN such as',
    ],
    [
      { ...env, HUAWEICLOUD_OIDC_DURATION_SECONDS: '60' },
      {},
      'oidc-duration-seconds: "60", from HUAWEICLOUD_OIDC_DURATION_SECONDS in the environment, is not valid',
    ],
    [
      { ...env, HUAWEICLOUD_SDK_STS_ENDPOINT: 'sts.example.com' },
      { 'sts-endpoint': '' },
      'sts-endpoint: HUAWEICLOUD_SDK_STS_ENDPOINT in the environment "sts.example.com" is not an address',
    ],
    [
      { ...env, HUAWEICLOUD_OIDC_ID_TOKEN: 'e30.e30.e30' },
      { 'oidc-audience': 'codearts' },
      "oidc-audience: can't be given with an ID token from HUAWEICLOUD_OIDC_ID_TOKEN",
    ],
  ])('the step sends no request and says in one line what to do, for %j', async (variables, inputs, line) => {
    const { step, stsRequests } = await signIn(inputs, { env: variables });
    expect(errors(step)).toEqual([expect.stringContaining(line)]);
    expect(stsRequests).toEqual([]);
  });
});

describe('the step sends no request and says in one line what to do', () => {
  it.each([
    [
      { 'oidc-provider-urn': providerUrn },
      /^oidc-agency-urn: missing; oidc-provider-urn and oidc-agency-urn go together/,
    ],
    [
      { ...urns, 'oidc-provider-urn': 'github' },
      /^oidc-provider-urn: "github" is not valid; expected a URN such as/,
    ],
    [
      { ...urns, 'oidc-duration-seconds': '60' },
      /^oidc-duration-seconds: .*expected whole seconds from 900 to 43200/,
    ],
    [{ ...urns, 'oidc-session-name': 'a b' }, /^oidc-session-name: "a b" is not valid; expected 2 to 128/],
    [{ ...urns, 'identity-provider': 'github' }, /^identity-provider: given together with oidc-provider-urn/],
    [{ 'oidc-session-name': 'nightly' }, /^oidc-session-name: can't be given without oidc-provider-urn\.$/],
  ])('for the inputs %j', async (inputs, line) => {
    const { step, stsRequests } = await signIn(inputs);
    expect(errors(step)[0]).toMatch(line);
    expect(stsRequests).toEqual([]);
  });

  it('in a job that may not request an ID token from GitHub', async () => {
    const { step, stsRequests } = await signIn(urns, {
      env: { ACTIONS_ID_TOKEN_REQUEST_URL: '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: '' },
    });
    expect(errors(step)).toEqual([
      expect.stringMatching(
        /^oidc-provider-urn: the job may not ask GitHub for an ID token; add “permissions/,
      ),
    ]);
    expect(stsRequests).toEqual([]);
  });
});
