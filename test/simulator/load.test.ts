// Tests latency, rate limits and executors of the simulator.

import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Caller } from './caller.ts';
import {
  type Build,
  type ScenarioSource,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
  VirtualClock,
} from './simulator.ts';

let open: Simulator | undefined;
afterEach(() => open?.close());

async function begin(options: SimulatorOptions = {}): Promise<Simulator> {
  open = await startSimulator(options);
  return open;
}

const short = (seconds: number): ScenarioSource => ({
  name: 'short',
  description: 'one step',
  steps: [{ name: 'Run', seconds, lines: ['hello'] }],
});

const child = (name: string, seconds: number, needs: string[] = []) => ({ ...short(seconds), name, needs });

function flow(strategy: 'lazy' | 'eager'): ScenarioSource {
  const { description: _, ...parent } = short(1);
  const children = [child('a', 3), child('b', 5, ['a']), child('c', 2, ['a']), child('d', 1, ['b', 'c'])].map(
    ({ description: __, ...rest }) => rest,
  );
  return { ...parent, description: 'a diamond', strategy, children };
}

const leaves = (builds: readonly Build[]): Build[] => builds.filter(({ children }) => children.length === 0);
const running = (builds: readonly Build[]): number =>
  leaves(builds).filter(({ status }) => status === 'Running').length;

describe('the latency option', () => {
  const times = async (simulator: Simulator, count: number): Promise<number[]> => {
    const job = simulator.addJob({ name: 'server' });
    const caller = new Caller(simulator);
    const taken: number[] = [];
    for (let time = 0; time < count; time += 1) {
      const before = performance.now();
      await caller.get(`/v3/jobs/${job.id}/status`);
      taken.push(performance.now() - before);
    }
    return taken;
  };

  it('delays every call by the latency', async () => {
    const taken = await times(await begin({ latency: { ms: 60, jitterMs: 20 } }), 6);
    // Timers may fire a millisecond early; there is no upper bound on a busy computer.
    for (const ms of taken) expect(ms).toBeGreaterThanOrEqual(38);
  });

  it('does not serialise calls', async () => {
    const simulator = await begin({ latency: { ms: 300, jitterMs: 0 } });
    const job = simulator.addJob({ name: 'server' });
    const caller = new Caller(simulator);
    const before = performance.now();
    await Promise.all(Array.from({ length: 20 }, () => caller.get(`/v3/jobs/${job.id}/status`)));
    // One after the other they would take six seconds.
    expect(performance.now() - before).toBeLessThan(3000);
  });

  it('does not move the simulated clock', async () => {
    const clock = new VirtualClock();
    const simulator = await begin({ clock, latency: { ms: 20 } });
    const before = clock.now();
    await times(simulator, 2);
    expect(clock.now()).toBe(before);
  });
});

