// An annotation names a file of the repository, or no file.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { checkoutIn, fileInRepository } from '../../../src/github/report/annotations.ts';

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
const at = (file: string, type = '', inWorkspace = false) => ({
  file,
  line: 1,
  column: undefined,
  type,
  inWorkspace,
});

it.each([
  ['/srv/build/server/src/main/java/com/acme/App.java', 'src/main/java/com/acme/App.java'],
  ['server/src/main/java/com/acme/App.java', 'src/main/java/com/acme/App.java'],
  ['./src/main/java/com/acme/App.java', 'src/main/java/com/acme/App.java'],
  ['../src/main/java/com/acme/App.java', 'src/main/java/com/acme/App.java'],
  ['/app/web/src/a.ts', 'web/src/a.ts'],
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
  'x/../../../../etc/passwd',
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

it.each(['src/App.java', 'main.c', 'Dockerfile'])(
  'takes %s below the workspace for a file of the repository when nothing is checked out',
  (file) => {
    expect(fileInRepository(at(file, '', true), nothing)).toBe(file);
  },
);

it.each(['../other/a.c', 'a/../../b.c', 'C:/work/a.c', '/a.c'])(
  'names no file for %s below the workspace',
  (file) => {
    expect(fileInRepository(at(file, '', true), nothing)).toBeUndefined();
  },
);

it('matches a bare file name in the checkout below the workspace, but not below another folder', () => {
  const checkout = checkedOut('main.c');
  expect(fileInRepository(at('main.c', '', true), checkout)).toBe('main.c');
  expect(fileInRepository(at('/srv/main.c'), checkout)).toBeUndefined();
});

it.each([
  ['CartTest.kt', 'com.acme.CartTest', 'src/test/kotlin/com/acme/CartTest.kt'],
  ['CartTest.java', 'com.acme.CartTest$Nested', 'src/test/java/com/acme/CartTest.java'],
])(
  'takes the test class of %s for a file of the repository when nothing is checked out',
  (file, type, path) => {
    expect(fileInRepository(at(file, type), nothing)).toBe(path);
  },
);

it.each(['org.junit.AssertTest', 'com.acme.Cart'])(
  'names no file for the class %s when nothing is checked out',
  (type) => {
    expect(fileInRepository(at('A.java', type), nothing)).toBeUndefined();
  },
);
