// The summary's table of steps, with bars that show where the time went. Pure.

import type { BuildStep } from '../../codearts/answers.ts';
import { formatSeconds } from '../duration.ts';
import { moreRowsNote, plain, table } from './markdown.ts';

const mostSteps = 100;
const barCells = 20;
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

const states: Readonly<Record<BuildStep['status'], string>> = {
  success: '✅ success',
  error: '❌ failed',
  running: '▶️ running',
  'not-run': '⚪ not run',
};

/** Empty when there are no steps. A failed step is never among those left out. */
export function stepTable(steps: readonly BuildStep[]): string {
  if (steps.length === 0) return '';
  const longest = Math.max(...steps.map((step) => step.durationMs));
  const failedLate = steps.slice(mostSteps).filter((step) => step.status === 'error');
  const shown = [...steps.slice(0, mostSteps), ...failedLate.slice(0, 10)];
  const rows = shown.map((step) => [
    plain(step.name, 120),
    states[step.status],
    step.status === 'not-run' ? '' : formatSeconds(step.durationMs / 1000),
    bar(step.durationMs, longest),
  ]);
  const left = steps.length - shown.length;
  return `${table(['Step', 'State', '>Time', ''], rows)}${moreRowsNote(left, 'more step', 'more steps', 'the output steps has them all')}`;
}

/** Its length is the step's share of the longest step's time. */
function bar(ms: number, longest: number): string {
  if (ms <= 0 || longest <= 0) return '';
  const parts = Math.max(1, Math.round((ms / longest) * barCells * 8));
  return `${'█'.repeat(Math.floor(parts / 8))}${eighths[parts % 8] ?? ''}`;
}
