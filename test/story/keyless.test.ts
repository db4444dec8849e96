// Tests the keyless sign-in by STS: GitHub's ID token for temporary keys, whole runs, and what the step says of each
// rejection.

import { describe, expect, it, onTestFinished } from 'vitest';
import { accessKeyProof, renewingAuthenticator } from '../../src/huaweicloud/authenticator.ts';
import { openHttp } from '../../src/huaweicloud/http.ts';
import { assumeAgency } from '../../src/huaweicloud/sts.ts';
import { startIdTokenService } from './id-token-service.ts';
import { errors, shown, tellWith, verdicts } from './signing-in.ts';
import { openWorld, type StoryOptions, type Told, type World } from './story.ts';
import { agencyUrn, providerUrn, type StsService, startSts } from './sts-service.ts';

const urns = { 'oidc-provider-urn': providerUrn, 'oidc-agency-urn': agencyUrn };

interface Keyless {
  readonly told: Told;
  readonly world: World;
  readonly sts: StsService;
  readonly service: Awaited<ReturnType<typeof startIdTokenService>>;
}

async function signIn(
  inputs: Readonly<Record<string, string>> = urns,
  { before = () => {}, ...options }: StoryOptions & { before?: (sts: StsService) => void } = {},
): Promise<Keyless> {
  const world = await openWorld();
  const sts = await startSts(world);
  const service = await startIdTokenService(() => world.time.now());
  before(sts);
  const env = { GITHUB_RUN_ID: '42', ...service.env, ...options.env };
  const told = await tellWith({ 'sts-endpoint': sts.url, ...inputs }, { ...options, world, env });
  return { told, world, sts, service };
}

describe('with oidc-provider-urn and oidc-agency-urn', () => {
  it('the step signs its calls with temporary keys, and stores and shows no secret', async () => {
    const { told, world, sts, service } = await signIn();
    expect(told.code).toBe(0);
    expect(verdicts(world)).toEqual(new Set(['signed']));
    expect(sts.requests).toEqual([
      {
        provider_urn: providerUrn,
        agency_urn: agencyUrn,
        agency_session_name: 'octo-shop-42',
        duration_seconds: 3_600,
        id_token: service.given[0],
      },
    ]);
    expect(sts.signed).toEqual([false]);
    expect(told.recorder.stdout).toContain(
      'Signing in with an OIDC token, as the agency from the inputs oidc-provider-urn and oidc-agency-urn.\n',
    );
    const { ak, sk, securityToken } = world.simulator.temporaryKey;
    for (const secret of [ak, sk, securityToken, ...service.given]) {
      expect(told.recorder.masks).toContain(secret);
      expect(shown(told)).not.toContain(secret);
    }
  });

  it('the step asks for the audience, the session name and the duration that the inputs give', async () => {
    const { told, sts, service } = await signIn({
      ...urns,
      'oidc-audience': 'codearts',
      'oidc-session-name': 'nightly@main',
      'oidc-duration-seconds': '900',
    });
    expect(told.code).toBe(0);
    expect(service.audiences).toEqual(['codearts']);
    expect(sts.requests[0]).toMatchObject({ agency_session_name: 'nightly@main', duration_seconds: 900 });
  });

  it('the step renews its keys before they end, in a build of two hours', async () => {
    const scenario = {
      name: 'long',
      description: 'two hours of silence',
      steps: [{ name: 'Soak', seconds: 2 * 3_600, lines: ['begin'] }],
    };
    const { told, world, sts, service } = await signIn(
      { ...urns, 'poll-interval': '60' },
      { job: { scenario } },
    );
    expect(told.code).toBe(0);
    // Every 48 minutes: four fifths of an hour.
    expect(sts.requests).toHaveLength(3);
    expect(new Set(service.given).size).toBe(3);
    expect(world.simulator.requests.filter(({ status }) => status === 401)).toEqual([]);
  }, 60_000);

  it('the keys that requests are signed with are never older than an hour, over 24 hours', async () => {
    const world = await openWorld();
    const sts = await startSts(world);
    const http = openHttp();
    onTestFinished(() => http.close());
    let now = world.time.now();
    const clock = { now: () => now, sleep: async () => {} };
    const agency = { providerUrn, agencyUrn, sessionName: 'soak', durationSeconds: 3_600 };
    let signedInAt = 0;
    const authenticator = renewingAuthenticator({
      clock,
      obtain: async (signal) => {
        const options = { endpoint: sts.url, http, clock, random: () => 0 };
        const { key, lifetimeMs } = await assumeAgency(options, agency, async () => 'e30.e30.x', signal);
        signedInAt = now;
        return accessKeyProof(key, Math.min(lifetimeMs, 3_600_000));
      },
    });
    const request = { method: 'GET', url: new URL('https://service.example/v3'), headers: {}, body: '' };
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      now += 60_000;
      const headers = await authenticator.authorize(request, new Date(now));
      expect(headers['X-Security-Token']).toBe(world.simulator.temporaryKey.securityToken);
      expect(now - signedInAt).toBeLessThan(3_600_000);
    }
    expect(sts.requests).toHaveLength(30);
  });

  it('the step tries again when STS is down for a moment, with a new ID token each time', async () => {
    const { told, sts, service } = await signIn(urns, {
      before: ({ failWith }) => failWith.push({ status: 503, body: {} }, { status: 429, body: {} }),
    });
    expect(told.code).toBe(0);
    expect(sts.requests).toHaveLength(3);
    expect(new Set(service.given).size).toBe(3);
  });
});

