// What is kept of each step while a log passes by, and that it stays bounded.

import { expect, it } from 'vitest';
import { StepTails } from '../../../src/builds/log/log-tails.ts';

const piece = 64 * 1024;
const filled = (texts: StepTails, step: string, pieces: number) => {
  texts.enter(step);
  for (let count = 0; count < pieces; count += 1) texts.add(`${count}`.padEnd(piece, step));
};
const kept = (texts: StepTails, step: string) => texts.textOf(step)?.text.length ?? 0;

it('keeps short steps whole, in the order in which they began', () => {
  const texts = new StepTails();
  for (const [step, text] of [
    ['b', 'one\n'],
    ['', 'outside\n'],
    ['a', 'two\n'],
    ['b', 'three\n'],
  ] as const) {
    texts.enter(step);
    texts.add(text);
  }
  expect(texts.names).toEqual(['b', 'a']);
  expect(texts.textOf('b')).toEqual({ text: 'one\nthree\n', whole: true });
  expect(texts.textOf('c')).toBeUndefined();
});

it('keeps the end of a long step, and says that it is not the whole', () => {
  const texts = new StepTails();
  filled(texts, 'x', 12);
  expect(texts.textOf('x')?.whole).toBe(false);
  expect(kept(texts, 'x')).toBe(8 * piece);
  expect(texts.textOf('x')?.text.startsWith('4xxx')).toBe(true);
});

it('gives up the oldest steps first when there are many long ones, never the one that is written', () => {
  const texts = new StepTails();
  const steps = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
  for (const step of steps) filled(texts, step, 8);
  expect(steps.reduce((sum, step) => sum + kept(texts, step), 0)).toBe(64 * piece);
  expect([kept(texts, 'a'), kept(texts, 'b'), kept(texts, 'c'), kept(texts, 'j')]).toEqual([
    0,
    0,
    8 * piece,
    8 * piece,
  ]);
  expect(texts.textOf('a')).toEqual({ text: '', whole: false });
});

it('takes no longer for a log of many steps than for one of few', () => {
  const texts = new StepTails();
  const started = performance.now();
  for (let step = 0; step < 150_000; step += 1) {
    texts.enter(`step ${step}`);
    texts.add(`${'x'.repeat(40)}\n`);
  }
  expect(performance.now() - started).toBeLessThan(10_000);
  texts.enter('step 1');
  texts.add('it goes on\n');
  expect(texts.textOf('step 1')).toEqual({ text: 'it goes on\n', whole: false });
});

it('keeps few names, however many a log has, and takes none that was given up for whole', () => {
  const texts = new StepTails();
  const started = performance.now();
  for (let step = 0; step < 600_000; step += 1) {
    texts.enter(`step ${step}`);
    texts.add(`${'x'.repeat(30)}\n`);
  }
  expect(performance.now() - started).toBeLessThan(8_000);
  expect(texts.names.length).toBeLessThan(2_000);
  expect(texts.textOf('step 1')).toEqual({ text: '', whole: false });
  expect(texts.textOf('step 599999')?.text).toHaveLength(31);
});

it('keeps the beginning of a name that is as long as a line', () => {
  const texts = new StepTails();
  const name = 'n'.repeat(30_000);
  texts.enter(name);
  texts.add('one\n');
  expect(texts.textOf(name)?.text).toBe('one\n');
  expect(texts.names.map(({ length }) => length)).toEqual([256]);
});
