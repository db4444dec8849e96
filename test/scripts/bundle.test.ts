// What goes into the files that GitHub runs, and that what is left out is not missed.

import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { dist, root } from '../../scripts/paths.ts';
import { prepareEnvironment, pushEvent } from '../runner/environment.ts';

it('holds one copy of undici', () => {
  const licenses = readFileSync(join(dist, 'LICENSES.txt'), 'utf8');
  expect(licenses.match(/^undici \d\S* \(MIT\)$/gm)).toHaveLength(1);
});

it('imports packages through their public exports only', () => {
  const files = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true });
  const imports = files
    .filter((file) => file.isFile())
    .flatMap((file) => {
      const text = readFileSync(join(file.parentPath, file.name), 'utf8');
      return [...text.matchAll(/from '([^.'][^']*)'|import\('([^.'][^']*)'\)/g)].map(([, a, b]) => a ?? b);
    });
  const packages = [...new Set(imports)].filter((name) => name?.startsWith('node:') === false).sort();
  expect(packages).toEqual(['@actions/core', '@actions/github', 'jsonc-parser', 'undici', 'valibot']);
});

it('asks a proxy of the environment for a tunnel to the service', async () => {
  const { proxy, asked } = await startProxy();
  const home = mkdtempSync(join(tmpdir(), 'codearts-bundle-'));
  const address = proxy.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const { env } = prepareEnvironment(home, {
    inputs: { region: 'cn-north-4', 'access-key': 'AK', 'secret-key': 'SK', 'job-id': 'a'.repeat(32) },
    state: new Map(),
    event: pushEvent(),
    workspace: undefined,
    env: { HTTPS_PROXY: `http://127.0.0.1:${port}` },
  });
  const child = spawn(process.execPath, [join(dist, 'main/index.js')], { env, stdio: 'ignore' });
  try {
    expect(await asked).toBe('cloudbuild-ext.cn-north-4.myhuaweicloud.com:443');
  } finally {
    child.kill('SIGKILL');
    proxy.close();
    proxy.closeAllConnections();
    rmSync(home, { recursive: true, force: true });
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
