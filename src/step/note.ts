// What a build's record tells, put where it is needed: known to the step, set as outputs, said once with a link, and
// shown on the commit while the build runs.

import { parseStatus } from '../build/status.ts';
import type { BuildRecord } from '../codearts/answers.ts';
import { formatBuildUrl } from '../workflow/build-page.ts';
import { setRecord } from '../workflow/outputs.ts';
import type { RunContext } from './scene.ts';

/**
 * Takes note of a record: the link, and the outputs that later steps find the build by. Waits for GitHub no longer than
 * a commit status may take; only remembers a record that says nothing new.
 */
export async function updateRecord(
  { deps, inputs, console: log, publisher: publicity, state: known }: RunContext,
  record: BuildRecord,
): Promise<void> {
  const before = known.record;
  const changed =
    before?.recordId !== record.recordId ||
    before.status !== record.status ||
    before.commitId !== record.commitId;
  known.record = record;
  if (!changed) return;
  const { jobId, buildNumber } = known.requiredBuild;
  const { projectId, recordId, dailyBuildNumber, status } = record;
  const hadLink = known.buildUrl !== '';
  const page = { region: inputs.region, projectId, jobId, buildNumber, recordId };
  known.buildUrl = formatBuildUrl(inputs.consoleUrl, page);
  known.commitId = record.commitId || known.commitId;
  const { commitId, commitForStatus, buildUrl } = known;
  setRecord(deps.runner, { recordId, dailyBuildNumber, commitId, buildUrl, status });
  if (!hadLink && buildUrl !== '') await log.info(`See ${buildUrl}`);
  if (parseStatus(status).kind !== 'ended') await publicity.publishPending(buildNumber, commitForStatus, buildUrl);
}
