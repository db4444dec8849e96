// Tests faults that last, and rejections: the step goes on after what passes within ten minutes, and ends soon on what
// does not pass.

import { describe, expect, it } from 'vitest';
import type { CallName, Fault } from '../simulator/simulator.ts';
import { openWorld, runStep, type StepRun, type StoryOptions } from './story.ts';
import { expectWholeLog } from './whole.ts';

const minute = 60_000;
const scenario = {
  name: 'long-build',
  description: 'writes a line every ten seconds for 25 minutes',
  steps: [{ name: 'Run', seconds: 1_500, lines: Array.from({ length: 150 }, (_, line) => `line ${line}`) }],
};

type Kind = Extract<
  Fault['kind'],
  'busy' | 'reset-before' | 'html' | 'not-json' | 'too-frequent' | 'throttled' | 'truncated'
>;

/** Makes every call except the start fail between two minutes of the run. */
async function failing(kind: Kind, from: number, to: number, options: StoryOptions = {}): Promise<StepRun> {
  const world = await openWorld();
  const begin = world.time.now();
  const calls: readonly CallName[] = ['record', 'log', 'details', 'output', 'full-log'];
  for (const call of calls) {
    const when = ({ at }: { readonly at: number }) => at >= begin + from * minute && at < begin + to * minute;
    world.simulator.faults.add({ call, kind, when, times: 1_000_000 });
  }
  return await runStep({ world, job: { scenario }, ...options });
}

const kinds: readonly Kind[] = [
  'busy',
  'reset-before',
  'html',
  'not-json',
  'too-frequent',
  'throttled',
  'truncated',
];

describe('a service outage', () => {
  it("is not assumed from a log line that says that the service's back end can't be reached", async () => {
    const world = await openWorld();
    const begin = world.time.now();
    const when = ({ at }: { readonly at: number }) => at >= begin + 5 * minute;
    world.simulator.faults.add({ call: 'record', kind: 'busy', when, times: 1_000_000 });
    const outage = { kind: 'status', status: 500, code: 'CB.00030004' } as const;
    world.simulator.faults.add({ call: 'log', ...outage, when, times: 1_000_000 });
    const step = await runStep({ world, job: { scenario } });
    expect(step.code).toBe(1);
    expect(step.output('error')).toContain('No response from CodeArts for 10 minutes');
    expect((world.time.now() - begin) / minute).toBeLessThan(17);
  });

  it.each(kinds)('of nine minutes (%s) loses no line of the log', async (kind) => {
    const step = await failing(kind, 5, 14);
    expect({ code: step.code, result: step.output('result') }).toEqual({ code: 0, result: 'success' });
    expectWholeLog(step);
    expect(step.recorder.ownLines.filter((line) => line.includes('Still trying'))).not.toEqual([]);
    expect(step.recorder.ownLines.filter((line) => line === 'Connection to CodeArts restored.')).not.toEqual(
      [],
    );
  });

  it.each(kinds)(
    'that lasts (%s) ends the step after ten minutes, while the build continues',
    async (kind) => {
      const step = await failing(kind, 5, 10_000);
      const [build] = step.world.simulator.builds(step.jobId);
      const minutes = (step.world.time.now() - (build?.createdAt ?? 0)) / minute;
      expect({ code: step.code, status: build?.status, stops: step.world.simulator.count('stop') }).toEqual({
        code: 1,
        status: 'Running',
        stops: 0,
      });
      expect(minutes).toBeGreaterThan(14.9);
      expect(minutes).toBeLessThan(16.5);
      expect(step.lastLine).toMatch(
        /^::error::No response from CodeArts for 10 minutes: .+ Build #1 of shop-backend may still be running\. See https:\S+$/,
      );
      expect({ result: step.output('result'), buildNumber: step.output('build-number') }).toEqual({
        result: 'running',
        buildNumber: '1',
      });
    },
  );

  it('in the last minutes of the build delays the result of the step', async () => {
    const step = await failing('busy', 22, 29);
    expect(step.code).toBe(0);
    expectWholeLog(step);
  });

  it('right after the end of the build loses no line of the log', async () => {
    const step = await failing('busy', 25.02, 27);
    expect(step.code).toBe(0);
    expectWholeLog(step);
  });

  it('leads to a few requests a minute at most', async () => {
    const step = await failing('busy', 5, 14);
    const begin = step.world.simulator.requests[0]?.at ?? 0;
    const requests = step.world.simulator.requests.filter(
      ({ at }) => at > begin + 7 * minute && at < begin + 13 * minute,
    );
    expect(requests.length / 6).toBeLessThan(13);
  });
});

it("keeps following an active log although the record can't be read for eleven minutes", async () => {
  const world = await openWorld();
  world.simulator.faults.add({ call: 'record', kind: 'busy', after: 3, times: 30 });
  const step = await runStep({ world, job: { scenario } });
  expect(step.code).toBe(0);
  expectWholeLog(step);
});

it.each([401, 403, 404, 422])(
  'keeps following after a single rejection of the record or the log with %i',
  async (status) => {
    const world = await openWorld();
    world.simulator.faults.add({ call: 'record', kind: 'status', status, after: 3, times: 1 });
    world.simulator.faults.add({ call: 'log', kind: 'status', status, after: 5, times: 1 });
    const step = await runStep({ world, job: { scenario } });
    expect({ code: step.code, annotations: step.recorder.annotations }).toEqual({ code: 0, annotations: [] });
    expectWholeLog(step);
  },
);

