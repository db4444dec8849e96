// Tests timeout-minutes: the build is stopped and the step fails, unless the build ends before it could be stopped.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ScenarioSource } from '../simulator/simulator.ts';
import { familyOf } from './flow.ts';
import { openWorld, runPostStep, runStep } from './story.ts';

const scenario = {
  name: 'a-while',
  description: 'runs for two minutes',
  steps: [{ name: 'Run', seconds: 120, lines: Array.from({ length: 60 }, (_, line) => `line ${line}`) }],
};

describe('a build that exceeds timeout-minutes', () => {
  const inputs = { 'timeout-minutes': '1' };

  it('is stopped and fails the step', async () => {
    const step = await runStep({ job: { scenario }, inputs });
    const [build] = step.world.simulator.builds(step.jobId);
    expect({ code: step.code, result: step.output('result'), stoppedBy: build?.stoppedBy }).toEqual({
      code: 1,
      result: 'timed-out',
      stoppedBy: 'builder',
    });
    expect(step.lastLine).toMatch(
      /^::error::Build #1 of shop-backend took longer than timeout-minutes allows \(1\) and was stopped\. See https:/,
    );
    expect(step.recorder.states.get('build')).toBe('{"phase":"over"}');
  });

  it('leads to no error annotation with fail-on-failure: false', async () => {
    const step = await runStep({ job: { scenario }, inputs: { ...inputs, 'fail-on-failure': 'false' } });
    expect({ code: step.code, annotations: step.recorder.annotations.map(({ level }) => level) }).toEqual({
      code: 0,
      annotations: ['warning'],
    });
  });

  it('is stopped even if it is still queued', async () => {
    const step = await runStep({ job: { scenario: { ...scenario, queueSeconds: 900 } }, inputs });
    expect({ code: step.code, stoppedBy: step.world.simulator.builds(step.jobId)[0]?.stoppedBy }).toEqual({
      code: 1,
      stoppedBy: 'builder',
    });
    expect(step.recorder.annotations.map(({ level }) => level)).toEqual(['error']);
  });

  it("is reported if it can't be stopped, and the post step tries again", async () => {
    const world = await openWorld();
    world.simulator.faults.add({ call: 'stop', kind: 'status', status: 403, times: 1 });
    const step = await runStep({ world, job: { scenario }, inputs });
    expect(step.lastLine).toMatch(
      /allows \(1\) and could not be stopped: CodeArts rejected the request to stop the build/,
    );
    await runPostStep(step);
    expect(world.simulator.builds(step.jobId)[0]?.stoppedBy).toBe('builder');
  });

  it('keeps its own result if it ends while it is being stopped', async () => {
    const world = await openWorld();
    world.simulator.faults.add({ call: 'record', kind: 'busy', after: 2, times: 3 });
    const steps = [{ name: 'Run', seconds: 58, lines: ['one', 'two'] }];
    const step = await runStep({
      world,
      job: { scenario: { name: 'just', description: 'just', steps } },
      inputs,
    });
    expect({ code: step.code, result: step.output('result') }).toEqual({ code: 0, result: 'success' });
  });

  it("is reported as timed out if it has ended with a result that can't be read", async () => {
    const world = await openWorld();
    world.simulator.faults.add({ call: 'record', kind: 'busy', after: 2, times: 1_000 });
    const steps = [{ name: 'Run', seconds: 58, lines: ['one', 'two'] }];
    const step = await runStep({
      world,
      job: { scenario: { name: 'just', description: 'just', steps } },
      inputs,
    });
    expect({ code: step.code, result: step.output('result') }).toEqual({ code: 1, result: 'timed-out' });
    expect(step.lastLine).toMatch(
      /^::error::Build #1 of shop-backend took longer than timeout-minutes allows \(1\) and had ended before it could be stopped; its result is not known: .+ See https:/,
    );
  });

  it('has its own result, and is not stopped, although its log is late, if the build ended in time', async () => {
    const lagging = {
      ...scenario,
      logLagSeconds: 600,
      steps: [{ name: 'Run', seconds: 55, lines: ['one', 'two'] }],
    };
    const step = await runStep({ job: { scenario: lagging }, inputs });
    expect({
      code: step.code,
      result: step.output('result'),
      stops: step.world.simulator.count('stop'),
    }).toEqual({ code: 0, result: 'success', stops: 0 });
  });
});

