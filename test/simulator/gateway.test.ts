// Tests the gateway of the simulator with Huawei's own signer: signatures, keys and rate limits.

import { createHash, createHmac } from 'node:crypto';
import { AKSKSigner } from '@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner.js';
import { describe, expect, it } from 'vitest';
import { Caller } from './caller.ts';
import { openSimulator } from './open-simulator.ts';
import { type AccessKey, type Simulator, VirtualClock } from './simulator.ts';

interface Signing {
  readonly key: AccessKey;
  readonly headers?: Record<string, string>;
  readonly query?: Record<string, string | string[]>;
  readonly body?: object;
  /** Changes what is sent after it was signed. */
  readonly tamper?: (request: { path: string; body: string | null; headers: Record<string, string> }) => void;
}

const unused = async () => {
  throw new Error('the signer alone is used');
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('the gateway', () => {
  const clock = new VirtualClock();

  const sdkDate = (ms: number) => new Date(ms).toISOString().replaceAll(/[-:]|\.\d+/g, '');

  /** Sends what Huawei's own signer signed. */
  async function send(
    simulator: Simulator,
    method: string,
    path: string,
    signing: Signing,
  ): Promise<Response> {
    const { key, query = {}, body } = signing;
    const token = key.securityToken;
    const signed = AKSKSigner.sign(
      {
        method,
        endpoint: `${simulator.url}${path}`,
        queryParams: query,
        headers: {
          'Content-Type': 'application/json',
          'X-Sdk-Date': sdkDate(clock.now()),
          ...(token === undefined ? {} : { 'X-Security-Token': token }),
          ...signing.headers,
        },
        ...(body === undefined ? {} : { data: body }),
      },
      { getAk: () => key.ak, getSk: () => key.sk, processAuthRequest: unused, processAuthParams: unused },
    );
    const headers = Object.fromEntries(
      Object.entries(signed)
        .filter(([name]) => name !== 'host')
        .map(([name, value]) => [name, String(value)]),
    );
    const pairs = Object.entries(query).flatMap(([name, values]) =>
      [values].flat().map((value) => [name, value]),
    );
    const search = pairs
      .map((pair) => pair.map((part) => encodeURIComponent(part ?? '')).join('='))
      .join('&');
    const request = {
      path: path + (search && `?${search}`),
      headers,
      body: body ? JSON.stringify(body) : null,
    };
    signing.tamper?.(request);
    return fetch(`${simulator.url}${request.path}`, { method, headers: request.headers, body: request.body });
  }

  it('accepts requests that the official signer signed', async () => {
    const simulator = await openSimulator({ clock });
    const job = simulator.addJob({ name: '服务器' });
    const key = simulator.accessKey;
    const started = await send(simulator, 'POST', '/v3/jobs/build', { key, body: { job_id: job.id } });
    expect(started.status).toBe(200);
    const window = {
      start_time: '2026-01-12 00:00:00',
      end_time: '2026-01-13 00:00:00',
      extra: ['b+ä 中', 'a&=~*', ''],
    };
    const records = await send(simulator, 'GET', `/v3/jobs/${job.id}/build-info-records`, {
      key,
      query: window,
    });
    expect(records.status).toBe(200);
    expect(simulator.requests.map(({ verdict }) => verdict)).toEqual(['signed', 'signed']);
  });

  it('accepts a signature that covers x-sdk-date but not host, as the Go SDK makes it', async () => {
    const simulator = await openSimulator({ clock });
    const job = simulator.addJob({ name: 'server' });
    const { ak, sk } = simulator.accessKey;
    const path = `/v3/jobs/${job.id}/status`;
    const statuses: Record<string, number> = {};
    for (const names of ['user-agent;x-sdk-date', 'user-agent']) {
      const values: Record<string, string> = { 'user-agent': 'go-sdk', 'x-sdk-date': sdkDate(clock.now()) };
      const signed = names.split(';').map((name) => `${name}:${values[name]}\n`);
      const canonical = ['GET', `${path}/`, '', signed.join(''), names, sha256('')].join('\n');
      const text = ['SDK-HMAC-SHA256', values['x-sdk-date'], sha256(canonical)].join('\n');
      const signature = createHmac('sha256', sk).update(text).digest('hex');
      const authorization = `SDK-HMAC-SHA256 Access=${ak}, SignedHeaders=${names}, Signature=${signature}`;
      const headers = { ...values, authorization };
      statuses[names] = (await fetch(`${simulator.url}${path}`, { headers })).status;
    }
    expect(statuses).toEqual({ 'user-agent;x-sdk-date': 200, 'user-agent': 401 });
  });

  it('requires the security token of a temporary key, sent and signed', async () => {
    const simulator = await openSimulator({ clock });
    const job = simulator.addJob({ name: 'server' });
    const path = `/v3/jobs/${job.id}/status`;
    const { ak, sk, securityToken } = simulator.temporaryKey;
    expect((await send(simulator, 'GET', path, { key: { ak, sk, securityToken } })).status).toBe(200);
    expect((await send(simulator, 'GET', path, { key: { ak, sk } })).status).toBe(401);
    expect((await send(simulator, 'GET', path, { key: { ak, sk, securityToken: 'x' } })).status).toBe(401);
    expect(
      (await send(simulator, 'GET', path, { key: { ...simulator.accessKey, securityToken } })).status,
    ).toBe(401);
  });

  it.each<[string, Partial<Signing>]>([
    ['another secret key', { key: { ak: 'SIMULATORFAKEACCESS1', sk: 'wrong' } }],
    ['a key that is not known', { key: { ak: 'NOBODY', sk: 'wrong' } }],
    [
      'a changed path',
      {
        tamper: (request) => {
          request.path = request.path.replace('/stop', '/stop/');
        },
      },
    ],
    [
      'a changed body',
      {
        body: { job_id: 'x' },
        tamper: (request) => {
          request.body = '{}';
        },
      },
    ],
    [
      'an added query',
      {
        tamper: (request) => {
          request.path += '?a=1';
        },
      },
    ],
    [
      'a changed header',
      {
        tamper: (request) => {
          request.headers['Content-Type'] = 'text/plain';
        },
      },
    ],
    [
      'no signature',
      {
        tamper: (request) => {
          delete request.headers['Authorization'];
        },
      },
    ],
    ['a date 16 minutes old', { headers: { 'X-Sdk-Date': '20260112T011400Z' } }],
    ['a date 16 minutes ahead', { headers: { 'X-Sdk-Date': '20260112T014600Z' } }],
  ])('rejects %s with 401 and a request id', async (_, signing) => {
    const simulator = await openSimulator({ clock });
    const path = '/v3/jobs/stop';
    const reply = await send(simulator, 'POST', path, { key: simulator.accessKey, ...signing });
    // A path with a slash at its end is another path, and none of the service's.
    const [status, error_code] =
      simulator.requests[0]?.call === 'unknown' ? [404, 'APIGW.0101'] : [401, 'APIGW.0301'];
    const body: unknown = await reply.json();
    expect({ status: reply.status, body }).toEqual({
      status,
      body: { error_code, error_msg: expect.any(String), request_id: reply.headers.get('x-request-id') },
    });
  });

  it('rejects an expired temporary key', async () => {
    const temporary = { ak: 'FAKE', sk: 'fake', securityToken: 'fake', expiresAt: clock.now() + 1000 };
    const simulator = await openSimulator({ clock, keys: [temporary] });
    const path = `/v3/jobs/${simulator.addJob({ name: 'server' }).id}/status`;
    expect((await send(simulator, 'GET', path, { key: temporary })).status).toBe(200);
    clock.advance(1000);
    expect((await send(simulator, 'GET', path, { key: temporary })).status).toBe(401);
    expect(simulator.requests.at(-1)?.verdict).toBe('the temporary access key has expired');
  });

  it('accepts the credentials of STS until they expire', async () => {
    const simulator = await openSimulator({ clock });
    const reply = await new Caller(simulator).post('/v5/agencies/assume-with-oidc', {
      provider_urn: simulator.trust.providerUrn,
      agency_urn: simulator.trust.agencyUrn,
      agency_session_name: 'github-actions',
      id_token: simulator.idToken(),
      duration_seconds: 900,
    });
    const key = {
      ak: String(reply.at('credentials.access_key_id')),
      sk: String(reply.at('credentials.secret_access_key')),
      securityToken: String(reply.at('credentials.security_token')),
    };
    const path = `/v3/jobs/${simulator.addJob({ name: 'server' }).id}/status`;
    expect((await send(simulator, 'GET', path, { key })).status).toBe(200);
    expect((await send(simulator, 'GET', path, { key: { ak: key.ak, sk: key.sk } })).status).toBe(401);
    clock.advance(900_000);
    expect((await send(simulator, 'GET', path, { key })).status).toBe(401);
  });

  it('rejects a signed body of more than 12 MB, but not one with a token', async () => {
    const simulator = await openSimulator({ clock });
    const body = { job_id: simulator.addJob({ name: 'server' }).id, padding: 'x'.repeat(12 * 1024 * 1024) };
    const signed = await send(simulator, 'POST', '/v3/jobs/build', { key: simulator.accessKey, body });
    expect({ status: signed.status, body: await signed.json() }).toMatchObject({
      status: 413,
      body: { error_code: 'APIGW.0201' },
    });
    expect((await new Caller(simulator).post('/v3/jobs/build', body)).status).toBe(200);
  });

  it('uses a clock that is wrong by skewMs', async () => {
    const simulator = await openSimulator({ clock, skewMs: 20 * 60 * 1000 });
    const job = simulator.addJob({ name: 'server' });
    const path = `/v3/jobs/${job.id}/status`;
    const key = simulator.accessKey;
    const rejected = await send(simulator, 'GET', path, { key });
    expect(rejected.status).toBe(401);
    const time = Date.parse(rejected.headers.get('date') ?? '');
    const corrected = await send(simulator, 'GET', path, { key, headers: { 'X-Sdk-Date': sdkDate(time) } });
    expect(corrected.status).toBe(200);
  });

  it.each([
    ['429', 429, 'APIGW.0308'],
    ['CB.00060211', 400, 'CB.00060211'],
  ] as const)('throttles each call by the minute in style %s', async (style, status, code) => {
    const simulator = await openSimulator({ clock, rateLimit: { callsPerMinute: 2, style } });
    const job = simulator.addJob({ name: 'server' });
    const caller = new Caller(simulator);
    const path = `/v3/jobs/${job.id}/status`;
    await caller.get(path);
    await caller.get(path);
    const third = await caller.get(path);
    expect({ status: third.status, code: third.at('error_code') }).toEqual({ status, code });
    expect((await caller.start(job.id)).status).toBe(200);
    clock.advance(60_000);
    expect((await caller.get(path)).status).toBe(200);
  });

  it('shows a job of a sub-project only to requests with its X-Project-Id', async () => {
    const simulator = await openSimulator({ clock });
    const job = simulator.addJob({ name: 'server', iamProjectId: 'a'.repeat(32) });
    const path = `/v3/jobs/${job.id}/status`;
    expect((await new Caller(simulator).get(path)).status).toBe(422);
    expect((await new Caller(simulator, { 'X-Project-Id': 'a'.repeat(32) }).get(path)).status).toBe(200);
  });

  it('serves below a path prefix and nowhere else', async () => {
    const simulator = await openSimulator({ clock, prefix: '/codearts' });
    const job = simulator.addJob({ name: 'server' });
    const key = simulator.accessKey;
    const { url } = simulator;
    expect(url.endsWith('/codearts')).toBe(true);
    const path = `/v3/jobs/${job.id}/status`;
    expect((await send(simulator, 'GET', path, { key })).status).toBe(200);
    expect((await fetch(`${new URL(url).origin}${path}`)).status).toBe(404);
  });

  it('answers 404 to a path that the reference does not have', async () => {
    const simulator = await openSimulator({ clock });
    const reply = await new Caller(simulator).get('/v1/job/execute');
    expect({ status: reply.status, code: reply.at('error_code') }).toEqual({
      status: 404,
      code: 'APIGW.0101',
    });
    expect(reply.at('request_id')).toBe(reply.headers.get('x-request-id'));
  });
});
