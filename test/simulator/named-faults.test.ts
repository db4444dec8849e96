// Tests that each named fault makes the service behave as its description says.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Caller, type Reply } from './caller.ts';
import { openSimulator } from './open-simulator.ts';
import { type FaultName, faultNames, namedFaults, type ScenarioSource, VirtualClock } from './simulator.ts';

async function open(name: FaultName, scenario: ScenarioSource | 'flow-diamond' | 'failing-test' = brief) {
  const clock = new VirtualClock();
  const simulator = await openSimulator({ clock, faults: [name] });
  const job = simulator.addJob({ name: 'shop-backend', scenario });
  const caller = new Caller(simulator);
  return {
    clock,
    simulator,
    job,
    caller,
    path: `/v3/jobs/${job.id}/1`,
    record: `/v4/jobs/${job.id}/1/record-info`,
  };
}
type Place = Awaited<ReturnType<typeof open>>;

const brief: ScenarioSource = {
  name: 'brief',
  description: 'runs for two seconds and makes a package',
  steps: [{ name: 'Compile', seconds: 2, lines: ['compiling', 'x'.repeat(3_000)] }],
  artifacts: { packages: { 'shop.jar': { name: 'shop.jar', uri: '/shop.jar' } } },
};

/** Starts a build and waits for its end, and so many seconds more. */
function ended({ job, clock }: Place, seconds = 0) {
  const build = job.start();
  while (!build.ended) clock.advance(100);
  clock.advance(seconds * 1_000);
  return build;
}

const shown = ({ status, text }: Reply): { status: number; code: string | undefined } => ({
  status,
  code: /"error_code":"([^"]+)"/.exec(text)?.[1],
});

/** Whether the call is still unanswered after a moment of real time. */
async function hangs(place: Place, path: string): Promise<boolean> {
  const reply = place.caller.get(path).then(
    () => false,
    () => true,
  );
  const moment = new Promise<boolean>((resolve) => setTimeout(resolve, 60, true));
  return await Promise.race([reply, moment]);
}

const failed = { status: 500, code: 'CB.00060101' };