describe('the rate limit', () => {
  it('applies to each call separately and is reset every minute', async () => {
    const clock = new VirtualClock();
    const simulator = await begin({ clock, rateLimit: { callsPerMinute: 3, style: '429' } });
    const job = simulator.addJob({ name: 'server' });
    const caller = new Caller(simulator);
    const look = async () => (await caller.get(`/v3/jobs/${job.id}/status`)).status;
    expect([await look(), await look(), await look(), await look()]).toEqual([200, 200, 200, 429]);
    expect((await caller.start(job.id)).status).toBe(200);
    clock.advance(59_999);
    expect(await look()).toBe(429);
    clock.advance(1);
    expect(await look()).toBe(200);
  });

  it('is shared among all callers', async () => {
    const clock = new VirtualClock();
    const simulator = await begin({ clock, rateLimit: { callsPerMinute: 3, style: '429' } });
    const { id } = simulator.addJob({ name: 'server' });
    const callers = Array.from({ length: 5 }, () => new Caller(simulator));
    const answers = await Promise.all(callers.map((caller) => caller.get(`/v3/jobs/${id}/status`)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
    const [rejected] = answers.filter(({ status }) => status === 429);
    expect(rejected?.headers.get('retry-after')).toBe('60');
  });
});

describe('the executors option', () => {
  it('keeps builds InQueue until an executor is free', async () => {
    const clock = new VirtualClock();
    const simulator = await begin({ clock, executors: 2 });
    const job = simulator.addJob({ name: 'server', scenario: short(5) });
    const caller = new Caller(simulator);
    for (let time = 0; time < 3; time += 1) await caller.start(job.id);
    const state = async (number: number) =>
      (await caller.get(`/v4/jobs/${job.id}/${number}/record-info`)).at('result.status');
    const states = async () => [await state(1), await state(2), await state(3)];
    expect(await states()).toEqual(['Running', 'Running', 'InQueue']);
    expect((await caller.log(job.id, 3, 0)).status).toBe(500);
    clock.advance(5700);
    expect(await states()).toEqual(['SUCCESS', 'SUCCESS', 'Running']);
  });

  it('keeps children InQueue as well, and uses no executor for the parent', async () => {
    const clock = new VirtualClock();
    const simulator = await begin({ clock, executors: 1 });
    const other = simulator.addJob({ name: 'other', scenario: short(10) }).start();
    const job = simulator.addJob({ name: 'flow', scenario: flow('lazy') });
    const parent = job.start();
    clock.advance(2000);
    expect({ other: other.status, parent: parent.status }).toEqual({ other: 'Running', parent: 'Running' });
    expect(parent.children.map(({ status }) => status)).toEqual(['InQueue', 'InQueue', 'InQueue', 'InQueue']);
    const graph = await new Caller(simulator).get(`/v3/${parent.recordId}/flow-graph`);
    expect(graph.at('result.vertices.0.status')).toBe('InQueue');
    clock.advance(10_000);
    expect(parent.children[0]?.status).toBe('Running');
    clock.advance(60_000);
    expect(parent.status).toBe('SUCCESS');
  });

  it('never uses more executors than there are, starts every build, and keeps an executor until the end', async () => {
    const clock = new VirtualClock();
    const scenarios = {
      short: short(4),
      lazy: flow('lazy'),
      eager: flow('eager'),
      lost: { ...flow('lazy'), scheduled: false, queueSeconds: 3 },
    };
    const act = fc.oneof(
      fc.record({ start: fc.constantFrom('short', 'lazy', 'eager', 'lost') }),
      fc.record({ stop: fc.nat(30) }),
      fc.record({ advance: fc.integer({ min: 100, max: 7000 }) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(act, { maxLength: 25 }),
        async (executors, acts) => {
          const simulator = await startSimulator({ clock, executors });
          const jobs = new Map(
            Object.entries(scenarios).map(([name, scenario]) => [name, simulator.addJob({ name, scenario })]),
          );
          const builds = () => [...jobs.values()].flatMap((job) => job.builds);
          const startTimes = new Map<Build, number>();
          const look = () => {
            expect(running(builds())).toBeLessThanOrEqual(executors);
            for (const build of builds()) {
              const before = startTimes.get(build);
              if (before !== undefined) expect(build.startedAt).toBe(before);
              else if (build.startedAt !== undefined) startTimes.set(build, build.startedAt);
            }
          };
          for (const one of acts) {
            if ('start' in one) jobs.get(one.start)?.start();
            else if ('stop' in one) builds()[one.stop]?.stop('lisi');
            else {
              for (let step = 0; step < 5; step += 1) {
                clock.advance(one.advance / 5);
                look();
              }
            }
            look();
          }
          clock.advance(60_000 * (builds().length + 1));
          look();
          expect(builds().filter(({ ended }) => !ended)).toEqual([]);
          await simulator.close();
        },
      ),
      {
        numRuns: 150,
        // A running child that is stopped, and then its parent: the child must not run again.
        examples: [[2, [{ start: 'eager' }, { start: 'short' }, { stop: 3 }, { advance: 500 }, { stop: 1 }]]],
      },
    );
  });
});

describe('a multi-task build without an executor', () => {
  it('ends as SCHEDULE_FAILURE with its children skipped', async () => {
    const clock = new VirtualClock();
    for (const executors of [undefined, 1]) {
      const simulator = await startSimulator({ clock, ...(executors === undefined ? {} : { executors }) });
      const scenario = { ...flow('lazy'), scheduled: false, queueSeconds: 3 };
      const job = simulator.addJob({ name: 'flow', scenario });
      const parent = job.start();
      clock.advance(2000);
      expect([parent.status, ...parent.children.map(({ status }) => status)]).toEqual(
        Array(5).fill('InQueue'),
      );
      clock.advance(1000);
      expect(parent.status).toBe('SCHEDULE_FAILURE');
      expect(parent.children.map(({ status }) => status)).toEqual(Array(4).fill('SKIPPED'));
      const caller = new Caller(simulator);
      expect((await caller.get(`/v3/jobs/${job.id}/status`)).at('result')).toBe(false);
      const graph = await caller.get(`/v3/${parent.recordId}/flow-graph`);
      expect(graph.at('result.vertices.3')).toMatchObject({ status: 'SKIPPED', start_time: null });
      await simulator.close();
    }
  });

  it('has skipped children when it is stopped in the queue', async () => {
    const clock = new VirtualClock();
    const simulator = await begin({ clock });
    const parent = simulator
      .addJob({ name: 'flow', scenario: { ...flow('eager'), queueSeconds: 9 } })
      .start();
    clock.advance(1000);
    parent.stop('lisi');
    expect(parent.status).toBe('ABORTED');
    expect(new Set(parent.children.map(({ status }) => status))).toEqual(new Set(['SKIPPED']));
  });
});
