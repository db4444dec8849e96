// Tests what a step reads once its build has ended: an optional call that fails or gets no response costs only its own
// result and a warning, and all of them take 15 seconds at most. Both editions are served, because the newer one has no
// calls for details and the success ratio.

import { describe, expect, it } from 'vitest';
import type { CallName, Fault, ScenarioSource } from '../simulator/simulator.ts';
import { openWorld, runStep, type StepRun } from './story.ts';

const always = Number.POSITIVE_INFINITY;
const noHistory = { status: 403, code: 'CB.00031059', message: '不存在构建历史' } as const;

const callNames: readonly CallName[] = ['details', 'output', 'success-ratio'];
const steps: ScenarioSource['steps'] = [{ name: 'Make', seconds: 10, lines: ['one', 'two'] }];
const withoutArtifacts: ScenarioSource = { name: 'tests', description: 'makes nothing', steps };

interface Ending {
  readonly step: StepRun;
  /** Seconds from the response that reported the build's end to the end of the step. */
  readonly seconds: number;
  readonly warnings: readonly string[];
}

async function play(
  scenario: ScenarioSource | 'success' | 'failing-compile' | 'flow-diamond',
  faults: readonly Fault[] = [],
): Promise<Ending> {
  const world = await openWorld({ editions: 'both' });
  for (const fault of faults) world.simulator.faults.add(fault);
  // The delay is longer than the budget, so that the step itself has to give up on the call.
  const http = { answerTimeoutMs: 100, connectTimeoutMs: 1_000 };
  const step = await runStep({ world, job: { scenario }, http });
  const learntAt = world.simulator.requests.findLast(({ call }) => call === 'record')?.at ?? 0;
  return {
    step,
    seconds: (world.time.now() - learntAt) / 1_000,
    warnings: step.recorder.annotations
      .filter(({ level }) => level === 'warning')
      .map(({ message }) => message),
  };
}

const failing = (call: CallName): Fault => ({ call, kind: 'status', status: 500, times: always });
const silent = (call: CallName): Fault => ({ call, kind: 'hang-before', times: always });
const throttled = (call: CallName): Fault => ({ call, kind: 'throttled', times: always });

describe('the calls after a successful build', () => {
  it.each<[calls: string, how: string, fault: (call: CallName) => Fault]>([
    ['details', 'fails', failing],
    ['output', 'fails', failing],
    ['success-ratio', 'fails', failing],
    ['details output success-ratio', 'fails', failing],
    ['details output success-ratio', 'does not answer', silent],
    ['details output success-ratio', 'is throttled', throttled],
  ])('cost at most 15 seconds, with one warning per call, when each of %s %s', async (names, _, fault) => {
    const calls = callNames.filter((call) => names.split(' ').includes(call));
    const { step, seconds, warnings } = await play('success', calls.map(fault));
    expect({ code: step.code, result: step.output('result') }).toEqual({ code: 0, result: 'success' });
    expect(seconds).toBeLessThan(17);
    expect(warnings).toHaveLength(calls.filter((call) => call !== 'success-ratio').length);
  });

  it('keep the response of one call when another call fails', async () => {
    const { step } = await play('success', [failing('details')]);
    expect(JSON.parse(step.output('artifacts'))).toHaveLength(2);
    expect(JSON.parse(step.output('steps'))).toEqual([]);
  });

  it('request the artifacts a second time after four seconds when the first list is empty', async () => {
    const { step, seconds } = await play(withoutArtifacts);
    expect(step.world.simulator.count('output')).toBe(2);
    expect(seconds).toBeGreaterThanOrEqual(4);
    expect(seconds).toBeLessThan(8);
  });

  it('find artifacts that appear some seconds after the end of the build', async () => {
    const empty: Fault = {
      call: 'output',
      kind: 'rewrite',
      rewrite: () => ({ result: {}, status: 'success' }),
    };
    const { step } = await play('success', [empty]);
    expect(JSON.parse(step.output('artifacts'))).toHaveLength(2);
  });

  it('do not request the artifacts twice when the build ended long ago', async () => {
    const world = await openWorld({ editions: 'both' });
    const job = world.simulator.addJob({ name: 'shop', scenario: withoutArtifacts });
    job.start();
    await world.time.sleep(600_000);
    await runStep({ world, jobId: job.id, inputs: { 'build-number': '1' } });
    expect(world.simulator.count('output')).toBe(1);
  });

  it('log one line that says why no artifacts are listed when CodeArts rejects the call', async () => {
    const rejected: Fault = {
      call: 'output',
      kind: 'status',
      status: 400,
      code: 'DEV.CB.0310001',
      times: always,
    };
    const { step, warnings } = await play('success', [rejected]);
    expect(warnings).toEqual([]);
    expect(step.recorder.ownLines).toContainEqual(
      expect.stringMatching(/^No artifacts are listed here: .*DEV\.CB\.0310001/),
    );
  });
});

