// Tests multi-task builds whose service says little of the children, or says it late: no line is lost where any log can
// be read, the result is the build's own, and the step does not wait for long.

import { describe, expect, it } from 'vitest';
import type { Json } from '../simulator/json.ts';
import { type Fault, type FaultName, rewriteJson, type ScenarioSource } from '../simulator/simulator.ts';
import { familyOf, linesOf, shownLogs } from './flow.ts';
import { openWorld, runStep, type StepRun, type StoryOptions, type World } from './story.ts';

const always = Number.POSITIVE_INFINITY;
const ofChild = ({ path }: { readonly path: string }) => !/\/1\/[a-z-]+$/.test(path);
const forbidden = { kind: 'status', status: 403, code: 'APIGW.0302', times: always } as const;
const broken = { kind: 'status', status: 500, code: 'CB.00060101', times: always } as const;

async function play(
  scenario: 'flow-diamond' | 'flow-lazy' | 'flow-failing',
  faults: readonly Fault[],
): Promise<StepRun> {
  const world = await openWorld();
  for (const fault of faults) world.simulator.faults.add(fault);
  return await runStep({ world, job: { scenario } });
}

const childrenOf = (run: StepRun): { name: string; result: string; [key: string]: unknown }[] =>
  JSON.parse(run.output('children'));

function linesShownOf(run: StepRun, name: string): string[] {
  return shownLogs(run)
    .filter(({ whose }) => whose === name)
    .flatMap(({ lines }) => lines);
}

/** Each child's log whole and once. */
function expectLogsOfChildren(run: StepRun): void {
  for (const [name, child] of familyOf(run).children) {
    expect(linesShownOf(run, name), name).toEqual(child.startedAt === undefined ? [] : linesOf(child));
  }
}

