// Tests builds that one job starts and another follows, parallel steps, re-runs, commits of forks, and regions.

import { describe, expect, it } from 'vitest';
import { pullRequest, workflowRun } from './events.ts';
import { commit, openWorld, runPostStep, runStep, type StepRun } from './story.ts';

function errors({ recorder }: StepRun): readonly string[] {
  return recorder.annotations.filter(({ level }) => level === 'error').map(({ message }) => message);
}

describe('a build that one job starts and another follows', () => {
  it('is followed from the first line of its log and leads to the same outputs', async () => {
    const whole = await runStep();
    const started = await runStep({ inputs: { wait: 'false' } });
    expect(started.output('result')).toBe('running');
    expect(started.recorder.remoteLines).toEqual([]);
    const { world, jobId } = started;
    await world.time.sleep(5_000);
    const followed = await runStep({
      world,
      jobId,
      inputs: { 'build-number': started.output('build-number') },
    });
    expect(followed.code).toBe(0);
    expect(world.simulator.count('start')).toBe(1);
    expect(followed.recorder.remoteLines.join('\n')).toBe(world.simulator.builds(jobId)[0]?.log.trimEnd());
    expect([...followed.recorder.outputs.keys()].sort()).toEqual([...whole.recorder.outputs.keys()].sort());
    for (const name of ['result', 'status', 'duration', 'steps', 'commit-id', 'error', 'failed-step']) {
      expect(followed.output(name), name).toBe(whole.output(name));
    }
    expect(JSON.parse(followed.output('artifacts'))).toHaveLength(2);
  });

  it('can be followed after its end, too', async () => {
    const started = await runStep({ inputs: { wait: 'false' }, job: { scenario: 'failing-compile' } });
    const { world, jobId } = started;
    await world.time.sleep(3_600_000);
    const followed = await runStep({ world, jobId, inputs: { 'build-number': '1' } });
    expect(followed.code).toBe(1);
    expect(followed.output('result')).toBe('failure');
    // The log is followed by the excerpt of the failed step.
    const log = world.simulator.builds(jobId)[0]?.log.trimEnd().split('\n') ?? [];
    expect(followed.recorder.remoteLines.slice(0, log.length)).toEqual(log);
  });

  it('can be followed by two steps at once', async () => {
    const { world, jobId } = await runStep({ inputs: { wait: 'false' } });
    const follow = () => runStep({ world, jobId, inputs: { 'build-number': '1' } });
    const [one, other] = await Promise.all([follow(), follow()]);
    const log = world.simulator.builds(jobId)[0]?.log.trimEnd();
    for (const step of [one, other]) {
      expect(step.code).toBe(0);
      expect(step.recorder.remoteLines.join('\n')).toBe(log);
    }
  });

  it('leaves the result empty when it does not exist', async () => {
    const step = await runStep({ inputs: { 'build-number': '7' } });
    expect({
      code: step.code,
      result: step.output('result'),
      buildNumber: step.output('build-number'),
    }).toEqual({ code: 1, result: '', buildNumber: '7' });
    expect(step.lastLine).toMatch(
      /^::error::Check build-number: build #7 was not found\. CodeArts rejected the request to read the build record: /,
    );
    expect(step.lastLine).not.toContain('may still be running');
  });

  it('can be found by the name of its job', async () => {
    const world = await openWorld();
    const { id } = world.simulator.addJob({ name: 'shop' });
    const job = { 'job-id': '', 'project-id': world.simulator.projectId, 'job-name': 'shop' };
    await runStep({ world, inputs: { ...job, wait: 'false' } });
    const followed = await runStep({ world, inputs: { ...job, 'build-number': '1' } });
    expect(followed.output('job-id')).toBe(id);
    expect(followed.code).toBe(0);
  });

  async function cancelFollower(inputs: Readonly<Record<string, string>>) {
    const { world, jobId } = await runStep({ inputs: { wait: 'false' } });
    const cancel = new AbortController();
    const follower = runStep({
      world,
      jobId,
      inputs: { 'build-number': '1', ...inputs },
      cancelled: cancel.signal,
      watch: (recorder) => {
        recorder.onWrite = (text) => {
          if (text.includes('Building server 1.0')) cancel.abort(new Error('the workflow was cancelled'));
        };
      },
    });
    const step = await follower;
    await runPostStep(step, { inputs: { 'build-number': '1', ...inputs } });
    await world.time.sleep(3_600_000);
    return { step, build: world.simulator.builds(jobId)[0] };
  }

  it('continues when a step that follows it is cancelled', async () => {
    const { step, build } = await cancelFollower({});
    expect(step.code).toBe(1);
    expect(step.lastLine).toMatch(/The workflow was cancelled; build #1 keeps running\./);
    expect(build?.status).toBe('SUCCESS');
  });

  it('is stopped when a step that follows it is cancelled and stop-on-cancel is set', async () => {
    const { step, build } = await cancelFollower({ 'stop-on-cancel': 'true' });
    expect(step.output('result')).toBe('cancelled');
    expect(build?.status).toBe('ABORTED');
  });
});

describe('parallel steps', () => {
  it('each follow their own build in a matrix of 20 that starts within one second', async () => {
    const world = await openWorld();
    const parameters = [{ name: 'leg', default: '' }];
    const { id } = world.simulator.addJob({ name: 'shop', parameters });
    const legs = Array.from({ length: 20 }, (_, leg) => leg);
    const step = await Promise.all(
      legs.map((leg) => runStep({ world, jobId: id, seed: leg + 1, inputs: { parameters: `leg=${leg}` } })),
    );
    const builds = world.simulator.builds(id);
    expect(builds).toHaveLength(20);
    for (const [leg, { code, output, recorder }] of step.entries()) {
      const own = builds.find((build) => build.facts.parameters['leg'] === String(leg));
      expect(code).toBe(0);
      expect(output('build-number')).toBe(String(own?.number));
      expect(output('record-id')).toBe(own?.recordId);
      expect(recorder.remoteLines.join('\n')).toBe(own?.log.trimEnd());
    }
  });

  it('start a new build when the workflow is run again', async () => {
    const first = await runStep({ env: { GITHUB_RUN_ATTEMPT: '1' } });
    const { world, jobId } = first;
    const second = await runStep({ world, jobId, env: { GITHUB_RUN_ATTEMPT: '2' } });
    expect(second.output('build-number')).toBe('2');
    expect(second.recorder.remoteLines.join('\n')).toBe(world.simulator.builds(jobId)[1]?.log.trimEnd());
  });
});

describe('the commit of a fork', () => {
  const secret = [
    ['pull_request_target', pullRequest({ fork: true, event: 'pull_request_target' })],
    ['workflow_run', workflowRun({ fork: true })],
  ] as const;

  it.each(secret)('is rejected on %s, in one line that says why', async (name, event) => {
    const step = await runStep({ event });
    expect(step.code).toBe(1);
    expect(errors(step)).toEqual([
      expect.stringMatching(
        new RegExp(
          `^${name}: .* the fork stranger/shop: building a3daced runs other people's code with the permissions of the build task, and this event has access to the repository's secrets; set allow-forks: true`,
        ),
      ),
    ]);
    expect(step.world.simulator.count()).toBe(0);
  });

  it.each(secret)('is built on %s when the workflow allows forks', async (_, event) => {
    const step = await runStep({ event, inputs: { 'allow-forks': 'true' } });
    expect(step.code).toBe(0);
    expect(step.output('commit-id')).toBe(commit);
  });

  it.each([
    ['pull_request_target', pullRequest({ fork: false, event: 'pull_request_target' })],
    ['workflow_run', workflowRun({ fork: false })],
  ] as const)('is not assumed on %s of the repository itself', async (_, event) => {
    expect((await runStep({ event })).code).toBe(0);
  });

  it('is built on pull_request when the repository sends its secrets to forks', async () => {
    expect((await runStep({ event: pullRequest({ fork: true }) })).code).toBe(0);
  });
});

describe('the region', () => {
  it('may be unknown, which leads to one notice', async () => {
    const step = await runStep({
      inputs: { endpoint: '', region: 'cn-north-44' },
      env: { HTTPS_PROXY: 'http://127.0.0.1:1' },
    });
    const notices = step.recorder.annotations.filter(({ level }) => level === 'notice');
    expect(notices).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/^region: "cn-north-44" is not known/) }),
    ]);
    expect(errors(step)[0]).toMatch(
      /no answer from CodeArts at cloudbuild-ext\.cn-north-44\.myhuaweicloud\.com \(ECONNREFUSED\)/,
    );
  });

  it('is not checked when an endpoint is given', async () => {
    const step = await runStep({ inputs: { region: 'hcs-east-1' } });
    expect(step.code).toBe(0);
    expect(step.recorder.annotations).toEqual([]);
  });
});
