// Tests the start under faults: whatever happens to its response, one build is started. Each case counts the builds on
// the server.

import { describe, expect, it, onTestFinished } from 'vitest';
import { type Fault, type Job, rewriteJson, startSimulator } from '../simulator/simulator.ts';
import {
  commit,
  openWorld,
  runPostStep,
  runStep,
  type StepRun,
  type StoryOptions,
  type World,
} from './story.ts';
import { VirtualTime } from './virtual-time.ts';
import { expectWholeLog } from './whole.ts';

const otherCommit = '0123456789abcdef0123456789abcdef01234567';
const quick = { answerTimeoutMs: 150, connectTimeoutMs: 1_000 };

interface StartCase {
  readonly faults: readonly Fault[];
  readonly job?: StoryOptions['job'];
  readonly inputs?: StoryOptions['inputs'];
  /** What other users do on the server as soon as the step searches for its build. */
  readonly onSearch?: (job: Job, world: World) => void;
}

async function start({ faults, job: definition, inputs, onSearch }: StartCase): Promise<StepRun> {
  const world = await openWorld();
  for (const fault of faults) world.simulator.faults.add(fault);
  const job = world.simulator.addJob({ name: 'shop-backend', ...definition });
  let done = false;
  return await runStep({
    world,
    jobId: job.id,
    http: quick,
    ...(inputs ? { inputs } : {}),
    watch: (recorder) => {
      recorder.onWrite = (text) => {
        if (done || !/Checking whether|Retrying/.test(text)) return;
        done = true;
        onSearch?.(job, world);
      };
    },
  });
}

const tenMinutesAhead = rewriteJson(
  'records',
  /"start_time":(\d+)/g,
  (_, at) => `"start_time":${Number(at) + 600_000}`,
);

