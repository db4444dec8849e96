// Tests when a log is read on, where what the poll brings takes its time.

import { createServer, type ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import type { Child } from '../../../src/builds/children/child.ts';
import { LogReader, ownerOf } from '../../../src/builds/log/log-reader.ts';
import { PollSchedule } from '../../../src/builds/polling.ts';
import { listen } from '../../loopback.ts';
import { anyChild } from '../children/sample-child.ts';
import { connected } from '../client.ts';

it('reads the next piece of a full log only after the polls that have become due meanwhile', async () => {
  let download: ServerResponse | undefined;
  const server = createServer((_, response) => {
    download = response.writeHead(200, { 'content-type': 'application/octet-stream' });
    download.write('first\n');
  });
  const { client } = await connected({ endpoint: await listen(server) });
  let now = 1_000;
  const clock = { now: () => now, sleep: () => Promise.resolve() };
  const random = () => 0.5;
  const { signal } = new AbortController();
  const context = { client, clock, random, signal, schedule: new PollSchedule(60_000, random) };
  const child: Child = { ...anyChild, state: 'success', finishedAt: 1_000 };
  const reader = new LogReader(
    { context, findBuild: async () => 'nowhere', maxElapsedMs: 60_000, until: () => now + 60_000 },
    ownerOf(child),
  );

  for await (const event of reader.poll()) expect(event).toMatchObject({ text: 'first\n' });
  now += 5_000;
  download?.end('second\n');
  for await (const event of reader.poll()) expect(event).toMatchObject({ text: 'second\n' });
  expect(reader.dueAt).toBe(now);
});