describe("a child's log", () => {
  it.each<[string, Fault]>([
    ['is refused', { call: 'record', ...forbidden, when: ofChild }],
    ["can't be read", { call: 'record', ...broken, when: ofChild }],
  ])('is downloaded after its end where its record %s', async (_, fault) => {
    const run = await play('flow-lazy', [fault]);
    expectLogsOfChildren(run);
    const isReadLive = run.world.simulator.requests.some((one) => one.call === 'log' && ofChild(one));
    expect({ code: run.code, isReadLive }).toEqual({ code: 0, isReadLive: false });
  });

  it('is read live once its record can be read again', async () => {
    const run = await play('flow-lazy', [{ call: 'record', ...broken, times: 2, when: ofChild }]);
    expectLogsOfChildren(run);
    expect(run.world.simulator.requests.some((one) => one.call === 'log' && ofChild(one))).toBe(true);
  });

  it('is printed whole though the graph gives the child no build number for a while', async () => {
    const run = await play('flow-lazy', [
      { ...rewriteJson('flow-graph', /"build_no":"\d+"/g, '"build_no":null'), times: 3 },
    ]);
    expectLogsOfChildren(run);
    expect(childrenOf(run).map(({ result }) => result)).toEqual(Array(4).fill('success'));
  });

  it.each<[string, readonly Fault[]]>([
    ['both its logs are refused', [{ call: 'log', ...forbidden, when: ofChild }]],
    ['its full log and its record are refused', [{ call: 'record', ...forbidden, when: ofChild }]],
  ])('is left out within a minute where %s, and the build is reported as it ended', async (_, faults) => {
    const run = await play('flow-diamond', [{ call: 'full-log', ...forbidden }, ...faults]);
    expect(run.output('result')).toBe('success');
    expect(childrenOf(run)).toHaveLength(4);
    expect(shownLogs(run).map(({ whose }) => whose)).toEqual(['']);
    const about = run.recorder.annotations.filter(({ message }) => message.includes(' log of '));
    expect(about.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^The log of core is missing here: CodeArts rejected the request to download the full log: .*APIGW\.0302/,
      ),
    ]);
    const { parent } = familyOf(run);
    expect(run.world.time.now() - (parent.endedAt ?? 0)).toBeLessThan(60_000);
  });

  it('is reported as incomplete where its full log is refused and its live log breaks off', async () => {
    const child = (name: string, seconds: number) => ({
      name,
      steps: [
        { name: 'Run', seconds, lines: Array.from({ length: seconds }, (_, line) => `${name} ${line}`) },
      ],
    });
    const flow: ScenarioSource = {
      name: 'flow',
      description: 'a long child and a short one',
      strategy: 'eager',
      steps: [],
      children: [child('core', 60), child('web', 20)],
    };
    const world = await openWorld();
    const ofWeb = ({ path }: { readonly path: string }) => /\/3\/[a-z-]+$/.test(path);
    world.simulator.faults.add({ call: 'full-log', ...forbidden });
    world.simulator.faults.add({ call: 'log', kind: 'cut', units: 400, times: 1, when: ofWeb });
    world.simulator.faults.add({ call: 'log', kind: 'busy', after: 1, times: always, when: ofWeb });
    const run = await runStep({ world, job: { scenario: flow } });
    const shown = linesShownOf(run, 'web');
    expect(shown.length).toBeLessThan(linesOf(familyOf(run).children.get('web')).length);
    expect(run.recorder.annotations.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^The end of the log of web is missing here: CodeArts rejected the request to read the live log/,
      ),
    ]);
  });

  it('is read to its end where a later record says that the build has no children', async () => {
    const untrue = { ...rewriteJson('record', '"YAML"', '"ACTION"'), after: 2 };
    const run = await play('flow-diamond', [untrue]);
    expect({ result: run.output('result'), children: childrenOf(run).length }).toEqual({
      result: 'success',
      children: 4,
    });
    expectLogsOfChildren(run);
    expect(run.world.time.now() - (familyOf(run).parent.endedAt ?? 0)).toBeLessThan(30_000);
  });

  it('is not printed a second time where its download breaks off for good', async () => {
    const child = (name: string, seconds: number) => ({
      name,
      steps: [
        { name: 'Run', seconds, lines: Array.from({ length: seconds }, (_, line) => `${name} ${line}`) },
      ],
    });
    const world = await openWorld();
    world.simulator.faults.add({ call: 'full-log', kind: 'truncated', keep: 0.5 });
    world.simulator.faults.add({ call: 'full-log', ...forbidden, after: 1 });
    const description = 'a long child and a short one';
    const children = [child('core', 60), child('web', 20)];
    const flow: ScenarioSource = { name: 'flow', description, strategy: 'eager', steps: [], children };
    const run = await runStep({ world, job: { scenario: flow } });
    const shown = linesShownOf(run, 'web').filter((line) => line.includes('web '));
    expect(new Set(shown).size).toBe(shown.length);
    expect(shown.length).toBeGreaterThan(0);
    expect(run.recorder.annotations.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^The end of the log of web is missing here: CodeArts rejected the request to download the full log/,
      ),
    ]);
  });

  it('is reported as incomplete where its live log lacks its end and its full log is shorter than that', async () => {
    const run = await play('flow-lazy', [
      { ...rewriteJson('log', 'Finished: ', 'Finished, '), when: ofChild },
      { call: 'full-log', kind: 'truncated', keep: 0.2, honest: true, times: always },
    ]);
    expect(run.output('result')).toBe('success');
    expect(run.recorder.ownLines).toContain(
      'Lines of the log of core may be missing here: CodeArts returned less of it for download than was printed.',
    );
  });

  it('is reported as missing where its live log has no text and its full log is refused', async () => {
    const none = { kind: 'status', status: 422, code: 'CB.00031006', times: always } as const;
    const run = await play('flow-lazy', [
      { call: 'log', ...none, when: ofChild },
      { call: 'full-log', ...forbidden },
    ]);
    expect(run.output('result')).toBe('success');
    const headings = run.recorder.ownLines.filter((line) => line.startsWith('── core'));
    expect(headings).toEqual([expect.stringContaining('its log could not be read')]);
    expect(run.recorder.annotations.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(
        /^The log of core is missing here: CodeArts rejected the request to download the full log/,
      ),
    );
  });

  it('is printed again as a whole where its full log does not begin with what was read live', async () => {
    const astray: Fault = { ...rewriteJson('log', 'INFO', 'OFNI'), when: ofChild };
    const run = await play('flow-lazy', [
      { ...astray, times: 2 },
      { call: 'log', ...forbidden, when: ofChild, after: 2 },
    ]);
    const core = familyOf(run).children.get('core');
    const shown = linesShownOf(run, 'core');
    expect(shown.join('\n')).toContain('OFNI');
    expect(shown.slice(-linesOf(core).length)).toEqual(linesOf(core));
  });
});

