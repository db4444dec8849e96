// The logs of a multi-task build: each line of each child once, one child at a time, whatever the service refuses.

import { describe, expect, it } from 'vitest';
import { rewriteJson } from '../simulator/simulator.ts';
import { countBy, familyOf, linesOf, shownLogs } from './flow.ts';
import { openWorld, type StoryOptions, type Told, tell, type World } from './story.ts';

const always = Number.POSITIVE_INFINITY;
const scenarios = ['flow-diamond', 'flow-lazy', 'flow-failing', 'flow-thirty'] as const;

/** Every line once and in order, no log inside another one. */
function expectAllOnce(told: Told): void {
  const { parent, children } = familyOf(told);
  const shown = shownLogs(told);
  for (const [name, child] of children) {
    const stretches = shown.filter(({ whose }) => whose === name);
    expect(stretches.length, `stretches of ${name}`).toBeLessThanOrEqual(1);
    const lines = child.startedAt === undefined ? [] : linesOf(child);
    expect(stretches.flatMap((stretch) => stretch.lines)).toEqual(lines);
  }
  const own = shown.filter(({ whose }) => whose === '').flatMap(({ lines }) => lines);
  expect(own).toEqual(linesOf(parent));
}

async function flowWorld(options: Parameters<typeof openWorld>[0] = {}): Promise<World> {
  return await openWorld(options);
}

describe('the logs of a multi-task build', () => {
  it.each(scenarios)('of %s come whole, each line once, one child at a time', async (scenario) => {
    expectAllOnce(await tell({ job: { scenario } }));
  });

  it.each(scenarios)('of %s come whole in the other shapes that are possible', async (scenario) => {
    const world = await flowWorld({ answers: 'possible', log: { unit: 'characters' } });
    expectAllOnce(await tell({ world, job: { scenario } }));
  });

  it.each([2, 3])('come whole when %i machines run the children by turns', async (executors) => {
    const world = await flowWorld({ executors });
    expectAllOnce(await tell({ world, job: { scenario: 'flow-thirty' } }));
  });

  it('come in the order in which the children end, where none held the floor while it ran', async () => {
    const told = await refusing('log', (path) => !path.includes('/1/'), { job: { scenario: 'flow-thirty' } });
    const { children } = familyOf(told);
    // The graph tells ends by the second.
    const ends = shownLogs(told)
      .filter(({ whose }) => whose !== '')
      .map(({ whose }) => Math.floor((children.get(whose)?.endedAt ?? 0) / 1_000));
    expect(ends).toHaveLength(30);
    expect(ends).toEqual(ends.toSorted((one, other) => one - other));
    expectAllOnce(told);
  });

  it("begin with the build's own, and end with its rest", async () => {
    const shown = shownLogs(await tell({ job: { scenario: 'flow-lazy' } }));
    expect(shown.map(({ whose }) => whose)).toEqual(['', 'core', 'client', 'server', 'bundle', '']);
  });

  it("are told from each other by headings, and their steps by the child's name", async () => {
    const { recorder } = await tell({ job: { scenario: 'flow-failing' } });
    const own = recorder.ownLines;
    expect(own).toContain('── log of middle (#3) ──');
    expect(own).toContain('── middle (#3) failed after 3 s ──');
    expect(own).toContain('::group::middle ▸ 构建 middle');
    expect(own).toContain('  · not run  last was skipped: middle failed');
  });

  it('hold lines while the child that writes them runs', async () => {
    const world = await flowWorld();
    const late: number[] = [];
    await tell({
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
): Promise<Told> {
  const world = options.world ?? (await flowWorld());
  world.simulator.faults.add({
    call,
    kind: 'status',
    status,
    code: status === 403 ? 'APIGW.0302' : 'CB.00060101',
    times: always,
    when: ({ path }) => when(path),
  });
  return await tell({ ...options, world });
}

describe('where the service does not answer for a child', () => {
  const ofChild = (path: string) => !/\/1\/(?:real-time-log|record-info)$/.test(path);

  it('the full log stands in for the live one', async () => {
    const told = await refusing('log', ofChild, { job: { scenario: 'flow-diamond' } });
    expectAllOnce(told);
    expect(told.code).toBe(0);
    // A live log that was refused once is not asked for again.
    const asked = told.world.simulator.requests.filter(({ call, path }) => call === 'log' && ofChild(path));
    expect(Math.max(...countBy(asked.map(({ path }) => path)).values())).toBe(1);
  });

  it('the live log stands in for the full one', async () => {
    const told = await refusing('full-log', () => true, { job: { scenario: 'flow-diamond' } });
    expectAllOnce(told);
    expect(told.code).toBe(0);
  });

  it('no live log is read by numbers that name other builds', async () => {
    const world = await flowWorld();
    const otherBuild = '"build_record_id":"00000000-0000-0000-0000-000000000000"';
    world.simulator.faults.add({
      ...rewriteJson('record', /"build_record_id":"[^"]+"/g, otherBuild),
      when: ({ path }) => ofChild(path),
    });
    const told = await tell({ world, job: { scenario: 'flow-diamond' } });
    expectAllOnce(told);
    const { requests } = world.simulator;
    expect(requests.filter(({ call, path }) => call === 'log' && ofChild(path))).toEqual([]);
    expect(requests.filter(({ call, path }) => call === 'output' && !path.includes('/1/'))).toEqual([]);
    expect(JSON.parse(told.output('children'))).toHaveLength(4);
  });

  it('the step says which log is missing, ends as the build, and in good time', async () => {
    const world = await flowWorld();
    world.simulator.faults.add({
      call: 'log',
      kind: 'status',
      status: 403,
      code: 'APIGW.0302',
      times: always,
      when: ({ path }) => ofChild(path),
    });
    const told = await refusing('full-log', () => true, { world, job: { scenario: 'flow-diamond' } }, 500);
    const { parent } = familyOf(told);
    expect(told.code).toBe(0);
    const warnings = told.recorder.annotations.filter(({ level }) => level === 'warning');
    expect(warnings).toHaveLength(4);
    expect(warnings[0]?.message).toMatch(
      /^The log of core is missing here: CodeArts rejected the request to download/,
    );
    expect(world.time.now() - (parent.endedAt ?? 0)).toBeLessThan(60_000);
  });

  it('a rejected graph costs one warning, and the build is reported as it ended', async () => {
    const told = await refusing('flow-graph', () => true, { job: { scenario: 'flow-failing' } });
    const { parent } = familyOf(told);
    expect(told.world.simulator.count('flow-graph')).toBe(2);
    const warnings = told.recorder.ownLines.filter((line) => line.includes("The child builds can't be read"));
    expect(warnings).toHaveLength(1);
    expect(shownLogs(told)).toEqual([{ whose: '', lines: linesOf(parent) }]);
    expect(told.output('result')).toBe('failure');
    expect(told.output('children')).toBe('[]');
  });
});

describe('faults that pass', () => {
  it.each([1, 2, 3, 4, 5, 6])('lose no line and show none twice (seed %i)', async (seed) => {
    const world = await flowWorld();
    world.simulator.faults.random({
      seed,
      rate: 0.1,
      kinds: ['status', 'reset-before', 'reset-after', 'truncated', 'html', 'not-json', 'throttled', 'busy'],
      calls: ['log', 'full-log', 'flow-graph', 'record', 'output', 'details'],
    });
    const told = await tell({ world, job: { scenario: seed % 2 === 0 ? 'flow-thirty' : 'flow-lazy' }, seed });
    expect(world.simulator.faults.injected).toBeGreaterThan(0);
    expectAllOnce(told);
    expect(told.output('result')).toBe('success');
  });
});
