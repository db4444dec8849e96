// What each way of ending leaves behind: state for the post step, outputs, summary and last line.

import { expect, it } from 'vitest';
import { run } from '../../src/run.ts';
import { rewriteJson, type ScenarioSource } from '../simulator/simulator.ts';
import { commit, openWorld, runPostStep, runStep, type World } from './story.ts';

const otherCommit = '0123456789abcdef0123456789abcdef01234567';
const over = '{"phase":"over"}';
const twoMinutes: ScenarioSource = {
  name: 'two-minutes',
  description: 'runs for two minutes',
  steps: [{ name: 'Run', seconds: 120, lines: ['line 1', 'line 2'] }],
};

function cancelAt(world: World, call: 'output' | 'record', nth = 1): AbortSignal {
  const cancel = new AbortController();
  world.simulator.onRequest(call, nth, () => cancel.abort(new Error('the workflow was cancelled')));
  return cancel.signal;
}

it('leaves nothing to the post step of a build that is not waited for', async () => {
  const step = await runStep({ inputs: { wait: 'false' } });
  expect(step.recorder.states.get('build')).toBe(over);
});

it('leaves nothing to the post step when cancelled after the build has ended', async () => {
  const world = await openWorld();
  const step = await runStep({ world, cancelled: cancelAt(world, 'output') });
  expect(step.lastLine).toContain('The workflow was cancelled after build #1 of shop-backend had ended (');
  expect(step.lastLine).not.toContain('But');
  expect(step.recorder.states.get('build')).toBe(over);
});

it('leaves nothing to the post step when a build that goes on is cancelled or takes too long', async () => {
  const goesOn = { 'stop-on-cancel': 'false' };
  const world = await openWorld();
  const cancelled = cancelAt(world, 'record', 2);
  const first = await runStep({ world, cancelled, job: { scenario: twoMinutes }, inputs: goesOn });
  const followed = await runStep({
    world,
    jobId: first.jobId,
    inputs: { 'build-number': '1', 'timeout-minutes': '1' },
  });
  for (const step of [first, followed]) {
    expect(step.lastLine).toContain('keeps running.');
    expect(step.recorder.states.get('build')).toBe(over);
  }
});

