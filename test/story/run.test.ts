// Tests runs end to end over real sockets: what a user of the step gets.

import { describe, expect, it } from 'vitest';
import { largeLog } from '../simulator/simulator.ts';
import type { Recorder } from './recorder.ts';
import { commit, openWorld, runStep } from './story.ts';

it('passes when the build succeeded, and sets every output', async () => {
  const { code, output, lastLine, world, jobId } = await runStep();
  const [build] = world.simulator.builds(jobId);
  expect(code).toBe(0);
  expect(output('result')).toBe('success');
  expect(output('status')).toBe('SUCCESS');
  expect(output('record-id')).toBe(build?.recordId);
  expect(output('build-number')).toBe('1');
  expect(output('commit-id')).toBe(commit);
  expect(output('duration')).toBe('12');
  expect(output('error')).toBe('');
  expect(JSON.parse(output('artifacts'))).toHaveLength(2);
  expect(JSON.parse(output('steps'))).toHaveLength(4);
  expect(lastLine).toMatch(/^Build #1 of .+ succeeded in 12 s\. See https:/);
});

it('prints every line of the log, in order', async () => {
  const { recorder, world, jobId } = await runStep();
  const log = world.simulator.builds(jobId)[0]?.log ?? '';
  expect(recorder.remoteLines.join('\n')).toBe(log.trimEnd());
});

it('fails when the build failed, and reports which step failed and why', async () => {
  const { code, output, lastLine } = await runStep({ job: { scenario: 'failing-compile' } });
  expect(code).toBe(1);
  expect(output('result')).toBe('failure');
  expect(output('failed-step')).toBe('Maven构建');
  expect(lastLine).toMatch(
    /^::error::Build #1 of .+ failed in step Maven构建: .*App\.java:\[12,5] cannot find symbol \(DEV\.CB\.0210043\)/,
  );
});

it('fails with the reason when the build never got an executor', async () => {
  const { code, lastLine } = await runStep({ job: { scenario: 'never-scheduled' } });
  expect(code).toBe(1);
  expect(lastLine).toContain('never got a build machine');
});

describe('a bug in the action', () => {
  const failing = (recorder: Recorder) => {
    recorder.onWrite = (text) => {
      if (text.startsWith('Starting build task')) throw new TypeError('this is a bug');
    };
  };

  it('is reported in one line, without a stack', async () => {
    const { code, recorder, lastLine } = await runStep({ watch: failing });
    expect({ code, lastLine }).toEqual({
      code: 1,
      lastLine: '::error::Unexpected error in the action: this is a bug. Please report this.',
    });
    expect(recorder.stdout).not.toContain('run.test.ts');
  });

  it('is reported with its stack under step debug logging', async () => {
    const { recorder } = await runStep({ watch: failing, debugging: true });
    expect(recorder.stdout).toMatch(/^::debug::TypeError: this is a bug\n.*run\.test\.ts/m);
  });
});

it('polls the log and the record within their limits while text flows', async () => {
  const { world } = await runStep({ job: { scenario: 'success' } });
  expect(world.simulator.count('log')).toBeLessThan(14);
  expect(world.simulator.count('record')).toBeLessThan(12);
});

it('reads the long log of a build that has ended without waiting', async () => {
  const world = await openWorld();
  const job = world.simulator.addJob({ name: 'shop-backend', scenario: largeLog(12_000_000, 1) });
  job.start();
  await world.time.sleep(60_000);
  const begin = world.time.now();
  const { code } = await runStep({ world, jobId: job.id, inputs: { 'build-number': '1' } });
  expect(code).toBe(0);
  expect(world.simulator.count('log')).toBeGreaterThan(12);
  expect(world.time.now()).toBe(begin);
});

it('passes for a tag, whichever commit it points to by then', async () => {
  const { code, output, world, jobId } = await runStep({
    event: { name: 'push', payload: { ref: 'refs/tags/v1.4.0' } },
    env: { GITHUB_REF: 'refs/tags/v1.4.0' },
  });
  const [build] = world.simulator.builds(jobId);
  expect({ code, result: output('result'), commitId: output('commit-id') }).toEqual({
    code: 0,
    result: 'success',
    commitId: build?.commit,
  });
});
