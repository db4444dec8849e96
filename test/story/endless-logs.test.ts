// A download of a log that never ends (a broken proxy, a hostile service) is ended by the step's own bounds in time,
// wherever the log is read: in place of the live log, for log-file, and for the step that failed.

import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { CallName } from '../simulator/simulator.ts';
import { openWorld, runStep, type StepRun, type World } from './story.ts';

/** Time goes on while a download lasts: a minute with each millisecond. */
async function openHurriedWorld(endless: readonly CallName[], rejected: readonly CallName[]): Promise<World> {
  const world = await openWorld();
  for (const call of endless) world.simulator.faults.add({ call, kind: 'endless', times: 1_000 });
  for (const call of rejected)
    world.simulator.faults.add({ call, kind: 'status', status: 403, times: 1_000 });
  const { time } = world;
  const now = time.now.bind(time);
  const hurry = { began: 0, ms: 0 };
  for (const call of endless) world.simulator.onRequest(call, 1, () => (hurry.began ||= performance.now()));
  time.now = () => {
    if (hurry.began > 0) hurry.ms = Math.max(hurry.ms, (performance.now() - hurry.began) * 60_000);
    return now() + hurry.ms;
  };
  return world;
}

function warnings({ recorder }: StepRun): readonly string[] {
  return recorder.annotations.filter(({ level }) => level === 'warning').map(({ message }) => message);
}

it('a full log without an end, read in place of the live log, is given up', async () => {
  const world = await openHurriedWorld(['full-log'], ['log']);
  const step = await runStep({ world, inputs: { 'timeout-minutes': '1' } });
  expect(step.output('result')).toBe('success');
  expect(step.recorder.stdout).toContain(
    "The end of the build's log may be missing here: it does not end. See https:",
  );
});

it('a log without an end is saved for five minutes at most', async () => {
  const workspace = mkdtempSync(join(tmpdir(), 'codearts-endless-'));
  onTestFinished(() => rmSync(workspace, { recursive: true }));
  const world = await openHurriedWorld(['full-log'], []);
  const step = await runStep({
    world,
    inputs: { 'log-file': 'build.log', 'log-level': 'DEBUG' },
    env: { GITHUB_WORKSPACE: workspace },
  });
  expect(step.output('result')).toBe('success');
  expect(warnings(step)).toContain('log-file: the log is not saved as a whole: it does not end.');
  const { size } = statSync(join(workspace, 'build.log'));
  expect({ size, isSome: size > 0, isBounded: size < 2 ** 30 }).toMatchObject({
    isSome: true,
    isBounded: true,
  });
});

it.each<[string, readonly CallName[], readonly CallName[]]>([
  ["the failed step's log", ['step-log'], []],
  ['the full log in its place', ['full-log'], ['step-log']],
])('%s without an end, shown by log: on-failure, is given up', async (_, endless, rejected) => {
  const world = await openHurriedWorld(endless, rejected);
  const step = await runStep({ world, job: { scenario: 'failing-compile' }, inputs: { log: 'on-failure' } });
  expect(step.output('result')).toBe('failure');
  expect(warnings(step)).toContain('The log is not complete here: it does not end.');
});