describe('the children of a multi-task build', () => {
  it('are listed as they were last known where their graph is refused later on', async () => {
    const run = await play('flow-lazy', [{ call: 'flow-graph', ...forbidden, after: 3 }]);
    expect(run.output('result')).toBe('success');
    expect(childrenOf(run).map(({ name }) => name)).toEqual(['core', 'client', 'server', 'bundle']);
    const linesOfCore = linesShownOf(run, 'core');
    expect(linesOfCore).toEqual(linesOf(familyOf(run).children.get('core')));
  });

  it.each<[string, Fault]>([
    ['fails', { call: 'flow-graph', ...broken }],
    ['fails from the third request on', { call: 'flow-graph', ...broken, after: 2 }],
    ['is throttled', { call: 'flow-graph', kind: 'throttled', times: always }],
  ])('delay the end of the step by less than 17 seconds where their graph %s', async (_, fault) => {
    const world = await openWorld();
    world.simulator.faults.add(fault);
    const run = await runStep({ world, job: { scenario: 'flow-lazy' } });
    expect(run.output('result')).toBe('success');
    const { parent } = familyOf(run);
    expect(world.time.now() - (parent.endedAt ?? 0)).toBeLessThan(17_000);
  });

  it('do not delay the end of a long build whose graph fails from its first minute on', async () => {
    const world = await openWorld();
    world.simulator.faults.add({ call: 'flow-graph', ...broken, after: 2 });
    const steps = [{ name: 'Run', seconds: 200, lines: ['one', 'two'] }];
    const child = (name: string) => ({ name, steps });
    const parent = { steps: [], children: [child('a'), child('b')] };
    const scenario = { name: 'long', description: 'two children', ...parent };
    const run = await runStep({ world, job: { scenario } });
    expect({ code: run.code, children: childrenOf(run).length }).toEqual({ code: 0, children: 2 });
    const { endedAt = 0 } = familyOf(run).parent;
    expect(world.time.now() - endedAt).toBeLessThan(12_000);
  });

  it('are reported with their logs and artifacts though a short build ended before they were listed', async () => {
    const world = await openWorld({ faults: ['graph-late'], speed: 4 });
    const run = await runStep({ world, job: { scenario: 'flow-diamond' } });
    expectLogsOfChildren(run);
    expect({ code: run.code, children: childrenOf(run).length }).toEqual({ code: 0, children: 4 });
    expect(JSON.parse(run.output('artifacts'))).toHaveLength(4);
  });

  it.each<FaultName>(['graph-null', 'graph-empty'])(
    'of a code-based build that CodeArts lists none of are mentioned in one line (%s)',
    async (name) => {
      const world = await openWorld({ faults: [name] });
      const run = await runStep({ world, job: { scenario: 'flow-diamond' } });
      expect({ code: run.code, children: run.output('children') }).toEqual({ code: 0, children: '[]' });
      // No warning: a build.yml of one job has no children either.
      expect(run.recorder.annotations).toEqual([]);
      expect(run.recorder.ownLines.filter((line) => line.includes('lists no child builds'))).toHaveLength(1);
    },
  );

  it('have an unknown result where CodeArts calls them running after the end of the build', async () => {
    const run = await play('flow-lazy', [
      rewriteJson('flow-graph', '"status":"SUCCESS"', '"status":"RUNNING"'),
    ]);
    expect(run.output('result')).toBe('success');
    expect(childrenOf(run).map(({ result }) => result)).toEqual(Array(4).fill('unknown'));
  });

  it("get one warning where their artifacts can't be read", async () => {
    const run = await play('flow-diamond', [{ call: 'output', ...broken, when: ofChild }]);
    expect(run.code).toBe(0);
    const warnings = run.recorder.annotations.filter(({ level }) => level === 'warning');
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/CB\.00060101.* The artifacts of (?:\w+, ){3}\w+ are missing here\.$/),
    ]);
    expect(JSON.parse(run.output('artifacts'))).toEqual([]);
  });

  it('get one line, and no warning, where CodeArts rejects the call for their artifacts', async () => {
    const rejected = { kind: 'status', status: 400, code: 'DEV.CB.0310001', times: always } as const;
    const run = await play('flow-diamond', [{ call: 'output', ...rejected, when: ofChild }]);
    expect({ code: run.code, annotations: run.recorder.annotations }).toEqual({ code: 0, annotations: [] });
    expect(run.recorder.ownLines.filter((line) => line.includes('DEV.CB.0310001'))).toEqual([
      expect.stringMatching(/^No artifacts of (?:\w+, ){3}\w+ are listed here: /),
    ]);
  });

  it('are named without the failed step where neither its record nor its log can be read', async () => {
    const run = await play('flow-failing', [
      { call: 'record', ...forbidden, when: ofChild },
      { call: 'full-log', ...forbidden },
    ]);
    expect(run.code).toBe(1);
    expect(childrenOf(run).find(({ name }) => name === 'middle')).toMatchObject({ result: 'failure' });
    expect(run.output('error')).toMatch(/^Build #1 of shop-backend failed in middle/);
  });

  it('of a reused build cost one warning where their graph is refused', async () => {
    const first = await runStep({ job: { scenario: 'flow-lazy' } });
    const again = async (world: World): Promise<StepRun> => {
      const options: StoryOptions = { world, jobId: first.jobId, inputs: { 'reuse-successful': 'true' } };
      return await runStep(options);
    };
    const whole = await again(first.world);
    expect({ reused: whole.output('reused'), children: childrenOf(whole).length }).toEqual({
      reused: 'true',
      children: 4,
    });
    first.world.simulator.faults.add({ call: 'flow-graph', ...forbidden });
    const without = await again(first.world);
    expect({
      code: without.code,
      reused: without.output('reused'),
      children: without.output('children'),
    }).toEqual({ code: 0, reused: 'true', children: '[]' });
    const warnings = without.recorder.annotations.filter(({ level }) => level === 'warning');
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /APIGW\.0302.* The child builds can't be read: their logs and artifacts are missing here\.$/,
      ),
    ]);
  });
});

