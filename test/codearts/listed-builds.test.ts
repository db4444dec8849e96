// Tests that every shape in which the list of builds was seen comes out as the same clean shape.

import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import * as answers from '../../src/codearts/build-schemas.ts';

const read = <S extends v.GenericSchema>(schema: S, answer: unknown): v.InferOutput<S> =>
  v.parse(schema, answer);

describe('the list of builds', () => {
  const row = {
    number: 44,
    start_time: 1703554641000,
    job_running_status: 'Finished',
    state: 'SUCCESS',
    daily_build_number: '20231226.1',
    commit_id: 'ffe2ee8b44a0b2683df86b44f8ec27d71baeae86',
    code_branch: 'master',
  };
  const build: answers.ListedBuild = {
    buildNumber: 44,
    dailyBuildNumber: '20231226.1',
    startedAt: 1703554641000,
    commitId: 'ffe2ee8b44a0b2683df86b44f8ec27d71baeae86',
    branch: 'master',
    status: 'SUCCESS',
  };

  it.each([
    ['the name of the sample', { job_build_states: [row] }],
    ['the name of the table', { job_build_statuses: [row] }],
    ['one object for a list', { job_build_states: row }],
    ['texts for numbers', { job_build_states: [{ ...row, number: '44', start_time: '1703554641000' }] }],
  ])('is read with %s', (_, list) => {
    expect(read(answers.pageOfBuilds, { result: { total_record: '1', ...list } })).toEqual({
      builds: [build],
      total: 1,
    });
  });

  it('has the status of a build that is still running', () => {
    const { builds } = read(answers.pageOfBuilds, {
      result: { job_build_states: [{ ...row, state: '', job_running_status: 'InQueue' }] },
    });
    expect(builds[0]?.status).toBe('InQueue');
  });

  it('keeps an unreadable entry, with the build number 0', () => {
    const odd = [{ ...row, number: null }, row, null, 'build'];
    const unreadable = {
      buildNumber: 0,
      dailyBuildNumber: '',
      startedAt: undefined,
      commitId: '',
      branch: '',
      status: '',
    };
    expect(read(answers.pageOfBuilds, { result: { job_build_states: odd } })).toEqual({
      builds: [{ ...build, buildNumber: 0 }, build, unreadable, unreadable],
      total: undefined,
    });
  });
});
