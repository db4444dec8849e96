// Tests builds that one job starts and another follows, parallel steps, re-runs, commits of forks, and regions.

import { describe, expect, it } from 'vitest';
import { pullRequest, workflowRun } from './events.ts';
import { commit, openWorld, type Told, tell, tellPost } from './story.ts';

function errors({ recorder }: Told): readonly string[] {
  return recorder.annotations.filter(({ level }) => level === 'error').map(({ message }) => message);
}

describe('a build that one job starts and another follows', () => {
  it('is followed from the first line of its log and leads to the same outputs', async () => {
    const whole = await tell();
    const started = await tell({ inputs: { wait: 'false' } });
    expect(started.output('result')).toBe('running');
    expect(started.recorder.remoteLines).toEqual([]);
    const { world, jobId } = started;
    await world.time.sleep(5_000);
    const followed = await tell({ world, jobId, inputs: { 'build-number': started.output('build-number') } });
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
    const started = await tell({ inputs: { wait: 'false' }, job: { scenario: 'failing-compile' } });
    const { world, jobId } = started;
    await world.time.sleep(3_600_000);
    const followed = await tell({ world, jobId, inputs: { 'build-number': '1' } });
    expect(followed.code).toBe(1);
    expect(followed.output('result')).toBe('failure');
    // The log is followed by the excerpt of the failed step.
    const log = world.simulator.builds(jobId)[0]?.log.trimEnd().split('\n') ?? [];
    expect(followed.recorder.remoteLines.slice(0, log.length)).toEqual(log);
  });

  it('can be followed by two steps at once', async () => {
    const { world, jobId } = await tell({ inputs: { wait: 'false' } });
    const follow = () => tell({ world, jobId, inputs: { 'build-number': '1' } });
    const [one, other] = await Promise.all([follow(), follow()]);
    const log = world.simulator.builds(jobId)[0]?.log.trimEnd();
    for (const told of [one, other]) {
      expect(told.code).toBe(0);
      expect(told.recorder.remoteLines.join('\n')).toBe(log);
    }
  });

  it('leaves the result empty when it does not exist', async () => {
    const told = await tell({ inputs: { 'build-number': '7' } });
    expect({
      code: told.code,
      result: told.output('result'),
      buildNumber: told.output('build-number'),
    }).toEqual({ code: 1, result: '', buildNumber: '7' });
    expect(told.lastLine).toMatch(
      /^::error::Check build-number: build #7 was not found\. CodeArts rejected the request to read the build record: /,
    );
    expect(told.lastLine).not.toContain('may still be running');
  });

  it('can be found by the name of its job', async () => {
    const world = await openWorld();
    const { id } = world.simulator.addJob({ name: 'shop' });
    const job = { 'job-id': '', 'project-id': world.simulator.projectId, 'job-name': 'shop' };
    await tell({ world, inputs: { ...job, wait: 'false' } });
    const followed = await tell({ world, inputs: { ...job, 'build-number': '1' } });
    expect(followed.output('job-id')).toBe(id);
    expect(followed.code).toBe(0);
  });

  async function cancelFollower(inputs: Readonly<Record<string, string>>) {
    const { world, jobId } = await tell({ inputs: { wait: 'false' } });
    const cancel = new AbortController();
    const follower = tell({
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
    const told = await follower;
    await tellPost(told, { inputs: { 'build-number': '1', ...inputs } });
    await world.time.sleep(3_600_000);
    return { told, build: world.simulator.builds(jobId)[0] };
  }

  it('continues when a step that follows it is cancelled', async () => {
    const { told, build } = await cancelFollower({});
    expect(told.code).toBe(1);
    expect(told.lastLine).toMatch(/The workflow was cancelled; build #1 keeps running\./);
    expect(build?.status).toBe('SUCCESS');
  });

  it('is stopped when a step that follows it is cancelled and stop-on-cancel is set', async () => {
    const { told, build } = await cancelFollower({ 'stop-on-cancel': 'true' });
    expect(told.output('result')).toBe('cancelled');
    expect(build?.status).toBe('ABORTED');
  });
});

describe('parallel steps', () => {
  it('each follow their own build in a matrix of 20 that starts within one second', async () => {
    const world = await openWorld();
    const parameters = [{ name: 'leg', default: '' }];
    const { id } = world.simulator.addJob({ name: 'shop', parameters });
    const legs = Array.from({ length: 20 }, (_, leg) => leg);
    const told = await Promise.all(
      legs.map((leg) => tell({ world, jobId: id, seed: leg + 1, inputs: { parameters: `leg=${leg}` } })),
    );
    const builds = world.simulator.builds(id);
    expect(builds).toHaveLength(20);
    for (const [leg, { code, output, recorder }] of told.entries()) {
      const own = builds.find((build) => build.facts.parameters['leg'] === String(leg));
      expect(code).toBe(0);
      expect(output('build-number')).toBe(String(own?.number));
      expect(output('record-id')).toBe(own?.recordId);
      expect(recorder.remoteLines.join('\n')).toBe(own?.log.trimEnd());
    }
  });

  it('start a new build when the workflow is run again', async () => {
    const first = await tell({ env: { GITHUB_RUN_ATTEMPT: '1' } });
    const { world, jobId } = first;
    const second = await tell({ world, jobId, env: { GITHUB_RUN_ATTEMPT: '2' } });
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
    const told = await tell({ event });
    expect(told.code).toBe(1);
    expect(errors(told)).toEqual([
      expect.stringMatching(
        new RegExp(
          `^${name}: .* the fork stranger/shop: building a3daced runs other people's code with the permissions of the build task, and this event has access to the repository's secrets; set allow-forks: true`,
        ),
      ),
    ]);
    expect(told.world.simulator.count()).toBe(0);
  });

  it.each(secret)('is built on %s when the workflow allows forks', async (_, event) => {
    const told = await tell({ event, inputs: { 'allow-forks': 'true' } });
    expect(told.code).toBe(0);
    expect(told.output('commit-id')).toBe(commit);
  });

  it.each([
    ['pull_request_target', pullRequest({ fork: false, event: 'pull_request_target' })],
    ['workflow_run', workflowRun({ fork: false })],
  ] as const)('is not assumed on %s of the repository itself', async (_, event) => {
    expect((await tell({ event })).code).toBe(0);
  });

  it('is built on pull_request when the repository sends its secrets to forks', async () => {
    expect((await tell({ event: pullRequest({ fork: true }) })).code).toBe(0);
  });
});

describe('the region', () => {
  it('may be unknown, which leads to one notice', async () => {
    const told = await tell({
      inputs: { endpoint: '', region: 'cn-north-44' },
      env: { HTTPS_PROXY: 'http://127.0.0.1:1' },
    });
    const notices = told.recorder.annotations.filter(({ level }) => level === 'notice');
    expect(notices).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/^region: "cn-north-44" is not known/) }),
    ]);
    expect(errors(told)[0]).toMatch(
      /no answer from CodeArts at cloudbuild-ext\.cn-north-44\.myhuaweicloud\.com \(ECONNREFUSED\)/,
    );
  });

  it('is not checked when an endpoint is given', async () => {
    const told = await tell({ inputs: { region: 'hcs-east-1' } });
    expect(told.code).toBe(0);
    expect(told.recorder.annotations).toEqual([]);
  });
});
