// Writes the job summary: how the build ended, why it failed, where its time went and what it made. Markdown, far below
// the runner's limit of 1 MB however large the build was: just below that, GitHub drops a summary silently.

import { type Child, hasFailed, secondsOf } from '../../builds/children/child.ts';
import type { Outcome } from '../../builds/outcome.ts';
import type { BuildRecord } from '../../codearts/build-schemas.ts';
import type { BuildStep } from '../../codearts/step-schemas.ts';
import { formatSeconds } from '../../text.ts';
import { advice, type BuildReport, errorLine, excerptTitle } from '../report/build-report.ts';
import { labels, type State } from '../report/lists.ts';
import { link, type MarkdownWriter, markdownWriter, moreRowsNote, table } from './markdown.ts';
import { flowchart, gantt } from './mermaid.ts';

export interface SummaryOptions {
  /** Is applied to every text of the report before it is escaped or cut. */
  readonly redact: (text: string) => string;
  /** False: nothing that the build itself wrote or named. */
  readonly includeBuildData: boolean;
  /** The page on what to do about how the build ended; empty where there is none. */
  readonly docsUrl: string;
  /** Parameters whose values the workflow gives: they are in the workflow, and may be secrets. */
  readonly givenParameters: ReadonlySet<string>;
}

/** Rows of the tables. */
const limits = { artifacts: 50, parameters: 50, steps: 100, children: 100 };
/** How many failed steps and children are shown beyond the limit. */
const maxFailedBeyond = 10;
/** With more children than this, the drawings would fill the screen. */
const maxDrawnOpen = 12;
/** Characters of the bar that shows a step's share of the time. */
const shareBarLength = 10;
const maxBytes = 400_000;

/** Writes some 400 KB of Markdown at most, whatever the report holds; text from outside in it neither links nor acts. */
export function summaryMarkdown(report: BuildReport, options: SummaryOptions): string {
  const { outcome } = report;
  const write = markdownWriter(options.redact);
  const { children, steps } = outcome;
  const parts = [
    title(report, write),
    write.plain(`${errorLine(report)}${advice(report)}`, 600),
    links(report, options),
    numbers(report, write),
    options.includeBuildData ? excerpt(report, write) : '',
    flowSection(children, write),
    // The parent of a multi-task build has one step, which waits for the children.
    children.length > 0 && steps.length < 2 ? '' : stepTable(steps, write),
    options.includeBuildData ? artifacts(outcome, write) : '',
    options.includeBuildData ? parameters(outcome, options, write) : '',
  ];
  return `${asManyAsFit(parts).join('\n\n')}\n`;
}

/** Writes the summary of a step that ends before there is a build. @param helpUrl may be empty */
export function problemsMarkdown(
  problems: readonly string[],
  helpUrl: string,
  redact: (text: string) => string,
): string {
  const write = markdownWriter(redact);
  const lines = problems.map((problem) => write.plain(problem, 1_000));
  const text = lines.length === 1 ? lines.join('') : lines.map((line) => `- ${line}`).join('\n');
  const parts = ['### ❌ No CodeArts build', text, link('What to do about it', helpUrl, '')];
  return `${asManyAsFit(parts).join('\n\n')}\n`;
}

function links({ finding }: BuildReport, options: SummaryOptions): string {
  const found = [
    link('What to do about it', options.docsUrl, ''),
    link("CodeArts' page about this error", finding.helpUrl, ''),
  ];
  return found.filter((one) => one !== '').join(' · ');
}

/** Leaves out parts that do not fit. Each is bounded already; this is for what nobody thought of. */
function asManyAsFit(parts: readonly string[]): string[] {
  let bytes = 0;
  return parts.filter((part) => {
    const length = Buffer.byteLength(part);
    if (part === '' || bytes + length > maxBytes) return false;
    bytes += length;
    return true;
  });
}

function title({ result, job, buildNumber, buildUrl }: BuildReport, write: MarkdownWriter): string {
  const { emoji, verb } = labels[result];
  return `### ${emoji} ${link(write.plain(`${job} #${buildNumber}`, 140), buildUrl)} ${verb}`;
}

function numbers({ record, outcome, commitId, commitUrl }: BuildReport, write: MarkdownWriter): string {
  const { seconds, ratio } = outcome;
  const cells: [string, string][] = [];
  if (seconds !== undefined) cells.push(['Run time', formatSeconds(seconds)]);
  const queued = queueSeconds(record);
  if (queued !== undefined) cells.push(['Time in queue', formatSeconds(queued)]);
  if (commitId !== '') cells.push(['Commit', link(write.code(commitId.slice(0, 12)), commitUrl)]);
  if (record?.branch) cells.push(['Branch', write.code(record.branch, 120)]);
  if (record?.tag) cells.push(['Tag', write.code(record.tag, 120)]);
  if (ratio && ratio.total > 0) {
    const percent = Math.round((ratio.succeeded / ratio.total) * 100);
    cells.push(['Succeeded in 30 days', `${percent} % (${ratio.succeeded} of ${ratio.total})`]);
  }
  if (cells.length === 0) return '';
  return table(
    cells.map(([name]) => name),
    [cells.map(([, value]) => value)],
  );
}

