// Tests what the post step does with the state that the main step saved.

import { expect, it } from 'vitest';
import { openGitHubApi } from './github-api.ts';
import { commit, openWorld, runPostStep, runStep, type StepRun } from './story.ts';

/** Runs a main step that is killed when its log shows `text`: nothing that it does later has an effect. */
async function killedAt(text: string): Promise<{ main: StepRun; statusThen: string }> {
  const world = await openWorld();
  const job = world.simulator.addJob({ name: 'shop-backend', scenario: 'success' });
  const killed = new AbortController();
  let statesThen = new Map<string, string>();
  const main = await runStep({
    world,
    jobId: job.id,
    inputs: { 'stop-on-cancel': 'false' },
    cancelled: killed.signal,
    watch: (recorder) => {
      recorder.onWrite = (written) => {
        if (!written.includes(text) || killed.signal.aborted) return;
        statesThen = new Map(recorder.states);
        killed.abort(new Error('killed'));
      };
    },
  });
  main.recorder.states.clear();
  for (const [name, value] of statesThen) main.recorder.states.set(name, value);
  return { main, statusThen: world.simulator.builds(job.id)[0]?.status ?? '' };
}

it('stops the build of a main step that was killed while following it', async () => {
  const { main, statusThen } = await killedAt('Building server 1.0');
  expect(statusThen).toBe('Running');
  const post = await runPostStep(main);
  expect(post.code).toBe(0);
  expect(main.world.simulator.builds(main.jobId)[0]?.stoppedBy).toBeDefined();
  expect(post.lastLine).toBe('The main step ended before its build; build #1 was stopped.');
});

it('finds and stops the build of a main step that was killed before it knew the build number', async () => {
  const { main } = await killedAt('Building server 1.0');
  const sentAt = main.world.simulator.builds(main.jobId)[0]?.createdAt ?? 0;
  const state = { phase: 'starting', jobId: main.jobId, sentAt, commitId: commit, sendsBranch: true };
  main.recorder.states.set('build', JSON.stringify(state));
  const post = await runPostStep(main);
  expect(main.world.simulator.builds(main.jobId)[0]?.stoppedBy).toBeDefined();
  expect(post.lastLine).toBe(
    'The main step ended before it knew whether a build had started; build #1 was stopped.',
  );
});

it('reports that there is no build when the start of a killed main step started none', async () => {
  const main = await runStep();
  const sentAt = main.world.time.now() + 60_000;
  const state = { phase: 'starting', jobId: main.jobId, sentAt, commitId: commit, sendsBranch: true };
  main.recorder.states.set('build', JSON.stringify(state));
  const post = await runPostStep(main);
  expect(post.lastLine).toBe(
    'The main step ended before it knew whether a build had started; no build from that request was found.',
  );
});

it('does not stop a build that started after the main step had given up', async () => {
  const world = await openWorld();
  const job = world.simulator.addJob({ name: 'shop-backend', scenario: 'silent-minute' });
  world.simulator.faults.add({ call: 'start', kind: 'reset-before' });
  world.simulator.faults.add({ call: 'records', kind: 'status', status: 403, code: 'APIGW.0302' });
  const main = await runStep({ world, jobId: job.id, http: { answerTimeoutMs: 150 } });
  expect(main.lastLine).toContain('A build may have been started');
  await world.time.sleep(40 * 60_000);
  const theirs = job.start({ commit, parameters: { codeBranch: 'main' } });
  await world.time.sleep(5_000);
  const post = await runPostStep(main);
  expect({ stoppedBy: theirs.stoppedBy, lastLine: post.lastLine }).toEqual({
    stoppedBy: undefined,
    lastLine:
      'The main step ended before it knew whether a build had started; no build from that request was found.',
  });
});

