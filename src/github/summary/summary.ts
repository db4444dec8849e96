// The job summary: how the build ended, where its time went, what it made, and why it failed. Markdown, far below the
// runner's limit of 1 MB however large the build was (just below it, summaries vanish without a word). Pure.

import type { Outcome, Result } from '../../builds/outcome.ts';
import type { BuildRecord } from '../../codearts/build-schemas.ts';
import { formatSeconds } from '../../text.ts';
import type { BuildReport } from '../report/build-report.ts';
import { excerptTitle, sentence } from '../report/messages.ts';
import { link, type MarkdownWriter, markdownWriter, moreRowsNote, table } from './markdown.ts';
import { flowSection, stepTable } from './tables.ts';

export interface SummaryOptions {
  /** Is applied to every text of the report before it is escaped or cut. */
  readonly redact: (text: string) => string;
  /** False: nothing that the build itself wrote or named. */
  readonly includeBuildData: boolean;
  /** Parameters whose values the workflow gives: they are in the workflow, and may be secrets. */
  readonly givenParameters: ReadonlySet<string>;
}

const mostArtifacts = 50;
const mostParameters = 50;
const mostBytes = 400_000;

const titles: Readonly<Record<Result, string>> = {
  success: '✅ {build} succeeded',
  failure: '❌ {build} failed',
  aborted: '⏹️ {build} was stopped in CodeArts',
  'timed-out': '⌛ {build} took too long',
  cancelled: '⏹️ {build} was cancelled',
  running: '▶️ {build} is running',
};

/** Markdown of some 400 KB at most, whatever the report holds; text from outside in it neither links nor acts. */
export function summaryMarkdown(report: BuildReport, options: SummaryOptions): string {
  const { outcome } = report;
  const write = markdownWriter(options.redact);
  const parts = [
    title(report, write),
    write.plain(titleSaysAll(report) ? '' : (report.exitMessage ?? sentence(report)), 600),
    link("CodeArts' page about this error", report.helpUrl, ''),
    numbers(report, write),
    options.includeBuildData ? excerpt(report, write) : '',
    flowSection(outcome.children, write),
    stepTable(outcome.steps, write),
    options.includeBuildData ? artifacts(outcome, write) : '',
    options.includeBuildData ? parameters(outcome, options, write) : '',
  ];
  return `${asManyAsFit(parts).join('\n\n')}\n`;
}

function titleSaysAll({ result, exitMessage }: BuildReport): boolean {
  return exitMessage === undefined && (result === 'success' || result === 'running');
}

/** Each part is bounded already; this is for what nobody thought of. */
function asManyAsFit(parts: readonly string[]): string[] {
  let bytes = 0;
  return parts.filter((part) => {
    const length = Buffer.byteLength(part);
    if (part === '' || bytes + length > mostBytes) return false;
    bytes += length;
    return true;
  });
}

function title({ result, job, buildNumber, buildUrl }: BuildReport, write: MarkdownWriter): string {
  const build = link(write.plain(`${job} #${buildNumber}`, 140), buildUrl);
  return `### ${titles[result].replace('{build}', () => build)}`;
}

function numbers({ record, outcome, commitId }: BuildReport, write: MarkdownWriter): string {
  const { seconds, ratio } = outcome;
  const cells: [string, string][] = [];
  if (seconds !== undefined) cells.push(['Total', formatSeconds(seconds)]);
  const queued = queueSeconds(record);
  if (queued !== undefined) cells.push(['In the queue', formatSeconds(queued)]);
  if (commitId !== '') cells.push(['Commit', write.code(commitId.slice(0, 12))]);
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

/** From the build's being asked for to its start on a machine. */
function queueSeconds(record: BuildRecord | undefined): number | undefined {
  const { createdAt, startedAt } = record ?? {};
  if (createdAt === undefined || startedAt === undefined || startedAt < createdAt) return undefined;
  return (startedAt - createdAt) / 1000;
}

function excerpt({ finding, result }: BuildReport, write: MarkdownWriter): string {
  if (finding.excerpt.length === 0 || result === 'success') return '';
  const lines = finding.excerpt.map(({ text }) => text);
  return `<details>\n<summary>${write.html(excerptTitle(finding), 160)}</summary>\n\n${write.block(lines)}\n\n</details>`;
}

function artifacts({ artifacts: all }: Outcome, write: MarkdownWriter): string {
  if (all.length === 0) return '';
  const head = ['Artifact', 'Type', 'Version', 'Address'];
  const ofChildren = all.some(({ child }) => child !== undefined);
  if (ofChildren) head.unshift('Child');
  const rows = all
    .slice(0, mostArtifacts)
    .map((one) => [
      ...(ofChildren ? [write.plain(one.child ?? '', 120)] : []),
      write.plain(one.name, 120),
      write.plain(one.type || one.kind, 60),
      write.plain(one.version, 120),
      write.code(one.uri, 400),
    ]);
  return `${table(head, rows)}${moreRowsNote(all.length - mostArtifacts, 'more artifact', 'more artifacts', 'the output artifacts has them all')}`;
}

function parameters(outcome: Outcome, { givenParameters }: SummaryOptions, write: MarkdownWriter): string {
  const all = [...outcome.parameters];
  if (all.length === 0) return '';
  const shown = (name: string, value: string) => {
    if (/^\*+$/.test(value)) return write.code('***');
    return givenParameters.has(name) ? 'from the workflow' : write.code(value, 200);
  };
  const rows = all
    .slice(0, mostParameters)
    .map(([name, value]) => [write.code(name, 128), shown(name, value)]);
  const text = `${table(['Parameter', 'Value'], rows)}${moreRowsNote(all.length - mostParameters, 'more parameter', 'more parameters', '')}`;
  return `<details>\n<summary>Parameters</summary>\n\n${text}\n\n</details>`;
}
