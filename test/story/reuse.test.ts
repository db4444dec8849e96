// Tests `reuse-successful`: when an earlier build is reused instead of starting a new one, and when it is not.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { rewriteJson } from '../simulator/simulator.ts';
import { openGitHubApi } from './github-api.ts';
import { commit, openWorld, runStep, type StepRun, type StoryOptions } from './story.ts';

const reuse = { 'reuse-successful': 'true' };
const day = 24 * 3_600_000;

/** Runs a step twice with the same simulator and the same job. */
async function again(first: StepRun, options: StoryOptions = {}): Promise<StepRun> {
  const inputs = { ...reuse, ...options.inputs };
  return await runStep({ ...options, world: first.world, jobId: first.jobId, inputs });
}

const starts = ({ world }: StepRun): number => world.simulator.count('start');

describe('a successful build of the same commit and parameters', () => {
  const job = { parameters: [{ name: 'releaseVersion', default: '1.0' }] };

  it('is reused instead of starting a new one, with its outputs and artifacts', async () => {
    const first = await runStep({ job, inputs: { parameters: 'releaseVersion=2' } });
    const step = await again(first, { inputs: { parameters: 'releaseVersion=2' } });
    expect(step.code).toBe(0);
    expect(starts(step)).toBe(1);
    for (const [name, value] of first.recorder.outputs) {
      expect(step.output(name), name).toBe(name === 'reused' ? 'true' : value);
    }
    expect(first.output('reused')).toBe('false');
    expect(step.recorder.stdout).toContain(
      'Build #1 built a3daced with the same parameters and succeeded: reusing it.\n',
    );
    expect(step.lastLine).toMatch(/^Build #1 of shop-backend succeeded/);
    expect(step.recorder.states.get('build')).toBe('{"phase":"over"}');
  });

  it('is the newest match', async () => {
    const first = await runStep({ job });
    await runStep({ world: first.world, jobId: first.jobId });
    await runStep({ world: first.world, jobId: first.jobId, inputs: { parameters: 'releaseVersion=9' } });
    expect((await again(first)).output('build-number')).toBe('2');
  });

  it("is reused when its parameter's value is the default now", async () => {
    const first = await runStep({ job, inputs: { parameters: 'releaseVersion=1.0' } });
    expect((await again(first)).output('reused')).toBe('true');
  });

  it('is reused when the history omits a parameter with its default value', async () => {
    // The newer edition has no call for details.
    const world = await openWorld({ editions: 'both' });
    const first = await runStep({ world, job: { parameters: [{ name: 'target', default: 'dev' }] } });
    first.world.simulator.faults.add(rewriteJson('details', /"target":"dev"/g, '"other":"x"'));
    expect((await again(first)).output('reused')).toBe('false');
    first.world.simulator.faults.clear();
    first.world.simulator.faults.add(rewriteJson('details', /,?"target":"dev"/g, ''));
    expect((await again(first)).output('reused')).toBe('true');
  });

  it('is reused whatever branch the commit was built from', async () => {
    const first = await runStep({ inputs: { parameters: 'codeBranch=feature' } });
    expect((await again(first)).output('reused')).toBe('true');
  });

  it.each(['a3daced', 'A3DACEDEADBEEFDEADBEEFDEADBEEFDEADBEEF12'])(
    'is reused when CodeArts writes its commit as %s',
    async (written) => {
      const first = await runStep({ job });
      for (const call of ['records', 'record'] as const) {
        first.world.simulator.faults.add(rewriteJson(call, commit, written));
      }
      expect((await again(first)).output('reused')).toBe('true');
    },
  );

  it('has its log saved to log-file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'reuse-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'build.log');
    const first = await runStep({ job });
    const step = await again(first, { inputs: { 'log-file': file }, env: { GITHUB_WORKSPACE: folder } });
    expect(step.output('log-file')).toBe(file);
    expect(readFileSync(file, 'utf8')).toBe(first.world.simulator.builds(first.jobId)[0]?.log);
    expect(step.recorder.remoteLines).toEqual([]);
  });

  it('is reused without waiting, with any value of wait', async () => {
    const first = await runStep({ job });
    const step = await again(first, { inputs: { wait: 'false' } });
    expect(step.output('result')).toBe('success');
  });
});

