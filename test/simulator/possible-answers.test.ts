// Tests that the simulator gives responses the other possible shapes without changing their meaning.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Caller } from './caller.ts';
import { type Simulator, startSimulator, VirtualClock } from './simulator.ts';

describe('possible responses', () => {
  const clock = new VirtualClock();
  let simulator: Simulator;
  let caller: Caller;
  let path: string;

  beforeAll(async () => {
    simulator = await startSimulator({ clock, answers: 'possible' });
    caller = new Caller(simulator);
    const job = simulator.addJob({ name: 'server' });
    const failing = simulator.addJob({ id: 'f'.repeat(32), name: 'failing', scenario: 'failing-compile' });
    failing.start();
    path = `jobs/${job.id}/1`;
    const started = await caller.start(job.id);
    expect(started.at('result.actual_build_number')).toBe('1');
    clock.advance(60_000);
  });
  afterAll(() => simulator.close());

  it("have numbers as text and China's times", async () => {
    const reply = await caller.get(`/v4/${path}/record-info`);
    expect(reply.at('result.build_no')).toBe('1');
    expect(reply.at('result.duration')).toBe('11900');
    expect(reply.at('result.start_time')).toMatch(/\+08:00$/);
    const log = await caller.get(`/v3/${path}/real-time-log?offset=0&length=10`);
    expect(log.at('result')).toMatchObject({ has_more_data: 'true', offset: '10', current_offset: '0' });
  });

  it('have a v3 record in camelCase with times in milliseconds', async () => {
    const reply = await caller.get(`/v3/${path}/record-info`);
    expect(reply.at('result.buildRecordId')).toMatch(/^[0-9a-f-]{36}$/);
    expect(reply.at('result.finishTime')).toEqual(expect.any(Number));
  });

  it('have the parameters of the details as a list with one map, as the sample', async () => {
    const reply = await caller.get(`/v3/${path}/history-details`);
    expect(reply.at('parameters')).toEqual([{ codeBranch: 'master' }]);
  });

  it('have an error for the output of a build without artifacts', async () => {
    const reply = await caller.get(`/v3/jobs/${'f'.repeat(32)}/1/output-info`);
    expect({ http: reply.status, status: reply.at('status'), result: reply.at('result') }).toEqual({
      http: 200,
      status: 'error',
      result: null,
    });
  });

  it('have a code with another prefix for an unknown job', async () => {
    const reply = await caller.start('0'.repeat(32));
    expect({ status: reply.status, code: reply.at('error_code') }).toEqual({
      status: 422,
      code: 'DEVCB.00031006',
    });
  });

  it('have an object for a changed notification, as the sample', async () => {
    const update = { notice_type: 'MAIL', enabled_event_type_names: [] };
    const id = 'f'.repeat(32);
    const reply = await caller.post(`/v3/jobs/notice/${id}/update`, update);
    expect(reply.at('result')).toEqual({ job_id: id });
  });

  it('are empty for a stop', async () => {
    const job = simulator.addJob({ name: 'long', scenario: 'long-queue' });
    job.start();
    clock.advance(1500);
    const reply = await caller.post(`/v3/jobs/${job.id}/1/stop`);
    expect({ status: reply.status, text: reply.text }).toEqual({ status: 200, text: '' });
  });
});