const checks: Record<FaultName, () => Promise<void>> = {
  'outputs-late': async () => {
    const place = await open('outputs-late');
    ended(place, 3);
    expect((await place.caller.get(`${place.path}/output-info`)).at('result.package_infos')).toBe(null);
    place.clock.advance(1_000);
    const later = await place.caller.get(`${place.path}/output-info`);
    expect(later.at('result.package_infos')).toMatchObject({ 'shop.jar': { name: 'shop.jar' } });
  },
  'outputs-fail': async () => {
    const place = await open('outputs-fail');
    ended(place);
    expect(shown(await place.caller.get(`${place.path}/output-info`))).toEqual(failed);
  },
  'outputs-hang': async () => {
    const place = await open('outputs-hang');
    ended(place);
    expect(await hangs(place, `${place.path}/output-info`)).toBe(true);
  },
  'details-fail': async () => {
    const place = await open('details-fail');
    ended(place);
    expect(shown(await place.caller.get(`${place.path}/history-details`))).toEqual(failed);
  },
  'details-hang': async () => {
    const place = await open('details-hang');
    ended(place);
    expect(await hangs(place, `${place.path}/history-details`)).toBe(true);
  },
  'details-no-history': async () => {
    const never = await open('details-no-history', { ...brief, scheduled: false });
    ended(never);
    const rejected = await never.caller.get(`${never.path}/history-details`);
    expect(shown(rejected)).toEqual({ status: 403, code: 'CB.00031059' });
    const ran = await open('details-no-history');
    ended(ran);
    expect((await ran.caller.get(`${ran.path}/history-details`)).status).toBe(200);
  },
  'ratio-hang': async () => {
    const place = await open('ratio-hang');
    expect(await hangs(place, `/v3/jobs/${place.job.id}/success-ratio`)).toBe(true);
  },
  'definition-hang': async () => {
    const place = await open('definition-hang');
    expect(await hangs(place, `/v3/jobs/${place.job.id}/query`)).toBe(true);
  },
  'no-task-list': async () => {
    expect(ended(await open('no-task-list')).log).not.toContain('All Tasks Status');
  },
  'no-last-line': async () => {
    expect(ended(await open('no-last-line')).log).not.toContain('Finished:');
  },
  'line-after-last': async () => {
    expect(ended(await open('line-after-last')).log).toMatch(/Finished: SUCCESS\n.*status was reported\n$/);
  },
  'last-line-late': async () => {
    const place = await open('last-line-late');
    const build = ended(place, 2.8);
    expect(build.log).not.toContain('Finished:');
    place.clock.advance(200);
    expect(build.log).toMatch(/Finished: SUCCESS\n$/);
  },
  'small-pieces': async () => {
    const place = await open('small-pieces');
    ended(place);
    const piece = await place.caller.log(place.job.id, 1, 0);
    expect(piece.at('result')).toMatchObject({ offset: 1_000, has_more_data: true });
  },
  'log-lags-silently': async () => {
    const place = await open('log-lags-silently');
    ended(place);
    const early = await place.caller.log(place.job.id, 1, 0);
    expect(early.at('result.has_more_data')).toBe(false);
    expect(early.at('result.content')).not.toContain('Finished');
    place.clock.advance(3_000);
    expect((await place.caller.log(place.job.id, 1, 0)).at('result.content')).toContain('Finished');
  },
  'graph-forbidden': async () => {
    expect(shown(await graphOf('graph-forbidden'))).toEqual({ status: 403, code: 'APIGW.0302' });
  },
  'graph-gone': async () => {
    const place = await open('graph-gone', 'flow-diamond');
    const { recordId } = ended(place);
    const older = await place.caller.get(`/v3/${recordId}/flow-graph`);
    expect(shown(older)).toEqual({ status: 404, code: 'APIGW.0101' });
    expect((await place.caller.get(`/v1/record/${recordId}/flow-graph`)).status).toBe(200);
  },
  'graph-fails': async () => {
    expect(shown(await graphOf('graph-fails'))).toEqual(failed);
  },
  'graph-null': async () => {
    expect((await graphOf('graph-null')).at('result')).toBe(null);
  },
  'graph-empty': async () => {
    expect((await graphOf('graph-empty')).at('result')).toEqual({ edges: [], vertices: [] });
  },
  'graph-late': async () => {
    const place = await open('graph-late', 'flow-diamond');
    const parent = place.job.start();
    const graph = `/v3/${parent.recordId}/flow-graph`;
    place.clock.advance(5_900);
    expect((await place.caller.get(graph)).at('result.vertices')).toEqual([]);
    place.clock.advance(200);
    expect((await place.caller.get(graph)).at('result.vertices')).toHaveLength(4);
  },
  'children-without-times': async () => {
    const graph = await graphOf('children-without-times');
    expect(graph.at('result.vertices.0')).toMatchObject({ start_time: null, finish_time: null });
  },
  'children-without-numbers': async () => {
    expect((await graphOf('children-without-numbers')).at('result.vertices.0.build_no')).toBe(null);
  },
  'children-of-another-job': async () => {
    expect((await graphOf('children-of-another-job')).at('result.vertices.0.build_no')).toBe('1002');
  },
  'token-bucket': async () => {
    const place = await open('token-bucket');
    const replies = [];
    for (let turn = 0; turn < 7; turn += 1) replies.push(await place.caller.start(place.job.id));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429, 429]);
    expect(replies.at(-1)?.headers.get('retry-after')).toBe('1');
    place.clock.advance(1_000);
    expect((await place.caller.start(place.job.id)).status).toBe(200);
  },
  'no-retry-after': async () => {
    const place = await open('no-retry-after');
    ended(place);
    const replies = [];
    for (let turn = 0; turn < 6; turn += 1) replies.push(await place.caller.get(place.record));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 429, 429, 429, 200]);
    expect(replies[2]?.headers.get('retry-after')).toBe(null);
  },
  'too-frequent': async () => {
    const place = await open('too-frequent');
    ended(place);
    const replies = [];
    for (let turn = 0; turn < 3; turn += 1) replies.push(await place.caller.get(place.record));
    replies.push(await place.caller.log(place.job.id, 1, 0));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 400, 200]);
    expect(replies[2]?.at('error_code')).toBe('CB.00060211');
  },
  'record-slow': async () => {
    const place = await open('record-slow');
    ended(place);
    expect(await hangs(place, place.record)).toBe(true);
    expect((await place.caller.log(place.job.id, 1, 0)).status).toBe(200);
  },
  'all-slow': async () => {
    const place = await open('all-slow');
    ended(place);
    expect(await hangs(place, place.record)).toBe(true);
  },
  'web-page': async () => {
    const place = await open('web-page');
    const page = await place.caller.start(place.job.id);
    expect({ status: page.status, type: page.headers.get('content-type') }).toEqual({
      status: 200,
      type: 'text/html',
    });
    expect(place.job.builds).toEqual([]);
  },
  'unknown-result': async () => {
    const place = await open('unknown-result');
    expect(ended(place).log).toContain('Finished: SUCCESS');
    expect((await place.caller.get(place.record)).at('result.status')).toBe('COMPLETED');
  },
  'file-type-json': async () => {
    expect((await fileOf('file-type-json')).headers.get('content-type')).toBe('application/json');
  },
  'file-type-html': async () => {
    expect((await fileOf('file-type-html')).headers.get('content-type')).toBe('text/html');
  },
  'file-type-absent': async () => {
    expect((await fileOf('file-type-absent')).headers.get('content-type')).toBe(null);
  },
  'file-redirect': async () => {
    const place = await open('file-redirect');
    const build = ended(place);
    const path = `${place.simulator.url}/v4/${build.recordId}/download-log?log_level=INFO`;
    const headers = { 'X-Auth-Token': place.simulator.token() };
    const answer = await fetch(path, { headers, redirect: 'manual' });
    expect(answer.status).toBe(302);
    const location = answer.headers.get('location') ?? '';
    expect(await (await fetch(location)).text()).toBe(build.log);
    expect((await fetch(location, { headers })).status).toBe(400);
  },
  gzip: async () => {
    const place = await open('gzip');
    const { caller, job } = place;
    const start = await caller.start(job.id);
    expect(start.headers.get('content-encoding')).toBe('gzip');
    expect(start.at('actual_build_number')).toBe('1');
  },
  'byte-order-mark': async () => {
    const { simulator, job } = await open('byte-order-mark');
    const headers = { 'X-Auth-Token': simulator.token() };
    const answer = await fetch(`${simulator.url}/v3/jobs/${job.id}/status`, { headers });
    expect([...new Uint8Array(await answer.arrayBuffer())].slice(0, 4)).toEqual([0xef, 0xbb, 0xbf, 0x7b]);
  },
  'big-headers': async () => {
    const { caller, job } = await open('big-headers');
    await expect(caller.get(`/v3/jobs/${job.id}/status`)).rejects.toMatchObject({
      cause: { code: 'UND_ERR_HEADERS_OVERFLOW' },
    });
  },
  'start-late': async () => {
    const { caller, job, simulator } = await open('start-late');
    const start = caller.start(job.id).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect({ arrived: simulator.count('start'), builds: job.builds.length }).toEqual({
      arrived: 1,
      builds: 0,
    });
    await simulator.close();
    await start;
  },
  'first-record-rejected': async () => {
    const place = await open('first-record-rejected');
    ended(place);
    expect(shown(await place.caller.get(place.record))).toEqual({ status: 400, code: 'CB.00060200' });
    expect((await place.caller.get(place.record)).status).toBe(200);
  },
  'list-entry-unreadable': async () => {
    const place = await open('list-entry-unreadable');
    ended(place);
    ended(place);
    const window = 'start_time=2026-01-12%2000:00:00&end_time=2026-01-13%2000:00:00';
    const list = await place.caller.get(`/v3/jobs/${place.job.id}/build-info-records?${window}`);
    expect(list.at('result.job_build_states')).toMatchObject([{ number: null }, { number: 1 }]);
  },
  'no-project-id': async () => {
    const place = await open('no-project-id');
    ended(place);
    expect((await place.caller.get(place.record)).at('result.devcloud_project_id')).toBe(null);
  },
  'file-info-refused': async () => {
    const place = await open('file-info-refused');
    ended(place);
    const reply = await place.caller.get(
      `/devreposerver/v5/files/info?file_name=${place.job.projectId}%2Fshop.jar`,
    );
    expect(shown(reply)).toEqual({ status: 403, code: 'APIGW.0302' });
  },
  'old-edition-gone': () => goneWith('old-edition-gone', { old: 404, new: 200 }),
  'new-edition-gone': () => goneWith('new-edition-gone', { old: 200, new: 404 }),
};

