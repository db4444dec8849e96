// Tests that every shape in which the service was seen to answer comes out as the same clean shape.

import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import * as answers from '../../src/codearts/build-schemas.ts';
import { artifactList } from '../../src/codearts/build-schemas.ts';

const read = <S extends v.GenericSchema>(schema: S, answer: unknown): v.InferOutput<S> =>
  v.parse(schema, answer);

describe('the response to a start', () => {
  const started = { buildNumber: 20, dailyBuildNumber: '20200612.20' };

  it.each([
    [
      'bare, as in the reference',
      { octopus_job_name: 'j_O', actual_build_number: '20', daily_build_number: '20200612.20' },
    ],
    [
      'wrapped in result',
      { result: { actual_build_number: '20', daily_build_number: '20200612.20' }, status: 'success' },
    ],
    ['with a number for the number', { actual_build_number: 20, daily_build_number: '20200612.20' }],
    ['in camelCase', { actualBuildNumber: '20', dailyBuildNumber: '20200612.20' }],
  ])('is read %s', (_, answer) => {
    expect(read(answers.startedBuild, answer)).toEqual(started);
  });

  it.each([
    ['no number', { octopus_job_name: 'j_O' }],
    ['an empty number', { actual_build_number: '' }],
    ['null for the number', { actual_build_number: null }],
    ['a number that is none', { actual_build_number: 'latest' }],
    ['a fraction', { actual_build_number: 1.5 }],
    ['null for the result', { result: null }],
    ['a list', [1, 2]],
  ])('is invalid with %s', (_, answer) => {
    expect(v.safeParse(answers.startedBuild, answer).success).toBe(false);
  });
});

describe('a build record', () => {
  const sample = {
    id: 'eb9d73c7-61b3-4823-b476-a7c00c493b8a',
    build_record_id: '9d6169b9-022d-458c-9dc8-48cc94cc4083',
    parent_record_id: null,
    devcloud_project_id: 'b4d3971c3988463b865f6f920846149e',
    build_no: 532,
    daily_build_num: '20221011.29',
    branch: 'buildflow_env',
    tag: null,
    commit: null,
    status: 'SUCCESS',
    create_time: '2022-10-11T08:28:42.000+00:00',
    start_time: '2022-10-11T08:28:47.000+00:00',
    finish_time: '2022-10-11T08:30:27.000+00:00',
    duration: 100068,
    err_msg: null,
    build_config_type: 'YAML',
  };
  const record: answers.BuildRecord = {
    recordId: '9d6169b9-022d-458c-9dc8-48cc94cc4083',
    parentRecordId: '',
    configType: 'YAML',
    projectId: 'b4d3971c3988463b865f6f920846149e',
    buildNumber: 532,
    dailyBuildNumber: '20221011.29',
    status: 'SUCCESS',
    commitId: '',
    branch: 'buildflow_env',
    tag: '',
    createdAt: Date.UTC(2022, 9, 11, 8, 28, 42),
    startedAt: Date.UTC(2022, 9, 11, 8, 28, 47),
    finishedAt: Date.UTC(2022, 9, 11, 8, 30, 27),
    durationMs: 100068,
    message: '',
  };

  it('has the id that log downloads require, not the other one', () => {
    expect(read(answers.buildRecord, { status: 'success', result: sample })).toEqual(record);
  });

  it('is read in camelCase, as the older call returns it', () => {
    const {
      build_record_id,
      build_no,
      daily_build_num,
      devcloud_project_id,
      create_time,
      start_time,
      finish_time,
      ...same
    } = sample;
    const camel = {
      ...same,
      buildRecordId: build_record_id,
      buildNo: build_no,
      dailyBuildNum: daily_build_num,
      devcloudProjectId: devcloud_project_id,
      createTime: create_time,
      startTime: start_time,
      finishTime: finish_time,
    };
    expect(read(answers.buildRecord, { success: true, result: camel })).toEqual(record);
  });

  it.each([
    ['+08:00', '2022-10-11T16:28:47.000+08:00'],
    ['epoch milliseconds', Date.UTC(2022, 9, 11, 8, 28, 47)],
    ['epoch milliseconds as text', String(Date.UTC(2022, 9, 11, 8, 28, 47))],
  ])('has times with %s', (_, start_time) => {
    expect(read(answers.buildRecord, { result: { ...sample, start_time } }).startedAt).toBe(record.startedAt);
  });

  it.each([[null], [''], [0], ['soon'], [undefined]])(
    'has no start time if the response has %j',
    (start_time) => {
      expect(read(answers.buildRecord, { result: { ...sample, start_time } }).startedAt).toBeUndefined();
    },
  );

  it('is read with numbers as text and a duration as text', () => {
    const texts = { ...sample, build_no: '532', duration: '100068' };
    expect(read(answers.buildRecord, { result: texts })).toEqual(record);
  });

  it.each([[{}], [{ result: {} }], [{ result: null }], [{ status: 'success' }]])(
    'is invalid without an id: %j',
    (answer) => {
      expect(v.safeParse(answers.buildRecord, answer).success).toBe(false);
    },
  );

  it('is read before its times and its commit are known', () => {
    const early = read(answers.buildRecord, { result: { build_no: 1, status: 'InQueue' } });
    expect(early).toMatchObject({
      recordId: '',
      status: 'InQueue',
      startedAt: undefined,
      durationMs: undefined,
    });
  });
});

