// Tests the simulated STS: an ID token that the agency trusts becomes credentials, and any other one is rejected.

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Caller } from './caller.ts';
import { OidcIssuer } from './oidc-issuer.ts';
import { openSimulator } from './open-simulator.ts';
import { defaultTrust, VirtualClock } from './simulator.ts';

async function open() {
  const clock = new VirtualClock();
  const simulator = await openSimulator({ clock, trusts: [{ ...defaultTrust, longestSeconds: 7_200 }] });
  const caller = new Caller(simulator);
  const assume = (more: Record<string, unknown> = {}) =>
    caller.post('/v5/agencies/assume-with-oidc', {
      provider_urn: simulator.trust.providerUrn,
      agency_urn: simulator.trust.agencyUrn,
      agency_session_name: 'github-actions',
      id_token: simulator.idToken(),
      ...more,
    });
  return { clock, simulator, caller, assume };
}

describe('the simulated STS', () => {
  it('returns credentials with their expiration and their owner', async () => {
    const { clock, simulator, assume } = await open();
    const reply = await assume({ duration_seconds: 900 });
    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.text)).toEqual({
      source_identity: null,
      assumed_agency: {
        urn: 'iam::simulator:assumed-agency:codearts-build/github-actions',
        id: `${simulator.userId}:github-actions`,
      },
      credentials: {
        access_key_id: expect.stringMatching(/^SIMULATORFAKE/),
        secret_access_key: expect.stringMatching(/^simulator-fake-/),
        security_token: expect.stringMatching(/^simulator-fake-/),
        expiration: new Date(clock.now() + 900_000).toISOString(),
      },
      audience: defaultTrust.audience,
      provider: defaultTrust.providerUrn,
      subject_from_id_token: 'repo:octo/shop:ref:refs/heads/main',
    });
  });

  it('returns credentials for an hour when no duration is requested', async () => {
    const { clock, assume } = await open();
    const expiration = (await assume()).at('credentials.expiration');
    expect(expiration).toBe(new Date(clock.now() + 3_600_000).toISOString());
  });

  const refused: [string, (place: Awaited<ReturnType<typeof open>>) => Record<string, unknown>, object][] = [
    [
      'a subject of another repository',
      ({ simulator }) => ({ id_token: simulator.idToken({ sub: 'repo:octo/shop2:ref:refs/heads/main' }) }),
      { status: 403, code: 'STS5.1001' },
    ],
    [
      'another issuer',
      ({ simulator }) => ({ id_token: simulator.idToken({ iss: 'https://gitlab.example.com' }) }),
      { status: 403, code: 'STS5.1001' },
    ],
    [
      'an agency that does not trust the provider',
      () => ({ agency_urn: 'iam::simulator:agency:other' }),
      { status: 403, code: 'STS5.1001' },
    ],
    [
      'another audience',
      ({ simulator }) => ({ id_token: simulator.idToken({ aud: 'other' }) }),
      { status: 400, code: 'STS5.2001' },
    ],
    [
      'an unknown provider',
      () => ({ provider_urn: 'iam::simulator:oidcProvider:other' }),
      { status: 404, code: 'STS5.1002' },
    ],
    [
      'a signature by another key',
      ({ simulator, clock }) => ({
        id_token: new OidcIssuer().sign({
          iss: simulator.trust.issuer,
          aud: simulator.trust.audience,
          sub: 'repo:octo/shop:ref:refs/heads/main',
          exp: clock.now() / 1000 + 300,
        }),
      }),
      { status: 400, code: 'STS5.2002' },
    ],
    [
      'claims that were changed after signing',
      ({ simulator }) => {
        const [head, , signature] = simulator.idToken({ sub: 'repo:octo/other:x' }).split('.');
        const [, payload] = simulator.idToken().split('.');
        return { id_token: [head, payload, signature].join('.') };
      },
      { status: 400, code: 'STS5.2002' },
    ],
    [
      'an expired token',
      ({ simulator, clock }) => ({ id_token: simulator.idToken({ exp: clock.now() / 1000 }) }),
      { status: 400, code: 'STS5.2002' },
    ],
    ['no JWT', () => ({ id_token: 'none' }), { status: 400, code: 'STS5.2002' }],
    ['a short session name', () => ({ agency_session_name: 'x' }), { status: 400, code: 'STS5.0011' }],
    ['less than 900 seconds', () => ({ duration_seconds: 899 }), { status: 400, code: 'STS5.0011' }],
    [
      "more than the agency's longest session",
      () => ({ duration_seconds: 7_201 }),
      { status: 400, code: 'STS5.0011' },
    ],
  ];
  it.each(refused)('rejects %s', async (_, change, expected) => {
    const place = await open();
    const reply = await place.assume(change(place));
    expect({ status: reply.status, code: reply.at('error_code') }).toEqual(expected);
    expect(reply.at('request_id')).toMatch(/^\w{32}$/);
  });
});

describe('the simulated CodeArts Artifact', () => {
  it('returns size and checksums of a package that a build lists', async () => {
    const { clock, simulator, caller } = await open();
    const job = simulator.addJob({
      name: 'shop',
      scenario: {
        name: 'brief',
        description: 'makes a package',
        steps: [{ name: 'Package', seconds: 1 }],
        artifacts: { packages: { shop: { name: 'shop.jar', uri: '/shop/{{daily}}/shop.jar' } } },
      },
    });
    const build = job.start();
    const path = `${job.projectId}/shop/${build.facts.dailyNumber}/shop.jar`;
    const info = () => caller.get(`/devreposerver/v5/files/info?file_name=${encodeURIComponent(path)}`);
    expect((await info()).status).toBe(404);
    clock.advance(60_000);
    const output = await caller.get(`/v1/job/${job.id}/1/output`);
    expect(output.at('result.package_infos.shop.uri')).toBe(path.slice(job.projectId.length));
    const content = `${path} of build ${build.facts.dailyNumber}\n`;
    const found = await info();
    expect(found.at('result')).toMatchObject({
      name: 'shop.jar',
      size: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
      md5: createHash('md5').update(content).digest('hex'),
      download_url: `https://devrepo.devcloud.cn-north-4.example.com/releases/${path}`,
    });
  });
});
