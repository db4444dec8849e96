// Tests runs on a service that does not serve the older edition of the API (v3, v4), or stops doing so during a build,
// and the error when it serves neither edition.

import { describe, expect, it } from 'vitest';
import { rewriteJson } from '../simulator/simulator.ts';
import { openWorld, tell, tellPost } from './story.ts';
import { expectWholeLog, expectWholeSuccess } from './whole.ts';

const newer = () => openWorld({ editions: 'new' });

describe('where only the newer edition of the API exists', () => {
  it('a build is started once, followed, printed completely and reported with its artifacts and steps', async () => {
    const world = await newer();
    const told = await tell({ world });
    expectWholeSuccess(told);
    expect(world.simulator.count('start')).toBe(1);
    expect(JSON.parse(told.output('steps'))).toHaveLength(4);
  });

  it.each(['Cache Check', 'cache_check', 'POST_ENV'])(
    'the output steps lists none that the engine adds: PRE_ENV, wait_job_depends, %s',
    async (name) => {
      const world = await newer();
      world.simulator.faults.add(rewriteJson('full-stages', 'Cache Check', name));
      const told = await tell({ world, job: { scenario: 'docker-failing' } });
      const steps: { name: string }[] = JSON.parse(told.output('steps'));
      expect(steps.map((step) => step.name)).toEqual(['Code checkout', 'buildImage']);
      expect(world.simulator.count('full-stages')).toBeGreaterThan(0);
    },
  );

  it('the summary shows the success ratio, counted in the list of builds', async () => {
    const world = await newer();
    const failing = await tell({ world, job: { scenario: 'failing-compile' } });
    expect(failing.recorder.summaryMarkdown).toContain('0 % (0 of 1)');
    const first = await tell({ world });
    const second = await tell({ world, jobId: first.jobId });
    expect(second.recorder.summaryMarkdown).toContain('100 % (2 of 2)');
    expect(second.recorder.annotations).toEqual([]);
  });

  it('the summary shows no success ratio for a job with more builds than one page lists', async () => {
    const world = await newer();
    const job = world.simulator.addJob({ name: 'busy' });
    for (let count = 0; count < 100; count += 1) job.start();
    const { recorder } = await tell({ world, jobId: job.id });
    expect(recorder.summaryMarkdown).toContain('succeeded');
    expect(recorder.summaryMarkdown).not.toContain('30 days');
    expect(recorder.annotations).toEqual([]);
  });

  it('each older call is tried once, and the change is logged once as debug output', async () => {
    const world = await newer();
    const told = await tell({ world, debugging: true });
    const old = world.simulator.requests.filter(({ path }) => /^\/v[34]\//.test(path));
    const shapes = old.map(({ method, path }) => `${method} ${path.replace(/[0-9a-f-]{32,36}/g, 'ID')}`);
    expect(new Set(shapes).size).toBe(shapes.length);
    const lines = told.recorder.stdout.split('\n').filter((line) => line.includes('no longer serves'));
    expect(lines).toEqual([
      '::debug::The endpoint no longer serves GET /v3/jobs/{job_id}/query. Calls that it no longer serves go to the newer edition of the API.',
    ]);
  });

  it('a failed build fails the step, which names the failed step of the build', async () => {
    const world = await newer();
    const told = await tell({ world, job: { scenario: 'failing-compile' } });
    expect(told.code).toBe(1);
    expect(told.output('failed-step')).not.toBe('');
    expectWholeLog(told);
  });

  it('a cancelled workflow stops its build', async () => {
    const world = await newer();
    const cancel = new AbortController();
    void world.time.sleep(5_000).then(() => cancel.abort(new Error('cancelled')));
    const told = await tell({ world, job: { scenario: 'npm-success' }, cancelled: cancel.signal });
    expect(told.output('result')).toBe('cancelled');
    expect(world.simulator.builds(told.jobId).map(({ stoppedBy }) => stoppedBy)).toEqual(['builder']);
    expect((await tellPost(told)).recorder.annotations).toEqual([]);
  });

  it('a job is found by its name', async () => {
    const world = await newer();
    const { id } = world.simulator.addJob({ name: 'by-name' });
    const inputs = { 'job-id': '', 'project-id': world.simulator.projectId, 'job-name': 'by-name' };
    const told = await tell({ world, jobId: id, inputs });
    expect({ code: told.code, job: told.output('job-id') }).toEqual({ code: 0, job: id });
  });

  it('a lost start is found in the list of builds', async () => {
    const world = await newer();
    world.simulator.faults.add({ call: 'start', kind: 'reset-after' });
    const told = await tell({ world });
    expectWholeSuccess(told);
  });

  it('a multi-task build is reported with the logs and artifacts of its children', async () => {
    const world = await newer();
    const told = await tell({ world, job: { scenario: 'flow-diamond' } });
    expect(told.code).toBe(0);
    expect(JSON.parse(told.output('children')).length).toBeGreaterThan(2);
    expect(JSON.parse(told.output('artifacts')).length).toBeGreaterThan(0);
  });
});

it.each([3, 6, 9])(
  'loses no line when the older edition is switched off after %i reads of the log',
  async (reads) => {
    const world = await openWorld({ editions: 'both' });
    world.simulator.onRequest('log', reads, () => {
      world.simulator.editions = 'new';
    });
    const told = await tell({ world });
    expect(told.code).toBe(0);
    expectWholeLog(told);
    expect(world.simulator.count('start')).toBe(1);
  },
);

it('uses the newer edition of a single call when only that call is gone', async () => {
  const world = await openWorld({ editions: 'both' });
  world.simulator.faults.add({
    call: 'record',
    kind: 'status',
    status: 404,
    code: 'APIGW.0101',
    times: 1_000,
    when: ({ path }) => path.startsWith('/v4/'),
  });
  const told = await tell({ world });
  expectWholeSuccess(told);
  const logs = world.simulator.requests.filter(({ call }) => call === 'log');
  expect(logs.every(({ path }) => path.startsWith('/v3/'))).toBe(true);
});

it('reports that the endpoint serves no CodeArts Build API when both editions are gone, and starts no build', async () => {
  const world = await openWorld();
  world.simulator.faults.add({ call: '*', kind: 'status', status: 404, code: 'APIGW.0101', times: 1_000 });
  const told = await tell({ world });
  expect(told.code).toBe(1);
  expect(told.output('error')).toContain(
    'Check endpoint: it serves no CodeArts Build API, neither the older edition of this call nor the newer one.',
  );
  expect(world.simulator.builds(told.jobId)).toEqual([]);
});

describe('one additional call explains a rejected start', () => {
  it('when the job is disabled', async () => {
    const world = await openWorld();
    const env = { GITHUB_ACTION_REPOSITORY: 'octo/codearts-build-action' };
    const told = await tell({ world, env, job: { disabled: true } });
    expect(told.output('error')).toMatch(
      /The build task is disabled(?: \(.*\))?: enable it in CodeArts Build first\.$/,
    );
    expect(told.lastLine).toMatch(/\/docs\/troubleshooting\.md#disabled-task$/);
    expect(world.simulator.count('check-disable')).toBe(1);
  });

  it("when the user's role may not execute the job", async () => {
    const world = await openWorld({ role: 'viewer' });
    const { id } = world.simulator.addJob({ name: 'by-name' });
    world.simulator.faults.add({
      call: 'jobs',
      kind: 'rewrite',
      times: 9,
      rewrite: (body) =>
        JSON.parse(JSON.stringify(body).replaceAll('"is_execute":false', '"is_execute":null')),
    });
    const inputs = { 'job-id': '', 'project-id': world.simulator.projectId, 'job-name': 'by-name' };
    const told = await tell({ world, jobId: id, inputs });
    expect(told.output('error')).toMatch(
      /The user's role \(.+\) in the CodeArts project may not execute build tasks: by default a project manager, developer/,
    );
    expect(world.simulator.count('user-permission')).toBe(1);
  });

  it('only where the service has such a call', async () => {
    const world = await openWorld({ editions: 'old' });
    const told = await tell({ world, job: { disabled: true } });
    expect(told.code).toBe(1);
    expect(told.output('error')).toContain('构建任务已被禁用');
  });
});
