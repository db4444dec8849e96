// The job summary: how the build ended, where its time went, what it made, and why it failed. Markdown, far below the
// runner's limit of 1 MB however large the build was (just below it, summaries vanish without a word). Pure.

import type { Child } from '../../builds/children/child.ts';
import type { Finding } from '../../builds/diagnosis/diagnosis.ts';
import type { Outcome, Result } from '../../builds/outcome.ts';
import type { BuildRecord, SuccessRatio } from '../../codearts/build-schemas.ts';
import { formatSeconds } from '../../text.ts';
import { excerptTitle } from '../report/messages.ts';
import { link, type MarkdownWriter, markdownWriter, moreRowsNote, table } from './markdown.ts';
import { flowSection, stepTable } from './tables.ts';

export interface SummaryFacts {
  readonly job: string;
  readonly buildNumber: number;
  readonly result: Result;
  readonly buildUrl: string;
  readonly commitId: string;
  readonly record: BuildRecord | undefined;
  readonly outcome: Outcome | undefined;
  /** Of a multi-task build; none of another one. */
  readonly children: readonly Child[];
  readonly finding: Finding;
  /** The sentence that the step ended with, without its link; empty where the title says it all. */
  readonly sentence: string;
  /** Of the last 30 days; undefined where it is not known. */
  readonly ratio: SuccessRatio | undefined;
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

/**
 * Markdown of some 400 KB at most, whatever the facts hold; text from outside in it neither links nor acts.
 * @param redact is applied to every text of the facts before it is escaped or cut
 */
export function summaryMarkdown(facts: SummaryFacts, redact: (text: string) => string): string {
  const write = markdownWriter(redact);
  const parts = [
    title(facts, write),
    write.plain(facts.sentence, 600),
    numbers(facts, write),
    excerpt(facts, write),
    flowSection(facts.children, write),
    facts.outcome ? stepTable(facts.outcome.steps, write) : '',
    facts.includeBuildData ? artifacts(facts.outcome, write) : '',
    facts.includeBuildData ? parameters(facts, write) : '',
  ];
  return `${asManyAsFit(parts).join('\n\n')}\n`;
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

function title({ result, job, buildNumber, buildUrl }: SummaryFacts, write: MarkdownWriter): string {
  const build = link(write.plain(`${job} #${buildNumber}`, 140), buildUrl);
  return `### ${titles[result].replace('{build}', () => build)}`;
}

function numbers(facts: SummaryFacts, write: MarkdownWriter): string {
  const { record, outcome, ratio, commitId } = facts;
  const cells: [string, string][] = [];
  if (outcome?.seconds !== undefined) cells.push(['Total', formatSeconds(outcome.seconds)]);
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

function excerpt({ finding, includeBuildData, result }: SummaryFacts, write: MarkdownWriter): string {
  if (!includeBuildData || finding.excerpt.length === 0 || result === 'success') return '';
  const lines = finding.excerpt.map(({ text }) => text);
  return `<details>\n<summary>${write.html(excerptTitle(finding), 160)}</summary>\n\n${write.block(lines)}\n\n</details>`;
}

function artifacts(outcome: Outcome | undefined, write: MarkdownWriter): string {
  const all = outcome?.artifacts ?? [];
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

function parameters({ outcome, givenParameters }: SummaryFacts, write: MarkdownWriter): string {
  const all = [...(outcome?.parameters ?? [])];
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
