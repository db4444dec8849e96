// Which regions there are, and where their services are.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  consolePageTemplate,
  endpointOf,
  isWellFormedRegion,
  knownRegions,
} from '../../src/huaweicloud/regions.ts';

describe('regions', () => {
  it('have their endpoints', () => {
    expect(endpointOf('cloudbuild-ext', 'cn-north-4')).toBe(
      'https://cloudbuild-ext.cn-north-4.myhuaweicloud.com',
    );
    expect(endpointOf('iam', 'cn-north-4')).toBe('https://iam.cn-north-4.myhuaweicloud.com');
    expect(endpointOf('sts', 'cn-north-4')).toBe('https://sts.cn-north-4.myhuaweicloud.com');
    expect(endpointOf('artifact', 'cn-north-4')).toBe(
      'https://cloudartifacts-ext.cn-north-4.myhuaweicloud.com',
    );
    expect(endpointOf('artifact', 'cn-south-1')).toBe('https://artifact.cn-south-1.myhuaweicloud.com');
    expect(consolePageTemplate('cn-north-4')).toBe(
      'https://devcloud.cn-north-4.huaweicloud.com/cicd/project/{project_id}/cloudbuild/detail/history/{job_id}',
    );
  });

  it('are known if they offer CodeArts Build, and each is well-formed and listed once', () => {
    expect(knownRegions).toHaveLength(13);
    expect(new Set(knownRegions).size).toBe(13);
    for (const region of knownRegions) expect(isWellFormedRegion(region)).toBe(true);
  });

  it('may be well-formed without being known', () => {
    for (const region of ['cn-north-12', 'eu-west-101', 'ae-ad-1', 'my-kualalumpur-1', 'region1', 'dc1']) {
      expect(knownRegions).not.toContain(region);
      expect(isWellFormedRegion(region)).toBe(true);
    }
  });

  it('are rejected if they can not be a label of a host name', () => {
    const wrong = [
      '',
      ' ',
      'CN-North-4',
      'cn_north_4',
      'cn-north-4.',
      'a.b',
      'evil.example/',
      'x@y',
      '-a',
      'a-',
      '4',
    ];
    for (const region of [...wrong, 'cn-north-4\n', 'a'.repeat(64), '北京四']) {
      expect(isWellFormedRegion(region), region).toBe(false);
      expect(() => endpointOf('iam', region), region).toThrow(TypeError);
      expect(() => consolePageTemplate(region), region).toThrow(TypeError);
    }
  });

  it('never lead to a host outside of Huawei Cloud', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (region) => {
        if (!isWellFormedRegion(region)) return;
        expect(new URL(endpointOf('cloudbuild-ext', region)).hostname).toBe(
          `cloudbuild-ext.${region}.myhuaweicloud.com`,
        );
      }),
    );
  });
});
