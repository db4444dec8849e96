// Tests a cancellation at every stage of a run: within five seconds the build is stopped, or the post step stops it. A
// start that is on its way when the signal comes is waited for, as it may have begun a build.

import { describe, expect, it } from 'vitest';
import type { Build, CallName, Fault } from '../simulator/simulator.ts';
import { openWorld, runPostStep, runStep, type StepRun, type StoryOptions, type World } from './story.ts';

const quick = { answerTimeoutMs: 150, connectTimeoutMs: 1_000 };
const scenario = {
  name: 'a-while',
  description: 'runs for two minutes',
  steps: [{ name: 'Run', seconds: 120, lines: Array.from({ length: 60 }, (_, line) => `line ${line}`) }],
};

interface Cancelled {
  readonly step: StepRun;
  readonly world: World;
  readonly build: Build | undefined;
  /** Milliseconds from the signal to the step's end. */
  readonly took: number;
}

interface Moment {
  /** With the so-many-th call of this kind, just before the server acts on it; or */
  readonly at?: CallName;
  readonly nth?: number;
  /** so many seconds after the run began. */
  readonly after?: number;
}

async function cancelled(
  moment: Moment,
  faults: readonly Fault[] = [],
  options: StoryOptions = {},
): Promise<Cancelled> {
  const world = options.world ?? (await openWorld());
  const cancel = new AbortController();
  let cancelledAt = world.time.now();
  const abort = () => {
    cancelledAt = world.time.now();
    cancel.abort(new Error('the workflow was cancelled'));
  };
  if (moment.at === undefined && moment.after === undefined) abort();
  if (moment.after !== undefined) void world.time.sleep(moment.after * 1_000).then(abort);
  if (moment.at !== undefined) world.simulator.onRequest(moment.at, moment.nth ?? 1, abort);
  for (const fault of faults) world.simulator.faults.add(fault);
  const step = await runStep({ http: quick, job: { scenario }, ...options, world, cancelled: cancel.signal });
  const [build] = world.simulator.builds(step.jobId);
  return { step, world, build, took: world.time.now() - cancelledAt };
}

function expectStopped({ step, world, build, took }: Cancelled): void {
  expect({ code: step.code, result: step.output('result'), stoppedBy: build?.stoppedBy }).toEqual({
    code: 1,
    result: 'cancelled',
    stoppedBy: 'builder',
  });
  expect(took).toBeLessThanOrEqual(5_000);
  expect(step.lastLine).toMatch(
    /^::error::The workflow was cancelled; build #1(?: of shop-backend)? was stopped\./,
  );
  expect(step.output('build-number')).toBe('1');
  expect(step.recorder.states.get('build')).toBe('{"phase":"over"}');
  expect(world.simulator.builds(step.jobId)).toHaveLength(1);
}

/** No build that the step began runs on after the post step. */
async function expectStoppedByPost({ step, world, took }: Cancelled): Promise<void> {
  expect(step.code).toBe(1);
  expect(took).toBeLessThanOrEqual(5_000);
  const post = await runPostStep(step, { http: quick });
  expect(post.code).toBe(0);
  expect(
    world.simulator.builds(step.jobId).filter((build) => !build.ended && build.stoppedBy === undefined),
  ).toEqual([]);
}

async function expectNothingForPost({ step, world }: Cancelled): Promise<void> {
  const before = world.simulator.count();
  await runPostStep(step);
  expect(world.simulator.count()).toBe(before);
}

describe('cancelled before the start was sent', () => {
  it('starts no build and sends no request after a cancellation', async () => {
    const run = await cancelled({});
    expect({ code: run.step.code, requests: run.world.simulator.count() }).toEqual({ code: 1, requests: 0 });
    await expectNothingForPost(run);
  });
});

