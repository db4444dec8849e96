// Tests how a host with several addresses is reached: over far lines, and where some of them are dead.

import { spawn } from 'node:child_process';
import dns from 'node:dns';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { openHttp } from '../../src/huaweicloud/http.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** Has every name stand for these addresses, as the system's resolver would say. */
function resolveTo(...addresses: readonly string[]): void {
  const lookup = (_: string, __: unknown, callback: (error: null, found: dns.LookupAddress[]) => void) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: 4 })),
    );
  vi.spyOn(dns, 'lookup').mockImplementation(lookup as typeof dns.lookup);
}

const serverCode = `
  const { createServer } = require('node:net');
  const reply = 'HTTP/1.1 200 OK\\r\\nconnection: close\\r\\ncontent-length: 2\\r\\n\\r\\nok';
  const server = createServer((socket) => socket.on('error', () => {}).end(reply));
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port));
`;

/** A server that completes no handshake for a while: it is stopped and its queue of connections is full. */
async function startSlowServer(ms: number): Promise<number> {
  const child = spawn(process.execPath, ['-e', serverCode], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = await once(child.stdout, 'data');
  const port = Number(String(line));
  child.kill('SIGSTOP');
  for (let count = 0; count < 4; count += 1) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    onTestFinished(() => void socket.destroy());
  }
  await sleep(100);
  setTimeout(() => child.kill('SIGCONT'), ms);
  return port;
}

function open() {
  const http = openHttp({ connectTimeoutMs: 10_000 });
  onTestFinished(() => http.close());
  return http;
}

// Other systems queue connections differently.
it.runIf(process.platform === 'linux')(
  'waits seconds before it tries the next address: one that takes 600 ms is used',
  async () => {
    const port = await startSlowServer(600);
    resolveTo('127.0.0.1', '127.0.0.2');
    const began = performance.now();
    const answer = await open().send({
      method: 'GET',
      url: new URL(`http://far.example:${port}/`),
      headers: {},
    });
    expect(answer.body).toBe('ok');
    expect(performance.now() - began).toBeGreaterThan(400);
  },
);

it('names the error of each address if none can be reached', async () => {
  resolveTo('127.0.0.2', '127.0.0.3');
  const sent = open().send({ method: 'GET', url: new URL('http://dead.example:9/'), headers: {} });
  await expect(sent).rejects.toMatchObject({
    code: 'ECONNREFUSED',
    mayHaveArrived: false,
    message: 'no answer from dead.example:9 (ECONNREFUSED 127.0.0.2:9, ECONNREFUSED 127.0.0.3:9)',
  });
});
