// Formats a benchmark run as a table for people and as JSON for machines. Pure.

import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { type Figure, isMet, ratio, type Unit } from './figures.ts';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  /** The load average of the last minute: if it exceeds the number of cores, figures are too high. */
  readonly load: number;
}

export function machine(): Machine {
  const [first] = cpus();
  return {
    cpu: first?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release().split('-')[0] ?? ''}`,
    node: process.version,
    load: Number((loadavg()[0] ?? 0).toFixed(1)),
  };
}

export function asJson(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => ({ ...figure, ratio: ratio(figure), met: isMet(figure) }));
  return JSON.stringify({ machine: machine(), figures: rows }, undefined, 2);
}

const headings = ['what', 'measured', 'baseline', 'ratio', 'at most', ''];

export function asTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [figure.part, row(figure)] as const);
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map(([, cells]) => [...(cells[column] ?? '')].length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === 0 || column === 5 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const { cpu, cores, memoryGb, system, node, load } = machine();
  const out = [`${cpu}, ${cores} cores, ${memoryGb} GB, ${system}, Node ${node}, load ${load}`];
  let current = '';
  for (const [part, cells] of rows) {
    if (part !== current) out.push('', line([part, ...headings.slice(1)]), '-'.repeat(line(headings).length));
    current = part;
    out.push(line(cells));
  }
  return out.join('\n');
}

function row(figure: Figure): string[] {
  const { what, value, unit, baseline, target, note } = figure;
  const times = ratio(figure);
  const met = isMet(figure);
  return [
    what,
    shown(value, unit),
    baseline === undefined ? '' : shown(baseline, unit),
    times === undefined ? '' : `${times.toFixed(2)}×`,
    target === undefined ? '' : target.of === 'ratio' ? `${target.most}×` : shown(target.most, unit),
    [met === undefined ? '' : met ? 'ok' : 'MISSED', note ?? ''].filter((word) => word !== '').join('  '),
  ];
}

function shown(value: number, unit: Unit): string {
  if (Number.isNaN(value)) return 'none';
  const digits = Math.abs(value) >= 100 || unit === '' ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${unit}`.trimEnd();
}