async function goneWith(name: FaultName, statuses: { old: number; new: number }): Promise<void> {
  const { caller, job } = await open(name);
  expect({
    old: (await caller.get(`/v3/jobs/${job.id}/query`)).status,
    new: (await caller.get(`/v1/job/${job.id}/config`)).status,
  }).toEqual(statuses);
}

async function graphOf(name: FaultName): Promise<Reply> {
  const place = await open(name, 'flow-diamond');
  return await place.caller.get(`/v3/${ended(place).recordId}/flow-graph`);
}

async function fileOf(name: FaultName): Promise<Reply> {
  const place = await open(name);
  const build = ended(place);
  const reply = await place.caller.get(`/v4/${build.recordId}/download-log`);
  expect(reply.text).toBe(build.log);
  return reply;
}

it.each(faultNames)('behaves as the description of the fault %s says', (name) => checks[name]());

it('lists every fault in README.md with its description', async () => {
  const readme = await readFile(join(import.meta.dirname, 'README.md'), 'utf8');
  for (const name of faultNames)
    expect(readme).toContain(`| \`${name}\` | ${namedFaults[name].description} |\n`);
});

it('enables a fault while the simulator runs', async () => {
  const clock = new VirtualClock();
  const simulator = await openSimulator({ clock });
  const job = simulator.addJob({ name: 'shop-backend', scenario: brief });
  const logs = { before: job.start(), after: job.start() };
  simulator.enableFault('no-last-line');
  logs.after = job.start();
  clock.advance(20_000);
  expect(logs.before.log).toContain('Finished: SUCCESS');
  expect(logs.after.log).not.toContain('Finished');
});
