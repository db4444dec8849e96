// Tests that a multi-task build's logs are printed with each line once, one child at a time, whatever the service
// refuses.

import { describe, expect, it } from 'vitest';
import { rewriteJson } from '../simulator/simulator.ts';
import { countBy, familyOf, linesOf, shownLogs } from './flow.ts';
import { openWorld, runStep, type StepRun, type StoryOptions } from './story.ts';

const always = Number.POSITIVE_INFINITY;
const scenarios = ['flow-diamond', 'flow-lazy', 'flow-failing', 'flow-thirty'] as const;

/** Every line once and in order, no log inside another one. */
function expectAllOnce(step: StepRun): void {
  const { parent, children } = familyOf(step);
  const shown = shownLogs(step);
  for (const [name, child] of children) {
    const stretches = shown.filter(({ whose }) => whose === name);
    expect(stretches.length, `stretches of ${name}`).toBeLessThanOrEqual(1);
    const lines = child.startedAt === undefined ? [] : linesOf(child);
    expect(stretches.flatMap((stretch) => stretch.lines)).toEqual(lines);
  }
  const own = shown.filter(({ whose }) => whose === '').flatMap(({ lines }) => lines);
  expect(own).toEqual(linesOf(parent));
}

describe('a multi-task build', () => {
  it.each(scenarios)('has each line of its logs printed once, one child at a time: %s', async (scenario) => {
    expectAllOnce(await runStep({ job: { scenario } }));
  });

  it.each(scenarios)(
    'has each line printed once where answers come in their other shapes and offsets count characters: %s',
    async (scenario) => {
      const world = await openWorld({ answers: 'possible', log: { unit: 'characters' } });
      expectAllOnce(await runStep({ world, job: { scenario } }));
    },
  );

  it.each([2, 3])(
    'has each line printed once when %i machines run the children by turns',
    async (executors) => {
      const world = await openWorld({ executors });
      expectAllOnce(await runStep({ world, job: { scenario: 'flow-thirty' } }));
    },
  );

  it('has the logs of its children printed in the order of their ends where none can be read live', async () => {
    const step = await refusing('log', (path) => !path.includes('/1/'), { job: { scenario: 'flow-thirty' } });
    const { children } = familyOf(step);
    // The graph tells ends by the second.
    const ends = shownLogs(step)
      .filter(({ whose }) => whose !== '')
      .map(({ whose }) => Math.floor((children.get(whose)?.endedAt ?? 0) / 1_000));
    expect(ends).toHaveLength(30);
    expect(ends).toEqual(ends.toSorted((one, other) => one - other));
    expectAllOnce(step);
  });

  it("has its own log printed first, then its children's, then the rest of its own", async () => {
    const shown = shownLogs(await runStep({ job: { scenario: 'flow-lazy' } }));
    expect(shown.map(({ whose }) => whose)).toEqual(['', 'core', 'client', 'server', 'bundle', '']);
  });

  it("has a heading above and below a child's log, and the child's name in front of its steps", async () => {
    const { recorder } = await runStep({ job: { scenario: 'flow-failing' } });
    const own = recorder.ownLines;
    expect(own).toContain('── log of middle (#3) ──');
    expect(own).toContain('── middle (#3) failed after 3 s ──');
    expect(own).toContain('::group::middle ▸ 构建 middle');
    expect(own).toContain('  · not run  last was skipped: middle failed');
  });

  it('has the lines of a child printed while it runs', async () => {
    const world = await openWorld();
    const late: number[] = [];
    await runStep({
      world,
      job: { scenario: 'flow-lazy' },
      watch: (recorder, { time }) => {
        recorder.onWrite = (text) => {
          for (const [, at] of text.matchAll(/^\[(\d{4}\/[^\]]+)\] \[core\] /gm)) {
            late.push(time.now() - Date.parse(at ?? ''));
          }
        };
      },
    });
    expect(late).toHaveLength(6);
    expect(Math.max(...late)).toBeLessThan(2_500);
  });
});

/** A run in which a call is refused for the paths that the test picks. */
async function refusing(
  call: 'log' | 'full-log' | 'record' | 'flow-graph',
  when: (path: string) => boolean,
  options: StoryOptions,
  status = 403,
): Promise<StepRun> {
  const world = options.world ?? (await openWorld());
  world.simulator.faults.add({
    call,
    kind: 'status',
    status,
    code: status === 403 ? 'APIGW.0302' : 'CB.00060101',
    times: always,
    when: ({ path }) => when(path),
  });
  return await runStep({ ...options, world });
}

