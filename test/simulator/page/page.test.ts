// Tests what the pages of the simulator show, and that they do not count as calls.

import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { afterEach, describe, expect, it } from 'vitest';
import { Caller } from '../caller.ts';
import {
  largeLog,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
  VirtualClock,
} from '../simulator.ts';
import { visible } from './visible-text.ts';

const pieceSchema = v.object({ text: v.string(), next: v.number(), complete: v.boolean() });

describe('the pages of the simulator', () => {
  const clock = new VirtualClock();
  let open: Simulator | undefined;
  afterEach(() => open?.close());

  async function openSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
    open = await startSimulator({ clock, ...options });
    return open;
  }

  async function page(path: string): Promise<string> {
    const reply = await fetch(`${open?.url}${path}`);
    expect({ status: reply.status, type: reply.headers.get('content-type') }).toEqual({
      status: 200,
      type: 'text/html; charset=UTF-8',
    });
    return reply.text();
  }

  async function piece(path: string, from: number): Promise<v.InferOutput<typeof pieceSchema>> {
    const reply = await fetch(`${open?.url}${path}/log?from=${from}`);
    return v.parse(pieceSchema, await reply.json());
  }

  const steps = (...lines: string[]) => [{ name: 'Run', seconds: 2, lines }];

  it('list jobs and builds with their state', async () => {
    const simulator = await openSimulator({ executors: 1 });
    const job = simulator.addJob({ name: 'server', description: 'compiles', scenario: 'failing-compile' });
    job.start({ executor: 'lisi' });
    job.start();
    clock.advance(60_000);
    job.start();
    clock.advance(3000);
    const text = await page('/');
    expect(text).toContain(`<code>${job.id}</code>`);
    expect(text).toContain('compiles');
    expect(text).toContain('lisi');
    expect(text.match(/<span class="state bad">FAILURE<\/span>/g)).toHaveLength(2);
    expect(text).toContain('executors: 1, 1 running, 0 in the queue');
    expect(text).toContain(`href="/builds/${job.id}/3"`);
  });

  it('list calls and whether their signatures are valid, without bodies and headers', async () => {
    const simulator = await openSimulator();
    const job = simulator.addJob({ name: 'server' });
    const { user } = simulator;
    const caller = new Caller(simulator, { 'X-Auth-Token': 'a-real-token-by-mistake' });
    await caller.get(`/v3/jobs/${job.id}/status`);
    await caller.post('/v3/auth/tokens', {
      auth: {
        identity: {
          methods: ['password'],
          password: { user: { ...user, password: 'a-real-password', domain: { name: user.domain } } },
        },
      },
    });
    await new Caller(simulator).start(job.id);
    const text = await page('/');
    expect(text).toContain('<span class="state bad">the token is invalid</span>');
    expect(text).toContain('<span class="state good">token</span>');
    expect(text).toContain('<span class="mono bad">401</span> <span class="mono soft">APIGW.0301</span>');
    expect(text).toContain('3 calls\n received, 2 rejected');
    expect(text).not.toMatch(/a-real-(token|password)/);
  });

  it('are not counted as calls and need no signature', async () => {
    const simulator = await openSimulator({ rateLimit: { callsPerMinute: 1, style: '429' } });
    simulator.faults.add({ call: '*', kind: 'reset-before' });
    for (let time = 0; time < 3; time += 1) await page('/');
    expect({ count: simulator.count(), requests: simulator.requests }).toEqual({ count: 0, requests: [] });
  });

  it('show the state of a build, its steps, children and artifacts', async () => {
    const simulator = await openSimulator();
    const job = simulator.addJob({ name: 'flow', scenario: 'flow-diamond' });
    const build = job.start();
    clock.advance(60_000);
    const text = await page(`/builds/${job.id}/1`);
    expect(text).toContain(build.recordId);
    for (const child of build.children) expect(text).toContain(`href="/builds/${job.id}/${child.number}"`);
    expect(text).toContain('after client, server');
    const child = await page(`/builds/${job.id}/2`);
    expect(child).toContain('<h2>Artifacts</h2>');
    expect(child).toContain(`href="/builds/${job.id}/1"`);
  });

  it('show a growing log, each character once', async () => {
    const simulator = await openSimulator();
    const job = simulator.addJob({ name: 'server', scenario: 'success' });
    const build = job.start();
    const path = `/builds/${job.id}/1`;
    let text = '';
    let next = 0;
    let complete = false;
    for (let time = 0; time < 40; time += 1) {
      const more = await piece(path, next);
      text += more.text;
      ({ next, complete } = more);
      clock.advance(500);
    }
    expect(complete).toBe(true);
    expect(text).toBe(visible(build.log));
    expect(next).toBe(Buffer.byteLength(build.log));
  });

  it('show the end of a long log and how much is omitted', async () => {
    const simulator = await openSimulator();
    const job = simulator.addJob({ name: 'large', scenario: largeLog(3_000_000) });
    const build = job.start();
    clock.advance(60_000);
    const size = build.logs.written('bytes');
    const { text, next, complete } = await piece(`/builds/${job.id}/1`, 1000);
    expect({ next, complete }).toEqual({ next: size, complete: true });
    const skipped = Number(/^… ([\d,]+) bytes are not shown/.exec(text)?.[1]?.replaceAll(',', ''));
    expect(skipped).toBe(size - 1000 - 256 * 1024);
    expect((await page(`/builds/${job.id}/1`)).length).toBeLessThan(400_000);
  });

  it('escape all remote text', async () => {
    const simulator = await openSimulator();
    const evil = '<script>alert(1)</script>';
    const job = simulator.addJob({
      name: `a ${evil}`,
      description: `b ${evil}`,
      scm: { branch: `c ${evil}`, head: `d ${evil}` },
      parameters: [{ name: 'x', default: `e ${evil}` }],
      scenario: {
        name: 'evil',
        description: 'evil',
        errorMessage: `f ${evil}`,
        result: `g ${evil}`,
        steps: steps(`h ${evil} </pre> \u202e reversed`),
        artifacts: { package: { name: `i ${evil}`, uri: `j ${evil}` } },
      },
    });
    job.start({ executor: `k ${evil}` });
    clock.advance(60_000);
    await new Caller(simulator).get('/v3/%3Cscript%3E?x=<script>alert(1)');
    for (const text of [await page('/'), await page(`/builds/${job.id}/1`)]) {
      expect(text.match(/<script>/g)).toHaveLength(1);
      expect(text.match(/<\/pre>/g) ?? []).toHaveLength(1);
      expect(text).not.toContain('\u202e');
      expect(text).not.toContain('alert(1)</script>');
    }
    const shown = await page(`/builds/${job.id}/1`);
    for (const letter of 'acdefghijk') expect(shown, letter).toContain(`${letter} &lt;script&gt;`);
    expect(shown).toContain('⟨U+202E⟩ reversed');
  });

  it('mask sensitive parameters', async () => {
    const simulator = await openSimulator();
    const parameters = [{ name: 'token', default: 'hush', sensitive: true }];
    const job = simulator.addJob({ name: 'server', parameters });
    job.start();
    const text = await page(`/builds/${job.id}/1`);
    expect(text).toContain('token=*****');
    expect(text).not.toContain('hush');
  });

  it('allow only their own script and style', async () => {
    await openSimulator();
    const reply = await fetch(`${open?.url}/`);
    const text = await reply.text();
    const policy = reply.headers.get('content-security-policy') ?? '';
    for (const tag of ['script', 'style']) {
      const inside = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(text)?.[1] ?? '';
      const hash = createHash('sha256').update(inside).digest('base64');
      expect(policy).toContain(`${tag}-src 'sha256-${hash}'`);
    }
    expect(policy).toContain("default-src 'none'");
  });

  it('are served below the prefix', async () => {
    const simulator = await openSimulator({ prefix: '/cloudbuild' });
    const job = simulator.addJob({ name: 'server' });
    job.start();
    const text = await page('/');
    expect(text).toContain(`href="/cloudbuild/builds/${job.id}/1"`);
    expect(await page(`/builds/${job.id}/1`)).toContain(`data-more="/cloudbuild/builds/${job.id}/1/log"`);
  });

  it('answer 404 for an unknown build', async () => {
    const simulator = await openSimulator();
    const job = simulator.addJob({ name: 'server' });
    for (const path of [
      `/builds/${job.id}/1`,
      `/builds/${job.id}/x`,
      '/builds/none/1',
      `/builds/${job.id}/1/log`,
    ]) {
      expect((await fetch(`${simulator.url}${path}`)).status, path).toBe(404);
    }
  });

  it('show how to use the action, curl and KooCLI with the simulator', async () => {
    const simulator = await openSimulator();
    const job = simulator.addJob({ name: 'server' });
    const text = await page('/');
    const { url } = simulator;
    for (const words of [
      `iam-endpoint: ${url}`,
      `curl -s -X POST ${url}/v3/jobs/build`,
      `--cli-endpoint=${url}`,
    ]) {
      expect(text).toContain(words);
      expect(simulator.guide()).toContain(words);
    }
    expect(text).toContain(`job-id: ${job.id}`);
  });
});

describe('a control character in a page', () => {
  it.each([
    ['a\r\nb\tc\n', 'a\nb\tc\n'],
    ['50%\r100%', '50%⟨CR⟩100%'],
    ['\u001b[1;32mgreen\u001b[0m', 'green'],
    ['\u001b]0;title\u0007', '⟨ESC⟩]0;title⟨BEL⟩'],
    ['\u0000\u007f\u0085', '⟨U+0000⟩⟨U+007F⟩⟨U+0085⟩'],
    ['订单 🔑', '订单 🔑'],
  ])('is replaced: %j becomes %j', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });
});