describe('the calls after a failed build', () => {
  const own = (line: string, error?: { code: string; message: string; faq?: string }): ScenarioSource => ({
    name: 'fails',
    description: 'fails in its only step',
    steps: [{ name: 'Make', seconds: 5, result: 'error', lines: [line], ...(error ? { error } : {}) }],
  });
  const faq = 'https://support.huaweicloud.com/codeci_faq/codeci_02_0004.html';

  it("report CodeArts' own analysis when the log gives no reason", async () => {
    const error = { code: 'DEV.CB.0219999', message: '依赖下载失败', faq };
    const { step } = await play(own('nothing to see', error), [
      failing('full-log'),
      failing('step-log'),
      failing('log'),
    ]);
    expect(step.output('error')).toBe(
      'Build #1 of shop-backend failed in step Make: 依赖下载失败 (DEV.CB.0219999).',
    );
    expect(step.lastLine).toContain(` and ${faq}`);
    expect(step.recorder.summaryMarkdown).toContain(faq);
  });

  it("keep the reason from the log and add CodeArts' page about the error", async () => {
    const error = { code: 'DEV.CB.0219999', message: '命令执行失败', faq };
    const { step } = await play(own('src/a.c:1:2: error: no such thing', error));
    expect(step.output('error')).toContain('src/a.c:1:2: error: no such thing');
    expect(step.lastLine).toContain(` and ${faq}`);
  });

  it.each<[string, (call: CallName) => Fault]>([
    ['fails', failing],
    ['does not answer', silent],
    ['is rejected', (call) => ({ call, kind: 'status', status: 404, times: always })],
  ])('wait at most five seconds for the analysis, and report nothing when it %s', async (_, fault) => {
    const { step, seconds, warnings } = await play('failing-compile', [fault('analysis')]);
    expect(warnings).toEqual([]);
    expect(seconds).toBeLessThan(8);
    expect(step.lastLine).toContain('cannot find symbol');
  });

  it('do not request the analysis with log: off', async () => {
    const { world } = await runStep({ job: { scenario: 'failing-compile' }, inputs: { log: 'off' } });
    expect(world.simulator.count('analysis')).toBe(0);
  });

  it('do not warn about the steps of a build that has no history', async () => {
    const { warnings } = await play('failing-compile', [
      { call: 'details', kind: 'status', ...noHistory, times: always },
    ]);
    expect(warnings).toEqual([]);
  });

  it('end within 17 seconds of the build when every optional call fails', async () => {
    const calls: readonly CallName[] = [
      'details',
      'output',
      'success-ratio',
      'analysis',
      'full-stages',
      'step-log',
    ];
    const { step, seconds } = await play('failing-compile', calls.map(failing));
    expect(seconds).toBeLessThan(17);
    expect(step.lastLine).toContain('cannot find symbol');
  });
});

describe('the calls after a multi-task build', () => {
  it.each<[string, (call: CallName) => Fault]>([
    ['fail', failing],
    ['are throttled', throttled],
  ])(
    'end within 17 seconds when those about its children %s, with a warning about what is missing',
    async (_, fault) => {
      const calls = ['details', 'output', 'record-by-id'] as const;
      const { step, seconds, warnings } = await play('flow-diamond', calls.map(fault));
      expect({ code: step.code, result: step.output('result') }).toEqual({ code: 0, result: 'success' });
      expect(seconds).toBeLessThan(17);
      expect(warnings).toContainEqual(
        expect.stringMatching(/The artifacts of core, client, server, bundle are missing here\.$/),
      );
    },
  );

  it.each<[string, (call: CallName) => Fault]>([
    ['fails', failing],
    ['is throttled', throttled],
  ])('end within 17 seconds when every one of them %s, the list of children included', async (_, fault) => {
    const calls = ['flow-graph', 'details', 'output', 'record-by-id', 'success-ratio'] as const;
    const { step, seconds } = await play('flow-diamond', calls.map(fault));
    expect({ code: step.code, result: step.output('result') }).toEqual({ code: 0, result: 'success' });
    expect(seconds).toBeLessThan(17);
  });
});

describe('the log of the failed step', () => {
  const noisy: ScenarioSource = {
    name: 'noisy',
    description: 'says why at once, then much else',
    steps: [
      {
        name: 'Make',
        seconds: 5,
        result: 'error',
        lines: [
          'x.c:10:2: error: first',
          ...Array.from({ length: 9_000 }, (_, line) => `${line} ${'.'.repeat(90)}`),
        ],
      },
    ],
  };

  it('is requested by its stage with one additional call', async () => {
    const world = await openWorld({ editions: 'both', log: { taskNames: 'stages' } });
    const { lastLine } = await runStep({ world, job: { scenario: noisy } });
    expect(lastLine).toContain('x.c:10:2: error: first');
    expect({
      stages: world.simulator.count('full-stages'),
      logs: world.simulator.count('step-log'),
    }).toEqual({ stages: 1, logs: 1 });
  });

  it('is not requested when CodeArts lists no stages, and the diagnosis uses the printed log', async () => {
    const { step } = await play(noisy, [{ call: 'full-stages', kind: 'status', status: 404, times: always }]);
    expect(step.world.simulator.count('step-log')).toBe(0);
    expect(step.output('failed-step')).toBe('Make');
  });
});
