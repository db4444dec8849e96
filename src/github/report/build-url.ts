// Formats the link to a build's page in the console. The page's address is not documented, so it is a template that the
// workflow can replace.

import { consolePageTemplate } from '../../huaweicloud/regions.ts';

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
