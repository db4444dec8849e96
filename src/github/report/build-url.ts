// The link to a build's page in the console. No edition of the reference tells the page's address, so it is a
// template that the workflow can give itself.

import { consolePageTemplate } from '../../huaweicloud/regions.ts';

export interface BuildUrlFacts {
  readonly region: string;
  readonly projectId: string;
  readonly jobId: string;
  readonly buildNumber: number;
  readonly recordId: string;
}

/** @param template with {region}, {project_id}, {job_id}, {build_number}, {record_id}; empty: the region's console */
export function formatBuildUrl(template: string, facts: BuildUrlFacts): string {
  const form = template || (facts.region === '' ? '' : consolePageTemplate(facts.region));
  const values: Readonly<Record<string, string>> = {
    region: facts.region,
    project_id: facts.projectId,
    job_id: facts.jobId,
    build_number: String(facts.buildNumber),
    record_id: facts.recordId,
  };
  return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : encodeURIComponent(value);
  });
}
