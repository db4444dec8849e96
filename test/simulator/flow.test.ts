// Tests multi-task builds on the simulator: the graph, the order of the children and their results.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Caller } from './caller.ts';
import { type ScenarioName, type Simulator, startSimulator, VirtualClock } from './simulator.ts';

describe('a multi-task build in the simulator', () => {
  let clock: VirtualClock;
  let simulator: Simulator;
  let caller: Caller;

  beforeEach(async () => {
    clock = new VirtualClock();
    simulator = await startSimulator({ clock });
    caller = new Caller(simulator);
  });
  afterEach(() => simulator.close());

  const begin = (scenario: ScenarioName, other = simulator) =>
    other.addJob({ name: scenario, scenario }).start();
  const statuses = (build: ReturnType<typeof begin>) => build.children.map(({ status }) => status);

  it('has a graph of its children with their dependencies as edges', async () => {
    const parent = begin('flow-diamond');
    clock.advance(1000);
    const graph = await caller.get(`/v3/${parent.recordId}/flow-graph`);
    const [core, client, server, bundle] = parent.children.map(({ recordId }) => recordId);
    expect(graph.at('success')).toBe(true);
    expect(graph.at('result.edges')).toEqual([
      { from: client, to: core },
      { from: server, to: core },
      { from: bundle, to: client },
      { from: bundle, to: server },
    ]);
    expect(graph.at('result.vertices.0')).toEqual({
      id: core,
      status: 'Running',
      display_name: 'core',
      build_duration: 1000,
      start_time: '2026-01-12T09:30:00+08:00',
      finish_time: null,
      build_no: '2',
    });
  });

  it('has an empty graph when it has no children', async () => {
    const build = begin('success');
    clock.advance(1000);
    const graph = await caller.get(`/v3/${build.recordId}/flow-graph`);
    expect(graph.at('result')).toEqual({ edges: [], vertices: [] });
  });

  it('starts eager children at once, which wait on their executors for their dependencies', () => {
    const parent = begin('flow-diamond');
    clock.advance(2000);
    expect(statuses(parent)).toEqual(['Running', 'Running', 'Running', 'Running']);
    expect(parent.children[1]?.log).toContain('[wait_job_depends:wait_job_depends] : 该步骤开始执行\n');
    clock.advance(30_000);
    expect(parent.status).toBe('SUCCESS');
  });

  it('starts lazy children when their dependencies have ended', () => {
    const parent = begin('flow-lazy');
    clock.advance(2000);
    expect(statuses(parent)).toEqual(['Running', 'InQueue', 'InQueue', 'InQueue']);
    clock.advance(3000);
    expect(statuses(parent)).toEqual(['SUCCESS', 'Running', 'Running', 'InQueue']);
    clock.advance(30_000);
    expect(parent.status).toBe('SUCCESS');
    const ends = parent.children.map((child) => child.endsAt());
    expect(parent.endsAt()).toBeGreaterThan(Math.max(...ends));
  });

  it('fails when a child fails, and skips the children that depend on it', async () => {
    const parent = begin('flow-failing');
    clock.advance(60_000);
    expect(parent.status).toBe('FAILURE');
    expect(statuses(parent)).toEqual(['SUCCESS', 'FAILURE', 'SKIPPED', 'SUCCESS']);
    const graph = await caller.get(`/v3/${parent.recordId}/flow-graph`);
    expect(graph.at('result.vertices.2')).toMatchObject({
      status: 'SKIPPED',
      start_time: null,
      finish_time: null,
    });
  });

  it('has logs, steps and artifacts in its children, whose records name the parent', async () => {
    const parent = begin('flow-diamond');
    clock.advance(60_000);
    const [core] = parent.children;
    const path = `jobs/${parent.facts.job.id}/${core?.number}`;
    expect((await caller.get(`/v4/${path}/record-info`)).at('result.parent_record_id')).toBe(parent.recordId);
    expect((await caller.get(`/v4/${core?.recordId}/download-log`)).text).toBe(core?.log);
    expect(core?.log.endsWith('Finished: SUCCESS\n')).toBe(true);
    const output = await caller.get(`/v3/${path}/output-info`);
    expect(output.at('result.package_infos')).toHaveProperty(['core.tar.gz', 'name'], 'core.tar.gz');
    expect((await caller.get(`/v3/${path}/history-details`)).at('build_steps.1.name')).toBe('构建 core');
    const history = await caller.get(`/v3/jobs/${parent.facts.job.id}/history?interval=1&offset=0&limit=10`);
    expect(history.at('total')).toBe(1);
  });

  it('stops the children when the parent is stopped', async () => {
    const parent = begin('flow-lazy');
    clock.advance(5000);
    expect((await caller.post(`/v3/jobs/${parent.facts.job.id}/1/stop`)).status).toBe(200);
    clock.advance(1000);
    expect(parent.status).toBe('ABORTED');
    expect(statuses(parent)).toEqual(['SUCCESS', 'ABORTED', 'ABORTED', 'SKIPPED']);
  });

  it('fails when one of its children is stopped', () => {
    const parent = begin('flow-lazy');
    clock.advance(2000);
    parent.children[0]?.stop('lisi');
    clock.advance(60_000);
    expect([parent.status, ...statuses(parent)]).toEqual([
      'FAILURE',
      'ABORTED',
      'SKIPPED',
      'SKIPPED',
      'SKIPPED',
    ]);
  });

  it('ends with thirty children and a parent without a log', () => {
    const parent = begin('flow-thirty');
    clock.advance(5 * 60_000);
    expect(new Set([parent.status, ...statuses(parent)])).toEqual(new Set(['SUCCESS']));
    expect(parent.log).toBe('');
  });

  it.each([1, 2, 3])('never runs more children than there are executors: %i', async (executors) => {
    const narrow = await startSimulator({ clock, executors });
    for (const scenario of ['flow-thirty', 'flow-diamond', 'flow-failing'] as const) {
      const parent = begin(scenario, narrow);
      const other = begin('npm-success', narrow);
      for (let turn = 0; turn < 400 && !(parent.ended && other.ended); turn += 1) {
        clock.advance(500);
        const running = [other, ...parent.children].filter(({ status }) => status === 'Running').length;
        expect(running).toBeLessThanOrEqual(executors);
      }
      expect({ parentEnded: parent.ended, other: other.status }).toEqual({
        parentEnded: true,
        other: 'SUCCESS',
      });
    }
    await narrow.close();
  });

  it.each([
    ['part', 200],
    ['empty', 200],
    ['error', 500],
  ] as const)("serves a running child's log as %s", async (fullLogWhileRunning, status) => {
    const configured = await startSimulator({ clock, log: { fullLogWhileRunning } });
    const parent = begin('flow-diamond', configured);
    clock.advance(2000);
    const [core] = parent.children;
    const reply = await new Caller(configured).get(`/v4/${core?.recordId}/download-log`);
    expect(reply.status).toBe(status);
    if (status === 200) expect(reply.text).toBe(fullLogWhileRunning === 'part' ? core?.log : '');
    await configured.close();
  });
});
