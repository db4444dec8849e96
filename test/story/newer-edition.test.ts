// Tests runs on a service that does not serve the older edition of the API (v3, v4), or stops doing so during a build,
// and the error when it serves neither edition.

import { describe, expect, it } from 'vitest';
import { rewriteJson } from '../simulator/simulator.ts';
import { openWorld, runPostStep, runStep } from './story.ts';
import { expectWholeLog, expectWholeSuccess } from './whole.ts';

const newer = () => openWorld({ editions: 'new' });

describe('where only the newer edition of the API exists', () => {
  it('a build is started once, followed, printed completely and reported with its artifacts and steps', async () => {
    const world = await newer();
    const step = await runStep({ world });
    expectWholeSuccess(step);
    expect(world.simulator.count('start')).toBe(1);
    expect(JSON.parse(step.output('steps'))).toHaveLength(4);
  });

  it.each(['Cache Check', 'cache_check', 'POST_ENV'])(
    'the output steps lists none that the engine adds: PRE_ENV, wait_job_depends, %s',
    async (name) => {
      const world = await newer();
      world.simulator.faults.add(rewriteJson('full-stages', 'Cache Check', name));
      const step = await runStep({ world, job: { scenario: 'docker-failing' } });
      const steps: { name: string }[] = JSON.parse(step.output('steps'));
      expect(steps.map((step) => step.name)).toEqual(['Code checkout', 'buildImage']);
      expect(world.simulator.count('full-stages')).toBeGreaterThan(0);
    },
  );

  it('the summary shows the success ratio, counted in the list of builds', async () => {
    const world = await newer();
    const failing = await runStep({ world, job: { scenario: 'failing-compile' } });
    expect(failing.recorder.summaryMarkdown).toContain('0 % (0 of 1)');
    const first = await runStep({ world });
    const second = await runStep({ world, jobId: first.jobId });
    expect(second.recorder.summaryMarkdown).toContain('100 % (2 of 2)');
    expect(second.recorder.annotations).toEqual([]);
  });

  it('the summary shows no success ratio for a job with more builds than one page lists', async () => {
    const world = await newer();
    const job = world.simulator.addJob({ name: 'busy' });
    for (let count = 0; count < 100; count += 1) job.start();
    const { recorder } = await runStep({ world, jobId: job.id });
    expect(recorder.summaryMarkdown).toContain('succeeded');
    expect(recorder.summaryMarkdown).not.toContain('30 days');
    expect(recorder.annotations).toEqual([]);
  });

  it('each older call is tried once, and the change is logged once as debug output', async () => {
    const world = await newer();
    const step = await runStep({ world, debugging: true });
    const old = world.simulator.requests.filter(({ path }) => /^\/v[34]\//.test(path));
    const shapes = old.map(({ method, path }) => `${method} ${path.replace(/[0-9a-f-]{32,36}/g, 'ID')}`);
    expect(new Set(shapes).size).toBe(shapes.length);
    const lines = step.recorder.stdout.split('\n').filter((line) => line.includes('no longer serves'));
    expect(lines).toEqual([
      '::debug::The endpoint no longer serves GET /v3/jobs/{job_id}/query. Calls that it no longer serves go to the newer edition of the API.',
    ]);
  });

  it('a failed build fails the step, which names the failed step of the build', async () => {
    const world = await newer();
    const step = await runStep({ world, job: { scenario: 'failing-compile' } });
    expect(step.code).toBe(1);
    expect(step.output('failed-step')).not.toBe('');
    expectWholeLog(step);
  });

  it('a cancelled workflow stops its build', async () => {
    const world = await newer();
    const cancel = new AbortController();
    void world.time.sleep(5_000).then(() => cancel.abort(new Error('cancelled')));
    const step = await runStep({ world, job: { scenario: 'npm-success' }, cancelled: cancel.signal });
    expect(step.output('result')).toBe('cancelled');
    expect(world.simulator.builds(step.jobId).map(({ stoppedBy }) => stoppedBy)).toEqual(['builder']);
    expect((await runPostStep(step)).recorder.annotations).toEqual([]);
  });

  it('a job is found by its name', async () => {
    const world = await newer();
    const { id } = world.simulator.addJob({ name: 'by-name' });
    const inputs = { 'job-id': '', 'project-id': world.simulator.projectId, 'job-name': 'by-name' };
    const step = await runStep({ world, jobId: id, inputs });
    expect({ code: step.code, job: step.output('job-id') }).toEqual({ code: 0, job: id });
  });

  it('a lost start is found in the list of builds', async () => {
    const world = await newer();
    world.simulator.faults.add({ call: 'start', kind: 'reset-after' });
    const step = await runStep({ world });
    expectWholeSuccess(step);
  });

  it('a multi-task build is reported with the logs and artifacts of its children', async () => {
    const world = await newer();
    const step = await runStep({ world, job: { scenario: 'flow-diamond' } });
    expect(step.code).toBe(0);
    expect(JSON.parse(step.output('children')).length).toBeGreaterThan(2);
    expect(JSON.parse(step.output('artifacts')).length).toBeGreaterThan(0);
  });
});

it.each([3, 6, 9])(
  'loses no line when the older edition is switched off after %i reads of the log',
  async (reads) => {
    const world = await openWorld({ editions: 'both' });
    world.simulator.onRequest('log', reads, () => {
      world.simulator.editions = 'new';
    });
    const step = await runStep({ world });
    expect(step.code).toBe(0);
    expectWholeLog(step);
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
  const step = await runStep({ world });
  expectWholeSuccess(step);
  const logs = world.simulator.requests.filter(({ call }) => call === 'log');
  expect(logs.every(({ path }) => path.startsWith('/v3/'))).toBe(true);
});

it('reports that the endpoint serves no CodeArts Build API when both editions are gone, and starts no build', async () => {
  const world = await openWorld();
  world.simulator.faults.add({ call: '*', kind: 'status', status: 404, code: 'APIGW.0101', times: 1_000 });
  const step = await runStep({ world });
  expect(step.code).toBe(1);
  expect(step.output('error')).toContain(
    'Check endpoint: it serves no CodeArts Build API, neither the older edition of this call nor the newer one.',
  );
  expect(world.simulator.builds(step.jobId)).toEqual([]);
});

describe('one additional call explains a rejected start', () => {
  it('when the job is disabled', async () => {
    const world = await openWorld();
    const env = { GITHUB_ACTION_REPOSITORY: 'octo/codearts-build-action' };
    const step = await runStep({ world, env, job: { disabled: true } });
    expect(step.output('error')).toMatch(
      /The build task is disabled(?: \(.*\))?: enable it in CodeArts Build first\.$/,
    );
    expect(step.lastLine).toMatch(/\/docs\/troubleshooting\.md#disabled-task$/);
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
    const step = await runStep({ world, jobId: id, inputs });
    expect(step.output('error')).toMatch(
      /The user's role \(.+\) in the CodeArts project may not execute build tasks: by default a project manager, developer/,
    );
    expect(world.simulator.count('user-permission')).toBe(1);
  });

  it('only where the service has such a call', async () => {
    const world = await openWorld({ editions: 'old' });
    const step = await runStep({ world, job: { disabled: true } });
    expect(step.code).toBe(1);
    expect(step.output('error')).toContain('构建任务已被禁用');
  });
});
