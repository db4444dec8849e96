// No secret leaves a step, in whatever encoding and place, nor half of one where a text is cut. every-story.test.ts
// searches all stories.

import { describe, expect, it } from 'vitest';
import type { CallName, ScenarioSource } from '../simulator/simulator.ts';
import { openGitHubApi } from '../story/github-api.ts';
import { openWorld, runPostStep, runStep, type World } from '../story/story.ts';
import { encodings, expectNoLeak, githubToken, play, sensitive, unmarked } from './leaks.ts';

function failing(line: string, more: Partial<ScenarioSource> = {}): ScenarioSource {
  const steps = [{ name: 'Login', seconds: 2, result: 'error' as const, lines: [line] }];
  return { name: 'leaks', description: 'repeats what it was given', steps, ...more };
}

describe('a secret that the log repeats does not leave', () => {
  it.each(Object.keys(encodings))('%s', async (how) => {
    const encode = encodings[how] ?? String;
    const line = `Error: login failed for ${encode(sensitive)} and ${encode(unmarked)}`;
    const story = await play(failing(line));
    expectNoLeak(story);
    expect(story.ways['output error']).toMatch(/login failed for \S*\*\*\*/);
    expect(story.ways['saved log']).toMatch(/login failed for \S*\*\*\*/);
    expect(story.ways['summary']).toMatch(/login failed for \S*\*\*\*/);
  });
});

describe('what the workflow gives as a parameter does not leave', () => {
  it.each([
    ['by the reason', failing(`fatal: unauthorized: token ${unmarked} was refused`)],
    [
      'by the name of a step',
      failing('x', { steps: [{ name: `Use ${unmarked}`, seconds: 1, result: 'error', lines: ['x'] }] }),
    ],
    ["by CodeArts' message", failing('x', { errorMessage: `${sensitive} and ${unmarked}` })],
    [
      'by the artifacts in the summary',
      failing('x', { steps: [{ name: 'a', seconds: 1, lines: [sensitive, unmarked] }] }),
    ],
  ])('%s', async (_, scenario) => {
    expectNoLeak(await play(scenario));
  });

  it('by names of branch, tag, and parameters of the record', async () => {
    const names = /^(?:branch|tag|display_name|name|codeBranch|err_msg|job_name)$/;
    const arrange = ({ simulator }: World) => {
      for (const call of ['record', 'details'] as const) {
        simulator.faults.add({
          call,
          kind: 'rewrite',
          times: 1_000,
          rewrite: (body) =>
            JSON.parse(JSON.stringify(body), (key, value: unknown) =>
              typeof value === 'string' && names.test(key) ? `${value} ${unmarked} ${sensitive}` : value,
            ),
        });
      }
    };
    expectNoLeak(await play(failing('x'), { arrange }));
  });
});

it('a secret does not leave by a status word that nobody knows', async () => {
  const arrange = ({ simulator }: World) =>
    simulator.faults.add({
      call: 'record',
      kind: 'rewrite',
      times: 1_000,
      rewrite: (body) =>
        JSON.parse(JSON.stringify(body), (key, value: unknown) =>
          key === 'status' && value === 'FAILURE' ? `REFUSED ${unmarked}` : value,
        ),
    });
  const played = await play(failing('x'), { arrange });
  expectNoLeak(played);
  expect(played.ways).toMatchObject({
    'output status': 'REFUSED ***',
    'commit status': expect.stringContaining('ended with the status REFUSED ***'),
  });
});

describe('no half of a secret leaves', () => {
  const calls: readonly CallName[] = ['job', 'start', 'record', 'log', 'full-log', 'details', 'output'];
  it.each(calls)('where a rejection of %s is cut', async (call) => {
    const arrange = ({ simulator }: World) => {
      const { sk, securityToken } = simulator.temporaryKey;
      const message = `${'x'.repeat(280)} ${sensitive} ${unmarked} ${sk}`;
      const headers = { 'x-request-id': `id ${securityToken}` };
      const rejection = {
        kind: 'status',
        status: 403,
        code: `C ${securityToken}`,
        message,
        headers,
      } as const;
      simulator.faults.add({ call, ...rejection, times: 1_000 });
    };
    expectNoLeak(await play(failing('x'), { arrange }));
  });

  it('where a long name is cut', async () => {
    const long = `${'x'.repeat(180)}${unmarked}`;
    const steps = [{ name: long, seconds: 1, result: 'error' as const, lines: ['Error: broken'] }];
    expectNoLeak(await play(failing('x', { steps, errorMessage: `${'y'.repeat(9_990)}${unmarked}` })));
  });

  it("where GitHub's answer to a commit status is cut", async () => {
    const message = `${'x'.repeat(185)}${githubToken}${'y'.repeat(99)}`;
    const played = await play(failing('x'), { statusAnswer: { status: 422, message } });
    expectNoLeak(played);
    expect(played.ways['own lines']).toContain(`GitHub answered HTTP 422, ${'x'.repeat(185)}`);
  });

  it('where a long line is cut', async () => {
    // CodeArts writes some 46 characters before the text.
    const long = [-110, -75, -65, -50].map(
      (by) => `${'x'.repeat(32 * 1024 + by)}${sensitive}${'y'.repeat(99)}`,
    );
    const steps = [{ name: 'Long', seconds: 2, lines: long }];
    expectNoLeak(await play({ name: 'long', description: 'has long lines', steps }));
  });

  it('where an excerpt and a reason are cut', async () => {
    for (const length of [270, 280, 380, 960, 970, 980])
      for (const secret of [sensitive, unmarked])
        expectNoLeak(await play(failing(`Error: ${'x'.repeat(length)} ${secret}`)));
  });
});

it('a sensitive value is hidden without the blanks around it, and line by line', async () => {
  const value = `\n  ${sensitive}\r  second line of it\n`;
  const lines = [`a ${sensitive} b`, 'c second line of it d'];
  const { ways } = await play(failing('x', { steps: [{ name: 'Login', seconds: 1, lines }] }), {
    inputs: { parameters: JSON.stringify({ password: value }) },
  });
  expect(Object.entries(ways).filter(([, text]) => /second line of it|Qz7_v/.test(text))).toEqual([]);
});

it('a secret does not leave the post step by a rejection of the stop', async () => {
  const world = await openWorld();
  const api = await openGitHubApi();
  const message = `${'x'.repeat(60)} ${sensitive} ${unmarked} ${githubToken} ${world.simulator.accessKey.sk}`;
  world.simulator.faults.add({ call: 'stop', kind: 'status', status: 403, code: `C ${sensitive}`, message });
  const options = {
    inputs: {
      parameters: JSON.stringify({ password: sensitive, token: unmarked }),
      'commit-status': 'codearts',
      'github-token': githubToken,
    },
    env: { GITHUB_API_URL: api.url },
  };
  const main = await runStep({ world, ...options });
  main.recorder.states.set('build', JSON.stringify({ phase: 'running', jobId: main.jobId, buildNumber: 1 }));
  const step = await runPostStep(main, options);
  const { recorder } = step;
  expect(recorder.stdout).toContain('may still be running: it could not be stopped.');
  expectNoLeak({
    step,
    secrets: { sensitive, unmarked, githubToken, sk: world.simulator.accessKey.sk },
    ways: { 'own lines': recorder.stdout, 'commit status': JSON.stringify(api.statuses.at(-1)?.body) },
  });
});
