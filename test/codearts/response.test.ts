// Tests how error responses are parsed, and responses that are none of the service.

import { describe, expect, it } from 'vitest';
import { ApiError, isThrottled, isTransient, mayHaveTakenEffect } from '../../src/codearts/errors.ts';
import { readAnswer } from '../../src/codearts/response.ts';

const now = Date.UTC(2026, 0, 12);

function failureOf(status: number, body: string, headers: Record<string, string> = {}) {
  const reading = readAnswer({ status, body, headers }, now);
  return reading.ok ? undefined : reading.failure;
}

describe('an error response', () => {
  it.each([
    [
      'the service',
      400,
      '{"error_code":"CB.00060200","error_msg":"参数不合法"}',
      'CB.00060200',
      '参数不合法',
    ],
    [
      'the gateway',
      401,
      '{"error_code":"APIGW.0301","error_msg":"wrong","request_id":"r1"}',
      'APIGW.0301',
      'wrong',
    ],
    ['an older call', 200, '{"success":false,"message":"no","err_code":"CB.1"}', 'CB.1', 'no'],
    [
      'HTTP 200 with status fail',
      200,
      '{"status":"fail","error":{"code":"CB.2","message":"no"}}',
      'CB.2',
      'no',
    ],
    ['HTTP 200 with status error', 200, '{"status":"error","error":"gone","result":null}', '', 'gone'],
    [
      'doubly encoded JSON',
      422,
      JSON.stringify('{"error_code":"CB.00031006","error_msg":"none"}'),
      'CB.00031006',
      'none',
    ],
    ['a page of a proxy', 502, '<html>Bad Gateway</html>', '', 'an HTML page'],
    ['nothing at all', 503, '', '', ''],
  ])('of %s is read with code and message', (_, status, body, code, message) => {
    expect(failureOf(status, body)).toMatchObject({ kind: 'rejected', status, code, message });
  });

  it('carries the request id of the header, or else of the body', () => {
    const body = '{"error_code":"APIGW.0301","request_id":"from-body"}';
    expect(failureOf(401, body)).toMatchObject({ requestId: 'from-body' });
    expect(failureOf(401, body, { 'x-request-id': 'from-header' })).toMatchObject({
      requestId: 'from-header',
    });
  });

  it.each([
    ['seconds', '5', 5_000],
    ['a date', new Date(now + 7_000).toUTCString(), 7_000],
    ['more than ten minutes, which are the most', '86400', 600_000],
  ])('has the wait that Retry-After asks for in %s', (_, header, ms) => {
    expect(failureOf(429, '{}', { 'retry-after': header })).toMatchObject({ retryAfterMs: ms });
  });

  it.each([['0'], ['-3'], ['soon'], [''], [new Date(now - 1_000).toUTCString()]])(
    'ignores the Retry-After %j',
    (header) => {
      expect(failureOf(429, '{}', { 'retry-after': header })).not.toHaveProperty('retryAfterMs');
    },
  );
});

describe('a response with HTTP 200', () => {
  it.each([
    ['half a JSON', '{"result":{"status":"SUCC', 'no complete JSON'],
    ['a page', '  <!doctype html><p>Sign in to the network', 'an HTML page'],
    ['a number', '42', 'no complete JSON'],
    ['null', 'null', 'no complete JSON'],
  ])('that is %s is invalid', (_, body, reason) => {
    expect(failureOf(200, body)).toMatchObject({ kind: 'invalid-response', reason });
  });

  it('that is empty has no JSON, which is enough for the stop call alone', () => {
    expect(readAnswer({ status: 200, body: '', headers: {} }, now)).toEqual({ ok: true, json: undefined });
  });

  it('that is JSON within a JSON text is read', () => {
    const body = JSON.stringify(JSON.stringify({ result: true }));
    expect(readAnswer({ status: 200, body, headers: {} }, now)).toEqual({ ok: true, json: { result: true } });
  });
});

it('keeps 10,000 characters of each text of an error response, however long it is', () => {
  const long = 'a b '.repeat(1_000_000);
  const failure = failureOf(403, JSON.stringify({ error_code: long, error_msg: long, request_id: long }));
  if (failure?.kind !== 'rejected') throw new Error('expected a rejection');
  const { code, message, requestId } = failure;
  expect([code, message, requestId].map(({ length }) => length)).toEqual([10_000, 10_000, 10_000]);
});

