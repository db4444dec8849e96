// Tests what the client makes of lists that come in pages, of files that are none, and of hostile or odd answers.

import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { mayHaveTakenEffect } from '../../src/codearts/errors.ts';
import { connected } from '../builds/client.ts';
import { listen } from '../loopback.ts';
import type { Fault } from '../simulator/simulator.ts';

const minute = 60_000;
/** Takes the count of all out of an answer: a list then ends with its first page that is not full. */
const uncounted = (call: 'records' | 'jobs'): Fault => ({
  call,
  kind: 'rewrite',
  times: 100,
  rewrite: (body) =>
    JSON.parse(JSON.stringify(body, (key, value) => (/^total/.test(key) ? undefined : value))),
});

describe('a list without a total', () => {
  it.each([
    [99, 1],
    [100, 2],
    [150, 2],
  ])('of %i builds is read to its end in %i pages', async (builds, pages) => {
    const { client, simulator, time } = await connected();
    simulator.faults.add(uncounted('records'));
    const job = simulator.addJob({ name: 'shop' });
    for (let count = 0; count < builds; count += 1) job.start();
    const { id } = job;
    const listed = await client.builds({ jobId: id, from: time.now() - minute, to: time.now() + minute });
    expect({ builds: listed.length, pages: simulator.count('records') }).toEqual({ builds, pages });
  });

  it.each([
    [3, 1],
    [120, 2],
  ])('of %i jobs is read to its end in %i pages', async (jobs, pages) => {
    const { client, simulator } = await connected();
    simulator.faults.add(uncounted('jobs'));
    for (let count = 0; count < jobs; count += 1) simulator.addJob({ name: `shop-${count}` });
    const listed = await client.jobs(simulator.projectId);
    expect({ jobs: listed.length, pages: simulator.count('jobs') }).toEqual({ jobs, pages });
  });
});

describe('the time of the server', () => {
  it('does not come from a cached response', async () => {
    const { client, simulator, time } = await connected();
    const job = simulator.addJob({ name: 'shop' });
    const old = new Date(time.now() - 3_600_000).toUTCString();
    simulator.faults.add({
      call: 'job',
      kind: 'status',
      status: 500,
      headers: { Date: old, Age: '3600' },
    });
    await expect(client.definition(job.id)).rejects.toThrow('HTTP 500');
    expect(client.serverNow()).toBe(time.now());
  });
});

describe('an invalid response', () => {
  it.each([
    [200, true],
    [502, true],
    [404, false],
    [499, false],
  ])('to a start, with HTTP %i, may mean that a build has started: %s', (status, acted) => {
    expect(
      mayHaveTakenEffect({ kind: 'invalid-response', status, reason: 'an HTML page', requestId: '' }),
    ).toBe(acted);
  });
});

/** A server that answers each request with this, in two pieces. */
async function respondWith(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(status, headers);
    response.write(body.slice(0, 3));
    setTimeout(() => response.end(body.slice(3)), 20);
  });
  return await listen(server);
}

async function readLog(endpoint: string): Promise<string> {
  const { client } = await connected({ endpoint });
  let text = '';
  for await (const piece of client.fullLog('r'.repeat(36), 'INFO')) text += piece;
  return text;
}

describe('a downloaded log', () => {
  it.each([
    ['text/plain', 'hello\nFinished: SUCCESS\n'],
    ['application/json', '[2026/01/12 09:30:00.000 GMT+08:00] [INFO] hello\n'],
    ['text/plain', '{"level":"info","msg":"a line of a log in JSON"}\n{"level":"info"}\n'],
    ['application/json', '{"status":"success","result":"a log that is one object"}'],
    ['text/html', '<xml>not a page</xml>\n'],
    ['application/octet-stream', '\n\n  "quoted" and half a JSON'],
    ['text/plain', ''],
  ])('is recognised by its body, not by its content type %s: %j', async (type, body) => {
    expect(await readLog(await respondWith(200, { 'content-type': type }, body))).toBe(body);
  });

  it.each([
    [
      'text/plain',
      '{"error_code":"CB.00031006","error_msg":"no such record"}',
      /no such record \(CB\.00031006, HTTP 200\)/,
    ],
    ['application/octet-stream', '{"status":"error","error":{"code":"CB.1","message":"no"}}', /no \(CB\.1/],
    ['application/octet-stream', '  <!DOCTYPE html><title>Sign in</title>', /an HTML page, HTTP 200/],
    ['text/plain', '<html>', /an HTML page, HTTP 200/],
    ['application/json', '{"error_code":"CB.0003', /no complete JSON, HTTP 200/],
    ['application/json', '', /nothing, HTTP 200/],
  ])('fails if the body is an error or a web page, with content type %s: %s', async (type, body, message) => {
    await expect(readLog(await respondWith(200, { 'content-type': type }, body))).rejects.toThrow(message);
  });

  it('reports a redirect, and does not follow it', async () => {
    const location = 'https://obs.example.com/logs/1?Signature=secret';
    const reading = readLog(await respondWith(302, { location }, ''));
    await expect(reading).rejects.toThrow(
      'download the full log: it redirects to obs.example.com, and redirects are not followed (HTTP 302).',
    );
    await expect(reading).rejects.not.toThrow('Signature');
  });

  it.each([
    [403, 'application/json', 'x'],
    [500, 'text/plain', 'x'],
    [200, 'text/html', '<html>'],
  ])('is read up to a limit if it is an error: HTTP %i, %s', async (status, type, begin) => {
    let sent = 0;
    const server = createServer((_, response) => {
      response.writeHead(status, { 'content-type': type });
      response.write(begin);
      const more = () => {
        while (!response.destroyed && sent < 200 && response.write(Buffer.alloc(1_048_576, 'x'))) sent += 1;
        sent += 1;
        if (sent >= 200) response.end();
      };
      response.on('drain', more);
      more();
    });
    await expect(readLog(await listen(server))).rejects.toThrow(`HTTP ${status}`);
    expect(sent).toBeLessThan(50);
  });
});

describe('fails a single call for a response beyond the limits:', () => {
  const build = { jobId: 'a'.repeat(32), buildNumber: 1 };
  const isCallError = { name: 'ApiError', failure: { kind: 'invalid-response' } };
  const nested = (depth: number) => `{"result":{"package_infos":${'['.repeat(depth)}${']'.repeat(depth)}}}`;
  const many = (count: number) =>
    `[${Array.from({ length: count }, (_, id) => `{"id":"v${id}"}`).join(',')}]`;

  it.each([
    ['artifacts that are nested 4,000 deep', nested(4_000), /the artifacts are nested too deeply/],
    ['artifacts that are nested 1,000,000 deep', nested(1_000_000), /the artifacts are nested too deeply/],
    ['a text where an object is expected', '{"result":"none"}', /missing or of the wrong kind/],
  ])('%s', async (_, body, message) => {
    const { client } = await connected({ endpoint: await respondWith(200, {}, body) });
    const asked = client.artifacts(build);
    await expect(asked).rejects.toMatchObject(isCallError);
    await expect(asked).rejects.toThrow(message);
  });

  it('a graph of 20,001 children', async () => {
    const body = `{"result":{"vertices":${many(20_001)}}}`;
    const { client } = await connected({ endpoint: await respondWith(200, {}, body) });
    const asked = client.flowGraph('r'.repeat(36));
    await expect(asked).rejects.toMatchObject(isCallError);
    await expect(asked).rejects.toThrow(/has too many entries/);
  });
});
