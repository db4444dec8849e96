// Tests what the bundled files contain, and that they run without the code that is left out.

import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readMetadata } from '../../scripts/action-metadata.ts';
import { dist, root } from '../../scripts/paths.ts';
import { prepareEnvironment, pushEvent } from '../runner/environment.ts';
import { startSimulator } from '../simulator/simulator.ts';

it('bundles a single copy of undici', () => {
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

it('loads neither octokit nor IAM nor summary code before the first request', async () => {
  const simulator = await startSimulator();
  onTestFinished(() => simulator.close());
  const job = simulator.addJob({ name: 'loads', scenario: 'success' });
  const list = join(temporaryFolder(), 'loaded');
  const loaded = () => new Set(readFileSync(list, 'utf8').trim().split('\n'));
  const first = new Promise<ReadonlySet<string>>((resolve) =>
    simulator.onRequest('*', 1, () => resolve(loaded())),
  );
  const env = stepEnvironment({
    region: simulator.region,
    endpoint: simulator.url,
    'access-key': simulator.accessKey.ak,
    'secret-key': simulator.accessKey.sk,
    'job-id': job.id,
    wait: 'false',
  });
  const ended = startEntry('main', env, list);
  const early = readAll(await first);
  const all = readAll(readdirSync(join(dist, 'main')).map((name) => join(dist, 'main', name)));
  // Each string appears in no other code.
  for (const text of ['octokit-core.js', '/v3/auth/tokens', '### ❌ No CodeArts build']) {
    expect({ text, isBundled: all.includes(text), isLoaded: early.includes(text) }).toEqual({
      text,
      isBundled: true,
      isLoaded: false,
    });
  }
  expect(await ended).toBe(0);
  expect(readAll(loaded())).toContain('### ❌ No CodeArts build');
});

it.each(['', '{"phase":"over"}'])(
  'loads only a few lines in a post step with the state %j',
  async (state) => {
    const list = join(temporaryFolder(), 'loaded');
    expect(await startEntry('post', { ...stepEnvironment({}), STATE_build: state }, list)).toBe(0);
    expect(readAll(new Set(readFileSync(list, 'utf8').trim().split('\n'))).length).toBeLessThan(5_000);
  },
);

it('requests a tunnel to the service from a proxy set in the environment', async () => {
  const { proxy, asked } = await startProxy();
  const address = proxy.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const env = stepEnvironment(
    { region: 'cn-north-4', 'access-key': 'AK', 'secret-key': 'SK', 'job-id': 'a'.repeat(32) },
    { HTTPS_PROXY: `http://127.0.0.1:${port}` },
  );
  const child = spawn(process.execPath, [join(dist, 'main/index.js')], { env, stdio: 'ignore' });
  try {
    expect(await asked).toBe('cloudbuild-ext.cn-north-4.myhuaweicloud.com:443');
  } finally {
    child.kill('SIGKILL');
    proxy.close();
    proxy.closeAllConnections();
  }
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'codearts-bundle-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function stepEnvironment(
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const defaults = Object.entries(readMetadata().inputs).map(([name, input]) => [name, input.default ?? '']);
  return prepareEnvironment(temporaryFolder(), {
    inputs: { ...Object.fromEntries(defaults), ...inputs },
    state: new Map(),
    event: pushEvent(),
    workspace: undefined,
    env,
  }).env;
}

/** Runs an entry that writes the path of every file it loads to `list`. Resolves to its exit code. */
function startEntry(
  entry: string,
  env: Readonly<Record<string, string>>,
  list: string,
): Promise<number | null> {
  const hook = `import { appendFileSync } from 'node:fs';
    import { registerHooks } from 'node:module';
    import { fileURLToPath } from 'node:url';
    registerHooks({
      load(url, context, next) {
        if (url.startsWith('file:')) appendFileSync(process.env.LOADED, fileURLToPath(url) + '\\n');
        return next(url, context);
      },
    });`;
  const preload = `data:text/javascript,${encodeURIComponent(hook)}`;
  const child = spawn(process.execPath, ['--import', preload, join(dist, entry, 'index.js')], {
    env: { ...env, LOADED: list },
    stdio: 'ignore',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return new Promise((resolve) => child.once('exit', resolve));
}

function readAll(paths: Iterable<string>): string {
  return [...paths].map((path) => readFileSync(path, 'utf8')).join('');
}

async function startProxy(): Promise<{ proxy: Server; asked: Promise<string | undefined> }> {
  const proxy = createServer();
  const asked = new Promise<string | undefined>((resolve) => {
    proxy.on('connect', (request, socket) => {
      // The step is killed while it talks to the proxy, so the connection is expected to be reset.
      socket.on('error', () => {});
      resolve(request.url);
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return { proxy, asked };
}
