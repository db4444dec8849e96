// Tests how often the children of a build are requested, and how many requests a multi-task build needs in total.

import { describe, expect, it } from 'vitest';
import { rewriteJson, type ScenarioSource } from '../simulator/simulator.ts';
import { openWorld, runStep, type World } from './story.ts';

const minutes = 10;

function flow(lines: number, children: number): ScenarioSource {
  return {
    name: 'paced',
    description: 'children that write as many lines as the test asks for, all for the same time',
    strategy: 'eager',
    steps: [],
    children: Array.from({ length: children }, (_, place) => ({
      name: `part-${place}`,
      steps: [
        {
          name: 'Run',
          seconds: minutes * 60,
          lines: Array.from({ length: lines }, (_, line) => ({
            text: `line ${line}`,
            at: (line * minutes * 60) / lines,
          })),
        },
      ],
    })),
  };
}

/** The number of calls in each whole minute, without the first and the last one. */
async function callsAMinute(scenario: ScenarioSource, seed: number, given?: World): Promise<number[]> {
  const { world, code } = await runStep({ job: { scenario }, seed, ...(given ? { world: given } : {}) });
  expect(code).toBe(0);
  const first = world.simulator.requests[0]?.at ?? 0;
  const counts = Array.from({ length: minutes - 2 }, () => 0);
  for (const { at } of world.simulator.requests) {
    const minute = Math.floor((at - first) / 60_000) - 1;
    const count = counts[minute];
    if (count !== undefined) counts[minute] = count + 1;
  }
  return counts;
}

describe('the poll rate of a multi-task build', () => {
  it.each([1, 2, 3, 4, 5])(
    'is at most 40 requests a minute while the log is active (seed %i)',
    async (seed) => {
      expect(Math.max(...(await callsAMinute(flow(minutes * 60, 3), seed)))).toBeLessThanOrEqual(40);
    },
  );

  it.each([1, 2, 3, 4, 5])(
    'is at most 26 requests a minute while the log is idle (seed %i)',
    async (seed) => {
      expect(Math.max(...(await callsAMinute(flow(1, 3), seed)))).toBeLessThanOrEqual(26);
    },
  );

  it('is at most 26 requests a minute when no child writes a log', async () => {
    const world = await openWorld();
    world.simulator.faults.add({
      call: 'log',
      kind: 'status',
      status: 500,
      code: 'CB.00030004',
      times: Number.POSITIVE_INFINITY,
    });
    expect(Math.max(...(await callsAMinute(flow(1, 30), 1, world)))).toBeLessThanOrEqual(26);
  });
});

describe('the list of children of a build that has none', () => {
  it('is never requested when the record says that the build can have none', async () => {
    const { world } = await runStep({ job: { scenario: 'success' } });
    expect(world.simulator.count('flow-graph')).toBe(0);
  });

  const yaml = rewriteJson('record', '"ACTION"', '"YAML"');
  const unknown = rewriteJson('record', '"ACTION"', 'null');

  it.each([
    ['that it is defined in YAML', yaml],
    ['nothing about children', unknown],
  ])('is requested a few times at most when the record says %s', async (_, fault) => {
    const world = await openWorld();
    world.simulator.faults.add(fault);
    const { output } = await runStep({ world, job: { scenario: 'silent-minute' } });
    const requestedAt = world.simulator.requests
      .filter(({ call }) => call === 'flow-graph')
      .map(({ at }) => at);
    const first = requestedAt[0] ?? 0;
    expect(requestedAt.slice(0, 3).map((at) => at - first)).toEqual([0, 10_000, 30_000]);
    expect(requestedAt.length).toBe(4);
    expect(output('children')).toBe('[]');
  });

  it('is requested again at the end after a rejection, which leads to one warning', async () => {
    const world = await openWorld();
    world.simulator.faults.add(yaml);
    world.simulator.faults.add({
      call: 'flow-graph',
      kind: 'status',
      status: 403,
      code: 'APIGW.0302',
      times: 1_000,
    });
    const { recorder, output } = await runStep({ world, job: { scenario: 'silent-minute' } });
    expect(world.simulator.count('flow-graph')).toBe(2);
    const warnings = recorder.ownLines.filter((line) => line.includes("The child builds can't be read"));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('APIGW.0302');
    expect(output('result')).toBe('success');
  });

  it('is not requested for a build that is a child itself', async () => {
    const world = await openWorld();
    const job = world.simulator.addJob({ name: 'shop-backend', scenario: 'flow-lazy' });
    const child = job.start().children[0];
    const { output } = await runStep({
      world,
      jobId: job.id,
      inputs: { 'build-number': String(child?.number) },
    });
    expect(world.simulator.count('flow-graph')).toBe(0);
    expect(output('record-id')).toBe(child?.recordId);
    expect(output('result')).toBe('success');
  });
});
