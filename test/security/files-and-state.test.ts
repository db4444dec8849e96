// What an earlier step of the job has prepared (links, pipes, files of the runner, state) makes the action neither write
// where it should not nor stop a build that is not its own.

import { execFileSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openLogFile, resolveLogPath } from '../../src/github/inputs/log-file-path.ts';
import { replaceFile } from '../../src/runtime.ts';
import { openWorld, runPostStep, runStep } from '../story/story.ts';

function openFolders() {
  const home = mkdtempSync(join(tmpdir(), 'codearts-files-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const [workspace, temp, elsewhere] = ['workspace', 'temp', 'elsewhere'].map((name) => join(home, name));
  if (!workspace || !temp || !elsewhere) throw new Error('no folders');
  for (const folder of [workspace, temp, elsewhere]) mkdirSync(folder);
  const kept = join(elsewhere, 'kept');
  writeFileSync(kept, 'kept');
  return { workspace, temp, elsewhere, kept, env: { GITHUB_WORKSPACE: workspace, RUNNER_TEMP: temp } };
}

describe('log-file', () => {
  it('refuses a hard link to a file outside', () => {
    const { workspace, kept, env } = openFolders();
    linkSync(kept, join(workspace, 'build.log'));
    expect(resolveLogPath('build.log', env)).toEqual({
      ok: false,
      problem: 'log-file: "build.log" is a hard link to another file.',
    });
  });

  it('refuses a pipe, which would wait for a reader', () => {
    const { workspace, env } = openFolders();
    const command = 'mkfifo "$0"';
    execFileSync('/bin/sh', ['-c', command, join(workspace, 'build.log')]);
    expect(resolveLogPath('build.log', env)).toEqual({
      ok: false,
      problem: 'log-file: "build.log" is not a plain file.',
    });
  });

  it.each(['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_PATH', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY'])(
    'refuses the file of %s',
    (name) => {
      const { temp, env } = openFolders();
      const file = join(temp, 'set_env_1f2e');
      expect(resolveLogPath(file, { ...env, [name]: file })).toMatchObject({
        problem: expect.stringContaining("is one of the runner's own files"),
      });
    },
  );

  it.each([
    ['a file of commands for the runner', 'a/_runner_file_commands/set_env_1', "the runner's own files"],
    ["git's configuration", '.git/config', "git's own files"],
    ["a submodule's hook", 'lib/.GIT/hooks/pre-push', "git's own files"],
    ["git's folder by its short name", 'GIT~1/config', "git's own files"],
  ])('refuses %s', (_, given, what) => {
    const { env } = openFolders();
    expect(resolveLogPath(given, env)).toMatchObject({ problem: expect.stringContaining(what) });
  });

  it.each(['CON', 'logs/NUL', 'COM1.log', 'lpt1', 'a.log:stream', 'build.log.', 'build '])(
    'refuses %j on Windows, and takes it elsewhere',
    (given) => {
      const { env } = openFolders();
      expect(resolveLogPath(given, { ...env, RUNNER_OS: 'Windows' })).toMatchObject({
        problem: expect.stringContaining('is a name that Windows reserves'),
      });
      expect(resolveLogPath(given, { ...env, RUNNER_OS: 'Linux' })).toMatchObject({ ok: true });
    },
  );

  it.each(['.github/build.log', '.gitlab/x.log', 'git/build.log', 'console.log', 'logs/build.log'])(
    'takes %s',
    (given) => {
      const { env } = openFolders();
      expect(resolveLogPath(given, { ...env, RUNNER_OS: 'Windows' })).toMatchObject({ ok: true });
    },
  );

  it('is checked again when it is opened: a folder may have become a link', async () => {
    const { workspace, elsewhere, kept, env } = openFolders();
    mkdirSync(join(workspace, 'logs'));
    const path = join(workspace, 'logs', 'kept');
    expect(resolveLogPath(path, env)).toMatchObject({ ok: true });
    renameSync(join(workspace, 'logs'), join(workspace, 'before'));
    symlinkSync(elsewhere, join(workspace, 'logs'));
    await expect(openLogFile(path, env)).rejects.toThrow('is outside the workspace');
    expect(readFileSync(kept, 'utf8')).toBe('kept');
  });

  it('empties a file that is there', async () => {
    const { workspace, env } = openFolders();
    const path = join(workspace, 'build.log');
    writeFileSync(path, 'old');
    const handle = await openLogFile(path, env);
    await handle.close();
    expect(readFileSync(path, 'utf8')).toBe('');
  });
});

it('the file of artifacts replaces a link, and leaves what it leads to alone', () => {
  const { temp, kept } = openFolders();
  const path = join(temp, 'codearts-artifacts.json');
  symlinkSync(kept, path);
  replaceFile(path, '[]');
  replaceFile(path, '[1]');
  expect({ kept: readFileSync(kept, 'utf8'), file: readFileSync(path, 'utf8') }).toEqual({
    kept: 'kept',
    file: '[1]',
  });
});

describe('the post step', () => {
  const running = { phase: 'running', buildNumber: 1 };

  it('stops nothing after a main step that ended with its inputs refused', async () => {
    const world = await openWorld();
    const job = world.simulator.addJob({ name: 'shop-backend' });
    const inputs = { wait: 'no' };
    const watch: NonNullable<Parameters<typeof runStep>[0]>['watch'] = (recorder) =>
      recorder.states.set('build', JSON.stringify({ ...running, jobId: job.id }));
    const main = await runStep({ world, jobId: job.id, inputs, watch });
    await runPostStep(main, { inputs });
    expect(world.simulator.count()).toBe(0);
  });

  it.each([
    ['of another job', { ...running, jobId: 'a'.repeat(32) }, {}],
    ['of another build', running, { 'build-number': '2' }],
    ['of a job that is a path', { ...running, jobId: '../../v3/jobs/x' }, {}],
    ['of half a build', { ...running, buildNumber: 1.5 }, {}],
    ['of build 0', { ...running, buildNumber: 0 }, {}],
  ])('stops nothing for a state %s', async (_, state, inputs) => {
    const main = await runStep();
    const before = main.world.simulator.count();
    main.recorder.states.set('build', JSON.stringify({ jobId: main.jobId, ...state }));
    const post = await runPostStep(main, { inputs });
    expect({ code: post.code, calls: main.world.simulator.count() - before }).toEqual({ code: 0, calls: 0 });
    expect(post.recorder.annotations).toHaveLength(1);
  });
});
