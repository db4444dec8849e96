// Compares the start-up with the last accepted one, which baseline.json has as a ratio to bare Node, so that it holds on any
// machine. Fails if a change, such as a new dependency, makes every step start a tenth slower.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { root } from '../scripts/paths.ts';
import { type Figure, isMet, ratio } from './figures.ts';

const file = join(root, 'bench', 'baseline.json');
const schema = v.pipe(v.string(), v.parseJson(), v.strictObject({ startUpToBareNode: v.number() }));
const most = 1.1;

/** @param figures of the start-up, the undisturbed first request first */
export function updateBaseline(figures: readonly Figure[]): void {
  const startUpToBareNode = Number(ratioOf(figures).toFixed(2));
  writeFileSync(file, `${JSON.stringify({ startUpToBareNode }, undefined, 2)}\n`);
}

/** Measures again before it reports a slower start, because other work on the machine can disturb one measurement. */
export async function compareStartUp(measure: () => Promise<Figure[]>): Promise<Figure[]> {
  const first = await measure();
  const compared = compare(first);
  if (isMet(compared) !== false) return [...first, compared];
  const second = await measure();
  return [...second, compare(second)];
}

function compare(figures: readonly Figure[]): Figure {
  const { startUpToBareNode } = v.parse(schema, readFileSync(file, 'utf8'));
  return {
    part: 'start-up against the last accepted one',
    what: 'first request, as a multiple of bare Node',
    value: ratioOf(figures),
    baseline: startUpToBareNode,
    unit: '×',
    target: { of: 'ratio', most },
    note: 'baseline: bench/baseline.json',
  };
}

function ratioOf([first]: readonly Figure[]): number {
  const value = first && ratio(first);
  if (value === undefined) throw new Error('the start-up was not measured');
  return value;
}
