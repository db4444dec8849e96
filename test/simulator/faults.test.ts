// Tests that faults apply when, as often and in the way they should.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Caller } from './caller.ts';
import {
  type Job,
  passingFaultKinds,
  rewriteJson,
  type Simulator,
  startSimulator,
  VirtualClock,
} from './simulator.ts';

describe('the simulator with faults', () => {
  let simulator: Simulator;
  let caller: Caller;
  let job: Job;

  beforeEach(async () => {
    simulator = await startSimulator({ clock: new VirtualClock() });
    caller = new Caller(simulator);
    job = simulator.addJob({ name: 'server' });
  });
  afterEach(() => simulator.close());

  it('applies a fault `times` times, after `after` calls', async () => {
    simulator.faults.add({ call: 'start', kind: 'status', status: 503, after: 1, times: 2 });
    const statuses = [];
    for (let turn = 0; turn < 5; turn += 1) statuses.push((await caller.start(job.id)).status);
    expect(statuses).toEqual([200, 503, 503, 200, 200]);
    expect(simulator.builds(job.id)).toHaveLength(3);
    expect({ injected: simulator.faults.injected, pending: simulator.faults.pending }).toEqual({
      injected: 2,
      pending: 0,
    });
  });

  it.each([
    ['reset-before', 0],
    ['reset-after', 1],
  ] as const)('closes the connection on %s with %i builds started', async (kind, builds) => {
    simulator.faults.add({ call: 'start', kind });
    await expect(caller.start(job.id)).rejects.toThrow('fetch failed');
    expect(simulator.builds(job.id)).toHaveLength(builds);
    expect(simulator.requests.at(-1)).toMatchObject({ call: 'start', status: 0, faults: [kind] });
  });

  it.each(['hang-before', 'hang-after'] as const)(
    'never answers on %s, and can still be closed',
    async (kind) => {
      simulator.faults.add({ call: 'start', kind });
      const rejected = expect(caller.start(job.id)).rejects.toThrow('fetch failed');
      while (simulator.count('start') === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      await simulator.close();
      await rejected;
    },
  );

  it('truncates a body with the right or a wrong content length', async () => {
    simulator.faults.add({ call: 'start', kind: 'truncated', honest: true });
    simulator.faults.add({ call: 'start', kind: 'truncated', after: 1 });
    const honest = await caller.start(job.id);
    expect(honest.status).toBe(200);
    expect(() => honest.at('actual_build_number')).toThrow(SyntaxError);
    await expect(caller.start(job.id)).rejects.toThrow();
    expect(simulator.builds(job.id)).toHaveLength(2);
  });

  it.each([
    [{ kind: 'html' as const }, 502, '<html>'],
    [{ kind: 'html' as const, status: 200 }, 200, '<html>'],
    [{ kind: 'empty-body' as const }, 200, ''],
    [{ kind: 'not-json' as const }, 200, '{"status":"success","result":{'],
    [{ kind: 'too-frequent' as const }, 400, 'CB.00060211'],
    [{ kind: 'busy' as const }, 500, 'CB.00060100'],
    [{ kind: 'status-fail' as const }, 200, '"status":"fail"'],
    [{ kind: 'json-string' as const }, 200, '"{\\"octopus_job_name'],
    [{ kind: 'rewrite' as const, rewrite: () => 'rewritten' }, 200, '"rewritten"'],
    [{ kind: 'throttled' as const, retryAfter: '7' }, 429, 'APIGW.0308'],
  ])('responds as the fault %j says', async (effect, status, text) => {
    simulator.faults.add({ call: 'start', ...effect });
    const reply = await caller.start(job.id);
    expect(reply.status).toBe(status);
    expect(reply.text).toContain(text);
  });

  it("throttles with seconds or with a date of the server's clock", async () => {
    simulator.faults.add({ call: 'start', kind: 'throttled', retryAfterMs: 5000 });
    simulator.faults.add({ call: 'start', kind: 'throttled', retryAfter: '3', after: 1 });
    const dated = await caller.start(job.id);
    const sent = Date.parse(dated.headers.get('date') ?? '');
    expect(Date.parse(dated.headers.get('retry-after') ?? '') - sent).toBe(5000);
    expect((await caller.start(job.id)).headers.get('retry-after')).toBe('3');
  });

  it('starts a build and responds with an error when acted is true', async () => {
    simulator.faults.add({ call: 'start', kind: 'status', status: 500, acted: true });
    expect((await caller.start(job.id)).status).toBe(500);
    expect(simulator.builds(job.id)).toHaveLength(1);
  });

  it('omits the build number from the response to a start', async () => {
    simulator.faults.add({ call: 'start', kind: 'no-build-number' });
    expect((await caller.start(job.id)).text).toMatch(/^\{"octopus_job_name":"j_\w+"\}$/);
  });

  it('closes an idle connection without announcing it', async () => {
    simulator.faults.add({ call: 'start', kind: 'close-idle' });
    const reply = await caller.start(job.id);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('connection')).toBe('keep-alive');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await caller.start(job.id)).at('actual_build_number')).toBe('2');
  });

  it.each([
    ['offset-stuck', { offset: 0, current_offset: 0 }],
    ['offset-forward-jump', { offset: 110, current_offset: 0 }],
    ['has-more-never', { offset: 10, has_more_data: false }],
    ['has-more-always', { offset: 10, has_more_data: true }],
    ['wrong-current-offset', { offset: 10, current_offset: 100 }],
    ['empty-content', { offset: 0, content: '' }],
  ] as const)('changes a response of the live log on %s', async (kind, result) => {
    job.start({ at: 0 });
    simulator.faults.add({ call: 'log', kind });
    expect((await caller.log(job.id, 1, 0, 10)).at('result')).toMatchObject(result);
  });

  it('rewrites the JSON of every response to a call with rewriteJson', async () => {
    simulator.faults.add(rewriteJson('start', /"(\d+)"/g, (_, digits) => `"${Number(digits) + 40}"`));
    const numbers = [];
    for (let turn = 0; turn < 2; turn += 1) {
      numbers.push((await caller.start(job.id)).at('actual_build_number'));
    }
    expect(numbers).toEqual(['41', '42']);
  });

  it('calls onRequest when the nth request of a call arrives', async () => {
    const seen: string[] = [];
    simulator.onRequest('start', 2, ({ call }) => seen.push(`second ${call}`));
    simulator.onRequest('*', 'every', ({ call }) => seen.push(call));
    await caller.start(job.id);
    await caller.get(`/v3/jobs/${job.id}/status`);
    await caller.start(job.id);
    expect(seen).toEqual(['start', 'status', 'second start', 'start']);
    expect(simulator.faults.injected).toBe(0);
  });

  it('applies and counts the same random faults for the same seed', async () => {
    const rounds = [];
    for (let round = 0; round < 2; round += 1) {
      const other = await startSimulator({ clock: new VirtualClock() });
      const id = other.addJob({ name: 'server' }).id;
      other.faults.random({ seed: 7, rate: 0.5, kinds: ['status', 'busy', 'html'] });
      const statuses = [];
      const calling = new Caller(other);
      for (let turn = 0; turn < 20; turn += 1) statuses.push((await calling.start(id)).status);
      rounds.push(statuses);
      expect(other.faults.injected).toBe(
        statuses.filter((status, turn) => status !== 200 || other.requests[turn]?.faults.length).length,
      );
      await other.close();
    }
    expect(rounds[0]).toEqual(rounds[1]);
    expect(new Set(rounds[0]).size).toBeGreaterThan(1);
  });

  it('still answers after each transient fault', async () => {
    for (const kind of passingFaultKinds) {
      simulator.faults.random({ seed: 3, rate: 1, kinds: [kind] });
      await caller.start(job.id).catch(() => undefined);
      simulator.faults.clear();
      expect((await caller.get(`/v3/jobs/${job.id}/status`)).status).toBe(200);
    }
  });
});
