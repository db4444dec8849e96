// Tests what is kept of a log while it is printed: the text of its last step and how its steps ended, in bounded memory.

import { expect, it } from 'vitest';
import { StepResults, StepTails } from '../../src/github/printed-log.ts';

const mebi = 1024 * 1024;
const lengthOf = (tails: StepTails, step: string) => tails.textOf(step)?.text.length ?? 0;

it('keeps the text of the step that began last, and what was written after its end', () => {
  const tails = new StepTails();
  tails.add('before any step\n');
  expect(tails.textOf('')).toEqual({ text: 'before any step\n', whole: true });
  tails.enter('a');
  tails.add('one\n');
  tails.enter('b');
  tails.add('two\n');
  tails.enter('b');
  tails.add('three\n');
  expect(tails.textOf('b')).toEqual({ text: 'two\nthree\n', whole: true });
  expect(tails.textOf('')).toEqual({ text: 'two\nthree\n', whole: true });
  expect(tails.textOf('a')).toBeUndefined();
  tails.enter('');
  tails.add('outside\n');
  expect(tails.textOf('b')).toEqual({ text: 'two\nthree\n', whole: true });
  expect(tails.textOf('')).toEqual({ text: 'outside\n', whole: true });
});

it('keeps the last mebibyte of a long step, and says that it is not the whole', () => {
  const tails = new StepTails();
  tails.enter('x');
  for (let piece = 0; piece < 40; piece += 1) tails.add(`${piece}`.padEnd(64 * 1024, 'x'));
  expect(tails.textOf('x')?.whole).toBe(false);
  expect(lengthOf(tails, 'x')).toBe(mebi);
  expect(tails.textOf('x')?.text.startsWith('24xxx')).toBe(true);
});

it('keeps the last mebibyte of many short lines, in a time that grows with their number alone', () => {
  const tails = new StepTails();
  tails.enter('x');
  const line = `[group]${'x'.repeat(12)}\n`;
  const started = performance.now();
  for (let count = 0; count < 1_000_000; count += 1) tails.add(line);
  expect(performance.now() - started).toBeLessThan(10_000);
  expect(lengthOf(tails, 'x')).toBeGreaterThan(mebi - 64 * 1024);
  expect(lengthOf(tails, 'x')).toBeLessThan(mebi + 64 * 1024);
});

it('knows a step by the beginning of its name when the name is as long as a line', () => {
  const tails = new StepTails();
  const name = 'n'.repeat(30_000);
  tails.enter(name);
  tails.add('one\n');
  expect(tails.textOf(name)?.text).toBe('one\n');
});

it('names the first step that failed, else the last step of unknown end', () => {
  const results = new StepResults();
  expect(results.failed).toBe('');
  results.set('a', 'success');
  results.set('b', 'unknown');
  results.set('c', 'unknown');
  expect(results.failed).toBe('c');
  results.set('b', 'failure');
  results.set('c', 'failure');
  expect(results.failed).toBe('b');
  results.set('b', 'success');
  expect(results.failed).toBe('c');
});

it('names the step that failed of a log with any number of steps', () => {
  const results = new StepResults();
  results.set('compile', 'failure');
  for (let step = 0; step < 200_000; step += 1) results.set(`s${step}`, 'unknown');
  results.set('late', 'failure');
  expect(results.failed).toBe('compile');
});
