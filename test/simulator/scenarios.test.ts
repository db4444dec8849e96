// Tests that each built-in scenario does what its description says, and that scenario files are checked.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenarioJsonSchema } from './scenario-json-schema.ts';
import {
  loadScenarioFile,
  type Simulator,
  scenarioJobId,
  scenarioNamed,
  scenarioNames,
  startSimulator,
  VirtualClock,
} from './simulator.ts';

const endings: Record<string, string> = {
  'failing-compile': 'FAILURE',
  'failing-test': 'FAILURE',
  'never-scheduled': 'SCHEDULE_FAILURE',
  stopped: 'ABORTED',
  hostile: 'FAILURE',
  'flow-failing': 'FAILURE',
  'shell-failing': 'FAILURE',
  'docker-failing': 'FAILURE',
};

describe('the built-in scenarios', () => {
  const clock = new VirtualClock();
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ clock });
  });
  afterAll(() => simulator.close());

  it.each(scenarioNames)('%s ends as its description says, with the result as the last line', (name) => {
    const job = simulator.addJob({ id: scenarioJobId(name), name, scenario: name });
    const build = job.start();
    clock.advance(120_000);
    const ending = endings[name] ?? 'SUCCESS';
    expect(build.status).toBe(ending);
    if (ending === 'SCHEDULE_FAILURE' || build.facts.scenario.quiet) return;
    const size = build.logs.written('bytes');
    const tail = build.logs
      .text('INFO')
      .bytes(Math.max(0, size - 2000), size)
      .toString();
    expect(tail.endsWith(`Finished: ${ending}\n`)).toBe(true);
    expect(tail).toContain('[JobStatusPlugin] onCompleted: ');
  });

  it('have unique job ids of 32 letters and digits', () => {
    const ids = scenarioNames.map(scenarioJobId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[0-9a-z]{32}$/);
  });

  it('have the job ids and names that README.md lists', async () => {
    const readme = await readFile(join(import.meta.dirname, 'README.md'), 'utf8');
    const listed = readme.matchAll(/^\| `([0-9a-z]+)` +\| `([a-z-]+)` +\|/gm);
    expect(Object.fromEntries([...listed].map(([, id, name]) => [name, id]))).toEqual(
      Object.fromEntries(scenarioNames.map((name) => [name, scenarioJobId(name)])),
    );
  });

  it('print file, line and code of a failed compilation', () => {
    const build = simulator.addJob({ name: 'again', scenario: 'failing-compile' }).start();
    clock.advance(20_000);
    expect(build.log).toMatch(/src\/main\/java\/.*App\.java:\[12,5]/);
    expect(build.log).toContain('[ERROR] [Maven构建:external_post_maven] : DEV.CB.0210043, ');
    expect(build.steps.map(({ status }) => status)).toEqual(['success', 'error', '']);
  });

  it('run a step with always: true after a failed one', () => {
    const build = simulator.addJob({ name: 'report', scenario: 'failing-test' }).start();
    clock.advance(20_000);
    expect(build.steps.map(({ status }) => status)).toEqual(['success', 'error', 'success']);
  });

  it('write dates in the language of the log', () => {
    const build = simulator.addJob({ name: 'npm', scenario: 'npm-success' }).start();
    clock.advance(20_000);
    expect(build.log).toMatch(
      /^\[\w{3} \d{2}, \d{4} [\d:.]{12} GMT\+08:00] \[INFO] \[Build with npm:external_npm] : This step is start$/m,
    );
    expect(build.log).toContain('> vite build\r\n');
  });

  it('have the same text at a higher speed, apart from the dates', async () => {
    const fast = await startSimulator({ clock, speed: 10 });
    const build = fast.addJob({ name: 'fast' }).start();
    clock.advance(1300);
    expect(build.status).toBe('SUCCESS');
    await fast.close();
  });
});

describe('scenario files', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'scenario-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function load(content: unknown): Promise<unknown> {
    const path = join(folder, 'scenario.json');
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
    return loadScenarioFile(path);
  }
  const good = {
    name: 'mine',
    description: 'one step',
    steps: [{ name: 'Compile', seconds: 2, lines: ['hello', { text: 'raw', level: 'raw', at: 1 }] }],
  };

  it('are loaded with their defaults', async () => {
    expect(await load(good)).toMatchObject({
      name: 'mine',
      queueSeconds: 0,
      language: 'zh',
      scheduled: true,
    });
  });

  it.each([
    ['text that is not JSON', '{', 'is not JSON'],
    ['a missing name', { ...good, name: undefined }, 'name:'],
    ['a negative time', { ...good, queueSeconds: -1 }, 'queueSeconds: must not be negative'],
    ['an unknown key', { ...good, stepz: [] }, 'stepz: is not known here'],
    [
      'a level that is none',
      { ...good, steps: [{ name: 'x', seconds: 1, lines: [{ text: 'a', level: 'LOUD' }] }] },
      'steps.0.lines.0',
    ],
    [
      'a step without a name',
      { ...good, steps: [{ name: '', seconds: 1 }] },
      'steps.0.name: must not be empty',
    ],
    [
      'a child that needs a later one',
      { ...good, children: [{ name: 'a', needs: ['b'], steps: [] }] },
      'children.0.needs: no earlier child is called b',
    ],
  ])('are rejected with %s, and the error names the place', async (_, content, message) => {
    await expect(load(content)).rejects.toThrow(message);
  });

  it('may name their schema for editors', async () => {
    expect(await load({ $schema: './scenario.schema.json', ...good })).toMatchObject({ name: 'mine' });
  });

  it('have a JSON schema that is up to date (npm run scenario-schema)', async () => {
    const kept: unknown = JSON.parse(
      await readFile(join(import.meta.dirname, 'scenario.schema.json'), 'utf8'),
    );
    expect(kept).toEqual(scenarioJsonSchema());
  });

  it('are named in the error when they are missing', async () => {
    await expect(loadScenarioFile(join(folder, 'none.json'))).rejects.toThrow(/none\.json is not a scenario/);
  });

  it('can describe everything that built-in scenarios can', async () => {
    const source = scenarioNamed('success');
    expect(await load(source)).toEqual(source);
  });
});
