// Tests what is read about a build that has ended, and the warnings about what can't be read.

import { describe, expect, it } from 'vitest';
import { failedStepIn, type Outcome, type OutcomeOptions, readOutcome } from '../../src/builds/outcome.ts';
import { parseStatus } from '../../src/builds/status.ts';
import type { BuildRecord } from '../../src/codearts/build-schemas.ts';
import type { BuildId } from '../../src/codearts/client.ts';
import { TimeBudget } from '../../src/codearts/time-budget.ts';
import type { Fault, ScenarioSource } from '../simulator/simulator.ts';
import { type Connected, connected } from './client.ts';

interface Read {
  readonly outcome: Outcome;
  readonly world: Connected;
  readonly tookMs: number;
}

function optionsFor(
  { client, time: clock }: Pick<Connected, 'client' | 'time'>,
  build: BuildId,
  record: BuildRecord,
  signal = new AbortController().signal,
): OutcomeOptions {
  const budget = new TimeBudget({ clock, random: () => 1, signal, ms: 15_000 });
  const status = parseStatus(record.status);
  const result = status.kind === 'ended' ? status.result : 'failure';
  return {
    client,
    build,
    record,
    result,
    children: [],
    budget,
    wantsRatio: true,
    wantsDetails: true,
  };
}

async function outcomeOf(
  scenario: ScenarioSource | 'success' | 'failing-compile',
  faults: readonly Fault[] = [],
  known: Partial<BuildRecord> = {},
): Promise<Read> {
  const world = await connected();
  const { client, simulator, time } = world;
  const job = simulator.addJob({ name: 'shop', scenario });
  const build = { jobId: job.id, buildNumber: job.start().number };
  await time.sleep(3_600_000);
  const record = { ...(await client.record(build)), ...known };
  for (const fault of faults) simulator.faults.add(fault);
  const startedAt = time.now();
  const outcome = await readOutcome(optionsFor(world, build, record));
  return { outcome, world, tookMs: time.now() - startedAt };
}

const unavailable = (call: 'details' | 'output'): Fault => ({ call, kind: 'busy', times: 1_000 });
const rejected = (call: 'details' | 'output', status: number): Fault => ({
  call,
  kind: 'status',
  status,
  code: 'CB.00060200',
  message: '不行',
  times: 1_000,
});

