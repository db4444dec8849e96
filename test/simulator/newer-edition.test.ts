// Tests the newer edition's calls: they act on the same builds as the older ones, and either edition can be switched off.

import { describe, expect, it } from 'vitest';
import { Caller } from './caller.ts';
import { openSimulator } from './open-simulator.ts';
import { type ScenarioSource, type SimulatorOptions, VirtualClock } from './simulator.ts';

const scenario: ScenarioSource = {
  name: 'brief',
  description: 'runs for two seconds and makes a package',
  queueSeconds: 1,
  steps: [{ name: 'Compile', seconds: 2, lines: ['compiling', '完成'] }],
  artifacts: { packages: { 'shop.jar': { name: 'shop.jar', uri: '/shop.jar' } } },
};

async function open(options: SimulatorOptions = {}, chosen: ScenarioSource | 'flow-diamond' = scenario) {
  const clock = new VirtualClock();
  const simulator = await openSimulator({ clock, ...options });
  const job = simulator.addJob({
    name: 'shop-backend',
    scenario: chosen,
    parameters: [{ name: 'token', default: 'x', sensitive: true }],
  });
  return { clock, simulator, job, caller: new Caller(simulator) };
}

describe('a build started by the newer edition', () => {
  it('is the same build in both editions', async () => {
    const { clock, job, caller } = await open();
    const started = await caller.post('/v1/job/execute', { job_id: job.id });
    expect(started.at('actual_build_number')).toBe('1');
    clock.advance(20_000);
    const older = await caller.get(`/v4/jobs/${job.id}/1/record-info`);
    const newer = await caller.get(`/v1/record/${job.id}/1/record-info`);
    expect(newer.at('result')).toEqual(older.at('result'));
    expect(newer.at('result.status')).toBe('SUCCESS');
    const byId = await caller.get(`/v1/record/${String(newer.at('result.build_record_id'))}/info`);
    expect(byId.at('result')).toMatchObject({
      build_no: '1',
      revision: newer.at('result.commit'),
      parameters: [
        { name: 'codeBranch', secret: false, value: 'master' },
        { name: 'token', secret: true, value: '*****' },
      ],
    });
    const output = await caller.get(`/v1/job/${job.id}/1/output`);
    expect(output.at('result')).toEqual((await caller.get(`/v3/jobs/${job.id}/1/output-info`)).at('result'));
    const window = 'start_time=2026-01-12%2000:00:00&end_time=2026-01-13%2000:00:00';
    const list = await caller.get(`/v1/record/${job.id}/list?${window}`);
    expect(list.at('result.job_build_states')).toMatchObject([{ number: 1, state: 'SUCCESS' }]);
  });

  it('is stopped by the number in the query', async () => {
    const { clock, job, caller } = await open();
    await caller.post('/v1/job/execute', { job_id: job.id });
    clock.advance(2_000);
    expect((await caller.post(`/v1/job/${job.id}/stop?build_no=1`)).text).toBe('{"status":"success"}');
    clock.advance(20_000);
    expect(job.builds.map(({ status }) => status)).toEqual(['ABORTED']);
    expect((await caller.post(`/v1/job/${job.id}/stop?build_no=1`)).at('error_code')).toBe('DEV.CB.032302');
  });

  it('has a log in chunks between offsets, and in files', async () => {
    const { clock, job, caller } = await open();
    const build = job.start();
    const live = (query: string) => caller.get(`/v1/log/${job.id}/1/real-time-log?${query}`);
    expect((await live('start_offset=0&size=1000')).at('error_code')).toBe('CB.00030004');
    clock.advance(20_000);
    const first = await live('start_offset=0&end_offset=40&sort=AES&size=1000');
    expect(first.at('result')).toMatchObject({ has_more: true, start_offset: '0', end_offset: '40' });
    const rest = await live('start_offset=40&end_offset=0&sort=AES&size=1000');
    expect(rest.at('result.has_more')).toBe(false);
    expect(`${String(first.at('result.log'))}${String(rest.at('result.log'))}`).toBe(build.log);
    expect((await caller.get(`/v1/log/${build.recordId}/download-log`)).text).toBe(build.log);
    expect((await caller.get(`/v1/log/${build.recordId}/task-log?task_name=stage2`)).status).toBe(200);
  });

  it('has a graph of its children', async () => {
    const { clock, job, caller } = await open({}, 'flow-diamond');
    const { recordId } = job.start();
    clock.advance(60_000);
    const newer = await caller.get(`/v1/record/${recordId}/flow-graph`);
    expect(newer.at('status')).toBe('success');
    expect(newer.at('result')).toEqual((await caller.get(`/v3/${recordId}/flow-graph`)).at('result'));
  });
});

