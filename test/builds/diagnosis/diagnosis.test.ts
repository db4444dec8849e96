// The diagnosis picks of each tool's log the line that a person would pick, and the place in a file that it names.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Diagnosis, type Finding } from '../../../src/builds/diagnosis/diagnosis.ts';

/** Per sample: the reason, and the first place that it names. */
const picks: Readonly<Record<string, readonly [reason: string, place?: string]>> = {
  checkout: ["fatal: repository 'https://codehub.example.com/shop/api.git/' not found"],
  clang: ["../core/parser.h:17:10: fatal error: 'core/tokens.h' file not found", '../core/parser.h:17:10'],
  'docker-buildkit': [
    'failed to solve: failed to compute cache key: failed to calculate checksum of ref 7bq2::x1: "/confg": not found',
  ],
  'docker-classic': [
    'Could not find a version that satisfies the requirement flsak==3.0 (from versions: none)',
  ],
  'docker-push': ['denied: You may not login yet'],
  gcc: [
    "net/socket.c:91:12: error: 'SOCK_STRAEM' undeclared (first use in this function); did you mean 'SOCK_STREAM'?",
    'net/socket.c:91:12',
  ],
  'go-build': ['internal/cart/total.go:12:9: undefined: taxFor', 'internal/cart/total.go:12:9'],
  'go-test': ['--- FAIL: TestTotalIsRounded (0.00s)', 'total_test.go:21'],
  'gradle-java': [
    'app/src/main/java/com/acme/App.java:12: error: cannot find symbol',
    '/home/slave/workspace/shop/app/src/main/java/com/acme/App.java:12',
  ],
  'gradle-kotlin': [
    'e: app/src/main/kotlin/Cart.kt:18:23 Unresolved reference: totl',
    '/home/slave/workspace/shop/app/src/main/kotlin/Cart.kt:18:23',
  ],
  'gradle-script': [
    'Could not find method implementatoin() for arguments [com.acme:core:1.0] on object of type DefaultDependencyHandler.',
    '/home/slave/workspace/shop/build.gradle:14',
  ],
  jest: ['cart › rounds the total', 'src/cart/total.test.ts:13:23'],
  linker: ["undefined reference to `shop::serve(int)'"],
  'maven-compile': [
    'src/main/java/com/acme/order/OrderService.java:[42,17] cannot find symbol',
    '/home/slave/workspace/order-service/src/main/java/com/acme/order/OrderService.java:42:17',
  ],
  'maven-dependency': [
    'Failed to execute goal on project order-service: Could not resolve dependencies for project com.acme:order-service:jar:2.3.0: Could not find artifact com.acme:billing:jar:1.9 in mirror (https://repo.example.com/maven2)',
  ],
  'maven-test': [
    'OrderServiceTest.totalIsRounded:41 expected: <19.99> but was: <19.98999999>',
    'OrderServiceTest.java:41',
  ],
  node: ['TypeError: no version', '/home/slave/workspace/shop/scripts/release.js:9:9'],
  'npm-package': ['404 Not Found - GET https://repo.example.com/npm/@acme%2fui - Not found'],
  'npm-script': ['Missing script: "biuld"'],
  pytest: [
    'tests/test_cart.py::test_total_is_rounded - assert 19.98999999 == 19.99',
    'tests/test_cart.py:17',
  ],
  python: ["KeyError: 'version'", '/home/slave/workspace/shop/tools/release.py:31'],
  rust: ['cannot find value `taxes` in this scope', 'src/cart.rs:12:5'],
  shell: ['./build.sh: line 14: zpi: command not found'],
  'shell-silent': ['命令执行失败，退出码: 3，请检查构建命令和代码。'],
  tsc: [
    "src/cart/total.ts(3,7): error TS2322: Type 'string' is not assignable to type 'number'.",
    'src/cart/total.ts:3:7',
  ],
  'tsc-pretty': [
    "src/cart/total.ts:3:7 - error TS2322: Type 'string' is not assignable to type 'number'.",
    'src/cart/total.ts:3:7',
  ],
  vitest: ['src/cart/total.test.ts > cart > rounds the total', 'src/cart/total.test.ts:13:23'],
};

const folder = import.meta.dirname;
const samples = readdirSync(folder).flatMap((name) => /^(.+)\.txt$/.exec(name)?.[1] ?? []);

