// Follows this step's build: passes each event on to the log output or to the progress reporter, and keeps the record
// up to date in state, outputs and commit status.

import type { FollowEnd, FollowEvent } from '../builds/follow/events.ts';
import { follow } from '../builds/follow/follow.ts';
import { recordStatus } from '../builds/status.ts';
import type { BuildRecord } from '../codearts/build-schemas.ts';
import { setRecord } from '../github/outputs.ts';
import { ProgressReporter } from '../github/report/progress.ts';
import type { RunContext } from './context.ts';
import { publishPending } from './report.ts';

/** Until the build is over or has taken too long. @throws what builds/follow/follow.ts throws */
export async function followBuild(context: RunContext): Promise<FollowEnd> {
  const { inputs, client, console, state, calls } = context;
  const { clock } = calls;
  const showsLog = inputs.log === 'stream';
  const progress = new ProgressReporter({ console, clock, showsLog, hidesBuild: inputs.log === 'off' });
  const events = follow({
    client,
    build: state.build,
    ...calls,
    deadline: clock.now() + inputs.timeoutMs,
    pollIntervalMs: inputs.pollIntervalMs,
    readLog: showsLog,
    justStarted: state.startedByUs,
  });
  for (let next = await events.next(); ; next = await events.next()) {
    if (next.done) return next.value;
    await handleEvent(context, next.value, progress);
  }
}

async function handleEvent(
  context: RunContext,
  event: FollowEvent,
  progress: ProgressReporter,
): Promise<void> {
  const { logOutput, state } = context;
  switch (event.kind) {
    case 'text':
    case 'log-restarted':
    case 'log-ended':
      if (event.kind === 'text') progress.onLogText();
      return await logOutput.handle(event, state.seeLink);
    case 'record':
      await updateRecord(context, event.record);
      break;
    case 'children':
      state.updateChildren(event.children);
  }
  await progress.handle(event);
}

/**
 * Keeps a record: in the state, and where it says something new in the outputs by which later steps find the build, and
 * in the commit's status.
 */
export async function updateRecord(context: RunContext, record: BuildRecord): Promise<void> {
  const { deps, console, state } = context;
  const hadLink = state.buildUrl !== '';
  if (!state.update(record)) return;
  const { buildUrl } = state;
  setRecord(deps.runner, record, state);
  if (!hadLink && buildUrl !== '') await console.info(`See ${buildUrl}`);
  if (recordStatus(record).kind !== 'ended') await publishPending(context);
}
