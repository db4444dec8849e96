// Tests how the end of a multi-task build is reported: its result, its children, their artifacts, and what failed.

import { describe, expect, it } from 'vitest';
import type { ScenarioSource } from '../simulator/simulator.ts';
import { familyOf, linesOf } from './flow.ts';
import { openWorld, runPostStep, runStep, type StepRun } from './story.ts';

const childrenOf = (step: StepRun) => JSON.parse(step.output('children'));
const artifactsOf = (step: StepRun) => JSON.parse(step.output('artifacts'));

describe('a multi-task build', () => {
  it('sets the output children with the dependencies of each child', async () => {
    const step = await runStep({ job: { scenario: 'flow-diamond' } });
    const { children } = familyOf(step);
    expect(step.output('result')).toBe('success');
    expect(childrenOf(step)).toEqual(
      [
        { name: 'core', seconds: 4, 'depends-on': [] },
        { name: 'client', seconds: 9, 'depends-on': ['core'] },
        { name: 'server', seconds: 7, 'depends-on': ['core'] },
        { name: 'bundle', seconds: 12, 'depends-on': ['client', 'server'] },
      ].map(({ name, ...more }) => ({
        name,
        'record-id': children.get(name)?.recordId,
        'build-number': children.get(name)?.number,
        result: 'success',
        ...more,
      })),
    );
  });

  it("lists the artifacts of the parent and its children, each with the child's name", async () => {
    const step = await runStep({ job: { scenario: 'flow-diamond' } });
    expect(artifactsOf(step)).toEqual(
      ['bundle', 'client', 'core', 'server'].map((child) => {
        const { dailyNumber } = familyOf(step).children.get(child)?.facts ?? { dailyNumber: '' };
        return {
          kind: 'package',
          name: `${child}.tar.gz`,
          version: dailyNumber,
          type: 'tar.gz',
          uri: `/flow/${dailyNumber}/${child}.tar.gz`,
          child,
        };
      }),
    );
    expect(step.output('artifact-uris').split('\n')).toHaveLength(4);
  });

  it('reports the failed child, its failed step and its error', async () => {
    const step = await runStep({ job: { scenario: 'flow-failing' } });
    expect(step.code).toBe(1);
    expect(step.output('result')).toBe('failure');
    expect(step.output('failed-step')).toBe('middle ▸ 构建 middle');
    expect(step.output('error')).toMatch(
      /^Build #1 of shop-backend failed in middle, step 构建 middle: .+ \(DEV\.CB\.0210043\)\.$/,
    );
    expect(childrenOf(step)).toMatchObject([
      { name: 'first', result: 'success' },
      { name: 'middle', result: 'failure', 'failed-step': '构建 middle' },
      { name: 'last', result: 'skipped', seconds: null },
      { name: 'beside', result: 'success' },
    ]);
  });

  it('is reported the same when the service uses other response shapes and a skipped child has no status', async () => {
    const world = await openWorld({ answers: 'possible' });
    const step = await runStep({ world, job: { scenario: 'flow-failing' } });
    expect(step.output('failed-step')).toBe('middle ▸ 构建 middle');
    expect(childrenOf(step).map(({ result }: { result: string }) => result)).toEqual([
      'success',
      'failure',
      'skipped',
      'success',
    ]);
    expect(step.recorder.ownLines).toContain('  · not run  last was skipped: middle failed');
  });

  it('sets the output children with log: off without reading a log', async () => {
    const step = await runStep({ job: { scenario: 'flow-failing' }, inputs: { log: 'off' } });
    expect(step.recorder.remoteLines).toEqual([]);
    expect(step.world.simulator.count('log') + step.world.simulator.count('full-log')).toBe(0);
    expect(step.world.simulator.count('flow-graph')).toBe(1);
    expect(step.output('failed-step')).toBe('middle ▸ 构建 middle');
    expect(childrenOf(step)).toHaveLength(4);
    expect(artifactsOf(step)).toMatchObject([{ name: 'first.tar.gz', child: 'first' }]);
  });

  it('succeeds when the parent succeeds, whatever the status of its children', async () => {
    const scenario: ScenarioSource = {
      name: 'tolerant',
      description: 'a child fails, the build succeeds',
      result: 'SUCCESS',
      steps: [],
      children: [
        { name: 'lint', steps: [{ name: 'Lint', seconds: 1, result: 'error' }] },
        { name: 'app', steps: [{ name: 'Make', seconds: 2 }] },
      ],
    };
    const step = await runStep({ job: { scenario } });
    expect(step.code).toBe(0);
    expect(step.output('result')).toBe('success');
    expect(step.output('failed-step')).toBe('');
    expect(childrenOf(step)).toMatchObject([{ result: 'failure' }, { result: 'success' }]);
  });
});

