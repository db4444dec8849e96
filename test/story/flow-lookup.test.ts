// Tests multi-task builds whose graph leaves out or gets wrong what its children are called by: each child is then found
// by its record id, and where that fails as well, one warning says which children are missing.

import { describe, expect, it } from 'vitest';
import { rewriteJson, type SimulatorOptions } from '../simulator/simulator.ts';
import { familyOf, linesOf, shownLogs } from './flow.ts';
import { openWorld, runStep, type StepRun } from './story.ts';

const always = Number.POSITIVE_INFINITY;
const faults = ['children-without-times', 'children-without-numbers', 'children-of-another-job'] as const;
const names = ['core', 'client', 'server', 'bundle'];

async function follow(fault: (typeof faults)[number], options: SimulatorOptions = {}): Promise<StepRun> {
  const world = await openWorld({ ...options, faults: [fault] });
  return await runStep({ world, job: { scenario: 'flow-diamond' } });
}

const listOf = (step: StepRun, name: string) => JSON.parse(step.output(name)) as Record<string, unknown>[];
const warningsOf = ({ recorder }: StepRun) =>
  recorder.annotations.filter(({ level }) => level === 'warning').map(({ message }) => message);

/** Each child's log whole and once. */
function expectAllLogs(step: StepRun): void {
  for (const [name, child] of familyOf(step).children) {
    const lines = shownLogs(step).flatMap((shown) => (shown.whose === name ? shown.lines : []));
    expect(lines, name).toEqual(linesOf(child));
  }
}

describe.each(faults)('with %s', (fault) => {
  it('lists the result, run time and artifacts of each child, and prints each log once', async () => {
    const step = await follow(fault);
    expect(listOf(step, 'children')).toMatchObject(
      names.map((name) => ({ name, result: 'success', seconds: expect.any(Number) })),
    );
    const made = listOf(step, 'artifacts').map(({ child }) => child);
    expect(made.toSorted()).toEqual(names.toSorted());
    expectAllLogs(step);
    expect(warningsOf(step)).toEqual([]);
  });

  it('names the child and the step that failed', async () => {
    const world = await openWorld({ faults: [fault] });
    const step = await runStep({ world, job: { scenario: 'flow-failing' } });
    expect({ step: step.output('failed-step'), warnings: warningsOf(step) }).toEqual({
      step: 'middle ▸ 构建 middle',
      warnings: [],
    });
  });

  it('follows the log of a child that runs', async () => {
    const { world } = await follow(fault);
    const live = world.simulator.requests.filter(({ call }) => call === 'log');
    expect(live.some(({ path }) => !path.includes('/1/real-time-log'))).toBe(true);
  });
});

describe.each(['children-without-numbers', 'children-of-another-job'] as const)(
  'with %s, and records that can not be looked up',
  (fault) => {
    it.each([
      ['refused', { status: 403, code: 'APIGW.0302' }, /APIGW\.0302/],
      ['not served', { status: 404, code: 'APIGW.0101' }, /^CodeArts gives the children no build number/],
      ['broken', { status: 500, code: 'CB.00060101' }, /CB\.00060101/],
    ])(
      'prints every log, and says in one warning what is missing where the call is %s',
      async (_, failure, reason) => {
        // Without the older edition this call also reads the parameters of the build, which is a second warning.
        const world = await openWorld({ faults: [fault], editions: 'both' });
        world.simulator.faults.add({ call: 'record-by-id', kind: 'status', ...failure, times: always });
        const step = await runStep({ world, job: { scenario: 'flow-diamond' } });
        expect({ code: step.code, result: step.output('result') }).toEqual({ code: 0, result: 'success' });
        expectAllLogs(step);
        expect(warningsOf(step)).toEqual([
          expect.stringMatching(
            / The artifacts and failed steps of core, client, server, bundle are missing here\.$/,
          ),
        ]);
        expect(warningsOf(step)[0]).toMatch(reason);
      },
    );
  },
);

it('lists a child without any times as one that has run', async () => {
  const world = await openWorld({ faults: ['children-without-times'] });
  const without = rewriteJson('flow-graph', /"build_duration":\d+/g, '"build_duration":null');
  world.simulator.faults.add({ ...without, times: always });
  world.simulator.faults.add({ call: 'record-by-id', kind: 'status', status: 404, times: always });
  const { recorder } = await runStep({ world, job: { scenario: 'flow-diamond' } });
  expect(recorder.ownLines).toContainEqual(expect.stringMatching(/^ {2}✓ +core$/));
});

it('reads the times of a child that has none in the graph by its record id', async () => {
  const world = await openWorld({ faults: ['children-without-times'] });
  const without = rewriteJson('flow-graph', /"build_duration":\d+/g, '"build_duration":null');
  world.simulator.faults.add({ ...without, times: always });
  const step = await runStep({ world, job: { scenario: 'flow-diamond' } });
  const seconds = listOf(step, 'children').map((child) => child['seconds']);
  expect(seconds).toEqual(names.map(() => expect.any(Number)));
});

it('looks no child up whose graph gives number and times', async () => {
  // The newer edition reads the parameters of the build by the same call.
  const world = await openWorld({ editions: 'both' });
  const without = rewriteJson('flow-graph', /"build_duration":\d+/g, '"build_duration":null');
  world.simulator.faults.add({ ...without, times: always });
  await runStep({ world, job: { scenario: 'flow-lazy' } });
  expect(world.simulator.count('record-by-id')).toBe(0);
});
