// An annotation names a file of the repository or none.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { checkoutIn, fileInRepository } from '../../../src/github/report/source-files.ts';

function checkedOut(...files: readonly string[]) {
  const workspace = mkdtempSync(join(tmpdir(), 'workspace-'));
  onTestFinished(() => rmSync(workspace, { recursive: true }));
  for (const file of ['.git/config', ...files]) {
    mkdirSync(dirname(join(workspace, file)), { recursive: true });
    writeFileSync(join(workspace, file), '');
  }
  return checkoutIn(workspace);
}

const nothing = checkoutIn(undefined);
const at = (file: string, type = '') => ({ file, line: 1, column: undefined, type });

it.each([
  ['/home/slave/workspace/server/src/main/java/com/acme/App.java', 'src/main/java/com/acme/App.java'],
  ['/home/slave/workspace/job_7/server/src/main/java/com/acme/App.java', 'src/main/java/com/acme/App.java'],
  ['./src/main/java/com/acme/App.java', 'src/main/java/com/acme/App.java'],
  ['../src/main/java/com/acme/App.java', 'src/main/java/com/acme/App.java'],
  ['/app/web/src/a.ts', 'web/src/a.ts'],
  ['/home/slave/workspace/server/main.c', 'main.c'],
])('finds %s in the checkout', (file, found) => {
  const checkout = checkedOut('src/main/java/com/acme/App.java', 'web/src/a.ts', 'main.c');
  expect(fileInRepository(at(file), checkout)).toBe(found);
});

it('finds the file of a class that a stack trace names', () => {
  const checkout = checkedOut('src/test/java/com/acme/OrderServiceTest.java');
  const place = at('OrderServiceTest.java', 'com.acme.OrderServiceTest');
  expect(fileInRepository(place, checkout)).toBe('src/test/java/com/acme/OrderServiceTest.java');
});

it.each([
  '/usr/include/stdio.h',
  '/etc/passwd',
  '../../../etc/passwd',
  '/home/slave/workspace/x/../../../../etc/passwd',
  'node_modules/left-pad/index.js',
  '/root/.m2/repository/a.java',
  'src/gone.ts',
  '.',
  '..',
  '/',
])('names no file for %s, which is not in the checkout', (file) => {
  expect(fileInRepository(at(file), checkedOut('src/a.ts', 'index.js', 'passwd/x'))).toBeUndefined();
});

it.each([
  ['/home/slave/workspace/server/src/App.java', 'src/App.java'],
  ['./src/a.ts', 'src/a.ts'],
  ['src/a.ts', 'src/a.ts'],
])('takes %s for a file of the repository when nothing is checked out', (file, path) => {
  expect(fileInRepository(at(file), nothing)).toBe(path);
});

it.each([
  '/usr/include/stdio.h',
  '/etc/passwd',
  '../../../etc/passwd',
  'main.cc',
  'OrderTest.java',
  'a\n/b.c',
  `${'x/'.repeat(300)}a.c`,
])('names no file for %s when nothing is checked out', (file) => {
  expect(fileInRepository(at(file), nothing)).toBeUndefined();
});