describe('cancelled while the start is on its way', () => {
  it('stops the build as soon as the response to its start arrives', async () => {
    expectStopped(await cancelled({ at: 'start' }));
  });

  it('stops the build when the response to its start arrives late', async () => {
    expectStopped(await cancelled({ at: 'start' }, [{ call: 'start', kind: 'delay', ms: 80 }]));
  });

  it.each<[string, Fault]>([
    ['never comes', { call: 'start', kind: 'hang-after' }],
    ['is lost in a reset', { call: 'start', kind: 'reset-after' }],
    ['is an HTTP 502', { call: 'start', kind: 'status', status: 502, acted: true }],
    ['is a page of a proxy', { call: 'start', kind: 'html', status: 200, acted: true }],
    ['has no build number', { call: 'start', kind: 'no-build-number' }],
  ])('finds and stops the build when the response to its start %s', async (_, fault) => {
    expectStopped(await cancelled({ at: 'start' }, [fault]));
  });

  it.each<[string, Fault]>([
    ['never comes', { call: 'start', kind: 'hang-before' }],
    ['is a reset', { call: 'start', kind: 'reset-before' }],
    ['is an HTTP 502', { call: 'start', kind: 'status', status: 502 }],
  ])(
    'has the post step search again when the response to the start %s and no build is found',
    async (_, fault) => {
      const run = await cancelled({ at: 'start' }, [fault]);
      expect(run.step.lastLine).toBe(
        '::error::Cancelled before CodeArts confirmed the start: a build may be running. The post step looks for it and stops it.',
      );
      expect({ build: run.build, starts: run.world.simulator.count('start') }).toEqual({
        build: undefined,
        starts: 1,
      });
      await expectStoppedByPost(run);
    },
  );

  it.each<[string, Fault]>([
    ['rejected', { call: 'start', kind: 'status', status: 403, code: 'APIGW.0302' }],
    ['throttled', { call: 'start', kind: 'throttled', retryAfter: '30' }],
  ])(
    'leaves nothing to the post step when the start is %s, and stops no build of others',
    async (_, fault) => {
      const world = await openWorld();
      const job = world.simulator.addJob({ name: 'shared', scenario });
      const run = await cancelled({ at: 'start' }, [fault], {
        world,
        jobId: job.id,
        inputs: { source: 'job' },
        watch: () => job.start(),
      });
      expect(run.step.lastLine).toBe('::error::Cancelled before a build was started.');
      await expectNothingForPost(run);
      expect({
        code: run.step.code,
        stoppedBy: run.build?.stoppedBy,
        searches: world.simulator.count('records'),
      }).toEqual({ code: 1, stoppedBy: undefined, searches: 0 });
    },
  );
});

describe('cancelled before the build is known', () => {
  it('does not send a throttled start again after a cancellation', async () => {
    const run = await cancelled({ after: 10 }, [{ call: 'start', kind: 'throttled', retryAfter: '30' }]);
    expect({ build: run.build, starts: run.world.simulator.count('start'), took: run.took }).toEqual({
      build: undefined,
      starts: 1,
      took: 0,
    });
    await expectNothingForPost(run);
  });

  it('leaves a build whose record has not appeared yet to the post step', async () => {
    const late = { ...scenario, recordAfterSeconds: 20 };
    const run = await cancelled({ after: 4 }, [{ call: 'start', kind: 'reset-after' }], {
      job: { scenario: late },
    });
    expect(run.build?.stoppedBy).toBeUndefined();
    await run.world.time.sleep(20_000);
    await expectStoppedByPost(run);
    expect(run.build?.stoppedBy).toBe('builder');
  });
});

describe('cancelled while the build waits or runs', () => {
  it('stops a build in the queue', async () => {
    const run = await cancelled({ after: 33 }, [], { job: { scenario: { ...scenario, queueSeconds: 600 } } });
    expectStopped(run);
    expect(run.build?.startedAt).toBeUndefined();
  });

  it.each<Moment>([
    { at: 'record' },
    { at: 'record', nth: 3 },
    { at: 'log' },
    { at: 'log', nth: 5 },
    { after: 61.3 },
  ])('stops a running build at once (%o)', async (moment) => {
    const run = await cancelled(moment);
    expectStopped(run);
    expect({ took: run.took, stops: run.world.simulator.count('stop') }).toEqual({ took: 0, stops: 1 });
  });

  it('turns workflow commands on again and prints all of the log that was read before the cancellation', async () => {
    const { step } = await cancelled({ after: 61.3 });
    expect(step.recorder.ownLines.at(-2)).toMatch(/^::error::The workflow was cancelled/);
    expect(step.recorder.remoteLines.filter((line) => / line \d+$/.test(line)).length).toBeGreaterThan(25);
  });

  it('leaves the build running, and says so, with stop-on-cancel: false', async () => {
    const run = await cancelled({ after: 30 }, [], { inputs: { 'stop-on-cancel': 'false' } });
    expect({ code: run.step.code, stops: run.world.simulator.count('stop') }).toEqual({ code: 1, stops: 0 });
    expect(run.step.lastLine).toMatch(
      /^::error::The workflow was cancelled; build #1 of shop-backend keeps running\. See https:/,
    );
    await expectNothingForPost(run);
  });

  it('leaves a build running that it did not start', async () => {
    const world = await openWorld();
    const job = world.simulator.addJob({ name: 'shared', scenario });
    job.start();
    const run = await cancelled({ after: 30 }, [], { world, jobId: job.id, inputs: { 'build-number': '1' } });
    expect({ code: run.step.code, stoppedBy: run.build?.stoppedBy }).toEqual({
      code: 1,
      stoppedBy: undefined,
    });
    await expectNothingForPost(run);
  });

  it('stops a build that it did not start with stop-on-cancel: true', async () => {
    const world = await openWorld();
    const job = world.simulator.addJob({ name: 'shared', scenario });
    job.start();
    const inputs = { 'build-number': '1', 'stop-on-cancel': 'true' };
    expectStopped(await cancelled({ after: 30 }, [], { world, jobId: job.id, inputs }));
  });
});

