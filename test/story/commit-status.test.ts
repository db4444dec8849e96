// Tests the commit status that a step sets, with a GitHub API on loopback.

import { expect, it } from 'vitest';
import { openGitHubApi } from './github-api.ts';
import { commit, openWorld, runStep, type StoryOptions } from './story.ts';

const inputs = { 'commit-status': 'codearts/build', 'github-token': 'ghs_secret_token' };

async function runStepWith(api: { readonly url: string }, options: StoryOptions = {}) {
  return await runStep({
    ...options,
    inputs: { ...inputs, ...options.inputs },
    env: { GITHUB_API_URL: api.url, ...options.env },
  });
}

it('sets the commit status to pending during the build and to its result afterwards, on the built commit', async () => {
  const api = await openGitHubApi();
  const { output } = await runStepWith(api);
  expect(api.statuses.map(({ path }) => path)).toEqual(
    Array(2).fill(`POST /api/v3/repos/octo/shop/statuses/${commit}`),
  );
  expect(api.statuses.map(({ body }) => body)).toEqual([
    {
      state: 'pending',
      context: 'codearts/build',
      description: 'CodeArts build #1 is queued or running',
      target_url: output('build-url'),
    },
    {
      state: 'success',
      context: 'codearts/build',
      description: 'Build #1 of shop-backend succeeded.',
      target_url: output('build-url'),
    },
  ]);
});

it.each([
  ['failing-compile', 'failure', 'Build #1 of shop-backend failed in step Maven构建: '],
  ['stopped', 'error', 'Build #1 of shop-backend was stopped in CodeArts by zhangsan in step Maven构建.'],
] as const)(
  'describes in at most 140 characters of the commit status how %s ended',
  async (scenario, state, description) => {
    const api = await openGitHubApi();
    await runStepWith(api, { job: { scenario } });
    const last = api.statuses.at(-1)?.body;
    expect(last).toMatchObject({ state, description: expect.stringContaining(description) });
    expect(String(last?.['description']).length).toBeLessThanOrEqual(140);
  },
);

it('sets the commit status to error when CodeArts stops responding or the workflow is cancelled', async () => {
  const late = await openGitHubApi();
  await runStepWith(late, { job: { scenario: 'silent-minute' }, inputs: { 'timeout-minutes': '1' } });
  expect(late.statuses.at(-1)?.body['state']).toBe('error');

  const cancelled = await openGitHubApi();
  const cancel = new AbortController();
  const world = await openWorld();
  void world.time.sleep(5_000).then(() => cancel.abort(new Error('cancelled')));
  await runStepWith(cancelled, { world, cancelled: cancel.signal, job: { scenario: 'silent-minute' } });
  expect(cancelled.statuses.at(-1)?.body).toMatchObject({ state: 'error' });
  expect(cancelled.statuses.at(-1)?.body['description']).toMatch(
    /cancelled; build #1 of shop-backend was stopped/,
  );
});

it('leaves the commit status pending with wait: false', async () => {
  const api = await openGitHubApi();
  await runStepWith(api, { inputs: { wait: 'false' } });
  expect(api.statuses.map(({ body }) => body['state'])).toEqual(['pending']);
});

it('puts no text of the build into the commit status with log: off', async () => {
  const api = await openGitHubApi();
  await runStepWith(api, { job: { scenario: 'failing-compile' }, inputs: { log: 'off' } });
  expect(api.statuses.at(-1)?.body['description']).toBe('Build #1 of shop-backend failed in step Maven构建.');
});

it('warns once, naming the permission, when the token may not set a commit status', async () => {
  const api = await openGitHubApi(403, 'Resource not accessible by integration');
  const { code, recorder } = await runStepWith(api);
  expect(code).toBe(0);
  const warnings = recorder.annotations.filter(({ level }) => level === 'warning');
  expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining('statuses: write')]);
  expect(api.statuses).toHaveLength(1);
});

it('retries the final commit status for ten seconds when GitHub is down, then warns', async () => {
  const api = await openGitHubApi(502, 'Bad gateway');
  const { code, recorder } = await runStepWith(api);
  expect(code).toBe(0);
  expect(api.statuses.map(({ body }) => body['state'])).toEqual(['pending', ...Array(4).fill('success')]);
  const rejected =
    'The commit status codearts/build was not set on a3dacedeadbe: GitHub answered HTTP 502, Bad gateway.';
  expect(recorder.annotations.map(({ message }) => message)).toEqual([
    rejected,
    `${rejected} The commit may still show the build as running.`,
  ]);
});