describe('a multi-task build that is stopped', () => {
  const long: ScenarioSource = {
    name: 'long',
    description: 'two children run for an hour, a third waits for them',
    steps: [],
    children: [
      { name: 'a', steps: [{ name: 'Run', seconds: 3_600, lines: ['a', 'b', 'c'] }] },
      { name: 'b', steps: [{ name: 'Run', seconds: 3_600, lines: ['a', 'b', 'c'] }] },
      { name: 'c', needs: ['a', 'b'], steps: [{ name: 'Run', seconds: 1 }] },
    ],
  };

  it('stops its children too when the workflow is cancelled', async () => {
    const cancel = new AbortController();
    const world = await openWorld();
    void world.time.sleep(60_000).then(() => cancel.abort(new Error('cancelled')));
    const step = await runStep({ world, job: { scenario: long }, cancelled: cancel.signal });
    const { parent, children } = familyOf(step);
    expect(step.output('result')).toBe('cancelled');
    expect(world.simulator.count('stop')).toBe(1);
    await world.time.sleep(5_000);
    expect(parent.status).toBe('ABORTED');
    expect([...children.values()].map(({ status }) => status)).not.toContain('Running');
    expect(childrenOf(step)).toMatchObject([{ name: 'a', result: 'running' }, { name: 'b' }, { name: 'c' }]);
    expect(artifactsOf(step)).toEqual([]);
  });

  it('stops its children too when it exceeds timeout-minutes', async () => {
    const step = await runStep({ job: { scenario: long }, inputs: { 'timeout-minutes': '5' } });
    const { parent, children } = familyOf(step);
    expect(step.output('result')).toBe('timed-out');
    await step.world.time.sleep(5_000);
    expect(parent.status).toBe('ABORTED');
    expect([...children.values()].every(({ ended }) => ended)).toBe(true);
    expect(childrenOf(step)).toHaveLength(3);
  });

  it('stops its children too when the post step stops it', async () => {
    const cancel = new AbortController();
    const world = await openWorld();
    void world.time.sleep(60_000).then(() => cancel.abort(new Error('cancelled')));
    world.simulator.faults.add({ call: 'stop', kind: 'status', status: 500, times: 20 });
    const main = await runStep({ world, job: { scenario: long }, cancelled: cancel.signal });
    expect(main.output('result')).toBe('running');
    await runPostStep(main);
    const { parent, children } = familyOf(main);
    await world.time.sleep(5_000);
    expect(parent.status).toBe('ABORTED');
    expect([...children.values()].every(({ ended }) => ended)).toBe(true);
  });

  it('is reported as stopped when a user stops it in CodeArts', async () => {
    const world = await openWorld();
    const job = world.simulator.addJob({ name: 'shop-backend', scenario: long });
    void world.time.sleep(60_000).then(() => job.builds[0]?.stop('lisi'));
    const step = await runStep({ world, jobId: job.id });
    const { children } = familyOf(step);
    expect(step.output('result')).toBe('aborted');
    expect(childrenOf(step)).toMatchObject([{ result: 'aborted' }, { result: 'aborted' }, {}]);
    const log = step.recorder.remoteLines.join('\n');
    for (const name of ['a', 'b']) expect(log).toContain(linesOf(children.get(name)).join('\n'));
  });

  it("has all its children's logs printed although timeout-minutes elapses during that time", async () => {
    const scenario: ScenarioSource = {
      name: 'close',
      description: 'ends just in time',
      steps: [],
      children: ['a', 'b', 'c', 'd'].map((name) => ({
        name,
        steps: [
          { name: 'Run', seconds: 59, lines: Array.from({ length: 50 }, (_, line) => `${name} ${line}`) },
        ],
      })),
    };
    const world = await openWorld();
    world.simulator.faults.add({ call: 'full-log', kind: 'status', status: 500, times: 3 });
    const step = await runStep({ world, job: { scenario }, inputs: { 'timeout-minutes': '1' } });
    const { children } = familyOf(step);
    expect(step.output('result')).toBe('success');
    const log = step.recorder.remoteLines.join('\n');
    for (const child of children.values()) expect(log).toContain(linesOf(child).join('\n'));
  });
});

