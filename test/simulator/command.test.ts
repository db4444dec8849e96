// Tests what `npm run simulator` prints and how it handles mistakes on its command line.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

describe('npm run simulator', () => {
  let folder: string;
  let running: ChildProcess | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'simulator-'));
  });
  afterEach(() => void running?.kill('SIGKILL'));
  afterAll(() => rm(folder, { recursive: true }));

  interface Run {
    stdout(): string;
    stderr(): string;
    /** The exit code. */
    readonly ended: Promise<number | null>;
    /** Once this has been printed. */
    until(pattern: RegExp): Promise<string>;
  }

  function run(...args: string[]): Run {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], { cwd: folder });
    running = child;
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const ended = once(child, 'close').then(([code]: unknown[]) => (typeof code === 'number' ? code : null));
    const until = async (pattern: RegExp): Promise<string> => {
      for (;;) {
        const found = pattern.exec(stdout);
        if (found !== null) return found[1] ?? '';
        if (child.exitCode !== null) throw new Error(`it ended: ${stderr}`);
        await Promise.race([once(child.stdout, 'data'), ended]);
      }
    };
    return { stdout: () => stdout, stderr: () => stderr, ended, until };
  }

  it('prints working instructions for the action, curl and KooCLI', async () => {
    const file = join(folder, 'mine.json');
    const scenario = { name: 'mine', description: 'one step', steps: [{ name: 'Compile', seconds: 1 }] };
    await writeFile(file, JSON.stringify(scenario));
    const command = run('--port', '0', '--scenario', file, '--latency', '1', '--rate-limit', '2');
    const url = await command.until(/simulator on (\S+) .*DownloadRealTimeLog/s);
    const printed = command.stdout();
    const jobId = '00scenariofile000000000000000000';
    expect(printed).toContain(`${jobId}  mine: one step`);
    for (const line of [
      `    endpoint: ${url}`,
      `    job-id: ${jobId}`,
      `--cli-endpoint=${url}`,
      `hcloud CodeArtsBuild RunJob --job_id=${jobId}`,
    ]) {
      expect(printed).toContain(line);
    }
    const post = (path: string, body: string, headers: Record<string, string> = {}) =>
      fetch(`${url}${path}`, {
        method: 'POST',
        body,
        headers: { 'Content-Type': 'application/json', ...headers },
      });
    const signIn = /\/v3\/auth\/tokens .*? -d '([^']+)'/.exec(printed)?.[1] ?? '';
    const token = (await post('/v3/auth/tokens', signIn)).headers.get('x-subject-token') ?? '';
    const start = /\/v3\/jobs\/build .*? -d '([^']+)'/.exec(printed)?.[1] ?? '';
    const answers = [1, 2, 3].map(() => post('/v3/jobs/build', start, { 'X-Auth-Token': token }));
    expect((await Promise.all(answers)).map(({ status }) => status).sort()).toEqual([200, 200, 429]);
    expect(await (await fetch(url)).text()).toContain('scenario-mine');
  });

  it.each([
    [['--latency', 'x'], '--latency must be a number from 0 on, not x'],
    [['--executors', '0'], '--executors must be a whole number from 1 on, not 0'],
    [['--rate-limit', '1.5'], '--rate-limit must be a whole number from 1 on, not 1.5'],
    [['--answers', 'foo'], '--answers must be reference or possible, not foo'],
    [['--fault', 'graph-lost'], 'There is no fault "graph-lost".'],
    [['--log-form', 'new'], '--log-form must be custom-executor, public-executor, older, not new'],
    [['--bogus'], '--bogus'],
  ])('rejects %j with a message and the usage', async (args, message) => {
    const command = run(...args);
    expect(await command.ended).toBe(2);
    expect(command.stderr()).toContain(message);
    expect(command.stderr()).toContain('usage: npm run simulator');
  });

  it('names the place of a mistake in a scenario file and exits', async () => {
    const file = join(folder, 'faulty.json');
    const step = { name: 'Compile', seconds: 1, lines: ['good', { text: 'bad', level: 'LOUD' }] };
    await writeFile(file, JSON.stringify({ name: 'mine', description: 'faulty', steps: [step] }));
    const command = run('--port', '0', '--scenario', file);
    expect(await command.ended).toBe(2);
    expect(command.stderr()).toBe(
      `${file} is not a scenario:\n  steps.0.lines.1: must be text, {text, level, at, end} or {fill: bytes}\n`,
    );
  });

  it('lists the scenarios when the name is unknown', async () => {
    const command = run('--port', '0', '--scenario', 'sucess');
    expect(await command.ended).toBe(2);
    expect(command.stderr()).toMatch(
      /^There is no scenario "sucess", and no such file\. The scenarios are success, npm-success, /,
    );
  });

  it('says what to do when the port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const command = run('--port', String(port));
    expect(await command.ended).toBe(2);
    expect(command.stderr()).toMatch(/address already in use .*; --port 0 takes any that is free/);
    other.close();
  });
});
