// Tests how the logs of the simulator grow, where they are cut and what can be downloaded.

import { afterEach, describe, expect, it } from 'vitest';
import { Caller } from './caller.ts';
import {
  largeLog,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
  VirtualClock,
} from './simulator.ts';

const emoji = {
  name: 'emoji',
  description: 'two- three- and four-byte characters',
  steps: [{ name: '构建', seconds: 1, lines: [{ text: 'é中🎉'.repeat(50), level: 'raw' as const }] }],
};

describe('the log of a build', () => {
  let simulator: Simulator | undefined;
  const clock = new VirtualClock();

  async function begin(options: SimulatorOptions = {}): Promise<{ simulator: Simulator; caller: Caller }> {
    const opened = await startSimulator({ clock, ...options });
    simulator = opened;
    return { simulator: opened, caller: new Caller(opened) };
  }
  afterEach(() => simulator?.close());

  it('grows while the build runs, with has_more_data until it is complete', async () => {
    const { simulator, caller } = await begin();
    const job = simulator.addJob({ name: 'server' });
    await caller.start(job.id);
    clock.advance(3000);
    const part = await caller.log(job.id, 1, 0);
    expect(part.at('result.has_more_data')).toBe(true);
    expect(part.at('result.current_offset')).toBe(0);
    const [build] = simulator.builds(job.id);
    expect(part.at('result.content')).toBe(build?.log);
    const silent = await caller.log(job.id, 1, String(part.at('result.offset')));
    expect(silent.at('result.content')).toBe('');
    clock.advance(20_000);
    const rest = await caller.log(job.id, 1, String(part.at('result.offset')));
    expect(rest.at('result.has_more_data')).toBe(false);
    expect(`${part.at('result.content')}${rest.at('result.content')}`).toBe(build?.log);
  });

  it.each(['bytes', 'characters'] as const)(
    'is the same in chunks as in one response, with offsets in %s',
    async (unit) => {
      const { simulator, caller } = await begin({ log: { unit } });
      const job = simulator.addJob({ name: 'emoji', scenario: emoji });
      const build = job.start();
      clock.advance(20_000);
      for (const length of [5, 7, 64, 1_000_000]) {
        expect(await caller.wholeLog(job.id, 1, length)).toBe(build.log);
      }
    },
  );

  it('loses a character that is cut by a slice of bytes', async () => {
    const { simulator, caller } = await begin();
    const job = simulator.addJob({ name: 'emoji', scenario: emoji });
    job.start();
    clock.advance(20_000);
    simulator.faults.add({ call: 'log', kind: 'cut', units: 7, times: Number.POSITIVE_INFINITY });
    expect(await caller.wholeLog(job.id, 1)).toContain('\ufffd');
  });

  it('lags behind as the scenario says, also after the end', async () => {
    const { simulator, caller } = await begin();
    const job = simulator.addJob({ name: 'late', scenario: { ...emoji, logLagSeconds: 3 } });
    const build = job.start();
    clock.advance(2000);
    expect(build.status).toBe('SUCCESS');
    expect((await caller.log(job.id, 1, 0)).at('result')).toMatchObject({ content: '', has_more_data: true });
    clock.advance(3000);
    const whole = await caller.log(job.id, 1, 0);
    expect(whole.at('result.has_more_data')).toBe(false);
    expect(String(whole.at('result.content')).endsWith('Finished: SUCCESS\n')).toBe(true);
  });

  it('is rejected without an offset', async () => {
    const { simulator, caller } = await begin();
    const job = simulator.addJob({ name: 'server' });
    await caller.start(job.id);
    clock.advance(3000);
    const reply = await caller.get(`/v3/jobs/${job.id}/1/real-time-log`);
    expect({ status: reply.status, code: reply.at('error_code') }).toEqual({
      status: 400,
      code: 'CB.00060200',
    });
  });

  it('is missing before the build has an executor', async () => {
    const { simulator, caller } = await begin();
    const job = simulator.addJob({ name: 'never', scenario: 'never-scheduled' });
    const build = job.start();
    const waiting = await caller.log(job.id, 1, 0);
    expect({ status: waiting.status, code: waiting.at('error_code') }).toEqual({
      status: 500,
      code: 'CB.00030004',
    });
    clock.advance(5000);
    const never = await caller.log(job.id, 1, 0);
    expect({ status: never.status, code: never.at('error_code') }).toEqual({
      status: 403,
      code: 'CB.00031059',
    });
    expect((await caller.get(`/v4/${build.recordId}/download-log`)).status).toBe(403);
    const unknown = await caller.log(job.id, 2, 0);
    expect({ status: unknown.status, code: unknown.at('error_code') }).toEqual({
      status: 422,
      code: 'CB.00031006',
    });
  });

  it('can be downloaded as a whole, for one step and with debug lines', async () => {
    const { simulator, caller } = await begin();
    const job = simulator.addJob({ name: 'server' });
    const build = job.start();
    clock.advance(20_000);
    const whole = await caller.get(`/v4/${build.recordId}/download-log`);
    expect(whole.text).toBe(build.log);
    expect(whole.headers.get('content-disposition')).toContain('attachment');
    expect((await caller.get(`/v3/${build.recordId}/download-log`)).text).toBe(build.log);
    const debug = await caller.get(`/v4/${build.recordId}/download-log?log_level=DEBUG`);
    expect(debug.text).toContain('[DEBUG]');
    const withoutDebug = debug.text
      .split('\n')
      .filter((line) => !line.includes('[DEBUG]'))
      .join('\n');
    expect(withoutDebug).toBe(build.log);
    const step = await caller.get(`/v4/${build.recordId}/task-log?task_name=stage3&log_level=INFO`);
    expect(step.text).toContain('[Maven构建:external_post_maven] : 该步骤开始执行\n');
    expect(step.text).toContain('该步骤执行完成\n');
    for (const line of step.text.split('\n')) expect(build.log).toContain(line);
    expect((await caller.get(`/v4/${build.recordId}/task-log?task_name=none`)).status).toBe(400);
  });

  it('can have a hundred megabytes without being kept in memory', async () => {
    const { simulator, caller } = await begin({ clock: new VirtualClock(), speed: 1000 });
    const job = simulator.addJob({ name: 'large', scenario: largeLog() });
    const build = job.start({ at: 0 });
    const size = build.logs.written('bytes');
    expect(size).toBeGreaterThan(100_000_000);
    const before = process.memoryUsage().arrayBuffers;
    const middle = await caller.log(job.id, 1, 50_000_000, 1000);
    expect(middle.at('result.content')).toHaveLength(1000);
    const lines = build.logs.text('INFO').bytes(3_000_000, 3_010_000).toString().split('\n').slice(1, -1);
    const numbers = lines.map((line) => Number(/run: (\d+)/.exec(line)?.[1]));
    expect(numbers.every((number, place) => place === 0 || number === (numbers[place - 1] ?? 0) + 1)).toBe(
      true,
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
  });

  it('ends at the moment of a stop, even in a long block', async () => {
    const { simulator, caller } = await begin();
    const job = simulator.addJob({ name: 'large', scenario: largeLog(1_000_000, 10) });
    const build = job.start();
    clock.advance(5000);
    build.stop('lisi');
    clock.advance(2000);
    const text = await caller.wholeLog(job.id, 1, 100_000);
    expect(text).toBe(build.log);
    expect(text).toContain('Aborted by lisi');
    expect(text.length).toBeLessThan(600_000);
  });
});