describe('an earlier multi-task build', () => {
  it('sets the outputs children and artifacts when it is reused', async () => {
    const world = await openWorld();
    const scenario = 'flow-diamond' as const;
    const first = await runStep({ world, job: { scenario } });
    const inputs = { 'reuse-successful': 'true' };
    const second = await runStep({ world, jobId: first.jobId, inputs });
    expect(second.output('reused')).toBe('true');
    for (const name of ['children', 'artifacts', 'artifact-uris', 'record-id']) {
      expect(second.output(name), name).toBe(first.output(name));
    }
  });

  it('is printed from its first line when build-number names it', async () => {
    const world = await openWorld();
    const job = world.simulator.addJob({ name: 'shop-backend', scenario: 'flow-failing' });
    job.start();
    await world.time.sleep(600_000);
    const step = await runStep({ world, jobId: job.id, inputs: { 'build-number': '1' } });
    const { children } = familyOf(step);
    const log = step.recorder.remoteLines.join('\n');
    for (const name of ['first', 'middle', 'beside'])
      expect(log).toContain(linesOf(children.get(name)).join('\n'));
    expect(step.output('failed-step')).toBe('middle ▸ 构建 middle');
    expect(childrenOf(step)).toHaveLength(4);
  });
});

describe('throttling by the service', () => {
  it('slows the polls of a multi-task build down without losing a line', async () => {
    const world = await openWorld({ rateLimit: { callsPerMinute: 12, style: '429' } });
    const step = await runStep({ world, job: { scenario: 'flow-lazy' } });
    const { children } = familyOf(step);
    expect(step.output('result')).toBe('success');
    const log = step.recorder.remoteLines.join('\n');
    for (const child of children.values()) expect(log).toContain(linesOf(child).join('\n'));
    expect(childrenOf(step)).toHaveLength(4);
  });
});

it('shows the log of the child that explains the failure before the others with log: on-failure', async () => {
  const child = (name: string, seconds: number) => ({
    name,
    needs: [],
    steps: [{ name: `构建 ${name}`, seconds, result: 'error' as const, lines: [`error: ${name} is broken`] }],
  });
  const scenario: ScenarioSource = {
    name: 'four-failures',
    description: 'three children are stopped, and the last one fails',
    strategy: 'eager',
    steps: [],
    children: [child('a', 2), child('b', 2), child('c', 2), child('d', 9)],
  };
  const world = await openWorld();
  // Children that were stopped explain nothing, although they ended first.
  world.simulator.faults.add({
    call: 'flow-graph',
    kind: 'rewrite',
    times: 1_000,
    rewrite: (body) =>
      JSON.parse(JSON.stringify(body), (_, value) =>
        /^[abc]$/.test(value?.display_name) && value.finish_time !== null
          ? { ...value, status: 'ABORTED' }
          : value,
      ),
  });
  const step = await runStep({ world, job: { scenario }, inputs: { log: 'on-failure' } });
  const headings = [...step.recorder.stdout.matchAll(/── log of (\w)/g)].map(([, name]) => name);
  expect({ first: headings[0], all: headings.toSorted() }).toEqual({ first: 'd', all: ['a', 'b', 'c', 'd'] });
  expect(step.output('failed-step')).toBe('d ▸ 构建 d');
});
