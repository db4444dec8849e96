// What the client makes of lists that come in pages, of files that are none, and of clocks that are old.

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

describe('a list of which nobody says how long it is', () => {
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
    const listed = await client.builds(id, time.now() - minute, time.now() + minute);
    expect([listed.length, simulator.count('records')]).toEqual([builds, pages]);
  });

  it.each([
    [3, 1],
    [120, 2],
  ])('of %i jobs is read to its end in %i pages', async (jobs, pages) => {
    const { client, simulator } = await connected();
    simulator.faults.add(uncounted('jobs'));
    for (let count = 0; count < jobs; count += 1) simulator.addJob({ name: `shop-${count}` });
    const listed = await client.jobs(simulator.projectId);
    expect([listed.length, simulator.count('jobs')]).toEqual([jobs, pages]);
  });
});

describe('the time of the server', () => {
  it('is not learnt from an answer that a cache had kept', async () => {
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

describe("an answer that can't be read", () => {
  it.each([
    [200, true],
    [502, true],
    [404, false],
    [499, false],
  ])('with HTTP %i to a start may stand for a build: %s', (status, acted) => {
    expect(
      mayHaveTakenEffect({ kind: 'invalid-response', status, reason: 'an HTML page', requestId: '' }),
    ).toBe(acted);
  });
});

it.each([
  [403, 'application/json'],
  [200, 'text/html'],
  [500, 'text/plain'],
])('a download that is no file is not read for ever: HTTP %i, %s', async (status, type) => {
  let sent = 0;
  const server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': type });
    const more = () => {
      while (!response.destroyed && sent < 200 && response.write(Buffer.alloc(1_048_576, 'x'))) sent += 1;
      sent += 1;
      if (sent >= 200) response.end();
    };
    response.on('drain', more);
    more();
  });
  const { client } = await connected({ endpoint: await listen(server) });
  await expect(client.fullLog('r'.repeat(36), 'INFO').next()).rejects.toThrow(`HTTP ${status}`);
  expect(sent).toBeLessThan(50);
});
