// Tests a cancellation, and the end of `timeout-minutes`, at the moments where they could do most harm: just after the
// build has ended, while it is being stopped, while a status is being set. And builds of tags.

import { describe, expect, it } from 'vitest';
import { rewriteJson, type ScenarioSource } from '../simulator/simulator.ts';
import { openGitHubApi } from './github-api.ts';
import { commit, openWorld, runPostStep, runStep, type World } from './story.ts';

const quick = { answerTimeoutMs: 150, connectTimeoutMs: 1_000 };
const status = { 'commit-status': 'codearts', 'github-token': 'ghs_secret_token' };
const aWhile: ScenarioSource = {
  name: 'a-while',
  description: 'runs for two minutes',
  steps: [{ name: 'Run', seconds: 120, lines: Array.from({ length: 60 }, (_, line) => `line ${line}`) }],
};

/** The signal aborts when the first such call comes in. */
function cancelAt(world: World, call: 'details' | 'output' | 'record'): AbortSignal {
  const cancel = new AbortController();
  world.simulator.onRequest(call, 1, () => cancel.abort(new Error('cancelled')));
  return cancel.signal;
}

function buildsAnotherCommit(world: World): void {
  const other = '0123456789abcdef0123456789abcdef01234567';
  world.simulator.faults.add(rewriteJson('record', commit, other));
}

describe('a cancellation', () => {
  it.each(['details', 'output'] as const)(
    'reports a success with another commit as a failure when it comes at the call for %s',
    async (call) => {
      const api = await openGitHubApi();
      const world = await openWorld();
      buildsAnotherCommit(world);
      const env = { GITHUB_API_URL: api.url };
      const step = await runStep({ world, cancelled: cancelAt(world, call), inputs: status, env });
      expect({ code: step.code, result: step.output('result') }).toEqual({ code: 1, result: 'failure' });
      expect(step.output('error')).toContain('it built 0123456789ab, not a3dacedeadbe');
      expect(api.statuses.at(-1)?.body['state']).toBe('failure');
    },
  );

  it('leaves a build that can not be stopped to the post step, with wait: false', async () => {
    const world = await openWorld();
    const cancelled = cancelAt(world, 'record');
    const unknown = { kind: 'status', status: 422, code: 'CB.00031006' } as const;
    world.simulator.faults.add({ call: 'record', ...unknown, times: 3 });
    world.simulator.faults.add({ call: 'stop', kind: 'busy', times: 12 });
    const inputs = { wait: 'false' };
    const step = await runStep({ world, http: quick, cancelled, job: { scenario: aWhile }, inputs });
    expect(step.lastLine).toContain('build #1 of shop-backend could not be stopped');
    world.simulator.faults.clear();
    await runPostStep(step, { http: quick });
    expect(world.simulator.builds(step.jobId)[0]?.stoppedBy).toBeDefined();
  });

  it('ends the step within two seconds while GitHub refuses the final commit status', async () => {
    const api = await openGitHubApi([201, ...Array(12).fill(502)]);
    const world = await openWorld();
    const cancel = new AbortController();
    let at = 0;
    const step = await runStep({
      world,
      cancelled: cancel.signal,
      inputs: status,
      env: { GITHUB_API_URL: api.url },
      watch: () => {
        world.time.onAdvance = () => {
          if (api.statuses.length < 2 || cancel.signal.aborted) return;
          at = world.time.now();
          cancel.abort(new Error('cancelled'));
        };
      },
    });
    expect(world.time.now() - at).toBeLessThan(2_000);
    expect({ code: step.code, result: step.output('result') }).toEqual({ code: 0, result: 'success' });
    expect(step.recorder.states.get('build')).toBe('{"phase":"over"}');
  });
});

