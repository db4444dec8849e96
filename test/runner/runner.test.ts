// Tests the simulated GitHub runner with actions of a few lines.

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runAction, runStep, startAction } from './runner.ts';

const metadata = `name: toy
description: toy
inputs:
  job-id:
    description: job
  log:
    description: log
    default: stream
outputs:
  greeting:
    description: greeting
runs:
  using: node24
  main: dist/main/index.js
  post: dist/post/index.js
`;

let actionFolder: string;

beforeEach(() => {
  actionFolder = mkdtempSync(join(tmpdir(), 'toy-action-'));
  for (const entry of ['main', 'post']) mkdirSync(join(actionFolder, 'dist', entry), { recursive: true });
  writeFileSync(join(actionFolder, 'action.yml'), metadata);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(actionFolder, { recursive: true, force: true });
});

function write(main: string, post = ''): void {
  const head = "const fs = require('node:fs'); const { env } = process;";
  writeFileSync(join(actionFolder, 'dist/main/index.js'), `${head}\n${main}`);
  writeFileSync(join(actionFolder, 'dist/post/index.js'), `${head}\n${post}`);
}

describe('the simulated runner', () => {
  it("passes inputs under GitHub's names, with the defaults of action.yml", async () => {
    write("console.log(env['INPUT_JOB-ID'], env.INPUT_LOG)");
    const { lines } = await runAction({ actionFolder, inputs: { 'job-id': 'abc' } });
    expect(lines).toEqual([{ kind: 'text', text: 'abc stream' }]);
  });

  it('warns about an input that action.yml does not have', async () => {
    write('');
    const { runnerErrors } = await runAction({ actionFolder, inputs: { jobid: 'abc' } });
    expect(runnerErrors).toEqual(["Unexpected input 'jobid'"]);
  });

  it('passes the event, and nothing of its own environment', async () => {
    vi.stubEnv('HUAWEICLOUD_SDK_AK', 'from outside');
    write(
      'console.log(env.GITHUB_EVENT_NAME, JSON.parse(fs.readFileSync(env.GITHUB_EVENT_PATH)).n, env.GITHUB_SHA, env.HUAWEICLOUD_SDK_AK)',
    );
    const event = { name: 'release', payload: { n: 7 }, sha: 'abc', ref: 'refs/tags/v1' };
    const { stdout } = await runAction({ actionFolder, event });
    expect(stdout).toBe('release 7 abc undefined\n');
  });

  it('reads outputs, state, variables and the summary, and deletes its files', async () => {
    write(`
      fs.appendFileSync(env.GITHUB_OUTPUT, 'greeting<<X\\nhello\\nX\\n');
      fs.appendFileSync(env.GITHUB_STATE, 'build=7\\n');
      fs.appendFileSync(env.GITHUB_ENV, 'A=1\\n');
      fs.appendFileSync(env.GITHUB_STEP_SUMMARY, '# Summary');
      console.log(env.RUNNER_TEMP);`);
    const { stdout, outputs, state, env, summary } = await runAction({ actionFolder });
    expect([...outputs, ...state, ...env]).toEqual([
      ['greeting', 'hello'],
      ['build', '7'],
      ['A', '1'],
    ]);
    expect(summary).toBe('# Summary');
    expect(existsSync(stdout.trim())).toBe(false);
  });

  it("reports an output file that it can't read", async () => {
    write("fs.appendFileSync(env.GITHUB_OUTPUT, 'greeting<<X\\nhello\\n')");
    expect((await runAction({ actionFolder })).runnerErrors).toEqual([
      "Unable to process file command 'output' successfully. Error: Invalid value. Matching delimiter not found 'X'",
    ]);
  });

  it('runs post with the state that main saved, also after a failure', async () => {
    write(
      "fs.appendFileSync(env.GITHUB_STATE, 'build=7\\n'); console.log('::error::no'); process.exitCode = 1",
      'console.log(env.STATE_build)',
    );
    const { main, post } = await runStep({ actionFolder });
    expect(main.exitCode).toBe(1);
    expect(main.annotations.map(({ message }) => message)).toEqual(['no']);
    expect(post.stdout).toBe('7\n');
  });

  // Windows can't send SIGINT: it ends the process at once.
  it.skipIf(process.platform === 'win32')(
    'prints lines while the action runs, and forwards signals',
    async () => {
      write(
        "process.on('SIGINT', () => { console.log('stopping'); process.exit(3); }); console.log('ready'); setInterval(() => {}, 1000)",
      );
      const seen: string[] = [];
      const running = startAction({
        actionFolder,
        onLine: ({ text }) => {
          seen.push(text);
          if (text === 'ready') running.cancel();
        },
      });
      expect((await running.done).exitCode).toBe(3);
      expect(seen).toEqual(['ready', 'stopping']);
    },
  );

  it('reports a process that was ended by a signal', async () => {
    write("console.log('ready'); setInterval(() => {}, 1000)");
    const running = startAction({ actionFolder, onLine: () => running.signal('SIGKILL') });
    expect(await running.done).toMatchObject({ exitCode: null, signal: 'SIGKILL' });
  });
});
