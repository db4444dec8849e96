// Tests what a user reads at the end of a failed step, whichever log the failed step's lines come from.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { ScenarioSource } from '../simulator/scenario.ts';
import { readScenario } from '../simulator/simulator.ts';
import { openWorld, runStep } from './story.ts';

const rejected = { call: 'log', kind: 'status', status: 403, code: 'APIGW.0302', times: 999 } as const;

function checkout(...files: readonly string[]): string {
  const workspace = mkdtempSync(join(tmpdir(), 'checkout-'));
  onTestFinished(() => rmSync(workspace, { recursive: true }));
  for (const file of ['.git/config', ...files]) {
    mkdirSync(dirname(join(workspace, file)), { recursive: true });
    writeFileSync(join(workspace, file), '');
  }
  return workspace;
}

function failing(lines: readonly string[]): ReturnType<typeof readScenario> {
  const source: ScenarioSource = {
    name: 'failing',
    description: 'a step that fails',
    steps: [
      {
        name: 'compile',
        seconds: 2,
        result: 'error',
        error: { code: 'DEV.CB.0210043', message: '命令执行失败，退出码: 1。' },
        lines: lines.map((text) => ({ text, level: 'raw' as const })),
      },
    ],
  };
  return readScenario(source, 'a test');
}

const errors = (recorder: { annotations: readonly { level: string }[] }) =>
  recorder.annotations.filter(({ level }) => level === 'error');

it('writes a single annotation, at the file and line, for a single error', async () => {
  const path = 'backend/src/main/java/com/example/demo/App.java';
  const { recorder } = await runStep({
    job: { scenario: 'failing-compile' },
    env: { GITHUB_WORKSPACE: checkout(path) },
  });
  expect(errors(recorder)).toEqual([
    {
      level: 'error',
      message: expect.stringMatching(/^Build #1 of shop-backend failed in step Maven构建: /),
      where: undefined,
    },
  ]);
  const found = await runStep({
    job: { scenario: 'failing-compile' },
    env: { GITHUB_WORKSPACE: checkout('src/main/java/com/example/demo/App.java') },
  });
  expect(errors(found.recorder)).toEqual([
    {
      level: 'error',
      message: expect.stringMatching(/^Build #1 of shop-backend failed in step Maven构建: /),
      where: { file: 'src/main/java/com/example/demo/App.java', startLine: 12, startColumn: 5 },
    },
  ]);
});

it('annotates further errors too, at most ten, without duplicates and warnings', async () => {
  const lines = Array.from(
    { length: 40 },
    (_, index) => `src/a.ts(${(index % 20) + 1},7): error TS2304: No x${index % 20}.`,
  );
  const { recorder } = await runStep({
    job: { scenario: failing(['src/a.ts(9,1): warning TS1: odd', ...lines]) },
  });
  expect(errors(recorder)).toHaveLength(10);
  expect(recorder.annotations).toHaveLength(10);
  const places = recorder.annotations.map(({ where }) => `${where?.file}:${where?.startLine}`);
  expect(new Set(places).size).toBe(10);
  expect(places.at(-1)).toBe('src/a.ts:1');
  expect(recorder.annotations.at(-1)?.message).toContain(
    'failed in step compile: src/a.ts(1,7): error TS2304: No x0',
  );
});

it("prints the failed step's lines outside groups, with the reason in red", async () => {
  const { recorder } = await runStep({ job: { scenario: 'failing-compile' } });
  const afterGroups = recorder.stdout.slice(recorder.stdout.lastIndexOf('::endgroup::'));
  expect(afterGroups).toMatch(/\nWhere step Maven构建 failed:\n::stop-commands::.+\n/);
  expect(afterGroups).toContain('App.java:[12,5] cannot find symbol\u001b[0m\n');
});

it("requests the failed step's log when the live log can't be read", async () => {
  const world = await openWorld();
  world.simulator.faults.add(rejected);
  world.simulator.faults.add({ ...rejected, call: 'full-log' });
  const { lastLine, recorder } = await runStep({ world, job: { scenario: 'failing-compile' } });
  expect(world.simulator.count('step-log')).toBe(1);
  expect(lastLine).toMatch(/App\.java:\[12,5] cannot find symbol \(DEV\.CB\.0210043\)/);
  expect(recorder.summaryMarkdown).toContain('cannot find symbol');
});

it("requests the failed step's log when it is longer than the kept tail, and finds an error at its beginning", async () => {
  const filler = Array.from({ length: 18_000 }, (_, index) => `compiling ${index} ${'.'.repeat(80)}`);
  const world = await openWorld();
  const { lastLine } = await runStep({
    world,
    job: { scenario: failing(['x.c:10:2: error: first', ...filler]) },
  });
  expect(lastLine).toContain('x.c:10:2: error: first');
  expect(world.simulator.count('step-log')).toBe(1);
});

it("diagnoses the printed log when the failed step's log changes during the download", async () => {
  const filler = Array.from({ length: 18_000 }, (_, index) => `compiling ${index} ${'.'.repeat(80)}`);
  const world = await openWorld();
  world.simulator.faults.add({ call: 'step-log', kind: 'truncated', keep: 0.5 });
  world.simulator.faults.add({ call: 'step-log', kind: 'truncated', keep: 0.2, honest: true, after: 1 });
  const { lastLine } = await runStep({
    world,
    job: { scenario: failing(['x.c:10:2: error: half', ...filler, 'y.c:3:1: error: kept']) },
  });
  expect(lastLine).toContain('y.c:3:1: error: kept');
  expect(world.simulator.count('step-log')).toBe(2);
});

it('makes no additional call for a failure that the printed log explains', async () => {
  const { world } = await runStep({ job: { scenario: 'failing-compile' } });
  expect(world.simulator.count('step-log')).toBe(0);
  expect(world.simulator.count('full-log')).toBe(0);
});

it("names the failed step from the log's markers when the list of steps can't be read", async () => {
  const world = await openWorld();
  world.simulator.faults.add({ ...rejected, call: 'details' });
  const { output, lastLine } = await runStep({ world, job: { scenario: 'failing-test' } });
  expect(output('failed-step')).toBe('Maven构建');
  expect(lastLine).toContain('expected: <19.99> but was: <19.98999999>');
});

it("reports the failed step and CodeArts' own message when no log can be read", async () => {
  const world = await openWorld();
  for (const call of ['log', 'full-log', 'step-log'] as const)
    world.simulator.faults.add({ ...rejected, call });
  const { code, lastLine } = await runStep({ world, job: { scenario: 'failing-compile' } });
  expect(code).toBe(1);
  expect(lastLine).toMatch(
    /failed in step Maven构建: 命令执行失败，退出码: 1，请检查构建命令和代码 \(DEV\.CB\.0210043\), after/,
  );
});