/** Returns the seconds from the request to the start on a machine; the run time does not include them. */
function queueSeconds(record: BuildRecord | undefined): number | undefined {
  const { createdAt, startedAt } = record ?? {};
  if (createdAt === undefined || startedAt === undefined || startedAt < createdAt) return undefined;
  return (startedAt - createdAt) / 1000;
}

function excerpt({ finding, result }: BuildReport, write: MarkdownWriter): string {
  if (finding.excerpt.length === 0 || result === 'success') return '';
  const lines = finding.excerpt.map(({ text }) => text);
  return `<details open>\n<summary>${write.html(excerptTitle(finding), 160)}</summary>\n\n${write.block(lines)}\n\n</details>`;
}

const stateCell = (state: State) => `${labels[state].emoji} ${labels[state].word}`;

/** Lists the steps; empty when there are none. A failed step is never among those left out. */
function stepTable(steps: readonly BuildStep[], write: MarkdownWriter): string {
  if (steps.length === 0) return '';
  const total = steps.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const hasShares = total > 0 && steps.filter(({ durationMs }) => durationMs > 0).length > 1;
  const shown = withFailedBeyond(steps, limits.steps, ({ status }) => status === 'error');
  const rows = shown.map(({ name, status, durationMs }) => [
    write.plain(name, 120),
    stateCell(status),
    status === 'not-run' ? '' : formatSeconds(durationMs / 1000),
    ...(hasShares ? [share(durationMs / total)] : []),
  ]);
  const head = ['Step', 'State', '>Time', ...(hasShares ? ['Share of time'] : [])];
  return `${table(head, rows)}${moreRowsNote(steps.length - shown.length, 'more step', 'more steps', 'the output steps has them all')}`;
}

/** Returns the first entries, and some that failed after them. */
function withFailedBeyond<Entry>(
  all: readonly Entry[],
  limit: number,
  isFailed: (entry: Entry) => boolean,
): readonly Entry[] {
  return [...all.slice(0, limit), ...all.slice(limit).filter(isFailed).slice(0, maxFailedBeyond)];
}

function share(part: number): string {
  const percent = Math.round(part * 100);
  return percent === 0 ? '' : `${'░'.repeat(Math.max(1, Math.round(part * shareBarLength)))} ${percent} %`;
}

/** Lists and draws the children; empty when there are none. A failed child is never left out of the table. */
function flowSection(given: readonly Child[], write: MarkdownWriter): string {
  if (given.length === 0) return '';
  const children = given.map((child) => ({ ...child, name: write.redact(child.name) }));
  const names = new Map(children.map(({ recordId, name }) => [recordId, name]));
  const shown = withFailedBeyond(children, limits.children, hasFailed);
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
  const drawn = drawings(children);
  return `${table(['Child', 'State', '>Time', 'Waits for'], rows)}${note}${drawn === '' ? '' : `\n\n${drawn}`}`;
}

function drawings(children: readonly Child[]): string {
  const drawn = [flowchart(children), gantt(children)]
    .filter((mermaid) => mermaid !== '')
    .map((mermaid) => `\`\`\`mermaid\n${mermaid}\n\`\`\``)
    .join('\n\n');
  if (drawn === '' || children.length <= maxDrawnOpen) return drawn;
  return `<details>\n<summary>Graph and timeline</summary>\n\n${drawn}\n\n</details>`;
}

function artifacts({ artifacts: all }: Outcome, write: MarkdownWriter): string {
  if (all.length === 0) return '';
  const head = ['Artifact', 'Type', 'Version', 'Address'];
  const ofChildren = all.some(({ child }) => child !== undefined);
  if (ofChildren) head.unshift('Child');
  const rows = all
    .slice(0, limits.artifacts)
    .map((one) => [
      ...(ofChildren ? [write.plain(one.child ?? '', 120)] : []),
      write.plain(one.name, 120),
      write.plain(one.type || one.kind, 60),
      write.plain(one.version, 120),
      write.code(one.uri, 400),
    ]);
  return `${table(head, rows)}${moreRowsNote(all.length - limits.artifacts, 'more artifact', 'more artifacts', 'the output artifacts has them all')}`;
}

function parameters(outcome: Outcome, { givenParameters }: SummaryOptions, write: MarkdownWriter): string {
  const all = [...outcome.parameters];
  if (all.length === 0) return '';
  const shown = (name: string, value: string) => {
    if (/^\*+$/.test(value)) return write.code('***');
    return givenParameters.has(name) ? 'from the workflow' : write.code(value, 200);
  };
  const rows = all
    .slice(0, limits.parameters)
    .map(([name, value]) => [write.code(name, 128), shown(name, value)]);
  const text = `${table(['Parameter', 'Value'], rows)}${moreRowsNote(all.length - limits.parameters, 'more parameter', 'more parameters', '')}`;
  return `<details>\n<summary>Parameters</summary>\n\n${text}\n\n</details>`;
}
