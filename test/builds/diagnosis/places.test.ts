// The folder in which CodeArts builds is removed from paths, in all the forms that logs and documents show.

import { expect, it } from 'vitest';
import { pathInWorkspace, withoutWorkspace } from '../../../src/builds/diagnosis/places.ts';

const folders = [
  '***/',
  '***//',
  '/opt/agent_1700000000001/workspace/j_Qx7Lm2Rt/',
  '/devcloud/workspace/j_Qx7Lm2Rt/',
  '/devcloud/ws/aB3dE/workspace/j_Qx7Lm2Rt/',
  '/devcloud/slavespace/slave1/workspace/j_Qx7Lm2Rt/',
  '/devcloud/workspace/shop/',
  '/home/slave/workspace/shop/',
  '/home/slave12/workspace/job_7/',
  '/devcloud/slavespace/job_0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f_1700000000001/',
  '/c/agent/workspace/j_Qx7Lm2Rt/',
  'file:///opt/agent_7/workspace/j_Qx7Lm2Rt/',
  'file://***/',
];

it.each(folders)('finds the path below %s', (folder) => {
  expect(pathInWorkspace(`${folder}src/App.java`)).toBe('src/App.java');
  expect(pathInWorkspace(`${folder}Dockerfile`)).toBe('Dockerfile');
});

it('finds the path below a workspace on Windows', () => {
  expect(pathInWorkspace('C:\\agent\\workspace\\j_Qx7Lm2Rt\\src\\App.cs')).toBe('src\\App.cs');
});

it.each(folders)('removes %s wherever a text names it', (folder) => {
  const text = `cannot copy "${folder}a.txt" to ${folder}out/b.txt (${folder}x)`;
  expect(withoutWorkspace(text)).toBe('cannot copy "a.txt" to out/b.txt (x)');
});

it.each([
  'src/App.java',
  '/usr/include/stdio.h',
  '/app/src/a.ts',
  'https://***/path',
  'token=****/x',
  '/home/anna/workspace/shop/a.c',
  'see workspace/j_1/a.c',
])('leaves %s as it is', (text) => {
  expect(withoutWorkspace(text)).toBe(text);
  expect(pathInWorkspace(text)).toBeUndefined();
});