function diagnose(...texts: readonly string[]): Finding {
  const diagnosis = new Diagnosis();
  for (const text of texts) diagnosis.lines(text);
  return diagnosis.finding('a step');
}

function placeText(finding: Finding): string | undefined {
  const place = finding.errors[0]?.places.find(({ file }) => !/^(?:AssertionUtils|node:)/.test(file));
  if (!place) return undefined;
  return [place.file, place.line, place.column].filter((part) => part !== undefined).join(':');
}

it.each(samples)('picks the line of %s that a person would pick', (name) => {
  const finding = diagnose(readFileSync(join(folder, `${name}.txt`), 'utf8'));
  const [reason, place] = picks[name] ?? ['no line is told for this sample'];
  expect(finding.reason).toBe(reason);
  expect(placeText(finding)).toBe(place);
  expect(finding.excerpt.filter(({ picked }) => picked)).toHaveLength(1);
});

it('has a sample for every line told here', () => {
  expect(Object.keys(picks).sort()).toEqual([...samples].sort());
});

it("tells CodeArts' own error code", () => {
  expect(diagnose(readFileSync(join(folder, 'docker-push.txt'), 'utf8')).code).toBe('DEV.CB.0220012');
});

it('names each error of a file once, the first one first', () => {
  const { errors } = diagnose(readFileSync(join(folder, 'maven-compile.txt'), 'utf8'));
  expect(errors.map(({ message }) => message)).toEqual([
    'cannot find symbol',
    'incompatible types: java.lang.String cannot be converted to int',
  ]);
});

it('shows the error with the lines before and after it, and the last lines, and says what it leaves out', () => {
  const dull = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => `line ${from + index}\n`).join('');
  const { excerpt } = diagnose(dull(1, 100), 'a.c:1:2: error: no\n', dull(102, 100));
  const texts = excerpt.map(({ text }) => text);
  expect(texts.slice(0, 6)).toEqual([
    'line 97',
    'line 98',
    'line 99',
    'line 100',
    'a.c:1:2: error: no',
    'line 102',
  ]);
  expect(texts[13]).toBe('⋯ 80 more lines ⋯');
  expect(texts.at(-1)).toBe('line 201');
  expect(texts).toHaveLength(26);
});

it('shows the last lines of a step in which nothing looks like an error', () => {
  const finding = diagnose('one\ntwo\nthree\n');
  expect(finding.reason).toBe('');
  expect(finding.excerpt.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
});

it('stays quick on lines made to trip it up', () => {
  const started = performance.now();
  for (const evil of [
    'a.b'.repeat(10_000),
    `${'x'.repeat(20_000)}.java:`,
    ': '.repeat(15_000),
    `error${' '.repeat(30_000)}!`,
    'A.'.repeat(9_000),
  ]) {
    diagnose(`${evil} error FAIL\n`.repeat(20));
  }
  expect(performance.now() - started).toBeLessThan(3_000);
});

it('cuts a reason that is longer than a sentence', () => {
  const { reason } = diagnose(`src/a.c:1:2: error: ${'long '.repeat(100)}\n`);
  expect(reason).toHaveLength(300);
  expect(reason).toMatch(/^src\/a\.c:1:2: error: long .*…$/);
});

it("takes a place for an error's own that stands within thirty lines after it", () => {
  const trace = '  File "tools/release.py", line 31, in main\n';
  const dull = (count: number) => 'and so on\n'.repeat(count);
  const places = (between: number) =>
    diagnose(
      'error: the release has no version\n',
      dull(between),
      '    at main (tools/release.js:31:9)\n',
      trace,
    ).errors.flatMap((error) => error.places.map(({ file }) => file));
  expect(places(5)).toContain('tools/release.js');
  expect(places(40)).not.toContain('tools/release.js');
});

it('names thirty errors of a build that has more, and the first of several codes', () => {
  const errors = Array.from({ length: 40 }, (_, n) => `a.c:${n + 1}:1: error: no ${n} (DEV.CB.02100${n})\n`);
  const finding = diagnose(...errors);
  expect([finding.errors.length, finding.code]).toEqual([30, 'DEV.CB.021000']);
});

it('says that one line is left out, where it is one', () => {
  const { excerpt } = diagnose(
    'a.c:1:2: error: no\n',
    ...Array.from({ length: 21 }, (_, n) => `line ${n}\n`),
  );
  expect(excerpt.map(({ text }) => text)).toContain('⋯ 1 more line ⋯');
});
