// The transport by itself, against a server on loopback.

import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect, it, onTestFinished } from 'vitest';
import { NetworkError, openHttp } from '../../src/huaweicloud/http.ts';
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

it('does not read an answer without an end to its end', async () => {
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

it('does not wait for an answer that trickles for ever', async () => {
  const url = await trickle(20);
  const http = openHttp({ wholeAnswerMs: 300 });
  onTestFinished(() => http.close());
  await expect(http.send({ method: 'GET', url, headers: {} })).rejects.toMatchObject({
    code: 'ANSWER_TOO_SLOW',
    mayHaveArrived: true,
  });
});

it('does not follow a download that trickles for ever', async () => {
  const url = await trickle(20);
  const http = openHttp({ minThroughputWindowMs: 300 });
  onTestFinished(() => http.close());
  const { body } = await http.stream({ method: 'GET', url, headers: {} });
  const read = async () => {
    for await (const _ of body);
  };
  await expect(read()).rejects.toMatchObject({ code: 'ANSWER_TOO_SLOW' });
});

it('ends an exchange with the reason of its signal', async () => {
  const url = await trickle(20);
  const cancel = new AbortController();
  const reason = new Error('cancelled');
  setTimeout(() => cancel.abort(reason), 50);
  await expect(open().send({ method: 'GET', url, headers: {}, signal: cancel.signal })).rejects.toBe(reason);
});
