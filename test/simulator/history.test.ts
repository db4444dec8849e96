// Tests the lists of builds and jobs that the simulator returns.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Caller } from './caller.ts';
import { type Job, type Simulator, startSimulator, VirtualClock } from './simulator.ts';

const day = 24 * 60 * 60 * 1000;

describe('the history of builds', () => {
  // 09:30 on 12 January in China.
  let clock: VirtualClock;
  let simulator: Simulator;
  let caller: Caller;
  let job: Job;

  beforeEach(async () => {
    clock = new VirtualClock();
    simulator = await startSimulator({ clock });
    job = simulator.addJob({
      name: 'server',
      scenario: ({ number }) => (number === 2 ? failing : working),
    });
    for (let turn = 0; turn < 3; turn += 1) {
      job.start({ commit: String(turn).repeat(40) });
      clock.advance(day);
    }
    caller = new Caller(simulator);
  });
  afterEach(() => simulator.close());

  it('lists the newest build first, with daily numbers', async () => {
    const reply = await caller.get(`/v3/jobs/${job.id}/history?interval=30&offset=0&limit=2`);
    expect(reply.at('total')).toBe(3);
    expect(reply.at('history_records')).toEqual([
      {
        record_id: '20260114.1',
        job_id: job.id,
        build_number: 3,
        start_time: '2026-01-14T09:30:00+08:00',
        end_time: '2026-01-14T09:30:01+08:00',
        result: 'SUCCESS',
      },
      expect.objectContaining({ build_number: 2, result: 'FAILURE' }),
    ]);
    const second = await caller.get(`/v3/jobs/${job.id}/history?interval=30&offset=1&limit=2`);
    expect(second.at('history_records.0.build_number')).toBe(1);
  });

  it('lists the builds of the last 30 days at most', async () => {
    const reply = await caller.get(`/v3/jobs/${job.id}/history?interval=2&offset=0&limit=10`);
    expect(reply.at('total')).toBe(2);
    for (const query of [
      'interval=31&offset=0&limit=10',
      'interval=7&offset=0&limit=101',
      'offset=0&limit=1',
    ]) {
      const rejected = await caller.get(`/v3/jobs/${job.id}/history?${query}`);
      expect({ status: rejected.status, code: rejected.at('error_code') }).toEqual({
        status: 400,
        code: 'CB.00060200',
      });
    }
  });

  it("counts the days of a period in China's time, including both ends", async () => {
    const path = `/v3/jobs/${job.id}/period-history?offset=0&limit=10`;
    const reply = await caller.get(`${path}&start_time=2026-01-12&end_time=2026-01-13`);
    expect(reply.at('total')).toBe(2);
    expect(reply.at('history_records.0')).toMatchObject({
      commit_id: '1'.repeat(40),
      trigger_type: '手工触发',
    });
    const long = await caller.get(`${path}&start_time=2026-01-01&end_time=2026-02-02`);
    expect({ status: long.status, code: long.at('error_code') }).toEqual({
      status: 400,
      code: 'CB.00031105',
    });
    expect((await caller.get(`${path}&start_time=12.1.2026&end_time=2026-01-13`)).status).toBe(400);
  });

  it('returns a success ratio with two digits', async () => {
    const reply = await caller.get(
      `/v3/jobs/${job.id}/success-ratio?start_time=2026-01-12&end_time=2026-01-14`,
    );
    expect(reply.text).toBe('{"success_count":2,"total_count":3,"success_ratio":0.67}');
  });

  it('lists records with commit, time and running state', async () => {
    job.start({ executor: 'lisi' });
    const window = 'start_time=2026-01-12%2009:30:00&end_time=2026-01-15%2009:30:00';
    const reply = await caller.get(`/v3/jobs/${job.id}/build-info-records?${window}&page_size=2`);
    expect(reply.at('result.total_record')).toBe('4');
    expect(reply.at('result.job_build_states.0')).toMatchObject({
      number: 4,
      job_running_status: 'Running',
      state: '',
      start_time: clock.now(),
      executor: 'lisi',
    });
    expect(reply.at('result.job_build_states.1')).toMatchObject({ number: 3, state: 'SUCCESS' });
    expect((await caller.get(`/v3/jobs/${job.id}/build-info-records`)).status).toBe(400);
  });

  it('returns the last successful build of a repository', async () => {
    const path = `/v3/jobs/${simulator.projectId}/last-history?repository_name=`;
    expect((await caller.get(`${path}server`)).at('build_number')).toBe(3);
    expect((await caller.get(`${path}none`)).status).toBe(403);
    expect((await caller.get(`${path}%E4%B8%AD`)).status).toBe(400);
  });
});

describe('the list of jobs', () => {
  let simulator: Simulator;
  afterEach(() => simulator.close());

  it('contains the jobs of a project that the caller may see, page by page', async () => {
    simulator = await startSimulator({ clock: new VirtualClock() });
    for (let count = 0; count < 25; count += 1) simulator.addJob({ name: `job-${count}` });
    simulator.addJob({ name: 'hidden', permissions: { view: false } });
    simulator.addJob({ name: 'elsewhere', projectId: 'b'.repeat(32) });
    const caller = new Caller(simulator);
    const reply = await caller.get(`/v3/${simulator.projectId}/jobs?page_index=2&page_size=10`);
    expect(reply.at('total')).toBe(25);
    expect(reply.at('jobs.4.job_name')).toBe('job-24');
    expect(reply.at('jobs.5')).toBeUndefined();
  });

  it('leads to a definition with masked sensitive defaults and with choices as limits', async () => {
    simulator = await startSimulator({ clock: new VirtualClock() });
    const job = simulator.addJob({
      name: 'server',
      parameters: [
        { name: 'env', default: 'test', choices: ['test', 'live'] },
        { name: 'password', default: 'hunter2', sensitive: true },
      ],
    });
    const reply = await new Caller(simulator).get(`/v3/jobs/${job.id}/query`);
    expect(reply.text).not.toContain('hunter2');
    expect(reply.at('result.parameters.0.params.0')).toEqual({
      name: 'name',
      value: 'codeBranch',
      limits: null,
    });
    expect(reply.at('result.parameters.1.params.2.limits')).toEqual([
      { disable: '0', display_name: 'test', name: 'test' },
      { disable: '0', display_name: 'live', name: 'live' },
    ]);
    const locked = simulator.addJob({ name: 'locked', permissions: { view: false } });
    expect((await new Caller(simulator).get(`/v3/jobs/${locked.id}/query`)).status).toBe(403);
    expect((await new Caller(simulator).start(locked.id)).status).toBe(200);
  });
});

const base = {
  recordAfterSeconds: 0,
  strategy: 'eager' as const,
  children: [],
  language: 'zh' as const,
  queueSeconds: 0,
  scheduled: true,
  quiet: false,
  logLagSeconds: 0,
  artifacts: {},
};
const working = { ...base, name: 'working', description: 'works', steps: [{ name: '构建', seconds: 1 }] };
const failing = {
  ...base,
  name: 'failing',
  description: 'fails',
  steps: [{ name: '构建', seconds: 1, result: 'error' as const }],
};
