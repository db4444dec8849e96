// Shows this step's build while it runs: hands what following tells to those that it concerns. The log's text goes to
// the build's log, a record is taken note of, and what the log does not tell is said by the narrator.

import type { FollowEnd, FollowEvent } from '../build/events.ts';
import { follow } from '../build/follow.ts';
import { ProgressReporter } from '../workflow/narrator.ts';
import { updateRecord } from './note.ts';
import type { RunContext } from './scene.ts';

/** Until the build is over or has taken too long. @throws what build/follow.ts throws */
export async function followBuild(scene: RunContext): Promise<FollowEnd> {
  const { deps, inputs, client, console: log, state: known } = scene;
  const { clock, random, cancelled: signal } = deps;
  const showsLog = inputs.log === 'stream';
  const narrator = new ProgressReporter({ log, clock, showsLog });
  const events = follow({
    client,
    build: known.requiredBuild,
    clock,
    random,
    signal,
    deadline: clock.now() + inputs.timeoutMs,
    pollIntervalMs: inputs.pollIntervalMs,
    readLog: showsLog,
    justStarted: known.startedByUs,
  });
  for (let next = await events.next(); ; next = await events.next()) {
    if (next.done) return next.value;
    await take(scene, next.value, narrator);
  }
}

async function take(scene: RunContext, event: FollowEvent, narrator: ProgressReporter): Promise<void> {
  const { logOutput: buildLog, state: known } = scene;
  switch (event.kind) {
    case 'text':
    case 'log-source':
    case 'log-restarted':
    case 'child-log-ended':
      if (event.kind === 'text') narrator.onLogText();
      return await buildLog.handle(event);
    case 'record':
      await updateRecord(scene, event.record);
      break;
    case 'children':
      known.children = event.children;
  }
  await narrator.handle(event);
}
