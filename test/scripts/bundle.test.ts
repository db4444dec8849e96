// What goes into the files that GitHub runs, and that what is left out is not missed.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Bundle, bundle } from '../../scripts/bundle.ts';
import { prepareEnvironment, pushEvent } from '../runner/environment.ts';

let folder: string;
let made: Bundle;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'codearts-bundle-'));
  made = await bundle(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('holds one undici and no other HTTP client', () => {
  const names = made.packages.map((name) => name.replace(/@[^@]+$/, ''));
  expect(names.filter((name) => name === 'undici')).toHaveLength(1);
  expect(names).not.toContain('tunnel');
  expect(names).not.toContain('axios');
});

it('loads no part of Node at start that the step does not use', () => {
  const text = readFileSync(join(folder, 'main.cjs'), 'utf8');
  const loaded = new Set([...text.matchAll(/require\("(?:node:)?([\w/]+)"\)/g)].map(([, name]) => name));
  for (const unused of ['http2', 'https', 'child_process', 'dgram', 'sqlite'])
    expect(loaded).not.toContain(unused);
  expect(loaded).toContain('crypto');
});

it('asks a proxy of the environment for a tunnel to the service', async () => {
  const { proxy, asked } = await startProxy();
  const address = proxy.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const { env } = prepareEnvironment(folder, {
    inputs: { region: 'cn-north-4', 'access-key': 'AK', 'secret-key': 'SK', 'job-id': 'a'.repeat(32) },
    state: new Map(),
    event: pushEvent(),
    workspace: undefined,
    env: { HTTPS_PROXY: `http://127.0.0.1:${port}` },
  });
  const child = spawn(process.execPath, [join(folder, 'main.cjs')], { env, stdio: 'ignore' });
  try {
    expect(await asked).toBe('cloudbuild-ext.cn-north-4.myhuaweicloud.com:443');
  } finally {
    child.kill('SIGKILL');
    proxy.close();
    proxy.closeAllConnections();
  }
});

async function startProxy(): Promise<{ proxy: Server; asked: Promise<string | undefined> }> {
  const proxy = createServer();
  const asked = new Promise<string | undefined>((resolve) => {
    proxy.on('connect', (request, socket) => {
      // The step is killed while it talks to the proxy: that its end is reset is what is to be expected.
      socket.on('error', () => {});
      resolve(request.url);
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return { proxy, asked };
}
