// Tests the simulator against the reference: every call has a route, and responses have the fields of the samples.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Difference, differences } from './answer-shape.ts';
import { Caller } from './caller.ts';
import { jsonSchema } from './json.ts';
import { routes } from './routes.ts';
import { type Simulator, startSimulator, VirtualClock } from './simulator.ts';

const fixtureSchema = v.object({
  chapter: v.string(),
  call: v.string(),
  uri: v.string(),
  request: v.object({
    method: v.string(),
    target: v.string(),
    body: v.nullable(v.record(v.string(), jsonSchema)),
  }),
  answer: jsonSchema,
});

const folder = join(import.meta.dirname, 'fixtures');
const fixtures = await Promise.all(
  (await readdir(folder)).sort().map(async (name) => {
    return v.parse(fixtureSchema, JSON.parse(await readFile(join(folder, name), 'utf8')));
  }),
);

/** Objects whose field names are free. */
const maps: Readonly<Record<string, readonly string[]>> = {
  output: ['result.package_infos'],
};

/** Where sample and table disagree and the simulator follows the table; README.md lists them. */
const slips: Readonly<Record<string, readonly Difference[]>> = {
  'period-history': [{ path: 'history_records', fault: 'object in the sample, array here' }],
  history: [{ path: 'history_records', fault: 'object in the sample, array here' }],
  details: [{ path: 'parameters', fault: 'array in the sample, object here' }],
  'update-notice': [{ path: 'result', fault: 'object in the sample, string here' }],
  'disable-notice': [{ path: 'result', fault: 'object in the sample, string here' }],
  'create-template': [{ path: 'result.tool_type', fault: 'not in the sample' }],
};

const sampleProject = '6ecbc5bac7c8442fb3d2563d53c13582';
const creationProject = 'a287e712be6c404ca26e5f69040fa12b';

/** The jobs that the samples speak of, and how many builds each has had. */
const sampleJobs = [
  { id: 'cb5fa20de5fd4cf8be681d4bd6fdd2f6', projectId: sampleProject, builds: 61 },
  { id: 'f9d6c8466d614a9788e9a0acf6c15f46', projectId: sampleProject, builds: 20 },
  { id: '901878212b1a49be9c1a1054c272762a', projectId: sampleProject, builds: 1 },
  { id: '48c66c6002964721be537cdc6ce0297b', projectId: sampleProject, builds: 33 },
  { id: 'db8467d972cc47f7a1bd2a3a3e77596a', projectId: creationProject, builds: 0 },
] as const;

type Fixture = (typeof fixtures)[number];

describe("the simulator's responses", () => {
  let clock: VirtualClock;
  let simulator: Simulator;
  let caller: Caller;

  beforeEach(async () => {
    clock = new VirtualClock();
    simulator = await startSimulator({ clock });
    for (const { id, projectId, builds } of sampleJobs) {
      const job = simulator.addJob({ id, name: id.slice(0, 8), projectId });
      for (let number = 1; number <= builds; number += 1) job.start();
    }
    simulator.addJob({ name: 'maven-demo', projectId: sampleProject }).start();
    caller = new Caller(simulator);
  });
  afterEach(() => simulator.close());

  /** The sample's request line, with what it leaves open and the ids that no client can choose. */
  async function target({ call, request }: Fixture): Promise<string> {
    const [{ id }] = sampleJobs;
    if (call === 'records') {
      return `/v3/jobs/${id}/build-info-records?start_time=2026-01-12%2000:00:00&end_time=2026-01-13%2000:00:00`;
    }
    const query = call === 'log' ? '?offset=0' : call === 'step-log' ? '?task_name=stage2' : '';
    const domain = await caller.get('/v3/projects');
    return (request.target + query)
      .replace('{job_id}', id)
      .replace('2cc26382-b2cb-4234-8eb0-b37d362f4d4c', simulator.builds(id)[0]?.recordId ?? '')
      .replace('2ab0e6a3-3e1a-4708-bb16-fff2b0999027', flowRecord())
      .replace('60021bab32fd450aa2cb89226f425e06', String(domain.at('projects.0.domain_id')))
      .replace('ca9c83214d6344b9bd26d14ba0b519d9', await templateUuid())
      .replace('page_index=1', 'page_index=0')
      .replace('/Stop', '/stop')
      .replaceAll(/20\d\d-\d\d-\d\d/g, '2026-01-12');
  }

  function flowRecord(): string {
    const flow = simulator.addJob({ name: 'flow', scenario: 'flow-diamond' }).start();
    clock.advance(20_000);
    return flow.recordId;
  }

  async function templateUuid(): Promise<string> {
    const made = fixtures.find(({ call }) => call === 'create-template');
    const reply = await caller.post('/v3/templates/create', {
      ...made?.request.body,
      name: 'template 123',
      tool_type: null,
    });
    return String(reply.at('result.uuid'));
  }

  it.each(fixtures)('have the same fields and types as the reference for $chapter $call', async (fixture) => {
    const running = fixture.call.startsWith('stop');
    if (!running) clock.advance(60_000);
    const path = running ? fixture.request.target.replace('/Stop', '/stop') : await target(fixture);
    // Three samples say POST where the URI says GET.
    const [method] = fixture.uri.split(' ');
    const reply =
      method === 'POST'
        ? await caller.post(path, fixture.request.body ?? undefined)
        : await (method === 'DELETE' ? caller.delete(path) : caller.get(path));
    expect(reply.status, reply.text).toBe(200);
    if (fixture.answer === null) return;
    const found = differences(
      fixture.answer,
      v.parse(jsonSchema, JSON.parse(reply.text)),
      maps[fixture.call] ?? [],
    );
    expect(found).toEqual(slips[fixture.call] ?? []);
  });

  it('exist for every call of chapters 4 and 7', () => {
    const known = routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    expect(fixtures).toHaveLength(32);
    for (const { uri } of fixtures) expect(known).toContain(uri);
  });
});
