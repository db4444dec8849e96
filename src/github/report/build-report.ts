// Declares the one report on a build, from which outputs, last line, annotations, summary and commit status are written,
// and writes it as sentences. Also formats the link to the build's page in the console: that page's address is not
// documented, so it is a template that the workflow can replace.

import type { Finding } from '../../builds/diagnosis/diagnosis.ts';
import type { Outcome, Result } from '../../builds/outcome.ts';
import { isScheduleFailure, isUnknownResult, isUnknownWord } from '../../builds/status.ts';
import type { BuildRecord } from '../../codearts/build-schemas.ts';
import { consolePageTemplate } from '../../huaweicloud/regions.ts';
import { toSingleLine } from '../../text.ts';
import { duration } from './lists.ts';

/** Its sentences and names are redacted already. */
export interface BuildReport {
  /** The job's name; its id where the name is not known. */
  readonly job: string;
  readonly buildNumber: number;
  /** What the step makes of the build's end; `running` for a build that goes on. */
  readonly result: Result;
  /** As it was last read; undefined when it never was. */
  readonly record: BuildRecord | undefined;
  /** Empty while there is no link. */
  readonly buildUrl: string;
  /** The commit that is built, as far as is known. */
  readonly commitId: string;
  /** Its page on GitHub; empty where it may be in another repository. */
  readonly commitUrl: string;
  /** CodeArts' own message on what went wrong; may be empty. */
  readonly message: string;
  /** The name of whoever stopped the build, as its log has it; empty where it has none. */
  readonly stoppedBy: string;
  /** Empty where the step ended before the build. */
  readonly outcome: Outcome;
  readonly finding: Finding;
  /** What was built instead of what was asked for, such as `0123456789ab, not a3dacedeadbe`; empty where it was that. */
  readonly mismatch: string;
  /** What ended the step before the build's end was known, in one line; undefined: nothing did. */
  readonly exitMessage: string | undefined;
}

/** Returns CodeArts' own word for the build's status; empty while there is none. */
export function statusOf({ record }: Pick<BuildReport, 'record'>): string {
  return record?.status ?? '';
}

/** Where a build failed. */
type Place = Pick<Finding, 'child' | 'step' | 'reason'>;

/** Short enough to be read at a glance. */
const shorten = (text: string) => toSingleLine(text, 400);

/**
 * Writes the last line, such as:
 * Build #7 of shop-backend failed in step Maven构建: cannot find symbol (DEV.CB.0210043), after 1 min 3 s. See …
 */
export function finalMessage(report: BuildReport): string {
  if (report.exitMessage !== undefined) return withLink(report.exitMessage, report.buildUrl);
  const { result, outcome, buildUrl, finding } = report;
  const between = result === 'success' ? ' ' : ', ';
  const took = outcome.seconds === undefined ? '' : between + duration(result, outcome.seconds);
  const line = `${sentence(report, took)}${advice(report)}`;
  return withLink(withLink(line, buildUrl), finding.helpUrl);
}

/** Says what to do, with a blank before it; empty where that depends on the build, or something else ended the step. */
export function advice(report: BuildReport): string {
  const isAdvisable = report.result === 'failure' && report.exitMessage === undefined;
  if (!isAdvisable) return '';
  if (report.mismatch !== '')
    return " Check the code source of the build task; if it should not build the workflow's commit, set source: job.";
  if (!isScheduleFailure(statusOf(report))) return '';
  return ' Check in CodeArts that the executor of the build task is online and has capacity, then run the workflow again.';
}

/** Adds to the last line that the step does not fail with its build. */
export function staysGreen(line: string): string {
  return `${line} The step stays green: fail-on-failure is false.`;
}

/** Writes the title above the lines of the log that show why the build failed. */
export function excerptTitle(finding: Place): string {
  const { child, step, reason } = finding;
  const log = child === undefined ? 'the log' : `the log of ${shorten(child)}`;
  const what = step === '' ? log : `step ${failedStep(finding)}`;
  return reason === '' || step === '' ? `The last lines of ${what}` : `Where ${what} failed`;
}