describe('at the end of timeout-minutes', () => {
  const child = (name: string) => ({
    name,
    steps: [{ name: 'Run', seconds: 57, lines: ['a', 'b'] }],
    artifacts: { package: { name: `${name}.jar`, uri: `https://x/${name}.jar` } },
  });
  const flow: ScenarioSource = {
    name: 'flow',
    description: 'two children',
    strategy: 'eager',
    steps: [],
    children: [child('core'), child('web')],
  };

  it.each(['on-failure', 'off', 'stream'])(
    'the artifacts of all children are listed for a multi-task build that has just succeeded, with log: %s',
    async (log) => {
      const inputs = { 'timeout-minutes': '1', log, 'poll-interval': '60' };
      const step = await runStep({ job: { scenario: flow }, inputs });
      expect(step.output('result')).toBe('success');
      expect(JSON.parse(step.output('children'))).toHaveLength(2);
      expect(JSON.parse(step.output('artifacts'))).toHaveLength(2);
    },
  );

  it.each([
    ['error', 'failure', 1],
    ['success', 'success', 0],
  ] as const)(
    'the log of a build that ended with %s before it could be stopped is printed as after any end, with log: on-failure',
    async (result, output, times) => {
      const world = await openWorld();
      world.simulator.faults.add({ call: 'stop', kind: 'status', status: 503, times: 3 });
      const steps = [{ name: 'Run', seconds: 59.7, result, lines: ['only one', 'only two'] }];
      const scenario: ScenarioSource = { name: 'just', description: 'ends just then', steps };
      const inputs = { 'timeout-minutes': '1', log: 'on-failure' };
      const step = await runStep({ world, job: { scenario }, inputs });
      expect(step.output('result')).toBe(output);
      const shown = step.recorder.stdout.split('\n').filter((line) => /INFO\] only one/.test(line));
      expect(shown).toHaveLength(times);
    },
  );

  it.each([
    ['', undefined],
    ['false', undefined],
    ['true', 'builder'],
  ])(
    'a build that was started elsewhere is stopped only with stop-on-cancel: true (%o)',
    async (stopOnCancel, by) => {
      const world = await openWorld();
      const job = world.simulator.addJob({ name: 'shared', scenario: aWhile });
      const theirs = job.start();
      const inputs = { 'build-number': '1', 'timeout-minutes': '1', 'stop-on-cancel': stopOnCancel };
      const step = await runStep({ world, jobId: job.id, inputs });
      expect({ code: step.code, result: step.output('result'), stoppedBy: theirs.stoppedBy }).toEqual({
        code: 1,
        result: 'timed-out',
        stoppedBy: by,
      });
      const what = by === undefined ? 'keeps running' : 'was stopped';
      expect(step.output('error')).toContain(`took longer than timeout-minutes allows (1) and ${what}.`);
    },
  );
});

describe('a build of a tag', () => {
  const event = { name: 'push', payload: { ref: 'refs/tags/v1', after: commit } };
  const env = { GITHUB_REF: 'refs/tags/v1' };

  async function recorded(...changes: readonly [from: string, to: string][]) {
    const world = await openWorld();
    for (const [from, to] of changes) world.simulator.faults.add(rewriteJson('record', from, to));
    return await runStep({ world, event, env });
  }

  it('fails the step where CodeArts built another tag', async () => {
    const step = await recorded(['"v1"', '"v0"']);
    expect({ code: step.code, result: step.output('result') }).toEqual({ code: 1, result: 'failure' });
    expect(step.output('error')).toContain('it built tag v0, not v1');
  });

  it('succeeds without a warning where CodeArts names a branch beside the tag', async () => {
    const step = await recorded(['"branch":null', '"branch":"main"']);
    expect({ code: step.code, annotations: step.recorder.annotations }).toEqual({ code: 0, annotations: [] });
  });

  it('warns where CodeArts names a branch and no tag', async () => {
    const step = await recorded(['"v1"', 'null'], ['"branch":null', '"branch":"main"']);
    expect(step.code).toBe(0);
    expect(step.recorder.annotations.map(({ message }) => message)).toContain(
      'The build was asked for tag v1, but CodeArts names branch main and no tag: check the code source of the build task.',
    );
  });
});
