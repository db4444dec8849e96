// Tests how the steps and stages of a build and CodeArts' own analysis are read, whatever shape they come in.

import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { analyzedErrors, buildDetails, stageList } from '../../src/codearts/step-schemas.ts';

describe('the details of a build', () => {
  it('have parameters from a map, or from a list that holds one', () => {
    const parameters = { codeBranch: 'master', secret: '*****' };
    const map = new Map(Object.entries(parameters));
    expect(v.parse(buildDetails, { parameters }).parameters).toEqual(map);
    expect(v.parse(buildDetails, { parameters: [parameters] }).parameters).toEqual(map);
    expect(v.parse(buildDetails, { parameters: null }).parameters).toEqual(new Map());
    expect(v.parse(buildDetails, {}).parameters).toEqual(new Map());
  });

  it('skip parameters that are no map, and read null as an empty value', () => {
    const answer = { parameters: ['codeBranch', 7, { codeBranch: 'master', note: null }] };
    expect(v.parse(buildDetails, answer).parameters).toEqual(
      new Map([
        ['codeBranch', 'master'],
        ['note', ''],
      ]),
    );
  });

  it('mark a step without a status as not run', () => {
    const { steps } = v.parse(buildDetails, {
      job_name: 'shop',
      build_steps: [
        { name: '代码检出', status: 'success', build_time: 8366 },
        { name: '构建', status: 'ERROR', build_time: '12' },
        { name: '上传', status: '', build_time: 0 },
        { name: '通知', status: null },
      ],
    });
    expect(steps).toEqual([
      { name: '代码检出', status: 'success', durationMs: 8366 },
      { name: '构建', status: 'error', durationMs: 12 },
      { name: '上传', status: 'not-run', durationMs: 0 },
      { name: '通知', status: 'not-run', durationMs: 0 },
    ]);
  });

  it('are read with one step in place of a list', () => {
    expect(
      v.parse(buildDetails, { result: { build_steps: { name: 'x', status: 'running' } } }).steps,
    ).toHaveLength(1);
  });
});

describe('the stages of a build', () => {
  it('have their names, hidden ones included', () => {
    const build_stages = {
      stage1: { display_name: 'PRE_ENV', status: 'success' },
      stage2: { display_name: 'Maven构建', status: 'error' },
      stage3: { display_name: null, execution_stage_name: 'external_upload' },
    };
    expect(v.parse(stageList, { result: { build_stages } })).toMatchObject([
      { id: 'stage1', name: 'PRE_ENV', status: 'success' },
      { id: 'stage2', name: 'Maven构建', status: 'error' },
      { id: 'stage3', name: 'external_upload', status: 'not-run' },
    ]);
  });

  it.each([
    {},
    { result: null },
    { result: {} },
    { result: { build_stages: [] } },
    { result: { build_stages: 'x' } },
  ])('are none for %j', (answer) => expect(v.parse(stageList, answer)).toEqual([]));

  it('leave out entries that are no stage', () => {
    const build_stages = {
      '../other': { display_name: 'x' },
      stage1: null,
      stage2: { display_name: 'Make' },
    };
    expect(v.parse(stageList, { result: { build_stages } })).toMatchObject([
      { id: 'stage2', name: 'Make', status: 'not-run' },
    ]);
  });
});

describe('the analysis of a failure', () => {
  const node = (error_info: unknown, analyzed_success: unknown = true) => ({
    step: 'Make',
    analyzed_success,
    error_info,
  });
  const read = (...error_nodes: unknown[]) => v.parse(analyzedErrors, { result: { error_nodes } });

  it('has a code, a message and a page', () => {
    const faq = 'https://support.huaweicloud.com/codeci_faq/codeci_02_0004.html';
    expect(read(node({ error_code: 'DEV.CB.0210043', error_message: ' 失败 ', faq }))).toEqual([
      { step: 'Make', code: 'DEV.CB.0210043', message: '失败', helpUrl: faq },
    ]);
  });

  it.each([
    'javascript:alert(1)',
    'https://x.example/<script>',
    'https://x.example/`code`',
    'see the FAQ',
    null,
  ])('has no page for %j', (faq) =>
    expect(read(node({ faq }))).toEqual([{ step: 'Make', code: '', message: '', helpUrl: '' }]),
  );

  it('leaves out failures that CodeArts could not explain', () => {
    expect(read(node({ error_code: 'X' }, false), node(null), 'no object')).toEqual([]);
  });

  it('has at most 20 entries of limited length', () => {
    const errors = read(...Array.from({ length: 100 }, () => node({ error_message: 'x'.repeat(100_000) })));
    expect({ count: errors.length, length: errors[0]?.message.length }).toEqual({ count: 20, length: 2_000 });
  });
});
