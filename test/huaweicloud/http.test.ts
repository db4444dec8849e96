// Tests the transport by itself, against servers on loopback.

import { createServer, type IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openHttp } from '../../src/huaweicloud/http.ts';
import { NetworkError } from '../../src/huaweicloud/network-error.ts';
import { listen } from '../loopback.ts';

/** A server that answers each request with so many megabytes, and counts those that were taken. */
async function serve(megabytes: number): Promise<{ url: URL; taken: () => number }> {
  let taken = 0;
  const pieces = function* () {
    for (; taken < megabytes; taken += 1) yield Buffer.alloc(1_048_576, 'x');
  };
  const server = createServer((_, response) => {
    // A reader that has had enough ends the answer before its end.
    pipeline(Readable.from(pieces()), response).catch(() => {});
  });
  return { url: new URL(await listen(server)), taken: () => taken };
}

function open() {
  const http = openHttp();
  onTestFinished(() => http.close());
  return http;
}

it('reads an answer of some megabytes as a whole', async () => {
  const { url } = await serve(8);
  const { body } = await open().send({ method: 'GET', url, headers: {} });
  expect(body.length).toBe(8 * 1_048_576);
});

it('stops reading a response without an end', async () => {
  const { url, taken } = await serve(10_000);
  const error: unknown = await open()
    .send({ method: 'GET', url, headers: {} })
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(NetworkError);
  expect(error).toMatchObject({ code: 'ANSWER_TOO_LONG', mayHaveArrived: true });
  expect(taken()).toBeLessThan(200);
});

/** A server that sends a byte every so many milliseconds, for ever. */
async function trickle(everyMs: number): Promise<URL> {
  const server = createServer((_, response) => {
    const timer = setInterval(() => response.write('x'), everyMs);
    response.on('close', () => clearInterval(timer));
  });
  return new URL(await listen(server));
}

it('gives up on a response that takes too long in all', async () => {
  const url = await trickle(20);
  const http = openHttp({ wholeAnswerMs: 300 });
  onTestFinished(() => http.close());
  await expect(http.send({ method: 'GET', url, headers: {} })).rejects.toMatchObject({
    code: 'ANSWER_TOO_SLOW',
    mayHaveArrived: true,
  });
});

it('gives up on a download that is too slow', async () => {
  const url = await trickle(20);
  const http = openHttp({ minThroughputWindowMs: 300 });
  onTestFinished(() => http.close());
  const { body } = await http.stream({ method: 'GET', url, headers: {} });
  const read = async () => {
    for await (const _ of body);
  };
  await expect(read()).rejects.toMatchObject({ code: 'ANSWER_TOO_SLOW' });
});

it('throws the reason of the signal that aborts a request', async () => {
  const url = await trickle(20);
  const cancel = new AbortController();
  const reason = new Error('cancelled');
  setTimeout(() => cancel.abort(reason), 50);
  await expect(open().send({ method: 'GET', url, headers: {}, signal: cancel.signal })).rejects.toBe(reason);
});

/** A server that gives each request the same response. */
async function respond(
  headers: Readonly<Record<string, string>>,
  body: Uint8Array | string,
): Promise<{ url: URL; asked: IncomingHttpHeaders[] }> {
  const asked: IncomingHttpHeaders[] = [];
  const server = createServer({ maxHeaderSize: 1_048_576 }, (request, response) => {
    asked.push(request.headers);
    response.writeHead(200, headers).end(body);
  });
  return { url: new URL(await listen(server)), asked };
}

describe('a body that is compressed although the request accepts no encoding', () => {
  const text = JSON.stringify({ content: '构建成功 '.repeat(10_000) });
  it.each([
    ['gzip', gzipSync(text)],
    ['X-GZIP', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['identity', Buffer.from(text)],
  ])('is decompressed: %s', async (encoding, body) => {
    const { url, asked } = await respond({ 'content-encoding': encoding }, body);
    const answer = await open().send({ method: 'GET', url, headers: {} });
    expect(answer.body).toBe(text);
    expect(asked.map((headers) => headers['accept-encoding'])).toEqual(['identity']);
  });

  it('is decompressed piece by piece in a download', async () => {
    const { url } = await respond({ 'content-encoding': 'gzip' }, gzipSync(text));
    const { body } = await open().stream({ method: 'GET', url, headers: {} });
    const pieces: Uint8Array[] = [];
    for await (const piece of body) pieces.push(piece);
    expect(Buffer.concat(pieces).toString('utf8')).toBe(text);
  });

  it('is empty if nothing was sent', async () => {
    const { url } = await respond({ 'content-encoding': 'gzip' }, '');
    expect((await open().send({ method: 'GET', url, headers: {} })).body).toBe('');
  });

  it.each([
    ['is cut', gzipSync(text).subarray(0, 100), 'Z_BUF_ERROR'],
    ['is no gzip', Buffer.from('plain text'), 'Z_DATA_ERROR'],
  ])('is a network error if it %s', async (_, body, code) => {
    const { url } = await respond({ 'content-encoding': 'gzip' }, body);
    const error: unknown = await open()
      .send({ method: 'GET', url, headers: {} })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ code, mayHaveArrived: true, isPermanent: false });
  });

  it('is read up to a limit if it expands without an end', async () => {
    const { url } = await respond({ 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(200 * 1_048_576)));
    await expect(open().send({ method: 'GET', url, headers: {} })).rejects.toMatchObject({
      code: 'ANSWER_TOO_LONG',
    });
  });
});

it('leaves out a byte order mark before the text', async () => {
  const { url } = await respond({}, '\ufeff{"a":1}');
  expect((await open().send({ method: 'GET', url, headers: {} })).body).toBe('{"a":1}');
});

it('accepts 60 KB of headers, and reports more than 64 KB as a permanent error', async () => {
  const short = await respond({ 'X-Subject-Token': 't'.repeat(60_000) }, 'x');
  const answer = await open().send({ method: 'GET', url: short.url, headers: {} });
  expect(answer.headers['x-subject-token']).toHaveLength(60_000);
  const long = await respond({ 'X-Subject-Token': 't'.repeat(70_000) }, 'x');
  const error: unknown = await open()
    .send({ method: 'GET', url: long.url, headers: {} })
    .catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    code: 'UND_ERR_HEADERS_OVERFLOW',
    isPermanent: true,
    hint: expect.stringMatching(/^The headers of the response are longer than 64 KB: check the endpoint/),
  });
});
