// The built action against a service that leaves calls unanswered which it could do without: each costs its own result
// and seconds, not minutes. In real time, as no simulated clock goes on while an answer is awaited.

import { describe, expect, it } from 'vitest';
import { runAction } from '../runner/runner.ts';
import {
  type CallName,
  type Fault,
  type ScenarioName,
  type Simulator,
  startSimulator,
} from '../simulator/simulator.ts';

interface Ending {
  readonly exitCode: number | null;
  readonly warnings: readonly string[];
  readonly children: string;
  /** From the start of the process to the start of the build, and from the end of the build to that of the process. */
  readonly secondsBefore: number;
  readonly secondsAfter: number;
}

const always = Number.POSITIVE_INFINITY;

async function leaveUnanswered(calls: readonly CallName[], scenario: ScenarioName): Promise<Ending> {
  return await runWith(
    calls.map((call) => ({ call, kind: 'hang-before', times: always })),
    scenario,
  );
}

async function runWith(faults: readonly Fault[], scenario: ScenarioName): Promise<Ending> {
  const simulator = await startSimulator({ speed: 20 });
  for (const fault of faults) simulator.faults.add(fault);
  try {
    return await run(simulator, scenario);
  } finally {
    await simulator.close();
  }
}

async function run(simulator: Simulator, scenario: ScenarioName): Promise<Ending> {
  const job = simulator.addJob({ name: 'shop', scenario });
  const begun = performance.now();
  let startedAt = begun;
  simulator.onRequest('start', 1, () => {
    startedAt = performance.now();
  });
  const { exitCode, annotations, outputs } = await runAction({
    inputs: {
      region: simulator.region,
      endpoint: simulator.url,
      'access-key': simulator.accessKey.ak,
      'secret-key': simulator.accessKey.sk,
      'job-id': job.id,
    },
  });
  const [build] = job.builds;
  const buildSeconds = ((build?.endedAt ?? 0) - (build?.createdAt ?? 0)) / 1_000;
  return {
    exitCode,
    children: outputs.get('children') ?? '',
    warnings: annotations.filter(({ level }) => level === 'warning').map(({ message }) => message),
    secondsBefore: (startedAt - begun) / 1_000,
    secondsAfter: (performance.now() - startedAt) / 1_000 - buildSeconds,
  };
}

describe('the built action where calls are never answered', { timeout: 60_000, concurrent: true }, () => {
  it('starts the build after ten seconds without the definition', async () => {
    const { exitCode, secondsBefore, warnings } = await leaveUnanswered(['job'], 'success');
    expect({ exitCode, warnings }).toEqual({
      exitCode: 0,
      warnings: [
        'Could not read the definition of the build task: no answer within 10 s. Check endpoint, region, and the network or proxy of the runner.',
      ],
    });
    expect(secondsBefore).toBeLessThan(20);
  });

  it.each<[ScenarioName, number]>([
    ['success', 0],
    ['failing-compile', 1],
  ])('ends %s within 25 seconds of its build when no optional call is answered', async (scenario, code) => {
    const calls = ['details', 'output', 'success-ratio', 'analysis', 'full-stages', 'file-info'] as const;
    const { exitCode, secondsAfter, warnings } = await leaveUnanswered(calls, scenario);
    expect({ exitCode, warnings: warnings.length }).toEqual({ exitCode: code, warnings: 2 });
    expect(secondsAfter).toBeLessThan(25);
  });

  it('ends a multi-task build within 40 seconds when the call for its children is not answered', async () => {
    const { exitCode, secondsAfter, warnings } = await leaveUnanswered(['flow-graph'], 'flow-diamond');
    expect({ exitCode, warnings }).toEqual({
      exitCode: 0,
      warnings: [
        expect.stringMatching(
          /^Could not read the children of the build: no answer within 10 s\..* The child builds can't be read: /,
        ),
      ],
    });
    expect(secondsAfter).toBeLessThan(40);
  });

  it('waits six seconds for the children of a build', async () => {
    const slow = { call: 'flow-graph', kind: 'delay', ms: 6_000, times: always } as const;
    const { exitCode, warnings, children } = await runWith([slow], 'flow-diamond');
    expect({ exitCode, warnings }).toEqual({ exitCode: 0, warnings: [] });
    expect(JSON.parse(children)).toHaveLength(4);
  });
});
