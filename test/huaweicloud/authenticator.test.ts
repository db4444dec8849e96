// Tests when tokens are requested, shared and renewed.

import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { AuthError, renewingAuthenticator, tokenProof } from '../../src/huaweicloud/authenticator.ts';

const request = { method: 'GET', url: new URL('https://service.example/v3'), headers: { a: '1' }, body: '' };
const minute = 60_000;

/** An authenticator whose tokens are named by their number, and last an hour. */
function numbered(fail: (signal: AbortSignal | undefined) => unknown = () => undefined) {
  let now = 0;
  let count = 0;
  const clock: Clock = { now: () => now, sleep: async () => {} };
  const authenticator = renewingAuthenticator(clock, async (signal) => {
    await turn();
    const error = fail(signal);
    if (error !== undefined) throw error;
    count += 1;
    return { proof: tokenProof(`token-${count}`), lifetimeMs: 60 * minute };
  });
  const token = async (signal?: AbortSignal) =>
    (await authenticator.authorize(request, new Date(now), signal))['X-Auth-Token'];
  return { authenticator, token, pass: (ms: number) => (now += ms), count: () => count };
}

describe('a renewed token', () => {
  it('is obtained for the first request, sent in its headers, and reused', async () => {
    const { authenticator, token, count } = numbered();
    expect(count()).toBe(0);
    expect(await authenticator.authorize(request, new Date())).toEqual({ a: '1', 'X-Auth-Token': 'token-1' });
    expect(await token()).toBe('token-1');
    expect(count()).toBe(1);
  });

  it('is renewed after four fifths of its lifetime', async () => {
    const { token, pass } = numbered();
    await token();
    pass(48 * minute - 1);
    expect(await token()).toBe('token-1');
    pass(1);
    expect(await token()).toBe('token-2');
  });

  it('is renewed at once after a 401', async () => {
    const { authenticator, token } = numbered();
    await token();
    expect(await authenticator.renew()).toBe(true);
    expect(await token()).toBe('token-2');
  });

  it('is obtained once for requests at the same time', async () => {
    const { token, count } = numbered();
    const { signal } = new AbortController();
    expect(await Promise.all([token(signal), token(signal), token(signal)])).toEqual([
      'token-1',
      'token-1',
      'token-1',
    ]);
    expect(count()).toBe(1);
  });

  it('is obtained for one request although another one that waits for it is aborted', async () => {
    const gone = new AbortController();
    const { token } = numbered((signal) => (signal?.aborted ? signal.reason : undefined));
    const given = token(gone.signal);
    const other = token();
    gone.abort(new Error('cancelled'));
    await expect(given).rejects.toThrow('cancelled');
    expect(await other).toBe('token-1');
  });

  it('is used until it expires if it can not be renewed, with an attempt a minute', async () => {
    let away: unknown;
    let tries = 0;
    const { token, pass } = numbered(() => {
      tries += 1;
      return away;
    });
    await token();
    away = new AuthError('IAM is away', true);
    pass(50 * minute);
    expect(await token()).toBe('token-1');
    expect(await token()).toBe('token-1');
    expect(tries).toBe(2);
    pass(minute);
    expect(await token()).toBe('token-1');
    expect(tries).toBe(3);
    pass(9 * minute);
    await expect(token()).rejects.toThrow('IAM is away');
    away = undefined;
    expect(await token()).toBe('token-2');
  });

  it('is not used if the run is cancelled during its renewal', async () => {
    let error: unknown;
    const { token, pass } = numbered(() => error);
    await token();
    error = new Error('the workflow was cancelled');
    pass(50 * minute);
    await expect(token()).rejects.toThrow('the workflow was cancelled');
  });
});