describe('an error response that was cut', () => {
  it.each(['{"error_code":"CB.0006', '"{\\"error_code', ' {'])('is invalid: %s', (body) => {
    expect(failureOf(422, body)).toMatchObject({ kind: 'invalid-response', status: 422 });
  });
});

describe('a code with DEV before it', () => {
  it.each(['CB.00060101', 'DEVCB.00060101'])('is the same internal error: %s', (code) => {
    const failure = { kind: 'rejected', status: 200, code, message: '', requestId: '' } as const;
    expect({ transient: isTransient(failure), mayHave: mayHaveTakenEffect(failure) }).toEqual({
      transient: true,
      mayHave: true,
    });
  });

  it.each(['CB.00060211', 'DEVCB.00060211'])('is the same throttling: %s', (code) => {
    expect(isThrottled({ kind: 'rejected', status: 400, code, message: '', requestId: '' })).toBe(true);
  });
});

describe('an error message', () => {
  it('has the status if the service gives no reason', () => {
    const failure = failureOf(422, '');
    if (!failure) throw new Error('expected a failure');
    expect(new ApiError('start the build', failure).message).toBe(
      'CodeArts rejected the request to start the build (HTTP 422).',
    );
  });

  it('is one line with the failure, the code, the request id and a remedy', () => {
    const failure = failureOf(403, '{"error_code":"APIGW.0302","error_msg":"no\\n  permission."}', {
      'x-request-id': 'r7',
    });
    if (!failure) throw new Error('expected a failure');
    expect(new ApiError('start the build', failure).message).toBe(
      'CodeArts rejected the request to start the build: no permission (APIGW.0302, HTTP 403, request r7). ' +
        'The user needs View and Execute on the build task (its Edit, Permissions, or a role of the project). Check region and iam-project-id too.',
    );
  });

  it.each([
    ['CB.00031006', '构建任务不存在', '构建任务不存在 – no such build task, build or record (CB.00031006'],
    [
      'DEVCB.00031006',
      '构建记录不存在。',
      '构建记录不存在 – no such build task, build or record (DEVCB.00031006',
    ],
    ['CB.00060211', '请求过于频繁', '请求过于频繁 – too many requests (CB.00060211'],
    ['CB.99999999', '未知错误', '未知错误 (CB.99999999'],
    ['CB.00031006', 'job not found', 'job not found (CB.00031006'],
  ])('translates a Chinese message if its code is known: %s %s', (code, text, shown) => {
    const failure = failureOf(422, JSON.stringify({ error_code: code, error_msg: text }));
    if (!failure) throw new Error('expected a failure');
    expect(new ApiError('start the build', failure).message).toContain(`to start the build: ${shown}`);
  });

  it('mentions no permission for a build without history, although its status is 403', () => {
    const body = '{"error_code":"CB.00031059","error_msg":"该构建没有历史记录"}';
    const failure = failureOf(403, body);
    if (!failure) throw new Error('expected a failure');
    expect(new ApiError('read the steps of the build', failure).message).toBe(
      'CodeArts rejected the request to read the steps of the build: 该构建没有历史记录 – this build has no history (CB.00031059, HTTP 403).',
    );
  });

  it('does not grow with the response', () => {
    const failure = failureOf(400, JSON.stringify({ error_code: 'X', error_msg: 'a'.repeat(10_000) }));
    if (!failure) throw new Error('expected a failure');
    expect(new ApiError('start the build', failure).message.length).toBeLessThan(500);
  });

  it('is one line whatever the code and the request id contain', () => {
    const failure = failureOf(
      400,
      JSON.stringify({ error_code: `X\n${'c'.repeat(5_000)}`, request_id: `r\n${'q'.repeat(5_000)}` }),
    );
    if (!failure) throw new Error('expected a failure');
    const { message } = new ApiError('start the build', failure);
    expect(message).not.toContain('\n');
    expect(message.length).toBeLessThan(800);
  });

  it('names the keys, not the network, if a request could not be built', () => {
    const failure = { kind: 'network', code: 'UND_ERR_INVALID_ARG', mayHaveArrived: false } as const;
    expect(isTransient(failure)).toBe(false);
    expect(new ApiError('read the record', failure).message).toMatch(/check the keys or the token/);
  });

  it('names the CA variable when the certificate is not trusted', () => {
    const failure = {
      kind: 'network',
      code: 'SELF_SIGNED_CERT_IN_CHAIN',
      mayHaveArrived: false,
    } as const;
    expect(new ApiError('read the record', failure).message).toContain('NODE_EXTRA_CA_CERTS');
  });
});