it('requests the graph of a build without children four times in four minutes', async () => {
  const world = await openWorld();
  world.simulator.faults.add(rewriteJson('record', '"ACTION"', '"YAML"'));
  const scenario = {
    name: 'minutes',
    description: 'four minutes of one step',
    steps: [{ name: 'Run', seconds: 240, lines: ['one', 'two'] }],
  };
  await runStep({ world, job: { scenario } });
  const asked = world.simulator.requests.filter(({ call }) => call === 'flow-graph').map(({ at }) => at);
  const first = asked[0] ?? 0;
  // The last request is that after the end.
  expect(asked.slice(0, -1).map((at) => at - first)).toEqual([0, 10_000, 30_000, 90_000]);
});

it.each([
  ['without its record id', { build_record_id: '' }],
  ['as one without children', { build_config_type: 'ACTION' }],
])('ends with its multi-task build when the last record comes %s', async (_, change) => {
  const world = await openWorld();
  const rewrite = (body: Json): Json => {
    const text = JSON.stringify(body);
    const [name, value] = Object.entries(change)[0] ?? ['', ''];
    return text.includes('"status":"SUCCESS"')
      ? JSON.parse(text.replace(new RegExp(`"${name}":"[^"]*"`), `"${name}":"${value}"`))
      : body;
  };
  world.simulator.faults.add({ call: 'record', kind: 'rewrite', rewrite, times: 1_000 });
  const { code, output } = await runStep({ world, job: { scenario: 'flow-diamond' } });
  expect({ code, result: output('result') }).toEqual({ code: 0, result: 'success' });
});