/** The newest build in the list has no number. */
const unnumbered = rewriteJson('records', /("job_build_states":\[\{"number":)\d+/g, '$1null');

const builds = ({ world, jobId }: StepRun) => world.simulator.builds(jobId);
const starts = ({ world }: StepRun) => world.simulator.count('start');

describe('a rejected start', () => {
  it.each([
    [400, 'CB.00060200'],
    [401, 'APIGW.0301'],
    [403, 'APIGW.0302'],
    [404, 'CB.00060214'],
    [408, 'CB.00060199'],
    [409, 'CB.00060198'],
    [422, 'CB.00031006'],
  ])('with %i is sent once, and no build is searched for', async (status, code) => {
    const step = await start({
      faults: [{ call: 'start', kind: 'status', status, code, message: '不行。' }],
    });
    const { simulator } = step.world;
    expect({ code: step.code, builds: builds(step).length, starts: starts(step) }).toEqual({
      code: 1,
      builds: 0,
      starts: 1,
    });
    // At most one additional call finds the reason.
    const served = simulator.count() - simulator.count('unknown');
    expect(served).toBeLessThanOrEqual(simulator.count('job') + 2);
    expect(simulator.count('records')).toBe(0);
    expect(step.output('error')).toMatch(
      new RegExp(
        `^CodeArts rejected the request to start the build: 不行[^(]* \\(${code}, HTTP ${status}, request \\w+\\)\\.`,
      ),
    );
    expect(step.lastLine).toBe(`::error::${step.output('error')}`);
    expect(step.recorder.states.get('build')).toBe('{"phase":"over"}');
  });

  it('of a disabled job is reported as such', async () => {
    const step = await start({ faults: [], job: { disabled: true } });
    expect({ code: step.code, builds: builds(step).length, starts: starts(step) }).toEqual({
      code: 1,
      builds: 0,
      starts: 1,
    });
    expect(step.output('error')).toContain('构建任务已被禁用');
  });

  it('with HTTP 200 and a reason is sent once', async () => {
    const fault: Fault = {
      call: 'start',
      kind: 'status-fail',
      code: 'CB.00031031',
      message: '构建任务已被禁用',
    };
    const step = await start({ faults: [{ ...fault, times: 9 }] });
    expect({ code: step.code, starts: starts(step) }).toEqual({ code: 1, starts: 1 });
  });

  it('with a redirect is not sent to the other address', async () => {
    const headers = { Location: 'http://127.0.0.1:9/v3/jobs/build' };
    const step = await start({ faults: [{ call: 'start', kind: 'status', status: 307, headers }] });
    expect({ code: step.code, builds: builds(step).length, starts: starts(step) }).toEqual({
      code: 1,
      builds: 0,
      starts: 1,
    });
  });
});

describe('a start whose response is lost', () => {
  const lost: Fault = { call: 'start', kind: 'reset-after' };

  it('is not reported as a build that could not be started', async () => {
    const step = await start({ faults: [lost] });
    expect(step.recorder.ownLines).toContainEqual(
      expect.stringMatching(
        /^CodeArts did not confirm the start \(\w+\)\. Checking whether the build was started\.$/,
      ),
    );
    expect(step.recorder.ownLines.filter((line) => line.includes('Could not start'))).toEqual([]);
  });

  it('is found although its record appears late', async () => {
    const step = await start({ faults: [lost], job: { scenario: slow(20) } });
    expect({ code: step.code, builds: builds(step).length, starts: starts(step) }).toEqual({
      code: 0,
      builds: 1,
      starts: 1,
    });
    expectWholeLog(step);
  });

  it('is not sent a third time when its build appears after the second attempt', async () => {
    const step = await start({
      faults: [
        { ...lost, times: 1 },
        { call: 'start', kind: 'reset-before', after: 1, times: 1 },
      ],
      job: { scenario: slow(75) },
    });
    // The first search finds nothing within a minute; the second one finds the first call's build.
    expect({ code: step.code, builds: builds(step).length, starts: starts(step) }).toEqual({
      code: 0,
      builds: 1,
      starts: 2,
    });
  });

  it('is found although it takes effect a minute after it was sent', async () => {
    for (const recordAfterSeconds of [61, 64]) {
      const step = await start({ faults: [lost], job: { scenario: slow(recordAfterSeconds) } });
      expect({ code: step.code, builds: builds(step).length, starts: starts(step) }).toEqual({
        code: 0,
        builds: 1,
        starts: 1,
      });
    }
  });

  it('is not sent again while an entry of the list that may be its build has no number', async () => {
    const step = await start({ faults: [lost, unnumbered], job: { scenario: slow(20) } });
    expect({ code: step.code, builds: builds(step).length, starts: starts(step) }).toEqual({
      code: 1,
      builds: 1,
      starts: 1,
    });
    expect(step.output('error')).toMatch(
      /^The start of the build was not confirmed, and an entry in the list/,
    );
  });

  it('is found as soon as its entry in the list has a number', async () => {
    const step = await start({
      faults: [lost, { ...unnumbered, times: 2 }],
      job: { scenario: slow(20) },
    });
    expect({ code: step.code, builds: builds(step).length, starts: starts(step) }).toEqual({
      code: 0,
      builds: 1,
      starts: 1,
    });
  });

  it('is sent again when the entry without a number is an older build', async () => {
    const world = await openWorld();
    const job = world.simulator.addJob({ name: 'shop-backend' });
    job.start({ commit, at: world.time.now() - 60_000 });
    world.simulator.faults.add({ call: 'start', kind: 'reset-before' });
    world.simulator.faults.add(unnumbered);
    const step = await runStep({ world, jobId: job.id });
    expect({ builds: builds(step).length, starts: starts(step) }).toEqual({ builds: 2, starts: 2 });
  });

  it('is not confused with a build of another commit that another user starts at the same time', async () => {
    const step = await start({ faults: [lost], onSearch: (job) => job.start({ commit: otherCommit }) });
    expect({
      code: step.code,
      buildNumber: step.output('build-number'),
      builds: builds(step).length,
    }).toEqual({ code: 0, buildNumber: '1', builds: 2 });
    expectWholeLog(step);
  });

  it('is not confused with builds that began before it', async () => {
    const world = await openWorld();
    const job = world.simulator.addJob({ name: 'shop-backend' });
    job.start({ commit, at: world.time.now() - 60_000 });
    job.start({ commit, at: world.time.now() - 5_000 });
    world.simulator.faults.add(lost);
    const step = await runStep({ world, jobId: job.id });
    expect({
      code: step.code,
      buildNumber: step.output('build-number'),
      builds: builds(step).length,
    }).toEqual({ code: 0, buildNumber: '3', builds: 3 });
  });

  it('is not confused with builds with other parameters', async () => {
    const step = await start({
      faults: [lost],
      inputs: { parameters: 'releaseVersion=1.4.0' },
      job: { parameters: [{ name: 'releaseVersion' }] },
      onSearch: (job) => job.start({ commit, parameters: { releaseVersion: '1.5.0' } }),
    });
    expect({
      code: step.code,
      buildNumber: step.output('build-number'),
      builds: builds(step).length,
    }).toEqual({ code: 0, buildNumber: '1', builds: 2 });
  });

  it('is found by its parameters although the service masks the sensitive ones', async () => {
    const step = await start({
      faults: [lost],
      inputs: { parameters: 'token=a-secret-value' },
      job: { parameters: [{ name: 'token', sensitive: true }] },
    });
    expect({
      code: step.code,
      buildNumber: step.output('build-number'),
      builds: builds(step).length,
    }).toEqual({ code: 0, buildNumber: '1', builds: 1 });
  });

  it('is found on the third page of the builds of a busy job', async () => {
    const step = await start({
      faults: [lost],
      onSearch: (job) => {
        for (let other = 0; other < 250; other += 1) job.start({ commit: otherCommit });
      },
    });
    expect({ code: step.code, buildNumber: step.output('build-number'), starts: starts(step) }).toEqual({
      code: 0,
      buildNumber: '1',
      starts: 1,
    });
    const pages = step.world.simulator.requests.filter(({ call }) => call === 'records');
    // Without the older edition the list is read once more, for the success ratio.
    expect(pages.slice(0, 3).map(({ query }) => query.get('page_index'))).toEqual(['0', '1', '2']);
  });

  it('is found when the response has no build number', async () => {
    const step = await start({ faults: [{ call: 'start', kind: 'no-build-number' }] });
    expect({
      code: step.code,
      buildNumber: step.output('build-number'),
      builds: builds(step).length,
    }).toEqual({ code: 0, buildNumber: '1', builds: 1 });
  });

  it('is found when the clock of the service is 20 minutes off', async () => {
    for (const aheadMs of [-1_200_000, 1_200_000]) {
      const time = new VirtualTime();
      const simulator = await startSimulator({ clock: { now: () => time.now() + aheadMs } });
      onTestFinished(() => simulator.close());
      simulator.faults.add(lost);
      const step = await runStep({ world: { time, simulator } });
      expect({ code: step.code, builds: builds(step).length }).toEqual({ code: 0, builds: 1 });
    }
  });

  it('fails the step with both numbers when two builds may be the one, and stops neither', async () => {
    const step = await start({
      faults: [lost],
      onSearch: (job) => job.start({ commit, parameters: { codeBranch: 'main' } }),
    });
    expect({ code: step.code, starts: starts(step), stops: step.world.simulator.count('stop') }).toEqual({
      code: 1,
      starts: 1,
      stops: 0,
    });
    expect(step.output('error')).toBe(
      'The start of the build was not confirmed, and more than one build of the build task may be the one: #2, #1. None was followed or stopped; check them in CodeArts, then run the workflow again.',
    );
    const post = await runPostStep(step);
    expect({ code: post.code, stops: step.world.simulator.count('stop') }).toEqual({ code: 0, stops: 0 });
  });

  it("fails the step and says that a build may be running when the builds of the job can't be read", async () => {
    const step = await start({ faults: [lost, { call: 'records', kind: 'busy', times: 100_000 }] });
    expect({ code: step.code, builds: builds(step).length, starts: starts(step) }).toEqual({
      code: 1,
      builds: 1,
      starts: 1,
    });
    expect(step.output('error')).toMatch(
      /^A build may have been started, but its start was not confirmed \(Could not start the build: no answer from CodeArts at 127\.0\.0\.1:\d+ \(\w+\)\..*\) and the build task's builds could not be read: .* Check the build task in CodeArts before you run the workflow again\.$/,
    );
  });

  it('is stopped by the post step when its build appears late and a second start was rejected', async () => {
    const none = { result: { total_record: '0', job_build_states: [] }, status: 'success' };
    const step = await start({
      job: { scenario: slow(0) },
      faults: [
        lost,
        { call: 'start', kind: 'status', status: 400, after: 1 },
        { call: 'records', kind: 'rewrite', rewrite: () => none, times: 8 },
      ],
    });
    expect({ code: step.code, builds: builds(step).length, starts: starts(step) }).toEqual({
      code: 1,
      builds: 1,
      starts: 2,
    });
    expect(step.output('error')).toContain('An earlier start was not confirmed');
    await runPostStep(step);
    expect(builds(step)[0]?.stoppedBy).toBeDefined();
  });

  it('is not confused with an older one that CodeArts dates in the future', async () => {
    const world = await openWorld();
    const job = world.simulator.addJob({ name: 'shop-backend' });
    job.start({ commit, parameters: { codeBranch: 'main' } });
    await world.time.sleep(60_000);
    world.simulator.faults.add({ call: 'start', kind: 'reset-before' });
    world.simulator.faults.add(tenMinutesAhead);
    const step = await runStep({ world, jobId: job.id, http: quick });
    expect({ code: step.code, builds: builds(step).length, stops: world.simulator.count('stop') }).toEqual({
      code: 1,
      builds: 1,
      stops: 0,
    });
    expect(step.output('error')).toContain("the dates of build #1 don't show whether it is the one");
  });

  it('is adopted once by each of five steps that start with parameters of their own', async () => {
    const world = await openWorld();
    world.simulator.faults.add({ ...lost, times: 5 });
    const job = world.simulator.addJob({ name: 'shop-backend', parameters: [{ name: 'leg' }] });
    const legs = ['a', 'b', 'c', 'd', 'e'];
    const step = await Promise.all(
      legs.map((leg, seed) => runStep({ world, jobId: job.id, seed, inputs: { parameters: `leg=${leg}` } })),
    );
    const own = step.map((one) =>
      job.builds.find(({ number }) => String(number) === one.output('build-number')),
    );
    expect(own.map((build) => build?.parameters['leg'])).toEqual(legs);
    expect({ builds: job.builds.length, codes: step.map(({ code }) => code) }).toEqual({
      builds: 5,
      codes: [0, 0, 0, 0, 0],
    });
  });

  it('leads to a single build with wait: false, too', async () => {
    const step = await start({ faults: [lost], inputs: { wait: 'false' } });
    expect({ code: step.code, builds: builds(step).length, starts: starts(step) }).toEqual({
      code: 0,
      builds: 1,
      starts: 1,
    });
    expect(step.output('result')).toBe('running');
  });
});

it('waits for the record of a build that was just started, however the service rejects the first requests for it', async () => {
  const rejections: readonly Fault[] = [
    { call: 'record', kind: 'status', status: 400, code: 'CB.00060200' },
    { call: 'record', kind: 'status', status: 422, code: 'CB.00031006', after: 1 },
    { call: 'record', kind: 'status', status: 404, after: 2 },
    { call: 'record', kind: 'status', status: 403, code: 'CB.00031059', after: 3 },
    { call: 'record', kind: 'status', status: 401, code: 'APIGW.0301', after: 4 },
    { call: 'record', kind: 'status', status: 403, code: 'APIGW.0302', after: 5 },
  ];
  const step = await start({ faults: rejections });
  expect({ code: step.code, annotations: step.recorder.annotations }).toEqual({ code: 0, annotations: [] });
  expectWholeLog(step);
});

describe('a service outage during a start', () => {
  it('leads to attempts for ten minutes, each after a check that no build was started', async () => {
    const step = await start({ faults: [{ call: 'start', kind: 'busy', times: 100_000 }] });
    const minutes = (step.world.time.now() - (step.world.simulator.requests[0]?.at ?? 0)) / 60_000;
    expect({ code: step.code, builds: builds(step).length }).toEqual({ code: 1, builds: 0 });
    expect(minutes).toBeGreaterThan(9.5);
    expect(minutes).toBeLessThan(11.5);
    expect(starts(step)).toBeLessThan(25);
    expect(step.lastLine).toMatch(
      /^::error::CodeArts rejected the request to start the build: .*CB\.00060100/,
    );
  });

  it('by throttling leads to attempts for ten minutes without a search for builds', async () => {
    const step = await start({
      faults: [{ call: 'start', kind: 'throttled', times: 100_000, retryAfter: '20' }],
    });
    expect({
      code: step.code,
      builds: builds(step).length,
      searches: step.world.simulator.count('records'),
    }).toEqual({ code: 1, builds: 0, searches: 0 });
    expect(step.lastLine).toContain(
      'All users of the region share a limit of calls: run fewer builds at once.',
    );
  });

  it('by throttling is reported once, whatever the request ids of the responses', async () => {
    const step = await start({ faults: [{ call: 'start', kind: 'throttled', times: 100_000 }] });
    expect(starts(step)).toBeGreaterThan(10);
    expect(step.recorder.ownLines.filter((line) => line.includes('APIGW.0308'))).toEqual([
      expect.stringMatching(
        /All users of the region share a limit of calls: run fewer builds at once\. Retrying\.$/,
      ),
      expect.stringMatching(/^::error::/),
    ]);
  });

  it('ends the step at once if the service asks for a pause longer than ten minutes', async () => {
    const step = await start({
      faults: [{ call: 'start', kind: 'throttled', times: 9, retryAfter: '3600' }],
    });
    expect({ code: step.code, starts: starts(step) }).toEqual({ code: 1, starts: 1 });
  });

  it.each([
    ['refuses connections', 'http://127.0.0.1:9', /127\.0\.0\.1:9 \(ECONNREFUSED\)/],
    ['has no address', 'https://codearts.invalid', /codearts\.invalid \((?:ENOTFOUND|EAI_AGAIN)\)/],
  ])('of a service that %s is reported within a minute, in a few lines', async (_, endpoint, host) => {
    const world = await openWorld();
    const begun = world.time.now();
    const step = await runStep({ world, inputs: { endpoint } });
    expect({ code: step.code, builds: builds(step).length }).toEqual({ code: 1, builds: 0 });
    expect(world.time.now() - begun).toBeLessThan(60_000);
    expect(step.recorder.ownLines.length).toBeLessThan(15);
    expect(step.lastLine).toMatch(
      /^::error::Could not start the build: no answer from CodeArts at .*\. Check endpoint, region/,
    );
    expect(step.lastLine).toMatch(host);
  });

  it("with another site's web page as response is reported at once, as a start that had no effect", async () => {
    // A gateway that reports a missing edition belongs to CodeArts.
    const world = await openWorld({ editions: 'both' });
    const begun = world.time.now();
    world.simulator.faults.add({ call: '*', kind: 'html', status: 200, times: 1000 });
    const step = await runStep({ world });
    expect({
      code: step.code,
      requests: world.simulator.count(),
      took: world.time.now() - begun,
      state: step.recorder.states.get('build'),
    }).toEqual({ code: 1, requests: 1, took: 0, state: '{"phase":"over"}' });
    expect(step.output('error').replace(/, request \w+/, '')).toBe(
      'Could not read the definition of the build task: the response did not come from CodeArts (an HTML page, HTTP 200). Check endpoint: it must be the address of the API, such as https://cloudbuild-ext.cn-north-4.myhuaweicloud.com, not that of the console; or a proxy answers in its place.',
    );
  });

  it("with a proxy's page as response is reported as a start that may have taken effect", async () => {
    const world = await openWorld();
    world.simulator.faults.add({ call: 'start', kind: 'html', status: 200, acted: true });
    const step = await runStep({ world });
    expect({ code: step.code, builds: builds(step).length, starts: starts(step) }).toEqual({
      code: 0,
      builds: 1,
      starts: 1,
    });
  });

  it('delays the start by ten seconds at most if the definition is not answered', async () => {
    const world = await openWorld();
    world.simulator.faults.add({ call: 'job', kind: 'delay', ms: 300, times: 100 });
    const begun = world.time.now();
    const waited: number[] = [];
    const step = await runStep({
      world,
      watch: (recorder) => {
        recorder.onWrite = (text) => {
          if (text.includes('Starting build task')) waited.push(world.time.now() - begun);
        };
      },
      http: { answerTimeoutMs: 100, connectTimeoutMs: 1_000 },
    });
    expect(step.code).toBe(0);
    expect(waited[0]).toBeLessThanOrEqual(10_000);
  });
});

function slow(recordAfterSeconds: number) {
  return {
    name: 'slow-record',
    description: 'a build whose record shows late',
    recordAfterSeconds,
    steps: [{ name: 'Run', seconds: 90, lines: ['one', 'two', 'three'] }],
  };
}
