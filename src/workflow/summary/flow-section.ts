// The summary's part on a multi-task build: a table of its children, and their graph and timeline as drawings. The
// table says all that the drawings do: not every page that shows Markdown draws. Pure.

import { type Child, type ChildState, hasFailed, secondsOf } from '../../build/flow/child.ts';
import { formatSeconds } from '../duration.ts';
import { flowchart, gantt } from './flow-charts.ts';
import { moreRowsNote, plain, table } from './markdown.ts';

const mostChildren = 100;

const states: Readonly<Record<ChildState, string>> = {
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
export function flowSection(children: readonly Child[]): string {
  if (children.length === 0) return '';
  const names = new Map(children.map(({ recordId, name }) => [recordId, name]));
  const failedLate = children.slice(mostChildren).filter(hasFailed);
  const shown = [...children.slice(0, mostChildren), ...failedLate.slice(0, 10)];
  const rows = shown.map((child) => {
    const seconds = secondsOf(child);
    return [
      plain(child.name, 120),
      states[child.state],
      seconds === undefined ? '' : formatSeconds(seconds),
      plain(child.needs.flatMap((need) => names.get(need) ?? []).join(', '), 300),
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