describe('a chunk of the live log', () => {
  const chunk = { content: 'a line\n', offset: '126548', currentOffset: '121768', hasMore: true };

  it.each([
    [
      'numbers and a boolean, as in the sample',
      { has_more_data: true, offset: 126548, content: 'a line\n', current_offset: 121768 },
    ],
    [
      'strings, as in the table',
      { has_more_data: 'true', offset: '126548', content: 'a line\n', current_offset: '121768' },
    ],
    ['camelCase', { hasMoreData: true, offset: 126548, content: 'a line\n', currentOffset: 121768 }],
  ])('is read with %s', (_, result) => {
    expect(read(answers.logAnswer, { result, error: null, status: 'success' })).toEqual(chunk);
  });

  it('is empty if content is null or missing', () => {
    expect(read(answers.logAnswer, { result: { content: null, offset: 5 } }).content).toBe('');
    expect(read(answers.logAnswer, { result: { offset: 5 } })).toEqual({
      content: '',
      offset: '5',
      currentOffset: '',
      hasMore: false,
    });
  });
});

describe('the artifacts of a build', () => {
  const jar = { name: 'app.jar', version: '1.0', package_type: 'jar', uri: '/app/1.0/app.jar', type: 'file' };
  const image = { name: 'app', version: '1.0', package_type: 'docker', uri: 'swr.example.com/app:1.0' };
  const clean = [
    { kind: 'image', name: 'app', version: '1.0', type: 'docker', uri: 'swr.example.com/app:1.0' },
    { kind: 'package', name: 'app.jar', version: '1.0', type: 'jar', uri: '/app/1.0/app.jar' },
  ];

  it.each([
    ['an object', jar],
    ['a list', [jar]],
    ['a map', { first: jar }],
  ])('are read if package_info is %s', (_, package_info) => {
    const answer = { result: { package_info, package_infos: null, image_infos: { app: image } } };
    expect(read(artifactList, answer)).toEqual(clean);
  });

  it('are none if all lists, or the result, are null or missing', () => {
    expect(
      read(artifactList, { result: { package_info: null, package_infos: null, image_infos: null } }),
    ).toEqual([]);
    expect(read(artifactList, { result: null, status: 'success' })).toEqual([]);
    expect(read(artifactList, {})).toEqual([]);
  });

  it('are sorted, and listed once even if two keys have the same one', () => {
    const other = { ...jar, name: 'aaa.jar', uri: '/aaa.jar' };
    const one = read(artifactList, {
      result: { package_info: jar, package_infos: { a: jar, b: other } },
    });
    const two = read(artifactList, {
      result: { package_info: jar, package_infos: { b: other, a: jar } },
    });
    expect(one).toEqual(two);
    expect(one.map(({ name }) => name)).toEqual(['aaa.jar', 'app.jar']);
  });
});

describe('an artifact', () => {
  const made = (package_infos: unknown) => read(artifactList, { result: { package_infos } });

  it('without a package type has its other type', () => {
    expect(made([{ name: 'notes', type: 'text' }]).map(({ type }) => type)).toEqual(['text']);
  });

  it('that is nested too deeply makes the response invalid, and overflows no stack', () => {
    const nest = (depth: number): unknown => (depth === 0 ? { name: 'app.jar' } : [nest(depth - 1)]);
    expect(made(nest(3))).toHaveLength(1);
    expect(() => made(nest(4))).toThrow(RangeError);
    expect(() => made(JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`))).toThrow(
      'the artifacts are nested too deeply',
    );
  });

  it('without a name and an address is left out, alone', () => {
    const odd = [{ name: '', uri: '' }, { name: 'x', version: {} }, 7, { uri: '/app.jar' }];
    expect(made(odd)).toEqual([{ kind: 'package', name: '', version: '', type: '', uri: '/app.jar' }]);
  });
});