describe('a multi-task build that exceeds timeout-minutes', () => {
  const lines = (name: string) => Array.from({ length: 30 }, (_, line) => `${name} ${line}`);
  const child = (name: string) => ({ name, steps: [{ name: 'Run', seconds: 300, lines: lines(name) }] });
  const flow: ScenarioSource = {
    name: 'long-flow',
    description: 'two children of five minutes each',
    strategy: 'eager',
    steps: [],
    children: [child('core'), child('web')],
  };
  const inputs = { 'timeout-minutes': '1' };

  it('lists no child as still running', async () => {
    const step = await runStep({ job: { scenario: flow }, inputs });
    const children: readonly { name: string; result: string }[] = JSON.parse(step.output('children'));
    expect(children.map(({ name }) => name).sort()).toEqual(['core', 'web']);
    expect(children.map(({ result }) => result)).not.toContain('running');
  });

  it('names the children whose logs are incomplete, and no others', async () => {
    const lint = { name: 'lint', steps: [{ name: 'Run', seconds: 10, lines: lines('lint') }] };
    const children = [lint, child('core'), child('web')];
    const step = await runStep({ job: { scenario: { ...flow, children } }, inputs });
    expect(step.recorder.remoteLines.join('\n')).toContain('lint 29');
    expect(step.recorder.ownLines).toContainEqual(
      expect.stringMatching(/^CodeArts may have more of the logs of .*: (?:core, web|web, core)$/),
    );
    const quiet = await runStep({
      job: { scenario: { ...flow, children } },
      inputs: { ...inputs, log: 'off' },
    });
    expect(quiet.recorder.ownLines.join('\n')).not.toContain('CodeArts may have more');
  });

  it('names twenty of the children whose logs are incomplete, and counts the others', async () => {
    const children = Array.from({ length: 25 }, (_, index) => child(`part-${index + 1}`));
    const step = await runStep({ job: { scenario: { ...flow, children } }, inputs });
    const line = step.recorder.ownLines.find((one) => one.startsWith('CodeArts may have more')) ?? '';
    expect({ names: line.match(/part-\d+/g)?.length, ending: / and \d+ more$/.exec(line)?.[0] }).toEqual({
      names: 20,
      ending: ' and 5 more',
    });
  });

  it('does not name children that never ran', async () => {
    const last = { ...child('last'), needs: ['core'] };
    const step = await runStep({ job: { scenario: { ...flow, children: [child('core'), last] } }, inputs });
    expect(step.recorder.ownLines).toContainEqual(
      expect.stringMatching(/^CodeArts may have more of the logs of .*: core$/),
    );
  });

  it('prints what each of its children had written with log: on-failure', async () => {
    const step = await runStep({ job: { scenario: flow }, inputs: { ...inputs, log: 'on-failure' } });
    const shown = step.recorder.remoteLines.join('\n');
    expect({ core: shown.includes('core 1'), web: shown.includes('web 1') }).toEqual({
      core: true,
      web: true,
    });
  });

  it('saves what each of its children had written, with the DEBUG lines if requested', async () => {
    const workspace = mkdtempSync(join(tmpdir(), 'too-long-'));
    onTestFinished(() => rmSync(workspace, { recursive: true }));
    const step = await runStep({
      job: { scenario: flow },
      inputs: { ...inputs, 'log-file': 'build.log', 'log-level': 'DEBUG' },
      env: { GITHUB_WORKSPACE: workspace },
    });
    const saved = readFileSync(join(workspace, 'build.log'), 'utf8');
    for (const [name, { log }] of familyOf(step).children) {
      const written = log.split('\n').filter((line) => line.includes(`${name} `));
      expect(written.length, name).toBeGreaterThan(1);
      expect(
        written.filter((line) => !saved.includes(line)),
        name,
      ).toEqual([]);
    }
  });
});

it('ends at once when the build had ended at the time limit and its log is not shown', async () => {
  const brief = { ...scenario, steps: [{ name: 'Run', seconds: 58, lines: ['one'] }] };
  const world = await openWorld();
  const began = world.time.now();
  const step = await runStep({
    world,
    job: { scenario: brief },
    inputs: { 'timeout-minutes': '1', log: 'off' },
  });
  const afterLimit = world.simulator.requests.filter(
    ({ call, at }) => call === 'record' && at >= began + 60_000,
  );
  expect({ code: step.code, result: step.output('result'), records: afterLimit.length }).toEqual({
    code: 0,
    result: 'success',
    records: 1,
  });
});
