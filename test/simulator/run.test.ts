// Tests one build on the simulator from start to end.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Caller } from './caller.ts';
import { type Simulator, startSimulator, VirtualClock } from './simulator.ts';

describe('the simulator', () => {
  const clock = new VirtualClock();
  let simulator: Simulator;
  let caller: Caller;

  beforeEach(async () => {
    simulator = await startSimulator({ clock });
    caller = new Caller(simulator);
  });
  afterEach(() => simulator.close());

  it('responds to a start with numbers as in the reference', async () => {
    const job = simulator.addJob({ name: 'server' });
    const reply = await caller.start(job.id);
    expect(reply.status).toBe(200);
    expect(reply.at('octopus_job_name')).toMatch(/^j_\w{8}$/);
    expect(reply.at('actual_build_number')).toBe('1');
    expect(reply.at('daily_build_number')).toMatch(/^\d{8}\.1$/);
    expect((await caller.start(job.id)).at('actual_build_number')).toBe('2');
  });

  it('moves a build from queued to running to successful as the clock advances', async () => {
    const job = simulator.addJob({ name: 'server', scenario: 'success' });
    await caller.start(job.id);
    const record = `/v4/jobs/${job.id}/1/record-info`;
    expect((await caller.get(record)).at('result.status')).toBe('InQueue');
    expect((await caller.get(`/v3/jobs/${job.id}/status`)).at('result')).toBe(true);
    clock.advance(600);
    expect((await caller.get(record)).at('result.status')).toBe('Running');
    clock.advance(15_000);
    const ended = await caller.get(record);
    expect(ended.at('result.status')).toBe('SUCCESS');
    expect(ended.at('result.duration')).toBe(11_900);
    expect((await caller.get(`/v3/jobs/${job.id}/status`)).at('result')).toBe(false);
    const v3 = await caller.get(`/v3/jobs/${job.id}/1/record-info`);
    expect(v3.at('success')).toBe(true);
    expect(v3.at('result')).toEqual(ended.at('result'));
  });

  it('builds the commit, the tag and the parameters of the start', async () => {
    const job = simulator.addJob({
      name: 'server',
      parameters: [
        { name: 'version', default: '1.0' },
        { name: 'fixed', default: 'yes', settable: false },
        { name: 'password', sensitive: true },
      ],
    });
    await caller.start(job.id, {
      parameter: [
        { name: 'version', value: '2.0' },
        { name: 'fixed', value: 'no' },
        { name: 'password', value: 'hunter2' },
      ],
      scm: { build_commit_id: 'a'.repeat(40), build_tag: null },
    });
    const [build] = simulator.builds(job.id);
    expect(build?.commit).toBe('a'.repeat(40));
    expect(build?.parameters).toEqual({
      codeBranch: 'master',
      version: '2.0',
      fixed: 'yes',
      password: 'hunter2',
    });
    const details = await caller.get(`/v3/jobs/${job.id}/1/history-details`);
    expect(details.at('parameters')).toEqual({
      codeBranch: 'master',
      version: '2.0',
      fixed: 'yes',
      password: '*****',
    });
  });

  it.each([
    ['a job id that is none', { job_id: 'short' }, 400, 'CB.00060201'],
    ['a job that there is not', { job_id: 'f'.repeat(32) }, 422, 'CB.00031006'],
    ['a forbidden name', { parameter: [{ name: 'LD_PRELOAD', value: 'x' }] }, 400, 'CB.00060200'],
    ['a malformed name', { parameter: [{ name: 'a-b', value: 'x' }] }, 400, 'CB.00060200'],
    ['a value that is too long', { parameter: [{ name: 'a', value: 'x'.repeat(8193) }] }, 400, 'CB.00060200'],
    [
      'a value that is not among the choices',
      { parameter: [{ name: 'env', value: 'x' }] },
      400,
      'CB.00060200',
    ],
    ['a value that is no text', { parameter: [{ name: 'a', value: 1 }] }, 400, 'CB.00060200'],
  ])('rejects a start with %s', async (_, more, status, code) => {
    const job = simulator.addJob({
      name: 'server',
      parameters: [{ name: 'env', choices: ['test', 'live'] }],
    });
    const reply = await caller.start(job.id, more);
    expect({ status: reply.status, code: reply.at('error_code') }).toEqual({ status, code });
    expect(simulator.builds(job.id)).toHaveLength(0);
  });

  it('rejects a start of a disabled job, or without permission', async () => {
    const disabled = simulator.addJob({ name: 'disabled', disabled: true });
    const locked = simulator.addJob({ name: 'locked', permissions: { execute: false } });
    expect((await caller.start(disabled.id)).status).toBe(400);
    const reply = await caller.start(locked.id);
    expect({ status: reply.status, code: reply.at('error_code') }).toEqual({
      status: 403,
      code: 'APIGW.0302',
    });
  });

  it('stops a build once; a second stop is rejected', async () => {
    const job = simulator.addJob({ name: 'server' });
    await caller.start(job.id);
    clock.advance(4000);
    const stop = `/v3/jobs/${job.id}/1/stop`;
    const first = await caller.post(stop);
    expect(first.text).toBe('{"success":true,"result":""}');
    clock.advance(1000);
    const second = await caller.post(stop);
    expect({ status: second.status, code: second.at('error_code') }).toEqual({
      status: 400,
      code: 'DEV.CB.032302',
    });
    const [build] = simulator.builds(job.id);
    expect(build?.status).toBe('ABORTED');
    expect(build?.stoppedBy).toBe('builder');
    expect(build?.log.endsWith('Finished: ABORTED\n')).toBe(true);
    expect(build?.steps.map(({ status }) => status)).toEqual(['success', 'error', '', '']);
  });

  it('stops a build through the older call, also in the queue', async () => {
    const job = simulator.addJob({ name: 'server', scenario: 'long-queue' });
    await caller.start(job.id);
    clock.advance(2000);
    const reply = await caller.post('/v3/jobs/stop', { job_id: job.id, build_no: '1' });
    expect(reply.at('result')).toBe(true);
    clock.advance(60_000);
    const [build] = simulator.builds(job.id);
    expect({ status: build?.status, startedAt: build?.startedAt, log: build?.log }).toEqual({
      status: 'ABORTED',
      startedAt: undefined,
      log: '',
    });
  });

  it('returns the record after the delay in the scenario', async () => {
    const job = simulator.addJob({ name: 'server', scenario: 'long-queue' });
    await caller.start(job.id);
    const record = `/v4/jobs/${job.id}/1/record-info`;
    expect((await caller.get(record)).status).toBe(422);
    clock.advance(1000);
    expect((await caller.get(record)).status).toBe(200);
  });

  it('keeps a build queued until an executor is free', async () => {
    const narrow = await startSimulator({ clock, executors: 1 });
    const job = narrow.addJob({ name: 'server' });
    const [first, second, third] = [job.start(), job.start(), job.start()];
    clock.advance(2000);
    expect([first, second, third].map((build) => build?.status)).toEqual(['Running', 'InQueue', 'InQueue']);
    second?.stop('somebody');
    clock.advance(11_000);
    expect([first, second, third].map((build) => build?.status)).toEqual(['SUCCESS', 'ABORTED', 'Running']);
    await narrow.close();
  });

  it('never schedules a build without a tag if the job builds tags', async () => {
    const job = simulator.addJob({ name: 'server', scm: { buildType: 'tag' } });
    await caller.start(job.id);
    await caller.start(job.id, { scm: { build_type: 'branch' } });
    await caller.start(job.id, { scm: { build_tag: 'v1' } });
    clock.advance(20_000);
    const statuses = simulator.builds(job.id).map(({ status }) => status);
    expect(statuses).toEqual(['SCHEDULE_FAILURE', 'SUCCESS', 'SUCCESS']);
  });

  it('returns the artifacts after the end of the build', async () => {
    const job = simulator.addJob({ name: 'server' });
    await caller.start(job.id);
    const output = `/v3/jobs/${job.id}/1/output-info`;
    expect((await caller.get(output)).at('result')).toEqual({
      package_info: null,
      package_infos: null,
      image_infos: null,
    });
    clock.advance(20_000);
    expect((await caller.get(output)).at('result.image_infos.server')).toMatchObject({
      name: 'server',
      version: '1.0.1',
      uri: 'swr.cn-north-4.myhuaweicloud.com/demo/server:1.0.1',
    });
  });
});