/** Writes the `error` output: what happened and why, in one line; empty for a success. */
export function errorLine(report: BuildReport): string {
  const { result, exitMessage } = report;
  if (exitMessage !== undefined) return exitMessage;
  return result === 'success' || result === 'running' ? '' : sentence(report);
}

/** Writes the last line without link, and without time unless `took` gives it. */
export function sentence(report: BuildReport, took = ''): string {
  return `Build #${report.buildNumber} of ${shorten(report.job)} ${whatHappened(report)}${took}.`;
}

function whatHappened(report: BuildReport): string {
  switch (report.result) {
    case 'success':
      return 'succeeded';
    case 'running':
      return 'is running; this step does not wait for it';
    case 'cancelled':
      return 'was cancelled with the workflow';
    case 'timed-out':
      return 'took longer than the build task allows and was stopped by CodeArts';
    case 'aborted':
      return stop(report);
    case 'failure':
      return failure(report);
  }
}

function stop({ stoppedBy, outcome }: BuildReport): string {
  const step = outcome.steps.find(({ status }) => status === 'stopped')?.name ?? '';
  const who = stoppedBy === '' ? '' : ` by ${shorten(stoppedBy)}`;
  return `was stopped in CodeArts${who}${inStep({ step })}`;
}

function failure(report: BuildReport): string {
  const { finding, message, mismatch } = report;
  if (mismatch !== '') return `failed: ${builtInstead(mismatch)}`;
  const status = statusOf(report);
  if (isScheduleFailure(status)) return `never got a build machine${because('', message)}`;
  if (isUnknownWord(status)) return `ended with the status ${status}, which this action does not know`;
  if (isUnknownResult(status))
    return 'ended with result UNKNOWN: CodeArts could not tell whether it succeeded';
  const code = finding.code === '' ? '' : ` (${shorten(finding.code)})`;
  return `failed${inStep(finding)}${because(finding.reason, message)}${code}`;
}

/** Says that something else was built than was asked for. */
export function builtInstead(mismatch: string): string {
  return `it built ${shorten(mismatch)}, which it was asked to build`;
}

function inStep(finding: Pick<Place, 'child' | 'step'>): string {
  const [child, step] = [finding.child && shorten(finding.child), shorten(finding.step)];
  if (child === undefined) return step === '' ? '' : ` in step ${step}`;
  return step === '' ? ` in ${child}` : ` in ${child}, step ${step}`;
}

/** Names the step that failed, after the child whose step it is; empty where neither is known. */
export function failedStep({ child, step }: Pick<Place, 'child' | 'step'>): string {
  return [child ?? '', step]
    .filter((name) => name !== '')
    .map(shorten)
    .join(' ▸ ');
}

function because(reason: string, message: string): string {
  const why = shorten(reason || message).replace(/[.。]$/, '');
  return why === '' ? '' : `: ${why}`;
}

/** Adds a link at the line's end, such as: … See URL and URL. Leaves the line alone where there is no link. */
export function withLink(line: string, url: string): string {
  if (url === '') return line;
  return / See \S+(?: and \S+)*$/.test(line) ? `${line} and ${url}` : `${line} See ${url}`;
}

/** What a template for the link to a build's page may hold, in braces. */
export const buildUrlFields = ['region', 'project_id', 'job_id', 'build_number', 'record_id'] as const;

/**
 * Fills in the template; empty where it has a field of which nothing is known: such a link would lead nowhere.
 * @param template with {@link buildUrlFields} in braces; empty: the region's console
 * @param values empty where they are not known
 */
export function formatBuildUrl(
  template: string,
  values: Readonly<Record<(typeof buildUrlFields)[number], string>>,
): string {
  const form = template || (values.region === '' ? '' : consolePageTemplate(values.region));
  if (buildUrlFields.some((field) => values[field] === '' && form.includes(`{${field}}`))) return '';
  return buildUrlFields.reduce(
    (url, field) => url.replaceAll(`{${field}}`, () => encodeURIComponent(values[field])),
    form,
  );
}