it('leaves nothing to the post step when contact with the build is lost', async () => {
  const world = await openWorld();
  world.simulator.faults.add({ call: 'record', kind: 'status', status: 404, after: 2, times: 1_000 });
  const step = await runStep({ world, job: { scenario: twoMinutes } });
  expect(step.lastLine).toMatch(/^::error::.+ Build #1 of shop-backend may still be running\./);
  expect(step.recorder.states.get('build')).toBe(over);
});

it('says that a build it started may still be running when its record is not found', async () => {
  const world = await openWorld();
  const notFound = { kind: 'status', status: 404, code: 'DEV.CB.0320007' } as const;
  world.simulator.faults.add({ call: 'record', ...notFound, times: 1_000 });
  const step = await runStep({ world, job: { scenario: twoMinutes } });
  expect(step.lastLine).not.toContain('Check build-number');
  expect(step.lastLine).toContain('Build #1 of shop-backend may still be running.');
});

it('says that another commit was built when it is cancelled after such a success', async () => {
  const world = await openWorld();
  world.simulator.faults.add(rewriteJson('record', commit, otherCommit));
  const step = await runStep({ world, cancelled: cancelAt(world, 'output') });
  expect(step.lastLine).toContain('had ended (SUCCESS). But it built 0123456789ab, not a3dacedeadbe');
});

it('says nothing of another commit where the build of another commit failed', async () => {
  const world = await openWorld();
  world.simulator.faults.add(rewriteJson('record', commit, otherCommit));
  const step = await runStep({ world, job: { scenario: 'failing-compile' } });
  expect(step.output('result')).toBe('failure');
  expect(step.lastLine).not.toContain('it built');
});

it('names the build that may run and who stops it when it is cancelled before the start was confirmed', async () => {
  const ends: string[] = [];
  for (const goesOn of [undefined, 'false']) {
    const world = await openWorld();
    const cancel = new AbortController();
    world.simulator.faults.add({ call: 'start', kind: 'status', status: 502 });
    world.simulator.onRequest('start', 1, () => cancel.abort(new Error('the workflow was cancelled')));
    const step = await runStep({
      world,
      cancelled: cancel.signal,
      inputs: goesOn === undefined ? {} : { 'stop-on-cancel': goesOn },
    });
    ends.push(step.output('error'));
  }
  const unconfirmed = 'Cancelled before CodeArts confirmed the start: a build may be running.';
  expect(ends).toEqual([
    `${unconfirmed} The post step looks for it and stops it.`,
    `${unconfirmed} Check the build task in CodeArts.`,
  ]);
});

it('shows the link of a build that it does not wait for although its record comes late', async () => {
  const world = await openWorld();
  const notFound = { kind: 'status', status: 422, code: 'CB.00031006' } as const;
  world.simulator.faults.add({ call: 'record', ...notFound, times: 2 });
  const step = await runStep({ world, inputs: { wait: 'false' } });
  expect(step.output('build-url')).toMatch(/^https:/);
  expect(step.recorder.stdout.split(`See ${step.output('build-url')}`)).toHaveLength(3);
});

it('shows the link of a build once as soon as it is known, and once at its end', async () => {
  const step = await runStep();
  const lines = step.recorder.stdout.split('\n');
  expect(lines.filter((line) => line === `See ${step.output('build-url')}`)).toHaveLength(1);
  expect(step.lastLine.endsWith(`See ${step.output('build-url')}`)).toBe(true);
});

it('writes no summary of a step that ends without a build where summary is false', async () => {
  const shown = await Promise.all(
    ['true', 'false'].map(async (summary) => {
      const step = await runStep({ inputs: { 'build-number': '7', summary } });
      return step.recorder.summaryMarkdown.includes('No CodeArts build');
    }),
  );
  expect(shown).toEqual([true, false]);
});

it('reports each problem as an error of its own, and the link with the last one alone', async () => {
  const step = await runStep({
    inputs: { 'poll-interval': 'x', 'timeout-minutes': 'y' },
    env: { GITHUB_ACTION_REPOSITORY: 'octo/codearts-build' },
  });
  const errors = step.recorder.annotations.map(({ message }) => message);
  expect(errors.map((message) => message.split(':')[0])).toEqual(['timeout-minutes', 'poll-interval']);
  expect(errors.map((message) => message.includes(' See https:'))).toEqual([false, true]);
  for (const message of errors) expect(message).toMatch(/^[^.]+\w\.(?: See |$)/);
});

it('shows a stack at debug level for a bug in the action alone', async () => {
  const expected = await runStep({ debugging: true, inputs: { 'build-number': '7' } });
  expect(expected.recorder.stdout).not.toContain('    at ');
  const bug = await runStep({
    debugging: true,
    job: { scenario: twoMinutes },
    watch: (recorder) => {
      recorder.onWrite = (text) => {
        if (text.includes('Build #1 started')) throw new TypeError('a bug');
      };
    },
  });
  expect(bug.recorder.stdout).toContain('::debug::TypeError: a bug');
  expect(JSON.parse(bug.recorder.states.get('build') ?? '')).toMatchObject({ phase: 'running' });
});

it('prints the notices about the source that is built', async () => {
  const payload = {
    number: 7,
    pull_request: {
      state: 'closed',
      merged: false,
      head: { sha: commit, ref: 'feature', repo: { full_name: 'octo/shop' } },
      base: { ref: 'main' },
    },
    repository: { full_name: 'octo/shop' },
  };
  const step = await runStep({ event: { name: 'pull_request', payload } });
  expect(step.recorder.annotations).toContainEqual(expect.objectContaining({ level: 'notice' }));
});

it('saves the whole list of artifacts to the temporary folder of the runner, where there is one', async () => {
  const first = await runStep();
  expect(first.output('artifacts-file')).toBe(`/temp/codearts-artifacts-${first.jobId}-1.json`);
  const second = await runStep({ env: { RUNNER_TEMP: undefined } });
  expect(second.output('artifacts-file')).toBe('');
});

it('reports the whole commit once a record has it, after one that abbreviates it', async () => {
  const world = await openWorld();
  const abbreviated = rewriteJson('record', /"commit":"(\w{7})\w+"/g, '"commit":"$1"');
  world.simulator.faults.add({ ...abbreviated, times: 1 });
  const step = await runStep({ world, inputs: { source: 'job' }, job: { scenario: twoMinutes } });
  expect(step.output('commit-id')).toMatch(/^\w{40}$/);
});

it('warns once that the list of artifacts can not be written', async () => {
  const writeFile = () => {
    throw new Error('EROFS: read-only file system');
  };
  const step = await runStep({}, (deps) => run({ ...deps, writeFile }));
  const warnings = step.recorder.annotations.filter(({ message }) =>
    message.includes('could not be written'),
  );
  expect(warnings).toHaveLength(1);
});

it('has the post step stop a build that the time limit could not stop, although stop-on-cancel is false', async () => {
  const world = await openWorld();
  world.simulator.faults.add({ call: 'stop', kind: 'status', status: 403, times: 1 });
  const inputs = { 'stop-on-cancel': 'false', 'timeout-minutes': '1' };
  const step = await runStep({ world, job: { scenario: twoMinutes }, inputs });
  expect(step.lastLine).toContain('could not be stopped');
  const post = await runPostStep(step, { inputs });
  expect(post.lastLine).toBe('The main step ended before its build; build #1 was stopped.');
  expect(world.simulator.builds(step.jobId)[0]?.stoppedBy).toBe('builder');
});

it.each([{}, { 'stop-on-cancel': 'false' }])(
  'reports a build as stopped by the time limit when it is cancelled while its log is completed: %j',
  async (stopOnCancel) => {
    const world = await openWorld();
    const cancel = new AbortController();
    world.simulator.onRequest('full-log', 1, () => cancel.abort(new Error('the workflow was cancelled')));
    const scenario = { ...twoMinutes, logLagSeconds: 600 };
    const inputs = { ...stopOnCancel, 'timeout-minutes': '1' };
    const step = await runStep({ world, job: { scenario }, inputs, cancelled: cancel.signal });
    expect(step.lastLine).toContain(
      'The workflow was cancelled after build #1 of shop-backend took longer than timeout-minutes allows and was stopped.',
    );
    expect({ result: step.output('result'), stops: world.simulator.count('stop') }).toEqual({
      result: 'timed-out',
      stops: 1,
    });
  },
);

it('does not say that a build runs which had ended before the step that does not wait read its record', async () => {
  const world = await openWorld();
  const steps = [{ name: 'Run', seconds: 0.5, result: 'error' as const, lines: ['line 1'] }];
  const job = { scenario: { name: 'brief', description: 'fails at once', steps } };
  world.simulator.faults.add({ call: 'record', kind: 'status', status: 503, times: 3 });
  const step = await runStep({ world, job, inputs: { wait: 'false' } });
  expect({ code: step.code, result: step.output('result') }).toEqual({ code: 0, result: 'failure' });
  expect(step.lastLine).not.toContain('is running');
});

it('has the post step stop a build when the step is killed while the time limit stops it', async () => {
  const world = await openWorld();
  const inputs = { 'stop-on-cancel': 'false', 'timeout-minutes': '1' };
  let stateThen = '';
  const step = await runStep({
    world,
    job: { scenario: twoMinutes },
    inputs,
    watch: ({ states }) => {
      world.simulator.faults.add({ call: 'stop', kind: 'status', status: 503, times: 1_000 });
      world.simulator.onRequest('stop', 1, () => (stateThen = states.get('build') ?? ''));
    },
  });
  step.recorder.states.set('build', stateThen);
  world.simulator.faults.clear();
  const post = await runPostStep(step, { inputs });
  expect(post.lastLine).toBe('The main step ended before its build; build #1 was stopped.');
});