it.each(['{"phase":"runn', '{"phase":"running"}', '"over"'])(
  "warns that a build may be running when the state %s can't be read",
  async (state) => {
    const main = await runStep();
    main.recorder.states.set('build', state);
    const post = await runPostStep(main);
    expect({ code: post.code, annotations: post.recorder.annotations }).toEqual({
      code: 0,
      annotations: [
        expect.objectContaining({
          level: 'warning',
          message:
            "A build may still be running and could not be stopped: the state that the main step saved can't be read. Check the build task in CodeArts.",
        }),
      ],
    });
  },
);

it('warns that a build may be running when the inputs needed to stop it are missing', async () => {
  const { main } = await killedAt('Building server 1.0');
  const post = await runPostStep(main, { inputs: { 'secret-key': '' } });
  expect(post.code).toBe(0);
  expect(post.recorder.annotations[0]?.message).toMatch(
    /may still be running and could not be stopped: secret-key/,
  );
});

it('stops no build with stop-on-cancel: false', async () => {
  const { main } = await killedAt('Building server 1.0');
  const post = await runPostStep(main, { inputs: { 'stop-on-cancel': 'false' } });
  const builds = main.world.simulator.builds(main.jobId);
  expect(builds.map(({ stoppedBy }) => stoppedBy)).toEqual([undefined]);
  expect(post.lastLine).toBe(
    'The main step ended before its build; build #1 keeps running: stop-on-cancel is false.',
  );
});

it.each([
  ['', 'The main step ended before its build; build #1 was stopped.'],
  ['false', 'The main step ended before its build; build #1 keeps running.'],
])('leaves no commit status pending with stop-on-cancel: %o', async (stopOnCancel, description) => {
  const api = await openGitHubApi();
  const inputs = { 'commit-status': 'codearts/build', 'github-token': 'ghs_secret_token' };
  const { main } = await killedAt('Building server 1.0');
  const post = await runPostStep(main, {
    inputs: { ...inputs, 'stop-on-cancel': stopOnCancel },
    env: { GITHUB_API_URL: api.url },
  });
  expect(api.statuses.map(({ path, body }) => [path, body])).toEqual([
    [
      `POST /api/v3/repos/octo/shop/statuses/${commit}`,
      {
        state: 'error',
        context: 'codearts/build',
        description,
        target_url: main.output('build-url'),
      },
    ],
  ]);
  expect(post.recorder.masks).toContain('ghs_secret_token');
  expect(post.code).toBe(0);
});

it('links the build in the commit status when only the inputs name the CodeArts project', async () => {
  const api = await openGitHubApi();
  const { main } = await killedAt('Building server 1.0');
  const { simulator } = main.world;
  simulator.enableFault('no-project-id');
  const named = { 'job-id': '', 'project-id': simulator.projectId, 'job-name': 'shop-backend' };
  const inputs = { ...named, 'commit-status': 'codearts/build', 'github-token': 'ghs_secret_token' };
  await runPostStep(main, { inputs, env: { GITHUB_API_URL: api.url } });
  expect(api.statuses.at(-1)?.body['target_url']).toBe(main.output('build-url'));
});

it("only warns when the commit status can't be set", async () => {
  const api = await openGitHubApi(403, 'Resource not accessible by integration');
  const inputs = { 'commit-status': 'codearts/build', 'github-token': 'ghs_secret_token' };
  const { main } = await killedAt('Building server 1.0');
  const post = await runPostStep(main, { inputs, env: { GITHUB_API_URL: api.url } });
  expect({ code: post.code, annotations: post.recorder.annotations.map(({ message }) => message) }).toEqual({
    code: 0,
    annotations: [
      expect.stringMatching(/^The commit status codearts\/build was not set on .*statuses: write/),
    ],
  });
});

it('sends no request after a main step that finished', async () => {
  const main = await runStep();
  const before = main.world.simulator.count();
  const post = await runPostStep(main);
  expect(main.world.simulator.count()).toBe(before);
  expect(post.recorder.stdout).toBe('');
});
