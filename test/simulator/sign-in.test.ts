// Tests signing in to the simulated IAM by password and by ID token, and expired tokens.

import { describe, expect, it } from 'vitest';
import { Caller } from './caller.ts';
import { openSimulator } from './open-simulator.ts';
import { VirtualClock } from './simulator.ts';

describe('the simulated IAM', () => {
  const clock = new VirtualClock();

  it('issues a token for a password and rejects it a day later', async () => {
    const simulator = await openSimulator({ clock });
    const job = simulator.addJob({ name: 'server' });
    const { domain, name, password } = simulator.user;
    const body = (word: string, scope: object) => ({
      auth: {
        identity: {
          methods: ['password'],
          password: { user: { name, password: word, domain: { name: domain } } },
        },
        scope,
      },
    });
    const project = { project: { name: 'cn-north-4' } };
    const caller = new Caller(simulator);
    expect((await caller.post('/v3/auth/tokens', body('wrong', project))).status).toBe(401);
    const reply = await caller.post('/v3/auth/tokens', body(password, project));
    expect(reply.status).toBe(201);
    const expires = Date.parse(String(reply.at('token.expires_at')));
    expect(expires - clock.now()).toBe(24 * 60 * 60 * 1000);
    const token = reply.headers.get('x-subject-token') ?? '';
    const path = `/v3/jobs/${job.id}/status`;
    const bearer = new Caller(simulator, { 'X-Auth-Token': token });
    expect((await bearer.get(path)).status).toBe(200);
    clock.advance(24 * 60 * 60 * 1000);
    expect((await bearer.get(path)).at('error_code')).toBe('APIGW.0301');

    const unscoped = await caller.post('/v3/auth/tokens', body(password, { domain: { name: domain } }));
    const wide = new Caller(simulator, { 'X-Auth-Token': unscoped.headers.get('x-subject-token') ?? '' });
    expect((await wide.get(path)).status).toBe(401);
  });

  it('issues a token for an ID token that the identity provider accepts', async () => {
    const provider = { id: 'github', audience: 'https://example.com', issuer: 'https://token.example.com' };
    const simulator = await openSimulator({ clock, identityProviders: [provider] });
    const claims = {
      aud: provider.audience,
      iss: provider.issuer,
      sub: 'repo:demo/server',
      exp: clock.now() / 1000 + 60,
    };
    const exchange = (token: string, idp: string) =>
      new Caller(simulator, { 'X-Idp-Id': idp }).post('/v3.0/OS-AUTH/id-token/tokens', {
        auth: { id_token: { id: token }, scope: { project: { name: 'cn-north-4' } } },
      });
    expect((await exchange(simulator.idToken(claims), 'github')).status).toBe(201);
    expect((await exchange(simulator.idToken(claims), 'gitlab')).status).toBe(404);
    expect((await exchange(simulator.idToken({ ...claims, aud: 'x' }), 'github')).status).toBe(401);
    expect((await exchange(simulator.idToken({ ...claims, exp: 1 }), 'github')).status).toBe(401);
    expect((await exchange('not a token', 'github')).status).toBe(401);
    const [head, payload] = simulator.idToken(claims).split('.');
    expect((await exchange(`${head}.${payload}.c2ln`, 'github')).status).toBe(401);
  });

  it('rejects all tokens after they were revoked', async () => {
    const simulator = await openSimulator({ clock });
    const job = simulator.addJob({ name: 'server' });
    const caller = new Caller(simulator);
    simulator.revokeTokens();
    expect((await caller.get(`/v3/jobs/${job.id}/status`)).status).toBe(401);
  });

  it('issues a temporary key for the requested time', async () => {
    const simulator = await openSimulator({ clock });
    const caller = new Caller(simulator);
    const ask = (id: string, seconds: number) =>
      caller.post('/v3.0/OS-CREDENTIAL/securitytokens', {
        auth: { identity: { methods: ['token'], token: { id, duration_seconds: seconds } } },
      });
    expect((await ask("nobody's", 900)).status).toBe(401);
    expect((await ask(simulator.token(), 899)).status).toBe(400);
    const reply = await ask(simulator.token(), 900);
    expect(reply.status).toBe(201);
    expect(Date.parse(String(reply.at('credential.expires_at'))) - clock.now()).toBe(900_000);
    expect(reply.at('credential')).toEqual({
      access: expect.stringMatching(/^SIMULATORFAKE[0-9A-F]{7}$/),
      secret: expect.stringMatching(/^simulator-fake-/),
      securitytoken: expect.stringMatching(/^simulator-fake-/),
      expires_at: expect.any(String),
    });
  });
});
