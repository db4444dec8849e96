// The built action as a process, with the runner's signals: it ends by itself before it would be killed, the build is
// stopped by it or by the post step, and every byte is out when it ends. In real time, against the simulator.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ActionResult, type RunningAction, runAction, startAction } from '../runner/runner.ts';
import { type Build, type Fault, type Job, type Simulator, startSimulator } from '../simulator/simulator.ts';

interface Place {
  readonly simulator: Simulator;
  readonly job: Job;
  readonly inputs: Readonly<Record<string, string>>;
}

const scenario = {
  name: 'a-while',
  description: 'runs for ten minutes and writes a line every tenth of a second',
  steps: [{ name: 'Run', seconds: 600, lines: Array.from({ length: 6_000 }, (_, line) => `line ${line}`) }],
};

async function place(
  definition: Parameters<Simulator['addJob']>[0],
  faults: readonly Fault[] = [],
): Promise<Place> {
  const simulator = await startSimulator();
  onTestFinished(() => simulator.close());
  for (const fault of faults) simulator.faults.add(fault);
  const job = simulator.addJob(definition);
  const inputs = {
    region: simulator.region,
    endpoint: simulator.url,
    'access-key': simulator.accessKey.ak,
    'secret-key': simulator.accessKey.sk,
    'job-id': job.id,
  };
  return { simulator, job, inputs };
}

/** Starts the action, and does something to it as soon as it shows a line or makes a call. */
function actingOn(
  { simulator, inputs }: Place,
  sign: { readonly line: RegExp } | { readonly call: Fault['call']; readonly nth?: number },
  act: (action: RunningAction) => void,
): RunningAction {
  let done = false;
  const once = () => {
    if (done) return;
    done = true;
    act(action);
  };
  if ('call' in sign) simulator.onRequest(sign.call, sign.nth ?? 1, once);
  const action: RunningAction = startAction({
    inputs,
    onLine: ({ text }) => {
      if ('line' in sign && sign.line.test(text)) once();
    },
  });
  onTestFinished(() => void action.child.kill('SIGKILL'));
  return action;
}

const stopped = (build: Build | undefined) => build?.stoppedBy ?? 'nobody';

/** It ended by itself: had it not, the runner's imitation would have killed it. */
function expectCancelled(result: ActionResult, place: Place): void {
  expect(result).toMatchObject({ exitCode: 1, signal: null, leftStopped: false, runnerErrors: [] });
  expect(place.job.builds.map(stopped)).toEqual(['builder']);
  expect(result.annotations.at(-1)?.message).toMatch(
    /^The workflow was cancelled; build #1(?: of [\w-]+)? was stopped\./,
  );
}

