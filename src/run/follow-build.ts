// Follows this step's build: passes each event on to the log output or to the progress reporter, and publishes each
// record.

import type { FollowEnd, FollowEvent } from '../builds/events.ts';
import { follow } from '../builds/follow/follow.ts';
import { ProgressReporter } from '../github/report/progress.ts';
import type { RunContext } from './context.ts';
import { publishRecord } from './report.ts';

/**
 * Follows the build until it is over or has taken too long.
 * @throws ApiError, LostContactError; the signal's reason
 */
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
      await publishRecord(context, event.record);
      break;
    case 'children':
      state.updateChildren(event.children);
  }
  await progress.handle(event);
}