describe('a new build is started', () => {
  const fresh = async (first: StepRun, options: StoryOptions = {}) => {
    const step = await again(first, options);
    expect(step.output('reused')).toBe('false');
    expect(step.output('build-number')).toBe(String(starts(step)));
    return step;
  };

  it('when the earlier one failed', async () => {
    const first = await runStep({ job: { scenario: 'failing-compile' } });
    await fresh(first);
  });

  it('when the earlier one had another value of a parameter', async () => {
    const first = await runStep({ job: { parameters: [{ name: 'target', default: 'dev' }] } });
    await fresh(first, { inputs: { parameters: 'target=prod' } });
  });

  it('when the earlier one was of another commit', async () => {
    const first = await runStep();
    await fresh(first, { inputs: { 'commit-id': 'b'.repeat(40) } });
  });

  it('when the earlier one was of a tag at the same commit', async () => {
    const tag = { GITHUB_REF: 'refs/tags/v1' };
    const first = await runStep({ env: tag, job: { scm: { head: commit } } });
    await fresh(first);
    expect((await again(first, { env: tag })).output('reused')).toBe('true');
  });

  it('when a parameter was added to the job since', async () => {
    const first = await runStep({ job: { parameters: [{ name: 'target', default: 'dev' }] } });
    const [build] = first.world.simulator.builds(first.jobId);
    if (build) build.facts.job.settings.parameters = [{ name: 'color', default: '' }];
    await fresh(first);
  });

  it("when a sensitive value can't be compared", async () => {
    const job = { parameters: [{ name: 'password', default: 'x', sensitive: true }] };
    // Without the older edition, the summary reads the list of builds as well.
    const first = await runStep({ job, world: await openWorld({ editions: 'both' }) });
    const step = await fresh(first);
    expect(step.recorder.stdout).toContain(
      'No earlier build is reused: CodeArts does not reveal the values of password, which the build task marks as sensitive.\n',
    );
    expect(step.world.simulator.count('records')).toBe(0);
  });

  it('when the commit is not known before the build', async () => {
    const first = await runStep();
    const step = await fresh(first, { inputs: { branch: 'main' } });
    expect(step.recorder.stdout).toContain('which commit is built is not known before the build.');
  });

  it('when the earlier one is more than 30 days old', async () => {
    const first = await runStep();
    await first.world.time.sleep(31 * day);
    await fresh(first);
  });

  it("with a warning when the list of builds can't be read", async () => {
    const first = await runStep();
    first.world.simulator.faults.add({ call: 'records', kind: 'status', status: 403, times: 1000 });
    const step = await fresh(first);
    expect(step.recorder.annotations).toEqual([
      expect.objectContaining({
        level: 'warning',
        message: expect.stringMatching(/^No earlier build is reused: /),
      }),
    ]);
  });

  it('by default, without reuse', async () => {
    const first = await runStep();
    await fresh(first, { inputs: { 'reuse-successful': 'false' } });
  });
});

it('rejects reuse together with build-number', async () => {
  const step = await runStep({ inputs: { ...reuse, 'build-number': '1' } });
  expect(step.code).toBe(1);
  expect(step.output('error')).toMatch(/^reuse-successful: can't be true with build-number/);
});

it('finds a build to reuse on a later page', async () => {
  const world = await openWorld({ editions: 'both' });
  const job = world.simulator.addJob({ name: 'shop-backend', scenario: 'success' });
  const first = await runStep({ world, jobId: job.id });
  for (let count = 0; count < 150; count += 1) job.start({ commit: 'c'.repeat(40) });
  await first.world.time.sleep(3_600_000);
  const step = await again(first);
  expect(step.output('reused')).toBe('true');
  expect(step.world.simulator.count('records')).toBe(2);
});

it('sets the status of the whole commit when CodeArts abbreviates the commit of the reused build', async () => {
  const first = await runStep();
  for (const call of ['records', 'record'] as const) {
    first.world.simulator.faults.add(rewriteJson(call, commit, 'a3daced'));
  }
  const api = await openGitHubApi();
  const second = await again(first, {
    inputs: { 'commit-status': 'codearts', 'github-token': 'ghs_secret_token' },
    env: { GITHUB_API_URL: api.url },
  });
  expect({ reused: second.output('reused'), commit: second.output('commit-id') }).toEqual({
    reused: 'true',
    commit,
  });
  expect(api.statuses.map(({ path }) => path.split('/').at(-1))).toEqual(api.statuses.map(() => commit));
  expect(api.statuses.at(-1)?.body['state']).toBe('success');
});
