// Shows this step's build while it runs: hands what following tells to those that it concerns. The log's text goes to
// the build's log, a record is taken note of, and what the log does not tell is said by the progress.

import type { FollowEnd, FollowEvent } from '../builds/follow/events.ts';
import { follow } from '../builds/follow/follow.ts';
import { recordStatus } from '../builds/status.ts';
import type { BuildRecord } from '../codearts/build-schemas.ts';
import { setRecord } from '../github/outputs.ts';
import { formatBuildUrl } from '../github/report/build-url.ts';
import { ProgressReporter } from '../github/report/progress.ts';
import type { RunContext } from './context.ts';

/** Until the build is over or has taken too long. @throws what builds/follow/follow.ts throws */
export async function followBuild(context: RunContext): Promise<FollowEnd> {
  const { deps, inputs, client, console: log, state } = context;
  const { clock, random, cancelled: signal } = deps;
  const showsLog = inputs.log === 'stream';
  const progress = new ProgressReporter({ log, clock, showsLog });
  const events = follow({
    client,
    build: state.requiredBuild,
    clock,
    random,
    signal,
    deadline: clock.now() + inputs.timeoutMs,
    pollIntervalMs: inputs.pollIntervalMs,
    readLog: showsLog,
    justStarted: state.startedByUs,
  });
  for (let next = await events.next(); ; next = await events.next()) {
    if (next.done) return next.value;
    await take(context, next.value, progress);
  }
}

async function take(context: RunContext, event: FollowEvent, progress: ProgressReporter): Promise<void> {
  const { logOutput, state } = context;
  switch (event.kind) {
    case 'text':
    case 'log-source':
    case 'log-restarted':
    case 'child-log-ended':
      if (event.kind === 'text') progress.onLogText();
      return await logOutput.handle(event);
    case 'record':
      await updateRecord(context, event.record);
      break;
    case 'children':
      state.children = event.children;
  }
  await progress.handle(event);
}

/**
 * Takes note of a record: the link, and the outputs that later steps find the build by. Waits for GitHub no longer than
 * a commit status may take; only remembers a record that says nothing new.
 */
export async function updateRecord(
  { deps, inputs, console: log, publisher, state }: RunContext,
  record: BuildRecord,
): Promise<void> {
  const before = state.record;
  const changed =
    before?.recordId !== record.recordId ||
    before.status !== record.status ||
    before.commitId !== record.commitId;
  state.record = record;
  if (!changed) return;
  const { jobId, buildNumber } = state.requiredBuild;
  const { projectId, recordId, dailyBuildNumber, status } = record;
  const hadLink = state.buildUrl !== '';
  const page = { region: inputs.region, projectId, jobId, buildNumber, recordId };
  state.buildUrl = formatBuildUrl(inputs.consoleUrl, page);
  state.commitId = record.commitId || state.commitId;
  const { commitId, commitForStatus, buildUrl } = state;
  setRecord(deps.runner, { recordId, dailyBuildNumber, commitId, buildUrl, status });
  if (!hadLink && buildUrl !== '') await log.info(`See ${buildUrl}`);
  if (recordStatus(record).kind !== 'ended')
    await publisher.publishPending(buildNumber, commitForStatus, buildUrl);
}