describe('cancelled when the build is over', () => {
  it.each<[string, Moment]>([
    ['details', { at: 'details' }],
    ['output', { at: 'output' }],
  ])(
    'reports the result of a build that has ended, and stops nothing, when cancelled at the call for %s',
    async (_, moment) => {
      // The newer edition has no call for details.
      const run = await cancelled(moment, [], { world: await openWorld({ editions: 'both' }) });
      expect({
        code: run.step.code,
        result: run.step.output('result'),
        stops: run.world.simulator.count('stop'),
      }).toEqual({ code: 1, result: 'success', stops: 0 });
      expect(run.step.lastLine).toMatch(
        /^::error::The workflow was cancelled after build #1 of shop-backend had ended \(SUCCESS\)\./,
      );
      await expectNothingForPost(run);
    },
  );

  it('reports the result of the build although the diagnosis of a long log has not ended', async () => {
    const world = await openWorld();
    const cancel = new AbortController();
    // Once CodeArts has been asked for its own analysis, nothing but the diagnosis takes time.
    world.time.onAdvance = () => {
      if (world.simulator.count('analysis') > 0) cancel.abort(new Error('the workflow was cancelled'));
    };
    const lines = Array.from({ length: 4_000 }, (_, line) => `a line that is no error, number ${line}`);
    const steps = [{ name: 'Run', seconds: 9, result: 'error' as const, lines }];
    const failing = { name: 'long', description: 'fails after a long log', steps };
    const step = await runStep({ world, job: { scenario: failing }, cancelled: cancel.signal });
    expect(step.lastLine).toMatch(
      /^::error::The workflow was cancelled after build #1 of shop-backend had ended \(FAILURE\)\./,
    );
  });

  it('stops reading the rest of the log of a build that has ended', async () => {
    const lagging = { ...scenario, logLagSeconds: 20 };
    const run = await cancelled({ after: 125 }, [], { job: { scenario: lagging } });
    expect(run.build?.ended).toBe(true);
    expect({ code: run.step.code, downloads: run.world.simulator.count('full-log') }).toEqual({
      code: 1,
      downloads: 0,
    });
    await expectNothingForPost(run);
  });

  it('reports a build that had ended before it was stopped as cancelled', async () => {
    const run = await cancelled({ after: 30 }, [
      { call: 'stop', kind: 'status', status: 400, code: 'DEV.CB.032302' },
    ]);
    expect(run.step.lastLine).toMatch(
      /^::error::The workflow was cancelled; build #1 of shop-backend had already ended; its result was not read\./,
    );
    await expectNothingForPost(run);
  });
});

describe('a call that stops the build', () => {
  it.each<[string, Fault]>([
    ['is answered with 5xx twice', { call: 'stop', kind: 'busy', times: 2 }],
    ["is answered with a proxy's page", { call: 'stop', kind: 'html', times: 2 }],
    ['is lost in a reset', { call: 'stop', kind: 'reset-after' }],
    ['is reset before it arrives', { call: 'stop', kind: 'reset-before', times: 2 }],
    ['is not answered once', { call: 'stop', kind: 'hang-before' }],
    ['is throttled once', { call: 'stop', kind: 'throttled', retryAfter: '1' }],
    ['is answered with an empty body', { call: 'stop', kind: 'empty-body' }],
    [
      'meets a clock that is 20 minutes off from then on',
      { call: 'stop', kind: 'skew', ms: 1_200_000, times: 9 },
    ],
  ])('works within five seconds though it %s', async (_, fault) => {
    const run = await cancelled({ after: 30 }, [fault]);
    expect({ code: run.step.code, stoppedBy: run.build?.stoppedBy }).toEqual({
      code: 1,
      stoppedBy: 'builder',
    });
    expect(run.took).toBeLessThanOrEqual(5_000);
    expect(run.step.output('result')).toBe('cancelled');
    await expectNothingForPost(run);
  });

  it.each<[string, Fault]>([
    ['fails for a minute', { call: 'stop', kind: 'busy', times: 12 }],
    ['is throttled for longer', { call: 'stop', kind: 'throttled', retryAfter: '20' }],
  ])('is repeated by the post step when it %s', async (_, fault) => {
    const run = await cancelled({ after: 30 }, [fault]);
    expect(run.step.lastLine).toMatch(
      /^::error::The workflow was cancelled, but build #1 of shop-backend could not be stopped: /,
    );
    expect(run.step.output('result')).toBe('running');
    await expectStoppedByPost(run);
    expect(run.build?.stoppedBy).toBe('builder');
  });

  it('names the missing permission when it is not allowed', async () => {
    const run = await cancelled({ after: 30 }, [
      { call: 'stop', kind: 'status', status: 403, code: 'APIGW.0302', times: 9 },
    ]);
    expect(run.step.lastLine).toMatch(
      /could not be stopped: CodeArts rejected the request to stop the build: .*The user needs View and Execute/,
    );
    expect(run.world.simulator.count('stop')).toBe(1);
  });
});