describe('a rejection by STS is one line that says where to look:', () => {
  const subject = 'oidc:sub is “repo:octo/shop:ref:refs/heads/main”, oidc:aud is “https://github.com/octo”';
  it.each([
    [
      'the trust policy',
      403,
      { error_code: 'STS5.1001', error_msg: 'not allowed by the trust policy' },
      `not allowed by the trust policy (STS5.1001, HTTP 403, request rrrrrrrr). Compare the conditions in the agency's trust policy with this run's token: ${subject}.`,
    ],
    [
      'the audience',
      400,
      { error_code: 'STS5.2001', error_msg: 'invalid audience' },
      'invalid audience (STS5.2001, HTTP 400, request rrrrrrrr). Set oidc-audience to a client ID of the identity provider, or add this run',
    ],
    [
      'the provider or agency',
      404,
      { error_code: 'STS5.1002', error_msg: 'no such provider' },
      'no such provider (STS5.1002, HTTP 404, request rrrrrrrr). Check oidc-provider-urn and oidc-agency-urn',
    ],
    [
      'the duration',
      400,
      { error_code: 'STS5.0011', error_msg: 'duration too long' },
      "duration too long (STS5.0011, HTTP 400, request rrrrrrrr). Check oidc-provider-urn, oidc-agency-urn, and that oidc-duration-seconds is not above the agency's longest session.",
    ],
    [
      'the issuer',
      401,
      {},
      'it gave no reason (HTTP 401, request rrrrrrrr). Check the issuer of the identity provider',
    ],
  ])('%s', async (_, status, body, line) => {
    const { told, sts, service } = await signIn(urns, {
      before: ({ failWith }) => failWith.push({ status, body }),
    });
    expect(errors(told)).toEqual([expect.stringMatching(/^STS \(127\.0\.0\.1:\d+\) rejected the sign-in: /)]);
    expect(told.output('error')).toContain(line);
    expect(sts.requests).toHaveLength(1);
    for (const token of service.given) expect(shown(told)).not.toContain(token);
  });

  it('keys that the answer lacks', async () => {
    const { told } = await signIn(urns, {
      before: ({ failWith }) => {
        for (let count = 0; count < 50; count += 1) failWith.push({ status: 200, body: { credentials: {} } });
      },
    });
    expect(told.output('error')).toMatch(/^Could not sign in: the answer of \S+ has no keys \(HTTP 200/);
  });
});

describe("the official SDK's environment", () => {
  const env = { HUAWEICLOUD_OIDC_PROVIDER_URN: providerUrn, HUAWEICLOUD_OIDC_AGENCY_URN: agencyUrn };

  it('is understood, with a token of GitHub where it has none', async () => {
    const { told, sts, service } = await signIn(
      {},
      {
        env: {
          ...env,
          HUAWEICLOUD_OIDC_SESSION_NAME: 'sdk-session',
          HUAWEICLOUD_OIDC_DURATION_SECONDS: '1800',
        },
      },
    );
    expect(told.code).toBe(0);
    expect(sts.requests).toEqual([
      expect.objectContaining({
        agency_session_name: 'sdk-session',
        duration_seconds: 1_800,
        id_token: service.given[0],
      }),
    ]);
  });

  it('may bring the ID token itself', async () => {
    const { told, sts, service } = await signIn(
      {},
      { env: { ...env, HUAWEICLOUD_OIDC_ID_TOKEN: 'e30.e30.from-elsewhere' } },
    );
    expect(told.code).toBe(0);
    expect(service.given).toEqual([]);
    expect(sts.requests[0]?.id_token).toBe('e30.e30.from-elsewhere');
    expect(told.recorder.masks).toContain('e30.e30.from-elsewhere');
  });

  it.each([
    [
      { ...env, HUAWEICLOUD_OIDC_AGENCY_URN: '' },
      /^oidc-agency-urn: missing or not valid: HUAWEICLOUD_OIDC_AGENCY_URN/,
    ],
    [
      { ...env, HUAWEICLOUD_OIDC_PROVIDER_URN: 'github' },
      /^oidc-provider-urn: missing or not valid: HUAWEICLOUD_OIDC_P/,
    ],
    [
      { ...env, HUAWEICLOUD_OIDC_DURATION_SECONDS: '60' },
      /^oidc-duration-seconds: HUAWEICLOUD_OIDC_DURATION_SECONDS is/,
    ],
  ])('is checked before anything is sent: %j', async (variables, line) => {
    const { told, sts } = await signIn({}, { env: variables });
    expect(errors(told)).toEqual([expect.stringMatching(line)]);
    expect(sts.requests).toEqual([]);
  });
});

describe('the step says in one line what to do, and sends nothing,', () => {
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
  ])('about %j', async (inputs, line) => {
    const { told, sts } = await signIn(inputs);
    expect(errors(told)[0]).toMatch(line);
    expect(sts.requests).toEqual([]);
  });

  it('about a job that may not ask GitHub for an ID token', async () => {
    const { told, sts } = await signIn(urns, {
      env: { ACTIONS_ID_TOKEN_REQUEST_URL: '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: '' },
    });
    expect(errors(told)).toEqual([
      expect.stringMatching(
        /^oidc-provider-urn: the job may not ask GitHub for an ID token; add “permissions/,
      ),
    ]);
    expect(sts.requests).toEqual([]);
  });
});