describe('a multi-task build whose service refuses calls', () => {
  const ofChild = (path: string) => !/\/1\/(?:real-time-log|record-info)$/.test(path);

  it('has the full log of each child printed where the live ones are refused', async () => {
    const step = await refusing('log', ofChild, { job: { scenario: 'flow-diamond' } });
    expectAllOnce(step);
    expect(step.code).toBe(0);
    // A live log that was refused once is not asked for again.
    const asked = step.world.simulator.requests.filter(({ call, path }) => call === 'log' && ofChild(path));
    expect(Math.max(...countBy(asked.map(({ path }) => path)).values())).toBe(1);
  });

  it('has the live log of each child printed where the full ones are refused', async () => {
    const step = await refusing('full-log', () => true, { job: { scenario: 'flow-diamond' } });
    expectAllOnce(step);
    expect(step.code).toBe(0);
  });

  it('requests no live log by build numbers that belong to other builds', async () => {
    const world = await openWorld();
    const otherBuild = '"build_record_id":"00000000-0000-0000-0000-000000000000"';
    world.simulator.faults.add({
      ...rewriteJson('record', /"build_record_id":"[^"]+"/g, otherBuild),
      when: ({ path }) => ofChild(path),
    });
    const step = await runStep({ world, job: { scenario: 'flow-diamond' } });
    expectAllOnce(step);
    const { requests } = world.simulator;
    expect(requests.filter(({ call, path }) => call === 'log' && ofChild(path))).toEqual([]);
    expect(requests.filter(({ call, path }) => call === 'output' && !path.includes('/1/'))).toEqual([]);
    expect(JSON.parse(step.output('children'))).toHaveLength(4);
  });

  it('ends within a minute, with one warning and a line for each log, where no log of a child can be read', async () => {
    const world = await openWorld();
    world.simulator.faults.add({
      call: 'log',
      kind: 'status',
      status: 403,
      code: 'APIGW.0302',
      times: always,
      when: ({ path }) => ofChild(path),
    });
    const step = await refusing('full-log', () => true, { world, job: { scenario: 'flow-diamond' } }, 500);
    const { parent } = familyOf(step);
    expect(step.code).toBe(0);
    const warnings = step.recorder.annotations.filter(({ level }) => level === 'warning');
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^The log of core is missing here: CodeArts rejected the request to download/),
    ]);
    const lines = step.recorder.ownLines.filter((line) => line.endsWith(' is missing here as well.'));
    expect(lines.toSorted()).toEqual(
      ['bundle', 'client', 'server'].map((name) => `The log of ${name} is missing here as well.`),
    );
    expect(world.time.now() - (parent.endedAt ?? 0)).toBeLessThan(60_000);
  });

  it('is reported as it ended, with one warning, where its graph is refused', async () => {
    const step = await refusing('flow-graph', () => true, { job: { scenario: 'flow-failing' } });
    const { parent } = familyOf(step);
    expect(step.world.simulator.count('flow-graph')).toBe(2);
    const warnings = step.recorder.ownLines.filter((line) => line.includes("The child builds can't be read"));
    expect(warnings).toHaveLength(1);
    expect(shownLogs(step)).toEqual([{ whose: '', lines: linesOf(parent) }]);
    expect(step.output('result')).toBe('failure');
    expect(step.output('children')).toBe('[]');
  });
});

describe('a multi-task build with passing faults of all kinds', () => {
  it.each([1, 2, 3, 4, 5, 6])('loses no line and prints none twice (seed %i)', async (seed) => {
    const world = await openWorld();
    world.simulator.faults.random({
      seed,
      rate: 0.1,
      kinds: ['status', 'reset-before', 'reset-after', 'truncated', 'html', 'not-json', 'throttled', 'busy'],
      calls: ['log', 'full-log', 'flow-graph', 'record', 'output', 'details'],
    });
    const step = await runStep({
      world,
      job: { scenario: seed % 2 === 0 ? 'flow-thirty' : 'flow-lazy' },
      seed,
    });
    expect(world.simulator.faults.injected).toBeGreaterThan(0);
    expectAllOnce(step);
    expect(step.output('result')).toBe('success');
  });
});
