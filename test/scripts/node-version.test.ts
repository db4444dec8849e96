// Tests that npm scripts name the missing Node 24 in one line instead of failing on the first TypeScript file.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../../scripts/paths.ts';

const script = join(root, 'scripts/require-node-24.cjs');

it('says in one line what to do with another version of Node', () => {
  const older = `Object.defineProperty(process.versions, 'node', { value: '20.1.0' }); require(${JSON.stringify(script)})`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', older], { encoding: 'utf8' });
  expect({ status, lines: stderr.trimEnd().split('\n') }).toEqual({
    status: 2,
    lines: [expect.stringMatching(/needs Node 24, .* npm rebuild node --ignore-scripts=false$/)],
  });
});

it('prints nothing with Node 24', () => {
  const { status, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

it.each(['demo', 'simulator', 'test'])('checks the version of Node first in npm run %s', (name) => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(scripts[name]).toMatch(/^node (--require \.\/)?scripts\/require-node-24\.cjs /);
});
