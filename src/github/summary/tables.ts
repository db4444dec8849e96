// Writes the summary's tables of steps and of children, with the drawings of the children.

import { type Child, hasFailed, secondsOf } from '../../builds/children/child.ts';
import type { BuildStep } from '../../codearts/step-schemas.ts';
import { formatSeconds } from '../../text.ts';
import { labels, type State } from '../report/labels.ts';
import { type MarkdownWriter, moreRowsNote, table } from './markdown.ts';
import { flowchart, gantt } from './mermaid.ts';

const maxSteps = 100;
const maxChildren = 100;
/** Failed ones are shown beyond the limit: so many. */
const maxFailedBeyond = 10;
/** With more children than this, the drawings would fill the screen. */
const maxDrawnOpen = 12;
const barLength = 10;

const stateCell = (state: State) => `${labels[state].emoji} ${labels[state].word}`;

/** Empty when there are no steps. A failed step is never among those left out. */
export function stepTable(steps: readonly BuildStep[], write: MarkdownWriter): string {
  if (steps.length === 0) return '';
  const total = steps.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const hasShares = total > 0 && steps.filter(({ durationMs }) => durationMs > 0).length > 1;
  const failedBeyond = steps.slice(maxSteps).filter(({ status }) => status === 'error');
  const shown = [...steps.slice(0, maxSteps), ...failedBeyond.slice(0, maxFailedBeyond)];
  const rows = shown.map(({ name, status, durationMs }) => [
    write.plain(name, 120),
    stateCell(status),
    status === 'not-run' ? '' : formatSeconds(durationMs / 1000),
    ...(hasShares ? [share(durationMs / total)] : []),
  ]);
  const head = ['Step', 'State', '>Time', ...(hasShares ? ['Share of time'] : [])];
  return `${table(head, rows)}${moreRowsNote(steps.length - shown.length, 'more step', 'more steps', 'the output steps has them all')}`;
}

function share(part: number): string {
  const percent = Math.round(part * 100);
  return percent === 0 ? '' : `${'░'.repeat(Math.max(1, Math.round(part * barLength)))} ${percent} %`;
}

/** Empty when there are no children. A failed child is never among those left out of the table. */
export function flowSection(given: readonly Child[], write: MarkdownWriter): string {
  if (given.length === 0) return '';
  const children = given.map((child) => ({ ...child, name: write.redact(child.name) }));
  const names = new Map(children.map(({ recordId, name }) => [recordId, name]));
  const failedBeyond = children.slice(maxChildren).filter(hasFailed);
  const shown = [...children.slice(0, maxChildren), ...failedBeyond.slice(0, maxFailedBeyond)];
  const rows = shown.map((child) => {
    const seconds = secondsOf(child);
    return [
      write.plain(child.name, 120),
      stateCell(child.state),
      seconds === undefined ? '' : formatSeconds(seconds),
      write.plain(child.needs.flatMap((need) => names.get(need) ?? []).join(', '), 300),
    ];
  });
  const note = moreRowsNote(
    children.length - shown.length,
    'more child',
    'more children',
    'the output children has them',
  );
  return [`${table(['Child', 'State', '>Time', 'Waits for'], rows)}${note}`, drawings(children)]
    .filter((part) => part !== '')
    .join('\n\n');
}

function drawings(children: readonly Child[]): string {
  const drawn = [flowchart(children), gantt(children)]
    .filter((mermaid) => mermaid !== '')
    .map((mermaid) => `\`\`\`mermaid\n${mermaid}\n\`\`\``)
    .join('\n\n');
  if (drawn === '' || children.length <= maxDrawnOpen) return drawn;
  return `<details>\n<summary>Graph and timeline</summary>\n\n${drawn}\n\n</details>`;
}
