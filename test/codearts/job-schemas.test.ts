// Tests that answers about jobs are read in the shapes of the reference's samples, and with the slips of other answers.

import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { jobDefinition, jobPage } from '../../src/codearts/job-schemas.ts';

const field = (name: string, value: string, limits: unknown = null) => ({ name, value, limits });

function definitionWith(...params: readonly unknown[]) {
  const parameters = [{ name: 'hudson.model.StringParameterDefinition', params }];
  return v.parse(jobDefinition, { result: { job_name: 'shop', parameters }, error: null, status: 'success' });
}

describe("a job's definition", () => {
  it("is read from the reference's sample", () => {
    const definition = definitionWith(
      field('name', 'codeBranch'),
      field('type', 'normalparam'),
      field('defaultValue', 'master'),
      field('description', '代码分支,系统预定义参数'),
      field('deletion', 'false'),
      field('defaults', 'true'),
      field('staticVar', 'false'),
      field('sensitiveVar', 'false'),
    );
    expect(definition).toEqual({
      name: 'shop',
      definedInCode: false,
      steps: [],
      parameters: [
        { name: 'codeBranch', defaultValue: 'master', settable: true, sensitive: false, choices: undefined },
      ],
    });
  });

  it('has an empty default for a parameter without one, and no parameter without a name', () => {
    const unnamed = v.parse(jobDefinition, {
      result: { parameters: [{ params: [field('defaultValue', 'x')] }, { params: [field('name', 'leg')] }] },
    });
    expect(unnamed.parameters).toEqual([expect.objectContaining({ name: 'leg', defaultValue: '' })]);
  });

  it('marks fixed and sensitive parameters', () => {
    const definition = definitionWith(
      field('name', 'key'),
      field('defaultValue', '***'),
      field('staticVar', 'true'),
      field('sensitiveVar', 'true'),
    );
    expect(definition.parameters).toEqual([
      expect.objectContaining({ name: 'key', settable: false, sensitive: true }),
    ]);
  });

  it('lists only the choices that are enabled', () => {
    const limit = (name: string, disable: unknown) => ({ name, display_name: name, disable });
    const limits = [limit('dev', '0'), limit('old', '1'), limit('test', null), limit('prod', 0)];
    const { parameters } = definitionWith(field('name', 'target'), field('defaultValue', 'dev', limits));
    expect(parameters?.[0]?.choices).toEqual(['dev', 'test', 'prod']);
  });

  it.each([null, [], undefined])('has no parameters if the response has %j', (parameters) => {
    const answer = { result: { job_name: 'shop', parameters } };
    expect(v.parse(jobDefinition, answer).parameters).toBeUndefined();
  });

  it('says whether a file in the repository defines the build', () => {
    expect(v.parse(jobDefinition, { result: { buildConfigType: 'YAML' } }).definedInCode).toBe(true);
    expect(v.parse(jobDefinition, { build_config_type: 'ACTION' }).definedInCode).toBe(false);
  });
});

describe("a project's list of jobs", () => {
  const [a, b] = ['a'.repeat(32), 'b'.repeat(32)];

  it("is read from the reference's sample, and from camelCase", () => {
    const sample = { id: a, job_name: 'demo', disabled: true, is_execute: true };
    expect(v.parse(jobPage, { total: 1, jobs: [sample] })).toEqual({
      total: 1,
      entries: 1,
      jobs: [{ id: a, name: 'demo', disabled: true, mayExecute: true }],
    });
    const camel = { id: b, jobName: 'demo', disabled: 'false', isExecute: 'false' };
    expect(v.parse(jobPage, { result: { total: '2', jobs: [camel] } })).toEqual({
      total: 2,
      entries: 1,
      jobs: [{ id: b, name: 'demo', disabled: false, mayExecute: false }],
    });
  });

  it('leaves permissions undefined that the response lacks', () => {
    const { jobs, total } = v.parse(jobPage, { jobs: [{ id: a, job_name: 'demo' }] });
    expect(total).toBeUndefined();
    expect(jobs).toEqual([{ id: a, name: 'demo', disabled: false, mayExecute: undefined }]);
    expect(v.parse(jobPage, { jobs: null, total: 0 }).jobs).toEqual([]);
  });

  it.each(['..', 'A\nB', `${a}/x`, 'short', '', null, {}])(
    'leaves out a job whose id is unsafe in a path: %j',
    (id) => {
      const { jobs, entries } = v.parse(jobPage, {
        jobs: [
          { id, job_name: 'x' },
          { id: b, job_name: 'y' },
        ],
      });
      expect({ names: jobs.map(({ name }) => name), entries }).toEqual({ names: ['y'], entries: 2 });
    },
  );
});
