// What an earlier step of the job has left behind (links, pipes, state) makes the built action neither write where it
// should not, nor wait for ever, nor stop another job's build. As a process, with real files.

import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runAction } from '../runner/runner.ts';
import { type Job, type Simulator, startSimulator } from '../simulator/simulator.ts';

interface Place {
  readonly simulator: Simulator;
  readonly job: Job;
  readonly inputs: Readonly<Record<string, string>>;
  readonly workspace: string;
  readonly temp: string;
  /** A file outside both folders. */
  readonly kept: string;
}

async function openPlace(): Promise<Place> {
  const simulator = await startSimulator({ speed: 100 });
  onTestFinished(() => simulator.close());
  const home = mkdtempSync(join(tmpdir(), 'earlier-steps-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const [workspace, temp, kept] = [join(home, 'workspace'), join(home, 'temp'), join(home, 'kept')];
  for (const folder of [workspace, temp]) mkdirSync(folder);
  writeFileSync(kept, 'kept');
  const job = simulator.addJob({ name: 'shop' });
  const inputs = {
    region: simulator.region,
    endpoint: simulator.url,
    'access-key': simulator.accessKey.ak,
    'secret-key': simulator.accessKey.sk,
    'job-id': job.id,
  };
  return { simulator, job, inputs, workspace, temp, kept };
}

describe('log-file', { timeout: 30_000 }, () => {
  it.each<[string, (place: Place) => void]>([
    ['a link that leads outside', ({ workspace, kept }) => symlinkSync(kept, join(workspace, 'build.log'))],
    [
      'a link to nowhere yet',
      ({ workspace, kept }) => symlinkSync(`${kept}-new`, join(workspace, 'build.log')),
    ],
    ['a hard link to a file outside', ({ workspace, kept }) => linkSync(kept, join(workspace, 'build.log'))],
    ['a pipe', ({ workspace }) => void execFileSync('mkfifo', [join(workspace, 'build.log')])],
    ['a folder', ({ workspace }) => mkdirSync(join(workspace, 'build.log'))],
  ])('starts nothing and writes nothing when %s is in its place', async (_, prepare) => {
    const place = await openPlace();
    prepare(place);
    const { workspace, temp, kept, simulator } = place;
    const env = { RUNNER_TEMP: temp };
    const result = await runAction({ inputs: { ...place.inputs, 'log-file': 'build.log' }, workspace, env });
    expect({
      exitCode: result.exitCode,
      requests: simulator.count(),
      kept: readFileSync(kept, 'utf8'),
      made: existsSync(`${kept}-new`),
    }).toEqual({ exitCode: 1, requests: 0, kept: 'kept', made: false });
  });

  it.each(['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_PATH', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY'])(
    "starts nothing when it is the runner's file %s",
    async (name) => {
      const { inputs, temp, simulator } = await openPlace();
      const file = join(temp, 'set_env_1f2e');
      writeFileSync(file, '');
      const env = { RUNNER_TEMP: temp, [name]: file };
      const result = await runAction({ inputs: { ...inputs, 'log-file': file }, env });
      expect({ exitCode: result.exitCode, requests: simulator.count() }).toEqual({
        exitCode: 1,
        requests: 0,
      });
      expect(result.stdout).toContain("is one of the runner's own files");
    },
  );
});

it('artifacts-file replaces a link that was put in its place', { timeout: 30_000 }, async () => {
  const { inputs, job, temp, kept } = await openPlace();
  const path = join(temp, `codearts-artifacts-${job.id}-1.json`);
  symlinkSync(kept, path);
  const result = await runAction({ inputs, env: { RUNNER_TEMP: temp } });
  expect({ file: result.outputs.get('artifacts-file'), kept: readFileSync(kept, 'utf8') }).toEqual({
    file: path,
    kept: 'kept',
  });
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(expect.any(Array));
});

describe('a state that an earlier step has set', { timeout: 30_000 }, () => {
  it('makes the post step stop no build of another job', async () => {
    const { simulator, inputs } = await openPlace();
    const other = simulator.addJob({ name: 'other', scenario: 'long-queue' });
    other.start();
    const state = new Map([['build', JSON.stringify({ phase: 'running', jobId: other.id, buildNumber: 1 })]]);
    const post = await runAction({ entry: 'post', inputs, state });
    expect({ exitCode: post.exitCode, requests: simulator.count() }).toEqual({ exitCode: 0, requests: 0 });
    expect(post.annotations.map(({ message }) => message)).toEqual([
      expect.stringContaining('is of another build than the inputs name'),
    ]);
  });

  it('is replaced by the main step before anything else, also where its inputs are refused', async () => {
    const { inputs, job } = await openPlace();
    const state = new Map([['build', JSON.stringify({ phase: 'running', jobId: job.id, buildNumber: 1 })]]);
    const main = await runAction({ inputs: { ...inputs, wait: 'no' }, state });
    expect({ exitCode: main.exitCode, state: main.state.get('build') }).toEqual({
      exitCode: 1,
      state: '{"phase":"over"}',
    });
  });
});
