// Tests each call in both editions of the API, with one client: the older path first, the newer one once the gateway has
// said that the older one is gone, and an error that says so where neither is served.

import { describe, expect, it } from 'vitest';
import type { CodeArtsBuildClient } from '../../src/codearts/client.ts';
import { endpoints } from '../../src/codearts/endpoints.ts';
import { type Connected, connected } from '../builds/client.ts';
import type { CallName } from '../simulator/simulator.ts';

interface Finished extends Connected {
  readonly jobId: string;
  readonly recordId: string;
}

/** A client, and a build that has ended. */
async function openFinished(scenario: 'success' | 'flow-diamond' = 'success'): Promise<Finished> {
  const world = await connected();
  world.simulator.editions = 'both';
  const job = world.simulator.addJob({ name: 'shop', scenario });
  const build = job.start({ branch: 'main', parameters: { codeBranch: 'main' } });
  await world.time.sleep(120_000);
  return { ...world, jobId: job.id, recordId: build.recordId };
}

async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

type Read = (client: CodeArtsBuildClient, build: Finished) => Promise<unknown>;

/** Each call that has a successor, by its name in endpoints.ts; what it reads, and its name in the simulator. */
const reads: Readonly<Record<string, readonly [CallName, Read]>> = {
  jobs: ['jobs', (client, { simulator }) => client.jobs(simulator.projectId)],
  definition: ['job', (client, { jobId }) => client.definition(jobId)],
  record: ['record', (client, { jobId }) => client.record({ jobId, buildNumber: 1 })],
  log: ['log', async (client, { jobId }) => (await client.log({ jobId, buildNumber: 1 }, '0')).content],
  fullLog: ['full-log', (client, { recordId }) => textOf(client.fullLog(recordId, 'INFO'))],
  stepLog: ['step-log', (client, { recordId }) => textOf(client.stepLog(recordId, 'stage2'))],
  details: [
    'details',
    async (client, { jobId }) => {
      const { steps, parameters } = await client.details({ jobId, buildNumber: 1 });
      return {
        parameters,
        steps: steps.map(({ name, status, durationMs }) => ({ name, status, durationMs })),
      };
    },
  ],
  output: ['output', (client, { jobId }) => client.artifacts({ jobId, buildNumber: 1 })],
  flowGraph: ['flow-graph', (client, { recordId }) => client.flowGraph(recordId)],
  records: [
    'records',
    (client, { jobId, time }) =>
      client.builds({ jobId, from: time.now() - 600_000, to: time.now() + 600_000 }),
  ],
  stop: ['stop', (client, { jobId }) => client.stop({ jobId, buildNumber: 1 })],
};

const actions: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(endpoints).map(([name, { action }]) => [name, action]),
);

/** The versions in the paths of the requests since `from`, such as /v4. */
function versionsSince({ simulator }: Connected, from: number): ReadonlySet<string> {
  return new Set(simulator.requests.slice(from).map(({ path }) => path.slice(0, 3)));
}

it('covers every call that has a successor', () => {
  const withSuccessor = Object.entries(endpoints).filter(([, call]) => 'successor' in call);
  const expected = new Set([...withSuccessor.map(([name]) => name), 'details']);
  expect(new Set([...Object.keys(reads), 'start'])).toEqual(expected);
});

describe.each(Object.entries(reads))('%s', (name, [simulated, read]) => {
  const scenario = name === 'flowGraph' ? 'flow-diamond' : 'success';

  it('returns the same in both editions, and stays in the newer one once the older one is gone', async () => {
    const build = await openFinished(scenario);
    const older = await read(build.client, build);
    expect(versionsSince(build, 0)).not.toContain('/v1');
    build.simulator.editions = 'new';
    await read(build.client, build);
    const known = build.simulator.requests.length;
    expect(await read(build.client, build)).toEqual(older);
    expect(versionsSince(build, known)).toEqual(new Set(['/v1']));
  });

  it('goes to the newer edition with both of two calls that were sent at once', async () => {
    const build = await openFinished(scenario);
    const older = await read(build.client, build);
    build.simulator.editions = 'new';
    expect(await Promise.all([read(build.client, build), read(build.client, build)])).toEqual([older, older]);
  });

  it('reports that the endpoint serves no such API if neither edition is served', async () => {
    const build = await openFinished(scenario);
    build.simulator.faults.add({ call: '*', kind: 'status', status: 404, code: 'APIGW.0101', times: 99 });
    const reading = read(build.client, build);
    const action = name === 'details' ? 'read the build record' : actions[name];
    await expect(reading).rejects.toThrow(`CodeArts rejected the request to ${action}`);
    await expect(reading).rejects.toThrow('Check endpoint: it serves no CodeArts Build API');
    expect(build.simulator.count(simulated)).toBeGreaterThan(0);
  });
});

describe('start', () => {
  it('starts one build in the newer edition after the gateway has rejected the older path', async () => {
    const { client, simulator } = await connected();
    simulator.editions = 'new';
    const { id: jobId } = simulator.addJob({ name: 'shop' });
    const started = await client.start({ jobId, parameters: [] });
    expect(started.buildNumber).toBe(1);
    const sent = simulator.requests.filter(({ method }) => method === 'POST').map(({ path }) => path);
    expect(sent).toEqual(['/v3/jobs/build', '/v1/job/execute']);
    expect(simulator.builds(jobId)).toHaveLength(1);
  });

  it('starts nothing if neither edition is served', async () => {
    const { client, simulator } = await connected();
    const { id: jobId } = simulator.addJob({ name: 'shop' });
    simulator.faults.add({ call: 'start', kind: 'status', status: 404, code: 'APIGW.0101', times: 9 });
    await expect(client.start({ jobId, parameters: [] })).rejects.toThrow(
      'Check endpoint: it serves no CodeArts Build API',
    );
    expect({ sent: simulator.count('start'), builds: simulator.builds(jobId).length }).toEqual({
      sent: 2,
      builds: 0,
    });
  });

  it('is not sent again if its response is lost', async () => {
    const { client, simulator } = await connected();
    simulator.editions = 'new';
    const { id: jobId } = simulator.addJob({ name: 'shop' });
    simulator.faults.add({ call: 'start', kind: 'reset-after' });
    await expect(client.start({ jobId, parameters: [] })).rejects.toThrow('no answer');
    expect(simulator.builds(jobId)).toHaveLength(1);
  });
});
