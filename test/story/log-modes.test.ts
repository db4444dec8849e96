// Tests how much of the build's log the step shows: all of it, the failed step's, or nothing.
// Some are about details and the success ratio, which the newer edition has no calls for: both editions are served.

import { describe, expect, it } from 'vitest';
import { type CallName, type Fault, rewriteJson, scenarioNamed } from '../simulator/simulator.ts';
import { openGitHubApi } from './github-api.ts';
import { openWorld, runStep } from './story.ts';

it('requests and shows no log of a successful build with log: on-failure', async () => {
  const { recorder, world } = await runStep({ inputs: { log: 'on-failure' } });
  expect(recorder.remoteLines).toEqual([]);
  expect(
    world.simulator.count('log') + world.simulator.count('full-log') + world.simulator.count('step-log'),
  ).toBe(0);
});

it("shows the failed step's log, and no other's, at the end with log: on-failure", async () => {
  const { recorder, world } = await runStep({
    job: { scenario: 'failing-compile' },
    inputs: { log: 'on-failure' },
  });
  expect(recorder.stdout).toContain('::group::Maven构建\n');
  expect(recorder.stdout).not.toContain('::group::代码检出');
  expect(recorder.remoteLines).toContainEqual(expect.stringContaining('COMPILATION ERROR'));
  expect(world.simulator.count('log')).toBe(0);
  expect(world.simulator.count('step-log')).toBe(1);
});

it("shows the whole log with log: on-failure when the failed step's can't be read", async () => {
  const world = await openWorld({ editions: 'both' });
  world.simulator.faults.add({ call: 'step-log', kind: 'status', status: 404, times: 9 });
  const { recorder } = await runStep({
    world,
    job: { scenario: 'failing-compile' },
    inputs: { log: 'on-failure' },
  });
  expect(recorder.stdout).toContain('::group::代码检出\n');
  expect(recorder.stdout).toContain('COMPILATION ERROR');
});

it('reports from time to time that the build runs when its log is not shown', async () => {
  const { recorder } = await runStep({ job: { scenario: 'silent-minute' }, inputs: { log: 'on-failure' } });
  const words = recorder.ownLines.filter((line) => /running|silent/.test(line));
  expect(words).toEqual([expect.stringMatching(/^The build is running, 1 min \d s so far\.$/)]);
});

it.each(['failing-compile', 'failing-test', 'hostile', 'success', 'stopped', 'never-scheduled'] as const)(
  'requests no log of %s and shows none of its text anywhere with log: off',
  async (scenario) => {
    const { recorder, world, jobId, output } = await runStep({ job: { scenario }, inputs: { log: 'off' } });
    const logCalls = ['log', 'full-log', 'full-log-v3', 'step-log'] as const;
    expect(logCalls.map((call) => world.simulator.count(call))).toEqual([0, 0, 0, 0]);
    const [build] = world.simulator.builds(jobId);
    const step = [recorder.stdout, recorder.commands, recorder.summaryMarkdown, output('error')].join('\n');
    const words = (build?.log ?? '')
      .split('\n')
      .map((line) => line.replace(/^\[[^\]]*\](?: \[[A-Z]+\])? ?/, '').trim())
      .filter((line) => line.length > 8 && !line.startsWith('+++'));
    // A build that never got a machine has no log.
    expect(words.length > 20).toBe(scenario !== 'never-scheduled');
    expect(words.filter((line) => step.includes(line))).toEqual([]);
    expect(step).not.toMatch(/DEV\.CB|CB\.000|forged|server-1\.0\.jar|demo\/server|codeBranch/);
    expect(recorder.remoteLines).toEqual([]);
  },
);

it('reports a long wait in the queue at growing intervals', async () => {
  const { recorder } = await runStep({
    job: { scenario: { ...scenarioNamed('long-queue'), queueSeconds: 45 * 60 } },
  });
  const words = recorder.ownLines.filter((line) => line.startsWith('Still waiting'));
  expect(words).toEqual([1, 2, 5, 10, 20, 30].map((minutes) => expect.stringContaining(`${minutes} min`)));
});

it("shows the failed step's log with log: on-failure when the calls for it fail at first", async () => {
  const world = await openWorld({ editions: 'both' });
  const withoutFaults = await runStep({
    world,
    job: { scenario: 'failing-compile' },
    inputs: { log: 'on-failure' },
  });
  world.simulator.faults.add({ call: 'step-log', kind: 'status', status: 503, times: 2 });
  world.simulator.faults.add({ call: 'step-log', kind: 'truncated', after: 2 });
  const withFaults = await runStep({
    world,
    job: { scenario: 'failing-compile' },
    inputs: { log: 'on-failure' },
  });
  const withoutDates = ({ recorder }: typeof withoutFaults) =>
    recorder.remoteLines.map((line) => line.slice(36));
  expect(withoutFaults.recorder.remoteLines.length).toBeGreaterThan(10);
  expect(withoutDates(withFaults)).toEqual(withoutDates(withoutFaults));
  expect(withFaults.output('failed-step')).toBe(withoutFaults.output('failed-step'));
});

it("warns that the failed step's log is incomplete when it changed while it was read", async () => {
  const world = await openWorld({ editions: 'both' });
  world.simulator.faults.add({ call: 'step-log', kind: 'truncated', keep: 0.5 });
  world.simulator.faults.add({ call: 'step-log', kind: 'truncated', keep: 0.2, honest: true, after: 1 });
  const { recorder } = await runStep({
    world,
    job: { scenario: 'failing-compile' },
    inputs: { log: 'on-failure' },
  });
  expect(recorder.remoteLines.length).toBeGreaterThan(0);
  expect(recorder.annotations.map(({ message }) => message)).toContain(
    'The log is not complete here: its download broke off, and it has changed since.',
  );
});

describe('log: off', () => {
  const quoted = 'releaseVersion=1.4.2-quoted';
  const rejected = (call: CallName, status = 400): Fault => ({
    call,
    kind: 'status',
    status,
    code: 'CB.00060200',
    message: `bad parameter: ${quoted}`,
    times: Number.POSITIVE_INFINITY,
  });

  it.each(['start', 'record', 'details', 'output'] as const)(
    'shows nothing that a rejected %s call quotes, but its code and request',
    async (call) => {
      const api = await openGitHubApi();
      const world = await openWorld({ editions: 'both' });
      world.simulator.faults.add(rejected(call));
      const { recorder } = await runStep({
        world,
        inputs: { log: 'off', 'commit-status': 'codearts', 'github-token': 'ghs_secret_token' },
        env: { GITHUB_API_URL: api.url },
      });
      const texts = [
        recorder.stdout,
        recorder.summaryMarkdown,
        ...recorder.outputs.values(),
        ...api.statuses.map(({ body }) => String(body['description'])),
      ];
      expect(texts.filter((text) => text.includes(quoted))).toEqual([]);
      expect(recorder.stdout).toMatch(
        /CodeArts rejected the request to .+ \(CB\.00060200, HTTP 400, request \w+\)/,
      );
    },
  );

  it('does not show an unknown word for the status of the build', async () => {
    const world = await openWorld({ editions: 'both' });
    world.simulator.faults.add({ ...rewriteJson('record', '"Running"', '"Quoted"'), times: 3 });
    const { recorder } = await runStep({ world, inputs: { log: 'off' } });
    expect(recorder.stdout).toContain('The build has a status, which this action does not know');
    expect(recorder.stdout).not.toContain('Quoted');
  });
});
