// Answers with one odd field: what a build's end does not hang on hides nothing else.

import * as v from 'valibot';
import { expect, it } from 'vitest';
import * as answers from '../../src/codearts/build-schemas.ts';
import { readAnswer } from '../../src/codearts/response.ts';
import { numberOrNothing } from '../../src/codearts/schema.ts';

const record = { build_no: 7, build_record_id: 'a'.repeat(36), status: 'SUCCESS' };
const odd = [
  'err_msg',
  'tag',
  'branch',
  'commit',
  'daily_build_num',
  'devcloud_project_id',
  'build_config_type',
];

it.each(odd.flatMap((name) => [{}, [], { a: 1 }].map((value) => [name, value] as const)))(
  'a record is read though its %s is %j',
  (name, value) => {
    const read = v.parse(answers.buildRecord, { result: { ...record, [name]: value } });
    expect([read.buildNumber, read.status]).toEqual([7, 'SUCCESS']);
  },
);

it('the parameters of a build are read though one has no value that is a text', () => {
  const { parameters } = v.parse(answers.buildDetails, {
    result: { job_name: 'shop', parameters: { odd: ['a'], odder: { b: 1 }, version: '1.0' } },
  });
  expect([...parameters]).toEqual([['version', '1.0']]);
});

it('the steps of a build are read though one is none', () => {
  const { steps } = v.parse(answers.buildDetails, {
    result: { job_name: 'shop', build_steps: [null, { name: 'Run', status: 'success' }, 'x'] },
  });
  expect(steps.map(({ name }) => name)).toEqual(['Run']);
});

it('a start with the build number 0 has not told which build it began', () => {
  expect(v.is(answers.startedBuild, { result: { actual_build_number: '0' } })).toBe(false);
});

it('a number with two points is none', () => {
  expect(v.parse(numberOrNothing, '1.2.3')).toBeUndefined();
});

it.each(['build_no', 'buildNo', 'build_number', 'build_record_id', 'buildRecordId'])(
  'a record that is not wrapped is no refusal because its build failed: %s',
  (name) => {
    const body = JSON.stringify({ [name]: 7, status: 'FAILED' });
    expect(readAnswer({ status: 200, headers: {}, body }, 0).ok).toBe(true);
  },
);

it('a refusal that names the build is still one', () => {
  const body = JSON.stringify({ build_no: 7, error_code: 'CB.00031059', status: 'fail' });
  expect(readAnswer({ status: 200, headers: {}, body }, 0).ok).toBe(false);
});
