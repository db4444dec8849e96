// The diagnosis finds in a whole log of each tool the reason that a person would find, and the place that it names.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Diagnosis, type Finding } from '../../../src/builds/diagnosis/diagnosis.ts';

interface Expected {
  readonly reason: string;
  /** The first place that is the build's own, as `file:line:column`. */
  readonly place?: string;
  readonly step?: string;
  readonly code?: string;
}

/** By the log's name in logs/. */
const expectations: Readonly<Record<string, Expected>> = {
  checkout: { reason: "fatal: repository 'https://codehub.example.com/shop/api.git/' not found" },
  clang: {
    reason: "../core/parser.h:17:10: fatal error: 'core/tokens.h' file not found",
    place: '../core/parser.h:17:10',
  },
  'docker-buildkit': {
    reason:
      'failed to solve: failed to compute cache key: failed to calculate checksum of ref 7bq2::x1: "/confg": not found',
    place: 'Dockerfile:11',
  },
  'docker-classic': {
    reason: 'Could not find a version that satisfies the requirement flsak==3.0 (from versions: none)',
  },
  'docker-push': { reason: 'denied: You may not login yet' },
  gcc: {
    reason:
      "net/socket.c:91:12: error: 'SOCK_STRAEM' undeclared (first use in this function); did you mean 'SOCK_STREAM'?",
    place: 'net/socket.c:91:12',
  },
  'go-build': {
    reason: 'internal/cart/total.go:12:9: undefined: taxFor',
    place: 'internal/cart/total.go:12:9',
  },
  'go-test': {
    reason: 'TestTotalIsRounded: total_test.go:21: got 19.98999999, want 19.99',
    place: 'total_test.go:21',
  },
  'gradle-java': {
    reason: 'app/src/main/java/com/acme/App.java:12: error: cannot find symbol',
    place: 'app/src/main/java/com/acme/App.java:12',
  },
  'gradle-kotlin': {
    reason: 'e: app/src/main/kotlin/Cart.kt:18:23 Unresolved reference: totl',
    place: 'app/src/main/kotlin/Cart.kt:18:23',
  },
  'gradle-script': {
    reason:
      'Could not find method implementatoin() for arguments [com.acme:core:1.0] on object of type DefaultDependencyHandler.',
    place: 'build.gradle:14',
  },
  jest: { reason: 'cart › rounds the total', place: 'src/cart/total.test.ts:13:23' },
  linker: { reason: "undefined reference to `shop::serve(int)'" },
  'maven-compile': {
    reason: 'src/main/java/com/acme/order/OrderService.java:[42,17] cannot find symbol',
    place: 'src/main/java/com/acme/order/OrderService.java:42:17',
  },
  'maven-dependency': {
    reason:
      'Failed to execute goal on project order-service: Could not resolve dependencies for project com.acme:order-service:jar:2.3.0: Could not find artifact com.acme:billing:jar:1.9 in mirror (https://repo.example.com/maven2)',
  },
  'maven-test': {
    reason: 'OrderServiceTest.totalIsRounded: expected: <19.99> but was: <19.98999999>',
    place: 'OrderServiceTest.java:41',
  },
  node: { reason: 'TypeError: no version', place: 'scripts/release.js:9:9' },
  'npm-package': { reason: '404 Not Found - GET https://repo.example.com/npm/@acme%2fui - Not found' },
  'npm-script': { reason: 'Missing script: "biuld"' },
  pytest: {
    reason: 'tests/test_cart.py::test_total_is_rounded - assert 19.98999999 == 19.99',
    place: 'tests/test_cart.py:17',
  },
  python: { reason: "KeyError: 'version'", place: 'tools/release.py:31' },
  rust: { reason: 'cannot find value `taxes` in this scope', place: 'src/cart.rs:12:5' },
  shell: { reason: './build.sh: line 14: zpi: command not found' },
  'shell-silent': { reason: '命令执行失败，退出码: 3，请检查构建命令和代码。' },
  tsc: {
    reason: "src/cart/total.ts(3,7): error TS2322: Type 'string' is not assignable to type 'number'.",
    place: 'src/cart/total.ts:3:7',
  },
  'tsc-pretty': {
    reason: "src/cart/total.ts:3:7 - error TS2322: Type 'string' is not assignable to type 'number'.",
    place: 'src/cart/total.ts:3:7',
  },
  vitest: {
    reason:
      'src/cart/total.test.ts > cart > rounds the total: AssertionError: expected 19.98999999 to be 19.99 // Object.is equality',
    place: 'src/cart/total.test.ts:13:23',
  },
  'codearts-image': {
    reason:
      'unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat deploy/Dockerfile: no such file or directory',
    step: 'buildImage',
    code: 'DEV.CB.0210043',
  },
  'codearts-shell': {
    reason: 'tests/test_ledger.py::test_post - RuntimeError: entry refused: period closed',
    place: 'orders/ledger/post.py:84',
    code: '',
  },
};

const folder = join(import.meta.dirname, 'logs');
const names = readdirSync(folder).map((name) => name.replace(/\.txt$/, ''));

function diagnose(name: string): Finding {
  const diagnosis = new Diagnosis();
  diagnosis.lines(readFileSync(join(folder, `${name}.txt`), 'utf8'));
  return diagnosis.finding('');
}

function firstPlace({ errors }: Finding): string | undefined {
  const place = errors[0]?.places.find(({ file }) => !/^(?:AssertionUtils|node:)/.test(file));
  return place && [place.file, place.line, place.column].filter((part) => part !== undefined).join(':');
}

it.each(Object.entries(expectations))(
  'finds the reason in the log %s',
  (name, { reason, place, step, code }) => {
    const finding = diagnose(name);
    expect({ reason: finding.reason, place: firstPlace(finding) }).toEqual({ reason, place });
    expect(finding.step).toBe(step ?? finding.step);
    expect(finding.code).toBe(code ?? finding.code);
    expect(finding.excerpt.filter(({ picked }) => picked)).toHaveLength(1);
  },
);

it('expects something of every log', () => {
  expect(Object.keys(expectations).sort()).toEqual(names.sort());
});

it.each(['codearts-image', 'codearts-shell'])(
  'leaves the lines of the engine out of the excerpt of %s',
  (name) => {
    const text = diagnose(name)
      .excerpt.map((line) => line.text)
      .join('\n');
    expect(text).not.toMatch(
      /Started by|JobStatusPlugin|PRE_ENV|stage \[|Finished: |All Tasks|state_|This step|该步骤/,
    );
    expect(text).toMatch(/exit code 1/);
  },
);
