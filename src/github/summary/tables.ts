// The summary's table of steps, with bars that show where the time went. Pure.

import { type Child, type ChildState, hasFailed, secondsOf } from '../../builds/children/child.ts';
import type { BuildStep } from '../../codearts/build-schemas.ts';
import { formatSeconds } from '../../text.ts';
import { type MarkdownWriter, moreRowsNote, table } from './markdown.ts';
import { flowchart, gantt } from './mermaid.ts';

const mostSteps = 100;
const barCells = 20;
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

const stepStates: Readonly<Record<BuildStep['status'], string>> = {
  success: '✅ success',
  error: '❌ failed',
  running: '▶️ running',
  'not-run': '⚪ not run',
};

/** Empty when there are no steps. A failed step is never among those left out. */
export function stepTable(steps: readonly BuildStep[], write: MarkdownWriter): string {
  if (steps.length === 0) return '';
  const longest = Math.max(...steps.map((step) => step.durationMs));
  const failedLate = steps.slice(mostSteps).filter((step) => step.status === 'error');
  const shown = [...steps.slice(0, mostSteps), ...failedLate.slice(0, 10)];
  const rows = shown.map((step) => [
    write.plain(step.name, 120),
    stepStates[step.status],
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

const mostChildren = 100;

const childStates: Readonly<Record<ChildState, string>> = {
  success: '✅ success',
  failure: '❌ failed',
  'timed-out': '⌛ timed out',
  aborted: '⏹️ stopped',
  running: '▶️ running',
  waiting: '⚪ waiting',
  skipped: '⚪ skipped',
  unknown: '❔ unknown',
};

/** Empty when there are no children. A failed child is never among those left out of the table. */
export function flowSection(given: readonly Child[], write: MarkdownWriter): string {
  if (given.length === 0) return '';
  const children = given.map((child) => ({ ...child, name: write.redact(child.name) }));
  const names = new Map(children.map(({ recordId, name }) => [recordId, name]));
  const failedLate = children.slice(mostChildren).filter(hasFailed);
  const shown = [...children.slice(0, mostChildren), ...failedLate.slice(0, 10)];
  const rows = shown.map((child) => {
    const seconds = secondsOf(child);
    return [
      write.plain(child.name, 120),
      childStates[child.state],
      seconds === undefined ? '' : formatSeconds(seconds),
      write.plain(child.needs.flatMap((need) => names.get(need) ?? []).join(', '), 300),
    ];
  });
  const left = children.length - shown.length;
  return [
    drawing(flowchart(children)),
    drawing(gantt(children)),
    `${table(['Child', 'State', 'Time', 'Waits for'], rows)}${moreRowsNote(left, 'more child', 'more children', 'the output children has them')}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function drawing(mermaid: string): string {
  return mermaid === '' ? '' : `\`\`\`mermaid\n${mermaid}\n\`\`\``;
}
