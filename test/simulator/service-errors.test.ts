// Tests the status and the code of the response to each wrong request.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Caller, type Reply } from './caller.ts';
import { type Route, routes } from './routes.ts';
import { type Simulator, startSimulator, VirtualClock } from './simulator.ts';

/** Appendix 6.2 and the gateway's codes: what every call says to a request that is wrong. */
describe('a wrong request', () => {
  let simulator: Simulator;
  let caller: Caller;
  const jobId = 'a'.repeat(32);

  beforeAll(async () => {
    simulator = await startSimulator({ clock: new VirtualClock() });
    simulator.addJob({ id: jobId, name: 'server' }).start();
    caller = new Caller(simulator);
  });
  afterAll(() => simulator.close());

  const good: Readonly<Record<string, string>> = {
    job_id: jobId,
    project_id: 'b'.repeat(32),
    build_no: '1',
    build_number: '1',
    record_id: '00000000-0000-4000-a000-000000000000',
    build_flow_record_id: '00000000-0000-4000-a000-000000000000',
    uuid: 'c'.repeat(32),
  };

  const pathOf = (route: Route, wrong: Readonly<Record<string, string>> = {}): string =>
    route.path.replaceAll(/:(\w+)/g, (_, name: string) => wrong[name] ?? good[name] ?? '');

  function send(by: Caller, method: string, path: string, body?: unknown): Promise<Reply> {
    if (method === 'GET') return by.get(path);
    return method === 'DELETE' ? by.delete(path) : by.post(path, body);
  }

  const rejection = (reply: Reply) => ({ status: reply.status, code: reply.at('error_code') });

  const closed = routes.filter(({ access }) => access === 'signed');

  it.each(closed)(
    'to $chapter $call without a valid token gets 401 APIGW.0301, with a request id',
    async (route) => {
      for (const headers of [{ 'X-Auth-Token': '' }, { 'X-Auth-Token': 'none of ours' }]) {
        const reply = await send(new Caller(simulator, headers), route.method, pathOf(route), {});
        expect(rejection(reply)).toEqual({ status: 401, code: 'APIGW.0301' });
        expect(reply.at('request_id')).toBe(reply.headers.get('x-request-id'));
      }
    },
  );

  it.each(routes)('to $chapter $call by another method gets 404 APIGW.0101', async (route) => {
    const other = route.method === 'DELETE' ? 'GET' : 'DELETE';
    expect(rejection(await send(caller, other, pathOf(route)))).toEqual({ status: 404, code: 'APIGW.0101' });
  });

  it.each(routes.filter(({ path }) => path.includes(':job_id')))(
    'to $chapter $call with an invalid job id gets 400 CB.00060201, with an unknown one 422 CB.00031006',
    async (route) => {
      for (const job_id of ['short', `${jobId}a`, `${jobId.slice(1)}-`]) {
        const reply = await send(caller, route.method, pathOf(route, { job_id }), {});
        expect(rejection(reply)).toEqual({ status: 400, code: 'CB.00060201' });
      }
      const reply = await send(caller, route.method, pathOf(route, { job_id: 'f'.repeat(32) }), {});
      expect(rejection(reply)).toEqual({ status: 422, code: 'CB.00031006' });
    },
  );

  it.each(routes.filter(({ path }) => /:build_n/.test(path)))(
    'to $chapter $call with an invalid number gets 400 CB.00060200, with an unknown one 422 CB.00031006',
    async (route) => {
      for (const number of ['0', '-1', 'x', '1.5', '01']) {
        const path = pathOf(route, { build_no: number, build_number: number });
        expect(rejection(await send(caller, route.method, path)), number).toEqual({
          status: 400,
          code: 'CB.00060200',
        });
      }
      const path = pathOf(route, { build_no: '99', build_number: '99' });
      expect(rejection(await send(caller, route.method, path))).toEqual({ status: 422, code: 'CB.00031006' });
    },
  );

  it.each(closed.filter(({ path }) => path.includes('record_id')))(
    'to $chapter $call with an invalid record id gets 400 CB.00060200, with an unknown one 422 CB.00031006',
    async (route) => {
      const query = route.call === 'step-log' ? '?task_name=x' : '';
      const wrong = { record_id: 'UPPER', build_flow_record_id: 'UPPER' };
      expect(rejection(await caller.get(pathOf(route, wrong) + query))).toEqual({
        status: 400,
        code: 'CB.00060200',
      });
      expect(rejection(await caller.get(pathOf(route) + query))).toEqual({
        status: 422,
        code: 'CB.00031006',
      });
    },
  );

  const days = 'start_time=2026-01-01&end_time=2026-01-12';
  const moments = 'start_time=2026-01-01%2000:00:00&end_time=2026-01-12%2000:00:00';
  const job = `/v3/jobs/${jobId}`;
  const project = `/v3/jobs/${good['project_id']}`;
  const keystore = (name: string, domain: string) => `/v3/keystore?file_name=${name}&domain_id=${domain}`;

  it.each([
    [`${job}/history?limit=10&interval=7`, 'CB.00060200'],
    [`${job}/history?offset=0&interval=7`, 'CB.00060200'],
    [`${job}/history?offset=0&limit=10`, 'CB.00060200'],
    [`${job}/history?offset=-1&limit=10&interval=7`, 'CB.00060200'],
    [`${job}/history?offset=0&limit=101&interval=7`, 'CB.00060200'],
    [`${job}/history?offset=0&limit=10&interval=31`, 'CB.00060200'],
    [`${job}/period-history?offset=0&limit=10&start_time=2026-01-01`, 'CB.00060200'],
    [`${job}/period-history?offset=0&limit=10&start_time=2026-1-1&end_time=2026-01-12`, 'CB.00060200'],
    [`${job}/period-history?offset=0&limit=10&start_time=2026-13-01&end_time=2026-13-12`, 'CB.00060200'],
    [`${job}/period-history?offset=0&limit=10&start_time=2026-01-12&end_time=2026-01-01`, 'CB.00060200'],
    [`${job}/period-history?offset=0&limit=10&start_time=2026-01-01&end_time=2026-02-02`, 'CB.00031105'],
    [`${job}/period-history?limit=10&${days}`, 'CB.00060200'],
    [`${job}/success-ratio?start_time=2026-01-01`, 'CB.00060200'],
    [`${job}/success-ratio?start_time=2026-01-01&end_time=2026-02-02`, 'CB.00031105'],
    [`${job}/build-info-records?${days}`, 'CB.00060200'],
    [`${job}/build-info-records?${moments}&page_index=-1`, 'CB.00060200'],
    [`${job}/build-info-records?${moments}&page_size=101`, 'CB.00060200'],
    [`${job}/build-info-records?${moments.replace('2026-01-01', '2025-12-01')}`, 'CB.00031105'],
    [`${project}/last-history`, 'CB.00060200'],
    [`${project}/last-history?repository_name=%E4%B8%AD`, 'CB.00060200'],
    ['/v3/jobs/short/last-history?repository_name=server', 'CB.00060202'],
    ['/v3/short/jobs?page_index=0&page_size=10', 'CB.00060202'],
    [`/v3/${good['project_id']}/jobs?page_size=10`, 'CB.00060200'],
    [`/v3/${good['project_id']}/jobs?page_index=0&page_size=101`, 'CB.00060200'],
    [`${job}/1/real-time-log?offset=x`, 'CB.00060200'],
    [`${job}/1/real-time-log?offset=0&length=0`, 'CB.00060200'],
    [keystore('', good['uuid'] ?? ''), 'CB.00060203'],
    [keystore('x'.repeat(501), good['uuid'] ?? ''), 'CB.00060203'],
    [keystore('android.keystore', 'UPPER'), 'CB.00060202'],
    ['/v3/templates/query?page_size=101', 'CB.00060200'],
    ['/v3/templates/query?page=x', 'CB.00060200'],
  ])('GET %s gets 400 %s', async (path, code) => {
    expect(rejection(await caller.get(path))).toEqual({ status: 400, code });
  });

  const definition = {
    arch: 'x86-64',
    project_id: good['project_id'],
    job_name: 'made',
    steps: [{ module_id: 'm', name: 'Build' }],
  };

  it.each<[string, unknown, string]>([
    ['/v3/jobs/build', {}, 'CB.00060200'],
    ['/v3/jobs/build', { job_id: 'short' }, 'CB.00060201'],
    ['/v3/jobs/build', { job_id: jobId, parameter: [{ name: 'a b', value: 'x' }] }, 'CB.00060200'],
    ['/v3/jobs/build', { job_id: jobId, parameter: [{ name: 'PATH', value: 'x' }] }, 'CB.00060200'],
    ['/v3/jobs/build', { job_id: jobId, parameter: [{ name: 'a', value: 'x'.repeat(8193) }] }, 'CB.00060200'],
    ['/v3/jobs/build', { job_id: jobId, parameter: [{ name: 'a', value: 1 }] }, 'CB.00060200'],
    ['/v3/jobs/stop', { job_id: jobId }, 'CB.00060200'],
    ['/v3/jobs/stop', { job_id: 'short', build_no: '1' }, 'CB.00060201'],
    ['/v3/jobs/create', { ...definition, arch: undefined }, 'CB.00060200'],
    ['/v3/jobs/create', { ...definition, job_name: undefined }, 'CB.00060200'],
    ['/v3/jobs/create', { ...definition, steps: undefined }, 'CB.00060200'],
    ['/v3/jobs/create', { ...definition, project_id: 'short' }, 'CB.00060200'],
    ['/v3/jobs/create', { ...definition, scms: [{ url: 'x' }] }, 'CB.00060200'],
    ['/v3/jobs/create', { ...definition, steps: [{ name: 'Build' }] }, 'CB.00060200'],
    ['/v3/jobs/update', definition, 'CB.00060200'],
    ['/v3/jobs/update', { ...definition, job_id: 'short' }, 'CB.00060201'],
    ['/v3/templates/create', { name: 'x' }, 'CB.00060200'],
    ['/v3/templates/create', { template: { steps: [] } }, 'CB.00060200'],
    [
      `/v3/jobs/notice/${jobId}/update`,
      { notice_type: 'PIGEON', enabled_event_type_names: [] },
      'CB.00060200',
    ],
    [`/v3/jobs/notice/${jobId}/update`, { notice_type: 'MAIL' }, 'CB.00060200'],
    [`/v3/jobs/notice/${jobId}/disable?notice_type=pigeon`, {}, 'CB.00060200'],
    [`/v3/jobs/notice/${jobId}/disable`, {}, 'CB.00060200'],
  ])('POST %s %j gets 400 %s', async (path, body, code) => {
    expect(rejection(await caller.post(path, body))).toEqual({ status: 400, code });
  });

  it.each([
    ['/v3/jobs/build', 'CB.00060200'],
    ['/v3/jobs/create', 'CB.00060200'],
    ['/v3/auth/tokens', 'IAM.0011'],
    ['/v3.0/OS-AUTH/id-token/tokens', 'IAM.0011'],
    ['/v3.0/OS-CREDENTIAL/securitytokens', 'IAM.0011'],
  ])('POST %s with a body that is not JSON gets 400 %s', async (path, code) => {
    const reply = await fetch(`${simulator.url}${path}`, {
      method: 'POST',
      headers: { 'X-Auth-Token': simulator.token() },
      body: '{"job_id":',
    });
    expect({ status: reply.status, body: await reply.json() }).toMatchObject({
      status: 400,
      body: { error_code: code },
    });
  });

  it('with an invalid template id gets 400 CB.00060202', async () => {
    expect(rejection(await caller.delete('/v3/templates/UPPER/delete'))).toEqual({
      status: 400,
      code: 'CB.00060202',
    });
    expect(rejection(await caller.delete(`/v3/templates/${good['uuid']}/delete`))).toEqual({
      status: 422,
      code: 'CB.00031006',
    });
  });
});