describe('the outcome of a build', () => {
  it('has job, steps, artifacts and parameters of a successful build, and no failed step', async () => {
    const { outcome } = await outcomeOf('success');
    expect(outcome.jobName).toBe('shop');
    expect(outcome.steps.length).toBeGreaterThan(0);
    expect(outcome.artifacts.length).toBeGreaterThan(0);
    expect(outcome.parameters.get('codeBranch')).toBe('master');
    expect({ failedStep: failedStepIn(outcome.steps), warnings: outcome.warnings }).toEqual({
      failedStep: '',
      warnings: [],
    });
  });

  it('names the failed step of a failed build', async () => {
    const { outcome } = await outcomeOf('failing-compile');
    const failed = outcome.steps.filter(({ status }) => status === 'error').map(({ name }) => name);
    expect(failed).toHaveLength(1);
    expect(failedStepIn(outcome.steps)).toBe(failed[0]);
  });

  it('has a warning instead of steps when the details are rejected', async () => {
    const { outcome, tookMs } = await outcomeOf('success', [rejected('details', 422)]);
    expect(outcome).toMatchObject({ jobName: '', steps: [], parameters: new Map() });
    expect(outcome.warnings).toEqual([
      expect.stringMatching(/^CodeArts rejected the request to .*: 不行 – invalid parameter \(CB\.00060200/),
    ]);
    expect({ hasArtifacts: outcome.artifacts.length > 0, tookMs }).toEqual({ hasArtifacts: true, tookMs: 0 });
  });

  it.each([401, 403])('has a warning when the artifacts may not be read (HTTP %i)', async (status) => {
    const { outcome } = await outcomeOf('success', [rejected('output', status)]);
    expect({ artifacts: outcome.artifacts, warnings: outcome.warnings.length }).toEqual({
      artifacts: [],
      warnings: 1,
    });
  });

  it('reports a missing permission once for steps and artifacts', async () => {
    const { outcome } = await outcomeOf('success', [rejected('details', 403), rejected('output', 403)]);
    expect(outcome.warnings).toEqual([
      expect.stringMatching(/read the steps of the build: .*HTTP 403/),
      "The artifacts of the build can't be read either.",
    ]);
  });

  it.each([400, 404, 422])(
    'has no artifacts, and one line about it, when CodeArts rejects the call (%i)',
    async (status) => {
      const { outcome } = await outcomeOf('success', [rejected('output', status)]);
      expect(outcome).toMatchObject({
        artifacts: [],
        warnings: [],
        notices: [expect.stringMatching(/^No artifacts are listed here: .*CB\.00060200/)],
      });
    },
  );

  it.each([400, 404, 422])(
    'has no warning when the artifacts of a failed build are rejected (%i)',
    async (status) => {
      const { outcome } = await outcomeOf('failing-compile', [rejected('output', status)]);
      expect(outcome).toMatchObject({ artifacts: [], warnings: [], notices: [] });
    },
  );

  it.each(['details', 'output'] as const)(
    "waits 15 seconds at most for %s that can't be read",
    async (call) => {
      const { outcome, tookMs, world } = await outcomeOf('success', [unavailable(call)]);
      expect(outcome.warnings).toHaveLength(1);
      expect(tookMs).toBeGreaterThan(5_000);
      expect(tookMs).toBeLessThanOrEqual(15_000);
      expect(world.simulator.count(call)).toBeGreaterThan(2);
    },
  );

  it('includes the response of a call that fails only briefly', async () => {
    const { outcome } = await outcomeOf('success', [
      { call: 'details', kind: 'busy' },
      { call: 'output', kind: 'reset-before' },
    ]);
    expect({
      jobName: outcome.jobName,
      hasArtifacts: outcome.artifacts.length > 0,
      warnings: outcome.warnings,
    }).toEqual({ jobName: 'shop', hasArtifacts: true, warnings: [] });
  });

  it('is incomplete when the step is cancelled', async () => {
    const { client, simulator, time } = await connected();
    const job = simulator.addJob({ name: 'shop' });
    const build = { jobId: job.id, buildNumber: job.start().number };
    await time.sleep(3_600_000);
    const record = await client.record(build);
    const reason = new Error('cancelled');
    const signal = AbortSignal.abort(reason);
    const reading = readOutcome(optionsFor({ client, time }, build, record, signal));
    await expect(reading).rejects.toBe(reason);
  });
});

describe('the duration of a build', () => {
  const at = Date.UTC(2026, 0, 12);
  const times = { createdAt: at, startedAt: at + 60_000, finishedAt: at + 95_400 };

  it.each<[string, Partial<BuildRecord>, number | undefined]>([
    ['is the one that the service returns', { ...times, durationMs: 34_600 }, 35],
    ['is measured from start to end when the service returns none', { ...times, durationMs: undefined }, 35],
    [
      'is measured from the creation when the start is missing',
      { ...times, startedAt: undefined, durationMs: undefined },
      95,
    ],
    [
      'is unknown without a creation and a start',
      { ...times, createdAt: undefined, startedAt: undefined, durationMs: undefined },
      undefined,
    ],
    ['is unknown without an end', { ...times, finishedAt: undefined, durationMs: undefined }, undefined],
    ['is zero when the end is before the start', { ...times, finishedAt: at, durationMs: undefined }, 0],
  ])('%s', async (_, known, seconds) => {
    expect((await outcomeOf('success', [], known)).outcome.seconds).toBe(seconds);
  });
});
