// Tests the built action in the networks that companies have: a proxy in between, a private certificate authority, IPv6,
// services below a path, a clock that is set while the step runs. Real proxies, real TLS, a process of its own.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type ActionResult, type RunningAction, startAction } from '../runner/runner.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator/simulator.ts';
import { startConnectProxy } from './connect-proxy.ts';
import { makePrivateCa, type PrivateCa } from './private-ca.ts';

const hosts = ['codearts.corp.example', 'iam.corp.example'] as const;
let ca: PrivateCa;
beforeAll(async () => {
  ca = await makePrivateCa();
});

async function open(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator({ speed: 100, ...options });
  onTestFinished(() => simulator.close());
  return simulator;
}

interface RunOptions {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

function inputsFor(simulator: Simulator, jobId: string): Record<string, string> {
  return {
    region: 'cn-north-4',
    endpoint: simulator.url,
    'iam-endpoint': simulator.url,
    'access-key': simulator.accessKey.ak,
    'secret-key': simulator.accessKey.sk,
    'job-id': jobId,
  };
}

function start(simulator: Simulator, { inputs = {}, env = {} }: RunOptions = {}): RunningAction {
  const job = simulator.addJob({ name: 'shop' });
  return startAction({ inputs: { ...inputsFor(simulator, job.id), ...inputs }, env });
}

async function run(simulator: Simulator, options: RunOptions = {}): Promise<ActionResult> {
  return await start(simulator, options).done;
}

function byPassword({ user }: Simulator): Readonly<Record<string, string>> {
  return {
    'access-key': '',
    'secret-key': '',
    'iam-domain': user.domain,
    'iam-user': user.name,
    'iam-password': user.password,
  };
}

function lastError({ annotations }: ActionResult): string {
  return annotations.filter(({ level }) => level === 'error').at(-1)?.message ?? '';
}

async function behindProxy(): Promise<{ simulator: Simulator; places: Record<string, string> }> {
  const simulator = await open({ tls: await ca.issue(hosts) });
  const { port } = new URL(simulator.url);
  const [codearts, iam] = hosts;
  const places = { endpoint: `https://${codearts}:${port}`, 'iam-endpoint': `https://${iam}:${port}` };
  return { simulator, places };
}

describe('behind a proxy', () => {
  it.each(['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY'])(
    'named by %s, every request goes through its tunnels',
    async (name) => {
      const { simulator, places } = await behindProxy();
      const proxy = await startConnectProxy({ credentials: 'us@er:p#w-of-the-proxy' });
      const address = `http://us%40er:p%23w-of-the-proxy@127.0.0.1:${proxy.port}`;
      const env = { [name]: address, NODE_EXTRA_CA_CERTS: ca.file };
      const result = await run(simulator, { inputs: { ...places, ...byPassword(simulator) }, env });
      expect(result.outputs.get('result')).toBe('success');
      const { port } = new URL(simulator.url);
      expect(new Set(proxy.tunnels)).toEqual(new Set(hosts.map((host) => `${host}:${port}`)));
      expect(new Set(proxy.credentials)).toEqual(new Set(['us@er:p#w-of-the-proxy']));
      for (const secret of ['p#w-of-the-proxy', 'p%23w-of-the-proxy']) {
        expect(result.masks).toContain(secret);
        expect(result.lines.map(({ text }) => text).join('\n')).not.toContain(secret);
      }
    },
  );

  it('a host of NO_PROXY is connected to directly', async () => {
    const { simulator, places } = await behindProxy();
    const proxy = await startConnectProxy();
    const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, NODE_EXTRA_CA_CERTS: ca.file };
    const other = await run(simulator, {
      inputs: places,
      env: { ...env, NO_PROXY: 'codearts.corp.example:1' },
    });
    expect(other.outputs.get('result')).toBe('success');
    expect(proxy.tunnels).not.toEqual([]);
    const before = proxy.tunnels.length;
    // The name is the proxy's alone: asked for directly it is not found, and asked for again.
    const running = start(simulator, {
      inputs: places,
      env: { ...env, no_proxy: 'other.example, .corp.example' },
    });
    await sleep(1_500);
    running.signal('SIGINT');
    await running.done;
    expect(proxy.tunnels).toHaveLength(before);
  });

  it('that wants another password, the step says so at once', async () => {
    const { simulator, places } = await behindProxy();
    const proxy = await startConnectProxy({ credentials: 'user:right-password' });
    const env = {
      HTTPS_PROXY: `http://user:wrong-password@127.0.0.1:${proxy.port}`,
      NODE_EXTRA_CA_CERTS: ca.file,
    };
    const result = await run(simulator, { inputs: places, env });
    expect(result.exitCode).toBe(1);
    expect(lastError(result)).toMatch(
      /no answer from CodeArts at codearts\.corp\.example:\d+ \(PROXY_407\)\. The proxy requires another user name or password: check the address in HTTPS_PROXY or HTTP_PROXY\.$/,
    );
    expect(simulator.count()).toBe(0);
  });

  it('that rejects the host, the step says so at once', async () => {
    const { simulator, places } = await behindProxy();
    const proxy = await startConnectProxy({ refuse: 403 });
    const result = await run(simulator, { inputs: places, env: { HTTPS_PROXY: `127.0.0.1:${proxy.port}` } });
    expect(lastError(result)).toMatch(
      /\(PROXY_403\)\. The proxy of HTTPS_PROXY or HTTP_PROXY did not connect: have it allow this host/,
    );
  });

  it('whose variable holds no address, no request is sent', async () => {
    const simulator = await open();
    const result = await run(simulator, { env: { HTTPS_PROXY: 'socks5://proxy:1080' } });
    expect(lastError(result)).toMatch(/^HTTPS_PROXY: has the scheme socks5:/);
    expect(simulator.count()).toBe(0);
  });

  it('this machine itself is connected to directly', async () => {
    const simulator = await open();
    const proxy = await startConnectProxy();
    const address = `http://127.0.0.1:${proxy.port}`;
    const result = await run(simulator, { env: { HTTPS_PROXY: address, HTTP_PROXY: address } });
    expect(result.outputs.get('result')).toBe('success');
    expect(proxy.tunnels).toEqual([]);
  });

  it('an untrusted certificate inside the tunnel is reported as such', async () => {
    const { simulator, places } = await behindProxy();
    const proxy = await startConnectProxy();
    const result = await run(simulator, {
      inputs: places,
      env: { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` },
    });
    expect(lastError(result)).toMatch(/set NODE_EXTRA_CA_CERTS on the runner/);
  });

  it('a certificate for another host inside the tunnel is reported as such', async () => {
    const simulator = await open({ tls: await ca.issue(['wrong.example']) });
    const proxy = await startConnectProxy();
    const endpoint = `https://codearts.corp.example:${new URL(simulator.url).port}`;
    const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, NODE_EXTRA_CA_CERTS: ca.file };
    const result = await run(simulator, { inputs: { endpoint }, env });
    expect(lastError(result)).toMatch(
      /\(ERR_TLS_CERT_ALTNAME_INVALID\)\. The certificate is for another host/,
    );
  });
});

describe('with a certificate authority of its own', () => {
  it('the step runs where NODE_EXTRA_CA_CERTS names it', async () => {
    const simulator = await open({ tls: await ca.issue(['localhost']) });
    const inputs = byPassword(simulator);
    const result = await run(simulator, { inputs, env: { NODE_EXTRA_CA_CERTS: ca.file } });
    expect(result.outputs.get('result')).toBe('success');
  });

  it('the step says at once what to set where nothing names it, and sends nothing', async () => {
    const simulator = await open({ tls: await ca.issue(['localhost']) });
    const result = await run(simulator);
    expect(result.exitCode).toBe(1);
    expect(lastError(result)).toMatch(
      /^Could not read the definition of the build task: no answer from CodeArts at 127\.0\.0\.1:\d+ \(\w+\)\. The runner does not trust the certificate: set NODE_EXTRA_CA_CERTS on the runner to the file of the CA that signed it\.$/,
    );
    expect(simulator.count()).toBe(0);
    const signIn = await run(simulator, { inputs: byPassword(simulator) });
    expect(lastError(signIn)).toMatch(/^Could not sign in at IAM: .*set NODE_EXTRA_CA_CERTS/);
  });

  it('the step says what is wrong with the file that NODE_EXTRA_CA_CERTS names', async () => {
    const simulator = await open({ tls: await ca.issue(['localhost']) });
    const other = await makePrivateCa();
    const missing = await run(simulator, { env: { NODE_EXTRA_CA_CERTS: '/no/such/ca.pem' } });
    expect(lastError(missing)).toContain(
      "NODE_EXTRA_CA_CERTS is set to /no/such/ca.pem, which can't be read.",
    );
    const wrong = await run(simulator, { env: { NODE_EXTRA_CA_CERTS: other.file } });
    expect(lastError(wrong)).toContain(`${other.file}, which does not hold the CA that signed it.`);
  });

  it('the step says that the server speaks no TLS', async () => {
    const simulator = await open();
    const result = await run(simulator, { inputs: { endpoint: simulator.url.replace('http:', 'https:') } });
    expect(lastError(result)).toMatch(/The server does not speak TLS/);
  });
});

describe('with NODE_TLS_REJECT_UNAUTHORIZED=0', () => {
  const off = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
  const warning =
    /^NODE_TLS_REJECT_UNAUTHORIZED=0 has no effect on this action: it always checks certificates\./;

  function warnings({ annotations }: ActionResult): readonly string[] {
    return annotations.filter(({ level }) => level === 'warning').map(({ message }) => message);
  }

  it('the step sends nothing to a server whose certificate is not trusted, and says once that it has no effect', async () => {
    const simulator = await open({ tls: await ca.issue(['localhost']) });
    for (const inputs of [{}, byPassword(simulator)]) {
      const result = await run(simulator, { inputs, env: off });
      expect(result.exitCode).toBe(1);
      expect(warnings(result)).toEqual([expect.stringMatching(warning)]);
      expect(lastError(result)).toContain('set NODE_EXTRA_CA_CERTS');
    }
    expect(simulator.count()).toBe(0);
  });

  it('the step sends nothing through a proxy either', async () => {
    const { simulator, places } = await behindProxy();
    const proxy = await startConnectProxy();
    for (const inputs of [places, { ...places, ...byPassword(simulator) }]) {
      const env = { ...off, HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
      const result = await run(simulator, { inputs, env });
      expect(lastError(result)).toContain('The runner does not trust the certificate');
    }
    expect(proxy.tunnels).not.toEqual([]);
    expect(simulator.count()).toBe(0);
  });

  it('the post step sends nothing either', async () => {
    const trusted = { NODE_EXTRA_CA_CERTS: ca.file };
    const simulator = await open({ tls: await ca.issue(['localhost']), speed: 1 });
    const running = start(simulator, { env: trusted });
    while (simulator.count('record') === 0) await sleep(100);
    running.signal('SIGKILL');
    const { state } = await running.done;
    const before = simulator.count();
    const inputs = inputsFor(simulator, simulator.jobs.at(-1)?.id ?? '');
    const post = await startAction({ entry: 'post', inputs, state, env: off }).done;
    expect(warnings(post)).toEqual([expect.stringContaining('could not be stopped')]);
    expect(simulator.count()).toBe(before);
  });
});

it.each([
  ['forward by 8 hours', 8 * 3_600_000],
  ['back by 2 minutes', -120_000],
])('a wall clock that is set %s during the build changes nothing', async (_, byMs) => {
  const simulator = await open({ speed: 1 });
  const folder = mkdtempSync(join(tmpdir(), 'wall-clock-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const preload = join(folder, 'jump.cjs');
  writeFileSync(
    preload,
    `const { now } = Date; setTimeout(() => { Date.now = () => now() + ${byMs}; }, 1_500).unref();`,
  );
  const scenario = {
    name: 'short',
    description: 'four seconds',
    steps: [{ name: 'Steady', seconds: 4, lines: ['one', 'two', 'three', 'four'] }],
  };
  const { id } = simulator.addJob({ name: 'steady', scenario });
  const began = performance.now();
  const result = await run(simulator, {
    inputs: { 'job-id': id },
    env: { NODE_OPTIONS: `--require ${preload}` },
  });
  expect(result.outputs.get('result')).toBe('success');
  expect(performance.now() - began).toBeLessThan(20_000);
});

describe('with services in places of their own', () => {
  it('the step runs over IPv6', async () => {
    const simulator = await open({ host: '::1' });
    expect(simulator.url).toMatch(/^http:\/\/\[::1\]:/);
    const result = await run(simulator);
    expect(result.outputs.get('result')).toBe('success');
  });

  it('the step runs below a path, at CodeArts and at IAM', async () => {
    const simulator = await open({ prefix: '/private/cloud' });
    const inputs = {
      ...byPassword(simulator),
      endpoint: `${simulator.url}/`,
      'iam-endpoint': `${simulator.url}/`,
    };
    const result = await run(simulator, { inputs });
    expect(result.outputs.get('result')).toBe('success');
    expect(simulator.requests.every(({ path }) => path.startsWith('/private/cloud/v'))).toBe(true);
    const signed = await run(simulator);
    expect(signed.outputs.get('result')).toBe('success');
  });
});
