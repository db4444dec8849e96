// The walk in ARCHITECTURE.md leads through the source as it is: from main.ts on, each file of src/ is named once, and
// reached from one that was read before. post.ts is an entry of its own.

import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

const [, section = ''] =
  /^## The walk\n(.*?)^## /ms.exec(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')) ?? [];
const walk = [...section.matchAll(/`([\w/-]+\.ts)`/g)].map(([, file = '']) => file);

function importsOf(file: string): readonly string[] {
  const path = join(root, 'src', file);
  const text = readFileSync(path, 'utf8');
  return [...text.matchAll(/(?:from |import\()'(\.[^']+)'/g)].map(([, to = '']) =>
    relative(join(root, 'src'), join(dirname(path), to)).replaceAll('\\', '/'),
  );
}

it('begins at main.ts, names every file of src/, and none twice', () => {
  expect(walk[0]).toBe('main.ts');
  const files = globSync('**/*.ts', { cwd: join(root, 'src') }).map((file) => file.replaceAll('\\', '/'));
  expect(walk.toSorted()).toEqual(files.toSorted());
});

it('reaches each file from one that was read before it', () => {
  const known = new Set(['main.ts', 'post.ts']);
  for (const file of walk) {
    expect([...known], `${file} is imported by none before it`).toContain(file);
    for (const next of importsOf(file)) known.add(next);
  }
});