it.each([429, 403])(
  'sets the final commit status although GitHub rejects the first one with the rate limit %i',
  async (status) => {
    const api = await openGitHubApi([status, 201], 'You have exceeded a secondary rate limit');
    const { recorder } = await runStepWith(api);
    expect(api.statuses.at(-1)?.body['state']).toBe('success');
    expect(recorder.annotations[0]?.message).toMatch(/not set on a3dacedeadbe: GitHub answered HTTP 4/);
  },
);

it("retries the final commit status after GitHub's Retry-After when it is rate-limited", async () => {
  const headers = { 'retry-after': '4' };
  const api = await openGitHubApi([201, 429, 201], 'You have exceeded a secondary rate limit', headers);
  const world = await openWorld();
  const { recorder, jobId } = await runStepWith(api, { world });
  expect(api.statuses.map(({ body }) => body['state'])).toEqual(['pending', 'success', 'success']);
  expect(recorder.annotations).toEqual([]);
  const [build] = world.simulator.builds(jobId);
  expect(world.time.now() - (build?.endedAt ?? Number.NaN)).toBeGreaterThanOrEqual(4_000);
});

it('sets the final commit status when GitHub fails once at that moment', async () => {
  const api = await openGitHubApi([201, 502, 201]);
  const { recorder } = await runStepWith(api);
  expect(api.statuses.map(({ body }) => body['state'])).toEqual(['pending', 'success', 'success']);
  expect(recorder.annotations).toEqual([]);
});

it("does not fail the step when GitHub can't be reached for the commit status", async () => {
  const { code, recorder } = await runStepWith({ url: 'http://127.0.0.1:9' });
  expect(code).toBe(0);
  expect(recorder.annotations[0]?.message).toMatch(/was not set on a3dacedeadbe: no answer/);
});

it('never prints the token for the commit status', async () => {
  const api = await openGitHubApi(401);
  const { recorder } = await runStepWith(api);
  expect(api.statuses[0]?.token).toBe('token ghs_secret_token');
  expect(recorder.masks).toContain('ghs_secret_token');
  expect(recorder.stdout + recorder.summaryMarkdown).not.toContain('ghs_secret_token');
});

it('requires github-token for the commit status before any request is sent', async () => {
  const world = await openWorld();
  const { code, output } = await runStep({ world, inputs: { 'commit-status': 'x', 'github-token': '' } });
  expect(code).toBe(1);
  expect(output('error')).toMatch(/^github-token: missing/);
  expect(world.simulator.count()).toBe(0);
});

it('sets no commit status by default', async () => {
  const api = await openGitHubApi();
  await runStep({ env: { GITHUB_API_URL: api.url }, inputs: { 'github-token': 'ghs_secret_token' } });
  expect(api.statuses).toEqual([]);
});

it('redacts sensitive parameters that the log quotes in the commit status, the outputs and the summary', async () => {
  const api = await openGitHubApi();
  const { output, recorder } = await runStepWith(api, {
    job: {
      parameters: [{ name: 'password', sensitive: true }],
      scenario: {
        name: 'quotes-a-secret',
        description: 'fails with a line that holds the password',
        steps: [
          {
            name: 'Login',
            seconds: 2,
            result: 'error',
            lines: ['Error: login failed for hunter2secret'],
          },
        ],
      },
    },
    inputs: { parameters: 'password=hunter2secret' },
  });
  expect(recorder.masks).toContain('hunter2secret');
  expect(api.statuses.at(-1)?.body['description']).toContain('login failed for ***');
  expect(output('error')).toContain('login failed for ***');
  expect(recorder.summaryMarkdown).toContain('login failed for ***');
  expect(JSON.stringify([api.statuses, [...recorder.outputs], recorder.summaryMarkdown])).not.toContain(
    'hunter2secret',
  );
});

it('sets no commit status over plain http, which would expose the token', async () => {
  const { code, recorder } = await runStepWith({ url: 'http://ghe.example.com/api/v3' });
  expect(code).toBe(0);
  expect(recorder.annotations.map(({ message }) => message)).toEqual([
    'The commit status codearts/build was not set: GITHUB_API_URL is a plain http address, to which github-token is not sent.',
  ]);
});
