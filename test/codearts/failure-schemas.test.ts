// Tests how the stages of a build and CodeArts' own analysis are read, whatever shape they come in.

import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { analyzedErrors, stageList } from '../../src/codearts/failure-schemas.ts';

describe('the stages', () => {
  it('are read with their names, hidden ones included', () => {
    const build_stages = {
      stage1: { display_name: 'PRE_ENV', status: 'success' },
      stage2: { display_name: 'Maven构建', status: 'error' },
      stage3: { display_name: null, execution_stage_name: 'external_upload' },
    };
    expect(v.parse(stageList, { result: { build_stages } })).toMatchObject([
      { id: 'stage1', name: 'PRE_ENV', failed: false },
      { id: 'stage2', name: 'Maven构建', failed: true },
      { id: 'stage3', name: 'external_upload', failed: false },
    ]);
  });

  it.each([
    {},
    { result: null },
    { result: {} },
    { result: { build_stages: [] } },
    { result: { build_stages: 'x' } },
  ])('are none in %j', (answer) => expect(v.parse(stageList, answer)).toEqual([]));

  it('leave out what is no stage', () => {
    const build_stages = {
      '../other': { display_name: 'x' },
      stage1: null,
      stage2: { display_name: 'Make' },
    };
    expect(v.parse(stageList, { result: { build_stages } })).toMatchObject([
      { id: 'stage2', name: 'Make', failed: false },
    ]);
  });
});

describe('the analysis', () => {
  const node = (error_info: unknown, analyzed_success: unknown = true) => ({
    step: 'Make',
    analyzed_success,
    error_info,
  });
  const read = (...error_nodes: unknown[]) => v.parse(analyzedErrors, { result: { error_nodes } });

  it('is read with code, message and page', () => {
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

  it('leaves out what CodeArts could not explain', () => {
    expect(read(node({ error_code: 'X' }, false), node(null), 'no object')).toEqual([]);
  });

  it('is bounded', () => {
    const errors = read(...Array.from({ length: 100 }, () => node({ error_message: 'x'.repeat(100_000) })));
    expect({ count: errors.length, length: errors[0]?.message.length }).toEqual({ count: 20, length: 2_000 });
  });
});
