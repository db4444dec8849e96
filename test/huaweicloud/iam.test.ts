// What IAM's answers are read as, whatever form they have.

import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openHttp } from '../../src/huaweicloud/http.ts';
import { type IamOptions, tokenByPassword } from '../../src/huaweicloud/iam.ts';
import { listen } from '../loopback.ts';

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const user = { domain: 'corp', user: 'ci', password: 'password' };

async function iamThatAnswers({ status = 201, headers = {}, body = '' }: Answer): Promise<IamOptions> {
  const server = createServer((_, response) => {
    response.sendDate = false;
    response.writeHead(status, headers).end(body);
  });
  const http = openHttp();
  onTestFinished(() => http.close());
  return {
    endpoint: await listen(server),
    project: { name: 'cn-north-4' },
    http,
  };
}

const headers = { 'x-subject-token': 'a-token', date: 'Mon, 12 Jan 2026 01:30:00 GMT' };

describe('the lifetime of a token', () => {
  it('is the time between its issue and its end', async () => {
    const token = { issued_at: '2026-01-12T01:00:00.000000Z', expires_at: '2026-01-13T01:00:00.000000Z' };
    const iam = await iamThatAnswers({ headers, body: JSON.stringify({ token }) });
    const signedIn = await tokenByPassword(iam, user);
    expect(signedIn).toMatchObject({ secrets: ['a-token'], lifetimeMs: 24 * 3_600_000 });
  });

  it('begins with the response if the token has no time of issue', async () => {
    const body = JSON.stringify({ token: { expires_at: '2026-01-12T02:30:00Z' } });
    expect((await tokenByPassword(await iamThatAnswers({ headers, body }), user)).lifetimeMs).toBe(3_600_000);
  });
});

describe('a rejected sign-in', () => {
  it.each([
    { error: { code: 401, message: 'The username or password is wrong.', title: 'Unauthorized' } },
    { error_code: '401', error_msg: 'The username or password is wrong.' },
  ])('is reported from either form of the error: %j', async (body) => {
    const iam = await iamThatAnswers({
      status: 401,
      headers: { 'x-request-id': 'r1' },
      body: JSON.stringify(body),
    });
    await expect(tokenByPassword(iam, user)).rejects.toThrow(
      /^IAM \(127\.0\.0\.1:\d+\) rejected the sign-in: The username or password is wrong \(HTTP 401, request r1\)\. Check iam-domain/,
    );
  });

  it('is one short line without the password, however JSON escapes it', async () => {
    const password = 'pässword"1';
    const echo = JSON.stringify(`${'x'.repeat(290)} ${password}`).replace('ä', '\\u00e4');
    const code = JSON.stringify(`IAM\n${'c'.repeat(5_000)}`);
    const iam = await iamThatAnswers({ status: 401, body: `{"error_code":${code},"error_msg":${echo}}` });
    const redact = (text: string) => text.replaceAll(password, '***');
    const error: unknown = await tokenByPassword({ ...iam, redact }, { ...user, password }).catch(
      (reason: unknown) => reason,
    );
    const message = error instanceof Error ? error.message : '';
    expect(message).toMatch(/rejected the sign-in: x{290} \*\*\* \(IAM c{95}…, HTTP 401\)/);
    expect(message).not.toContain('\n');
    expect(message.length).toBeLessThan(600);
  });

  it('is reported by its status if it has no message', async () => {
    await expect(
      tokenByPassword(await iamThatAnswers({ status: 400, body: '<html>' }), user),
    ).rejects.toThrow(
      /rejected the sign-in: it gave no reason \(HTTP 400\)\. Check region, iam-project-id and iam-endpoint\.$/,
    );
  });
});

it.each([
  { headers: {}, body: '{}' },
  { headers, body: '' },
  { headers, body: JSON.stringify({ token: { expires_at: 'soon' } }) },
])('a response without a token is a transient error: %j', async (answer) => {
  await expect(tokenByPassword(await iamThatAnswers(answer), user)).rejects.toThrow(
    /^Could not sign in: the response of 127\.0\.0\.1:\d+ has no token \(HTTP 201\)\. Check iam-endpoint\.$/,
  );
});