describe('a cancelled process stops its build and ends', { timeout: 60_000 }, () => {
  it.each<[string, readonly Fault[]]>([
    ['is answered at once', []],
    ['is answered late', [{ call: 'start', kind: 'delay', ms: 1_200 }]],
    ['is never answered', [{ call: 'start', kind: 'hang-after' }]],
    ['is answered with HTTP 502', [{ call: 'start', kind: 'status', status: 502, acted: true }]],
  ])('while its start %s', async (_, faults) => {
    const there = await place({ name: 'start', scenario }, faults);
    expectCancelled(await actingOn(there, { call: 'start' }, (action) => action.cancel()).done, there);
  });

  it('in the queue', async () => {
    const there = await place({ name: 'queue', scenario: { ...scenario, queueSeconds: 600 } });
    expectCancelled(
      await actingOn(there, { line: /Waiting for a build machine/ }, (action) => action.cancel()).done,
      there,
    );
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)('by %s alone', async (signal) => {
    const there = await place({ name: 'signal', scenario: { ...scenario, queueSeconds: 600 } });
    const sign = { line: /Waiting for a build machine/ };
    expectCancelled(await actingOn(there, sign, (action) => action.signal(signal)).done, there);
  });

  it('in the log', async () => {
    const there = await place({ name: 'log', scenario });
    expectCancelled(await actingOn(there, { line: / line 3\d$/ }, (action) => action.cancel()).done, there);
  });

  it('while a call hangs', async () => {
    const there = await place({ name: 'hang', scenario }, [
      { call: 'log', kind: 'hang-before', after: 2, times: 99 },
    ]);
    expectCancelled(await actingOn(there, { call: 'log', nth: 3 }, (action) => action.cancel()).done, there);
  });

  it('while the service asks for a long pause', async () => {
    const pause = { kind: 'throttled', retryAfter: '300', after: 1, times: 9 } as const;
    const there = await place({ name: 'pause', scenario }, [
      { call: 'log', ...pause },
      { call: 'record', ...pause },
    ]);
    expectCancelled(await actingOn(there, { call: 'log', nth: 2 }, (action) => action.cancel()).done, there);
  });

  it('though the stop is answered with 5xx twice', async () => {
    const there = await place({ name: 'stop', scenario }, [{ call: 'stop', kind: 'busy', times: 2 }]);
    expectCancelled(await actingOn(there, { line: / line 2\d$/ }, (action) => action.cancel()).done, there);
  });
});

describe('a cancelled process ends', { timeout: 60_000 }, () => {
  it('before any request when the signal comes first', async () => {
    const there = await place({ name: 'early', scenario });
    const result = await actingOn(there, { line: /^Starting build task/ }, (action) => action.cancel()).done;
    expect(result).toMatchObject({ exitCode: 1, signal: null });
    const post = await runAction({ entry: 'post', inputs: there.inputs, state: result.state });
    const running = there.job.builds.filter((build) => stopped(build) === 'nobody');
    expect({ exitCode: post.exitCode, running }).toEqual({ exitCode: 0, running: [] });
  });

  it("with the build's own result in the drain", async () => {
    const short = {
      name: 'short',
      description: 'short',
      logLagSeconds: 60,
      steps: [{ name: 'Run', seconds: 1 }],
    };
    const there = await place({ name: 'drain', scenario: short });
    const { simulator, job } = there;
    let cancelled = false;
    simulator.onRequest('log', 'every', () => {
      const endedAt = job.builds[0]?.endedAt ?? Number.POSITIVE_INFINITY;
      // The step knows of the end once it has requested the record since.
      if (cancelled || !simulator.requests.some(({ call, at }) => call === 'record' && at >= endedAt)) return;
      cancelled = true;
      action.cancel();
    });
    const action: RunningAction = startAction({ inputs: there.inputs });
    const result = await action.done;
    expect(result).toMatchObject({ exitCode: 1, signal: null });
    expect(result.outputs.get('result')).toBe('success');
    expect(there.simulator.count('stop')).toBe(0);
  });

  it('though the stop hangs, and the post step stops the build', async () => {
    const there = await place({ name: 'hang', scenario }, [{ call: 'stop', kind: 'hang-before', times: 99 }]);
    const result = await actingOn(there, { line: / line 2\d$/ }, (action) => action.cancel()).done;
    expect(result).toMatchObject({ exitCode: 1, signal: null });
    expect(result.annotations.at(-1)?.message).toMatch(
      /could not be stopped: CodeArts did not answer within 5 seconds\./,
    );
    there.simulator.faults.clear();
    const post = await runAction({ entry: 'post', inputs: there.inputs, state: result.state });
    const stoppedBy = there.job.builds.map(stopped);
    expect({ exitCode: post.exitCode, stoppedBy }).toEqual({ exitCode: 0, stoppedBy: ['builder'] });
  });
});

describe('after a kill the post step stops the build', { timeout: 60_000 }, () => {
  it.each<[string, Parameters<typeof actingOn>[1]]>([
    ['while the start is on its way', { call: 'start' }],
    ['before the first look', { call: 'record' }],
    ['in the log', { line: / line 2\d$/ }],
  ])('%s', async (_, sign) => {
    const there = await place({ name: 'killed', scenario });
    const result = await actingOn(there, sign, (action) => action.signal('SIGKILL')).done;
    expect(result.signal).toBe('SIGKILL');
    const post = await runAction({ entry: 'post', inputs: there.inputs, state: result.state });
    expect(post).toMatchObject({ exitCode: 0, annotations: [] });
    expect(there.job.builds.map(stopped)).toEqual(['builder']);
    expect(there.job.builds).toHaveLength(1);
  });
});

describe('a process', { timeout: 60_000 }, () => {
  const short = {
    name: 'short',
    description: 'two seconds',
    steps: [{ name: 'Run', seconds: 2, lines: ['one', 'two', 'three'] }],
  };

  it('ends with its last byte, whatever connections the server keeps open', async () => {
    const there = await place({ name: 'short', scenario: short });
    let lastLineAt = 0;
    const action = startAction({ inputs: there.inputs, onLine: () => (lastLineAt = Date.now()) });
    const { exitCode } = await action.done;
    // The server would keep them for five seconds, and the client for four.
    expect(exitCode).toBe(0);
    expect(Date.now() - lastLineAt).toBeLessThan(2_000);
  });

  it('loses nothing to a reader that is slow', async () => {
    const there = await place({
      name: 'slow-reader',
      scenario: {
        name: 'much',
        description: 'much',
        steps: [{ name: 'Run', seconds: 1, lines: [{ fill: 8_000_000 }] }],
      },
    });
    const action = startAction({ inputs: there.inputs });
    const { stdout } = action.child;
    const pauses = setInterval(() => {
      stdout?.pause();
      setTimeout(() => stdout?.resume(), 150);
    }, 300);
    const result = await action.done;
    clearInterval(pauses);
    const log = there.job.builds[0]?.log.split('\n') ?? [];
    const shown = new Set(result.lines.map(({ text }) => text));
    const lost = log.filter((line) => line !== '' && !shown.has(line));
    expect({ exitCode: result.exitCode, lost }).toEqual({ exitCode: 0, lost: [] });
  });

  it('lets no command out of a hostile log, and sets its outputs all the same', async () => {
    const there = await place({ name: '::error::job', scenario: 'hostile' });
    const result = await runAction({ inputs: there.inputs });
    const { accessKey } = there.simulator;
    expect(result).toMatchObject({ exitCode: 1, leftStopped: false, runnerErrors: [] });
    expect(result.outputs.get('result')).toBe('failure');
    expect(
      result.masks.every((mask) => [accessKey.ak, accessKey.sk].some((key) => mask.length >= key.length)),
    ).toBe(true);
    expect(result.annotations.filter(({ message }) => message.startsWith('forged'))).toEqual([]);
    const shown = result.stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'));
    expect(shown.filter((line) => line.includes(accessKey.sk) || line.includes(accessKey.ak))).toEqual([]);
  });
});

it("ends as its build ends although the runner's files vanish, with one warning", {
  timeout: 60_000,
}, async () => {
  const simulator = await startSimulator({ speed: 5 });
  onTestFinished(() => simulator.close());
  const job = simulator.addJob({ name: 'shop', scenario: 'success' });
  const folder = mkdtempSync(join(tmpdir(), 'runner-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const names = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY'];
  const files = Object.fromEntries(names.map((name) => [name, join(folder, name)]));
  for (const path of Object.values(files)) writeFileSync(path, '');
  const { exitCode, annotations, lines } = await startAction({
    inputs: {
      region: simulator.region,
      endpoint: simulator.url,
      'access-key': simulator.accessKey.ak,
      'secret-key': simulator.accessKey.sk,
      'job-id': job.id,
    },
    env: files,
    onLine: ({ text }) => {
      if (text.startsWith('Build #1 started')) rmSync(folder, { recursive: true, force: true });
    },
  }).done;
  expect({ exitCode, warnings: annotations.map(({ message }) => message) }).toEqual({
    exitCode: 0,
    warnings: [expect.stringContaining("as the runner's file for them can't be written")],
  });
  expect(lines.map(({ text }) => text)).toContainEqual(expect.stringMatching(/^Build #1 of shop succeeded/));
});

it('reports an uncaught error as an error also in the middle of the log', { timeout: 60_000 }, async () => {
  const { inputs } = await place({ name: 'crash', scenario });
  const crash = "setTimeout(()=>{throw new Error('a bug')},4_000)";
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(crash)}` };
  const result = await runAction({ inputs, env });
  expect(result).toMatchObject({ exitCode: 1, leftStopped: false });
  expect(result.annotations.at(-1)).toMatchObject({
    level: 'error',
    message: 'Unexpected error in the action: a bug. Please report this.',
  });
});
