// The diagnosis keeps the code, the errors and the lines worth showing of a log, within its bounds.

import { expect, it } from 'vitest';
import { Diagnosis, type Finding } from '../../../src/builds/diagnosis/diagnosis.ts';

function diagnose(...texts: readonly string[]): Finding {
  const diagnosis = new Diagnosis();
  for (const text of texts) diagnosis.lines(text);
  return diagnosis.finding('a step');
}

const date = '[2026/09/10 17:26:01.320 GMT+08:00]';

it("finds CodeArts' own error code", () => {
  expect(diagnose(`${date} [ERROR] [制作镜像:buildImage] : [DEV.CB.0220012] 镜像推送失败。\n`).code).toBe(
    'DEV.CB.0220012',
  );
});

it.each([
  `${date} [ERROR] [buildImage:buildImage] : DEV.CB.0210043, Docker build image failed\n`,
  `${date} [ERROR] DEV.CB.0210043: Docker build image failed\n`,
])('reads the code without brackets in %s', (log) => {
  const { code, reason } = diagnose(log);
  expect({ code, reason }).toEqual({ code: 'DEV.CB.0210043', reason: 'Docker build image failed' });
});

it.each([
  `${date} [INFO] [代码检出:external_pre_checkout] : [WARN]DEV.CB.02101217,用户名或密码为空。\n`,
  `${date} [WARNING] [PRE_ENV:slave_create] : [slave] find empty runtime, location: PRE_ENV.slave_create\n`,
  `${date} [WARNING] error: DEV.CB.0210043\n`,
  `${date} [INFO] [buildImage:buildImage] : error: not found\n`,
])('takes neither reason nor code from %s', (log) => {
  const { code, reason } = diagnose(log);
  expect({ code, reason }).toEqual({ code: '', reason: '' });
});

it('takes the step that CodeArts reports an error of where the step is not known', () => {
  const diagnosis = new Diagnosis();
  diagnosis.lines(`${date} [ERROR] [buildImage:buildImage] : Docker build image failed\n`);
  expect(diagnosis.finding('').step).toBe('buildImage');
  expect(diagnosis.finding('Build the image').step).toBe('Build the image');
});

it("leaves out the engine's own command that ends the container of a step", () => {
  const { excerpt } = diagnose(
    `${date} make: *** [all] Error 2\n`,
    `${date} $ docker stop --time=1 8db533bfed323ffeb24d4698b65af3b4d6f138c9e7c0297ee9e33442648b87ea\n`,
    `${date} $ docker stop server\n`,
  );
  expect(excerpt.map(({ text }) => text)).toEqual(['make: *** [all] Error 2', '$ docker stop server']);
});

it("reads CodeArts' error in the second record of a line, and shows the line unchanged", () => {
  const line = `using credentials password**** ${date} [ERROR] [image:buildImage] : DEV.CB.0210043, Build failed`;
  const { code, reason, excerpt } = diagnose(`${date} ${line}\n`);
  expect({ code, reason, excerpt }).toEqual({
    code: 'DEV.CB.0210043',
    reason: 'Build failed',
    excerpt: [{ text: line, picked: true }],
  });
});

it("reads a tool's error in the second record of a line, with its place", () => {
  const { reason, errors } = diagnose(`${date} scmType is github ${date} src/a.c:1:2: error: no such type\n`);
  expect({ reason, place: errors[0]?.places[0] }).toMatchObject({
    reason: 'src/a.c:1:2: error: no such type',
    place: { file: 'src/a.c', line: 1, column: 2 },
  });
});

it('reads an error in the first record of a line whose second record is a warning or a marker', () => {
  const error = `${date} src/a.c:1:2: error: no such type`;
  const reasons = [
    `${date} [WARNING] error: unused`,
    `${date} [INFO] [image:buildImage] : This step is complete`,
  ].map((second) => diagnose(`${error} ${second}\n`).reason);
  expect(reasons).toEqual(['src/a.c:1:2: error: no such type', 'src/a.c:1:2: error: no such type']);
});

it('does not take the command that a shell repeats for an error', () => {
  expect(diagnose('+ grep -q error: command not found\n').reason).toBe('');
});

it('keeps the errors of a file apart, and each of them once', () => {
  const error = (line: number, message: string) => `src/App.java:[${line},5] ${message}\n`;
  const { errors } = diagnose(
    error(12, 'cannot find symbol'),
    error(40, 'missing return'),
    error(12, 'cannot find symbol'),
  );
  expect(errors.map(({ message }) => message)).toEqual(['cannot find symbol', 'missing return']);
});

it('reports one error where a test and its exception name the same place', () => {
  const { errors } = diagnose(
    'Traceback (most recent call last):\n  File "shop/a.py", line 3, in f\nRuntimeError: sold out\n',
    'FAILED tests/test_a.py::test_f - RuntimeError: sold out\n',
  );
  expect(errors.map(({ message }) => message)).toEqual(['tests/test_a.py::test_f - RuntimeError: sold out']);
});

it('reports one error where the place and the message stand on two lines', () => {
  for (const log of [
    'CMake Error at cmake/Deps.cmake:12 (find_package):\n  Could not find Boost\n',
    "thread 'main' panicked at src/cart.rs:10:9:\nno price\n",
    'ERROR: ArkTS:ERROR File: ***/src/main/ets/Index.ets:12:5\n No such property.\n',
  ]) {
    const diagnosis = new Diagnosis();
    diagnosis.lines(log);
    const { errors } = diagnosis.finding('a step');
    expect(errors.map(({ message }) => message)).toEqual([log.split('\n')[1]?.trim()]);
  }
});

it('shows the lines around the error and the last ones, and says how many it leaves out', () => {
  const filler = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => `line ${from + index}\n`).join('');
  const { excerpt } = diagnose(filler(1, 100), 'a.c:1:2: error: no\n', filler(102, 100));
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

it('shows the last lines of a step without an error', () => {
  const finding = diagnose('one\ntwo\nthree\n');
  expect(finding.reason).toBe('');
  expect(finding.excerpt.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
});

it('shortens a reason to 300 characters', () => {
  const { reason } = diagnose(`src/a.c:1:2: error: ${'long '.repeat(100)}\n`);
  expect(reason).toHaveLength(300);
  expect(reason).toMatch(/^src\/a\.c:1:2: error: long .*…$/);
});

it('takes a place up to thirty lines after an error for the place of the error', () => {
  const trace = '  File "tools/release.py", line 31, in main\n';
  const filler = (count: number) => 'and so on\n'.repeat(count);
  const places = (between: number) =>
    diagnose(
      'error: the release has no version\n',
      filler(between),
      '    at main (tools/release.js:31:9)\n',
      trace,
    ).errors.flatMap((error) => error.places.map(({ file }) => file));
  expect(places(5)).toContain('tools/release.js');
  expect(places(40)).not.toContain('tools/release.js');
});

it('keeps thirty errors of a build that has more, and the first of several codes', () => {
  const errors = Array.from({ length: 40 }, (_, n) => `a.c:${n + 1}:1: error: no ${n} (DEV.CB.02100${n})\n`);
  const finding = diagnose(...errors);
  expect({ errors: finding.errors.length, code: finding.code }).toEqual({
    errors: 30,
    code: 'DEV.CB.021000',
  });
});

it('says "1 more line" where one line is left out', () => {
  const { excerpt } = diagnose(
    'a.c:1:2: error: no\n',
    ...Array.from({ length: 21 }, (_, n) => `line ${n}\n`),
  );
  expect(excerpt.map(({ text }) => text)).toContain('⋯ 1 more line ⋯');
});