describe('the definition of a job', () => {
  it('has everything that the older edition returns, and more', async () => {
    const { job, caller } = await open();
    const older = await caller.get(`/v3/jobs/${job.id}/query`);
    const newer = await caller.get(`/v1/job/${job.id}/config`);
    expect(newer.at('result')).toMatchObject(Object(older.at('result')));
    expect(newer.at('result.scms')).toMatchObject([{ repo_name: 'shop-backend' }]);
  });

  it('is included in the list of its project', async () => {
    const { simulator, job, caller } = await open();
    const list = await caller.get(`/v1/job/${simulator.projectId}/list?page_index=0&page_size=10`);
    expect(list.at('jobs')).toMatchObject([{ id: job.id, last_job_running_status: 'Finished' }]);
  });
});

describe('the rights to a job', () => {
  it.each([
    { role: 'developer', may: true, name: '开发人员' },
    { role: 'viewer', may: false, name: '浏览者' },
  ] as const)('say whether a $role may execute the job', async ({ role, may, name }) => {
    const { simulator, job, caller } = await open({ role });
    const permission = await caller.get(`/v1/job/permission?project_id=${job.projectId}&job_id=${job.id}`);
    expect(permission.at('result.is_execute')).toBe(may);
    const user = await caller.get(`/v1/domain/user-permission?project_id=${job.projectId}`);
    expect(user.at('result')).toMatchObject({ execute_permission: may, role_names: [name] });
    expect((await caller.post('/v1/job/execute', { job_id: job.id })).status).toBe(may ? 200 : 403);
    expect(simulator.builds(job.id)).toHaveLength(may ? 1 : 0);
  });

  it('are missing when the job itself denies them', async () => {
    const { simulator, caller } = await open();
    const locked = simulator.addJob({ name: 'locked', permissions: { execute: false } });
    const reply = await caller.get(`/v1/job/permission?job_id=${locked.id}`);
    expect(reply.at('result.is_execute')).toBe(false);
  });

  it('are returned with the state of a disabled job', async () => {
    const { simulator, job, caller } = await open();
    const disabled = simulator.addJob({ name: 'old', disabled: true });
    const check = async (id: string) =>
      (await caller.get(`/v1/job/${id}/check/disable`)).at('result.disabled');
    expect({ enabled: await check(job.id), disabled: await check(disabled.id) }).toEqual({
      enabled: 0,
      disabled: 1,
    });
  });
});

describe('an edition that is switched off', () => {
  it('responds like the gateway to an unknown path, without effect and without checking a signature', async () => {
    const { simulator, job } = await open({ editions: 'new' });
    const unauthorized = new Caller(simulator, { 'X-Auth-Token': 'unknown' });
    const reply = await unauthorized.post('/v3/jobs/build', { job_id: job.id });
    expect(reply.status).toBe(404);
    expect(JSON.parse(reply.text)).toEqual({
      error_code: 'APIGW.0101',
      error_msg: 'The API does not exist or has not been published in the environment',
      request_id: expect.stringMatching(/^\w{32}$/),
    });
    expect(simulator.builds(job.id)).toHaveLength(0);
    expect({ start: simulator.count('start'), unknown: simulator.count('unknown') }).toEqual({
      start: 0,
      unknown: 1,
    });
  });

  it('does not affect the other edition and the sign-in', async () => {
    const { simulator, job, caller } = await open({ editions: 'old' });
    expect((await caller.post('/v1/job/execute', { job_id: job.id })).status).toBe(404);
    expect((await caller.start(job.id)).status).toBe(200);
    simulator.editions = 'new';
    expect((await caller.start(job.id)).status).toBe(404);
    expect((await caller.post('/v1/job/execute', { job_id: job.id })).status).toBe(200);
    expect((await caller.get('/v3/projects')).status).toBe(200);
  });

  it('can be a single call, and faults apply to its successor too', async () => {
    const { simulator, job, caller } = await open();
    job.start();
    simulator.faults.add({
      call: 'record',
      kind: 'status',
      status: 404,
      code: 'APIGW.0101',
      when: ({ edition }) => edition === 'old',
    });
    expect((await caller.get(`/v1/record/${job.id}/1/record-info`)).status).not.toBe(404);
    expect((await caller.get(`/v4/jobs/${job.id}/1/record-info`)).status).toBe(404);
    simulator.faults.add({ call: 'record', kind: 'busy' });
    expect((await caller.get(`/v1/record/${job.id}/1/record-info`)).at('error_code')).toBe('CB.00060100');
  });
});