it.each([400, 401, 403, 404, 422])(
  'follows the log of a build although the first request for it is rejected with %i',
  async (status) => {
    const world = await openWorld();
    world.simulator.faults.add({ call: 'log', kind: 'status', status, times: 1 });
    const step = await runStep({ world, job: { scenario } });
    expect({ code: step.code, annotations: step.recorder.annotations }).toEqual({ code: 0, annotations: [] });
    expectWholeLog(step);
    expect(world.simulator.count('full-log')).toBe(0);
  },
);

it('does not treat a long pause that the service asks for as an outage', async () => {
  const world = await openWorld();
  world.simulator.faults.add({ call: 'record', kind: 'throttled', retryAfter: '600', after: 2, times: 1 });
  world.simulator.faults.add({ call: 'record', kind: 'busy', after: 3, times: 1 });
  const step = await runStep({ world, job: { scenario }, inputs: { log: 'off' } });
  expect({ code: step.code, result: step.output('result') }).toEqual({ code: 0, result: 'success' });
});

const rejections = [
  [401, 'APIGW.0301', 5, 'worked earlier in this step but are now rejected'],
  [403, 'APIGW.0302', 5, 'The user needs View and Execute'],
  // Each rejected call is sent by its successor's path as well.
  [404, 'APIGW.0101', 8, 'Check endpoint'],
  [422, 'CB.00031006', 5, 'Check job-id'],
] as const;

it.each(rejections)(
  'fails the step when the record is rejected with %i three times in twenty seconds',
  async (status, code, calls, remedy) => {
    const world = await openWorld({ editions: 'both' });
    world.simulator.faults.add({ call: 'record', kind: 'status', status, code, after: 2, times: 1_000 });
    const step = await runStep({ world, job: { scenario } });
    expect({
      code: step.code,
      calls: world.simulator.count('record'),
      builds: world.simulator.builds(step.jobId).length,
    }).toEqual({ code: 1, calls, builds: 1 });
    expect(step.lastLine).toContain(`::error::CodeArts rejected the request to read the build record: `);
    expect(step.lastLine).toContain(remedy);
    expect(step.lastLine).toContain('Build #1 of shop-backend may still be running. See https:');
  },
);

it.each(['details', 'output'] as const)(
  'passes with a warning about what is missing when %s is rejected',
  async (call) => {
    // The newer edition has no call for details.
    const world = await openWorld({ editions: 'both' });
    world.simulator.faults.add({ call, kind: 'status', status: 403, code: 'APIGW.0302', times: 1_000 });
    const step = await runStep({ world });
    expect({ code: step.code, result: step.output('result'), requests: world.simulator.count(call) }).toEqual(
      { code: 0, result: 'success', requests: 1 },
    );
    expect(step.recorder.annotations.map(({ level }) => level)).toEqual(['warning']);
    expectWholeLog(step);
  },
);

it("does not mention artifacts after a failed build, which can't have any", async () => {
  const world = await openWorld();
  world.simulator.faults.add({ call: 'output', kind: 'status', status: 403, code: 'CB.00031059', times: 9 });
  const step = await runStep({ world, job: { scenario: 'failing-test' } });
  expect(step.recorder.annotations.map(({ level }) => level)).toEqual(['error']);
  expect(step.output('artifacts')).toBe('[]');
});

describe('a pause in Retry-After', () => {
  const pause: Fault = { call: 'record', kind: 'throttled', retryAfter: '400', after: 2, times: 1 };

  it('is observed', async () => {
    const world = await openWorld();
    world.simulator.faults.add(pause);
    const step = await runStep({ world, job: { scenario } });
    const polledAt = world.simulator.requests.filter(({ call }) => call === 'record').map(({ at }) => at);
    const pauses = polledAt.slice(1).map((at, index) => at - (polledAt[index] ?? 0));
    expect(Math.max(...pauses)).toBeGreaterThanOrEqual(400_000);
    expect(step.code).toBe(0);
    expectWholeLog(step);
  });

  it('does not delay the time limit', async () => {
    const world = await openWorld();
    world.simulator.faults.add(pause);
    const step = await runStep({ world, job: { scenario }, inputs: { 'timeout-minutes': '2' } });
    const [build] = world.simulator.builds(step.jobId);
    expect({ code: step.code, result: step.output('result'), stoppedBy: build?.stoppedBy }).toEqual({
      code: 1,
      result: 'timed-out',
      stoppedBy: 'builder',
    });
    expect(world.time.now() - (build?.createdAt ?? 0)).toBeLessThan(2.05 * minute);
  });

  it('does not delay a cancellation', async () => {
    const world = await openWorld();
    for (const call of ['record', 'log'] as const) world.simulator.faults.add({ ...pause, call });
    const cancel = new AbortController();
    let cancelledAt = 0;
    void world.time.sleep(minute).then(() => {
      cancelledAt = world.time.now();
      cancel.abort(new Error('cancelled'));
    });
    const step = await runStep({ world, job: { scenario }, cancelled: cancel.signal });
    expect({ code: step.code, stoppedBy: world.simulator.builds(step.jobId)[0]?.stoppedBy }).toEqual({
      code: 1,
      stoppedBy: 'builder',
    });
    expect(world.time.now() - cancelledAt).toBeLessThan(5_000);
  });

  it('at the end of the build leads to reading the rest from the full log', async () => {
    const world = await openWorld();
    world.simulator.faults.add({
      call: 'log',
      kind: 'throttled',
      retryAfter: '500',
      after: 100,
      times: 1_000,
    });
    const step = await runStep({ world, job: { scenario } });
    const [build] = world.simulator.builds(step.jobId);
    expectWholeLog(step);
    expect(world.time.now() - (build?.endedAt ?? 0)).toBeLessThan(15_000);
  });
});
