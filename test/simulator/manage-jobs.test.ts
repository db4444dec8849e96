// Tests jobs that are created, changed and deleted through API calls alone.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Caller } from './caller.ts';
import { type Simulator, startSimulator, VirtualClock } from './simulator.ts';

const definition = (more: Record<string, unknown> = {}) => ({
  arch: 'x86-64',
  project_id: 'a287e712be6c404ca26e5f69040fa12b',
  job_name: 'made-by-api',
  steps: [{ module_id: 'devcloud2018.codeci_action_20043.action', name: 'Maven构建' }],
  ...more,
});

describe('the API for jobs', () => {
  const clock = new VirtualClock();
  let simulator: Simulator;
  let caller: Caller;

  beforeEach(async () => {
    simulator = await startSimulator({ clock });
    caller = new Caller(simulator);
  });
  afterEach(() => simulator.close());

  const create = async (more: Record<string, unknown> = {}): Promise<string> => {
    const reply = await caller.post('/v3/jobs/create', definition(more));
    expect(reply.text).toMatch(/"status":"success"/);
    return String(reply.at('result.job_id'));
  };

  it('runs, stops, changes and deletes a job', async () => {
    const id = await create();
    expect((await caller.start(id)).at('actual_build_number')).toBe('1');
    clock.advance(10_000);
    expect(await caller.wholeLog(id, 1)).toContain('Finished: SUCCESS');
    await caller.start(id);
    clock.advance(1000);
    expect((await caller.post(`/v3/jobs/${id}/2/stop`)).status).toBe(200);
    const changed = await caller.post('/v3/jobs/update', definition({ job_id: id, job_name: 'renamed' }));
    expect(changed.at('result.job_id')).toBe(id);
    expect((await caller.get(`/v3/jobs/${id}/query`)).at('result.job_name')).toBe('renamed');
    const [build] = simulator.builds(id);
    const deleted = await caller.post(`/v3/jobs/${id}/delete`);
    expect(deleted.at('result')).toEqual({ job_id: id, project_id: definition().project_id });
    expect((await caller.start(id)).status).toBe(422);
    expect((await caller.get(`/v4/${build?.recordId}/download-log`)).status).toBe(422);
  });

  it('runs builds that are described in a scenario file', async () => {
    const id = await create({
      parameters: [
        {
          params: [
            { name: 'name', value: 'env' },
            {
              name: 'defaultValue',
              value: 'test',
              limits: [{ disable: '0', name: 'test', display_name: 'Test' }],
            },
          ],
        },
      ],
      steps: [
        {
          module_id: 'm',
          name: 'Compile',
          properties: {
            scenario: {
              language: 'en',
              queueSeconds: 3,
              artifacts: { images: { server: { name: 'server', uri: 'registry/server:1' } } },
              children: [{ name: 'one', steps: [{ name: 'x', seconds: 1 }] }],
            },
            play: {
              seconds: 2,
              mark: 'shell',
              lines: ['hello {{param.env}}', { text: '+ make', level: 'raw' }],
            },
          },
        },
        { module_id: 'm', name: 'Off', enable: false },
        { module_id: 'm', name: 'Clean', properties: { play: { seconds: 1, always: true } } },
      ],
    });
    await caller.start(id);
    expect(simulator.builds(id)[0]?.status).toBe('InQueue');
    clock.advance(20_000);
    const log = await caller.wholeLog(id, 1);
    expect(log).toContain('[Compile:shell] : This step is start');
    expect(log).toMatch(/\[INFO] hello test\n\[[^\]]+ GMT\+08:00] \+ make\n/);
    expect(log).not.toContain('Off');
    expect(simulator.builds(id)).toHaveLength(2);
    expect((await caller.get(`/v3/jobs/${id}/1/output-info`)).at('result.image_infos.server.name')).toBe(
      'server',
    );
    const whole = await caller.get(`/v3/jobs/${id}/query?get_all_params=true`);
    expect(whole.at('result.steps.0.properties.play.mark')).toBe('shell');
    const rejected = await caller.start(id, { parameter: [{ name: 'env', value: 'live' }] });
    expect(rejected.at('error_code')).toBe('CB.00060200');
  });

  it('disables and recovers a job', async () => {
    const id = await create();
    expect((await caller.post(`/v3/jobs/${id}/disable`)).text).toBe('{"status":"success"}');
    expect((await caller.start(id)).status).toBe(400);
    expect((await caller.post(`/v3/jobs/${id}/recover`)).text).toBe('{"status":"success"}');
    expect((await caller.start(id)).status).toBe(200);
  });

  it.each([
    ['no steps', { steps: undefined }],
    ['no architecture', { arch: '' }],
    ['a bad name', { job_name: 'a b' }],
    ['a bad project', { project_id: 'x' }],
    ['a forbidden parameter', { parameters: [{ params: [{ name: 'name', value: 'PATH' }] }] }],
    [
      'a step that cannot be played',
      { steps: [{ module_id: 'm', name: 'x', properties: { play: { seconds: -1 } } }] },
    ],
    [
      'a scenario that is none',
      { steps: [{ module_id: 'm', name: 'x', properties: { scenario: { nope: 1 } } }] },
    ],
  ])('rejects a job with %s', async (_, more) => {
    const reply = await caller.post('/v3/jobs/create', definition(more));
    expect({ status: reply.status, code: reply.at('error_code') }).toEqual({
      status: 400,
      code: 'CB.00060200',
    });
  });

  it('rejects a name that is in use', async () => {
    await create();
    expect((await caller.post('/v3/jobs/create', definition())).status).toBe(400);
  });

  it('returns and changes notifications', async () => {
    const id = await create();
    const path = `/v3/jobs/notice/${id}`;
    const update = { notice_type: 'MESSAGE', enabled_event_type_names: ['deleteJob'] };
    expect((await caller.post(`${path}/update`, update)).at('result')).toBe(`{"job_id":"${id}"}`);
    expect((await caller.get(`${path}/query`)).at('result.2.enable_map.deleteJob')).toBe(true);
    expect((await caller.post(`${path}/disable?notice_type=message`)).status).toBe(200);
    expect((await caller.get(`${path}/query`)).at('result.2.enable_map.deleteJob')).toBe(false);
    expect((await caller.post(`${path}/disable?notice_type=pigeon`)).status).toBe(400);
  });

  it('creates, lists and deletes templates', async () => {
    const body = { name: 'maven', template: { steps: [{ module_id: 'm' }] }, parameters: [] };
    const made = await caller.post('/v3/templates/create', body);
    const uuid = String(made.at('result.uuid'));
    expect((await caller.get('/v3/templates/query?name=mav')).at('result.total_size')).toBe(1);
    expect((await caller.get('/v3/templates/query?name=gradle')).at('result.total_size')).toBe(0);
    expect((await caller.delete(`/v3/templates/${uuid}/delete`)).at('status')).toBe('success');
    expect((await caller.delete(`/v3/templates/${uuid}/delete`)).status).toBe(422);
  });

  it('lists the key stores of the domain', async () => {
    const domain = (await caller.get('/v3/projects')).at('projects.0.domain_id');
    const path = `/v3/keystore?domain_id=${domain}&file_name=`;
    expect((await caller.get(`${path}android.keystore`)).text).toBe('simulator fake keystore\n');
    expect((await caller.get(`${path}none`)).status).toBe(422);
    expect((await caller.get(path)).at('error_code')).toBe('CB.00060203');
    expect((await caller.get('/v3/keystore?domain_id=X&file_name=a')).at('error_code')).toBe('CB.00060202');
  });
});
