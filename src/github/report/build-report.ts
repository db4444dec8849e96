// Declares the one report on a build, from which outputs, last line, annotations, summary and commit status are written,
// and formats the link to the build's page in the console. That page's address is not documented, so it is a template
// that the workflow can replace.

import type { Finding } from '../../builds/diagnosis/diagnosis.ts';
import type { Outcome, Result } from '../../builds/outcome.ts';
import type { BuildRecord } from '../../codearts/build-schemas.ts';
import { consolePageTemplate } from '../../huaweicloud/regions.ts';

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
  /** The commit whose status is about this build: the one that was asked for, else the one that is built. */
  readonly commitForStatus: string;
  /** CodeArts' own message on what went wrong; may be empty. */
  readonly message: string;
  /** The name of whoever stopped the build, as its log has it; empty where it has none. */
  readonly stoppedBy: string;
  /** Empty where the step ended before the build. */
  readonly outcome: Outcome;
  readonly finding: Finding;
  /** What ended the step before the build's end was known, in one line; undefined: nothing did. */
  readonly exitMessage: string | undefined;
}

/** CodeArts' own word for the build's status; empty while there is none. */
export function statusOf({ record }: Pick<BuildReport, 'record'>): string {
  return record?.status ?? '';
}

export interface BuildUrlFacts {
  readonly region: string;
  readonly projectId: string;
  readonly jobId: string;
  readonly buildNumber: number;
  readonly recordId: string;
}

/** What a template may hold, in braces. */
export const buildUrlFields = ['region', 'project_id', 'job_id', 'build_number', 'record_id'] as const;

/**
 * Empty where the template has a field of which nothing is known: such a link would lead nowhere.
 * @param template with {@link buildUrlFields} in braces; empty: the region's console
 */
export function formatBuildUrl(template: string, facts: BuildUrlFacts): string {
  const form = template || (facts.region === '' ? '' : consolePageTemplate(facts.region));
  const values: Readonly<Record<(typeof buildUrlFields)[number], string>> = {
    region: facts.region,
    project_id: facts.projectId,
    job_id: facts.jobId,
    build_number: String(facts.buildNumber),
    record_id: facts.recordId,
  };
  if (buildUrlFields.some((field) => values[field] === '' && form.includes(`{${field}}`))) return '';
  return buildUrlFields.reduce(
    (url, field) => url.replaceAll(`{${field}}`, () => encodeURIComponent(values[field])),
    form,
  );
}
