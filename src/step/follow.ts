// Shows this step's build while it runs: hands what following tells to those that it concerns. The log's text goes to
// the build's log, a record is taken note of, and what the log does not tell is said by the narrator.

import type { FollowEnd, FollowEvent } from '../build/events.ts';
import { follow } from '../build/follow.ts';
import { Narrator } from '../workflow/narrator.ts';
import { takeNote } from './note.ts';
import type { Scene } from './scene.ts';

/** Until the build is over or has taken too long. @throws what build/follow.ts throws */
export async function followBuild(scene: Scene): Promise<FollowEnd> {
  const { deps, inputs, client, log, known } = scene;
  const { clock, random, cancelled: signal } = deps;
  const showsLog = inputs.log === 'stream';
  const narrator = new Narrator({ log, clock, showsLog });
  const events = follow({
    client,
    build: known.theBuild,
    clock,
    random,
    signal,
    deadline: clock.now() + inputs.timeoutMs,
    pollIntervalMs: inputs.pollIntervalMs,
    readLog: showsLog,
    justStarted: known.startedHere,
  });
  for (let next = await events.next(); ; next = await events.next()) {
    if (next.done) return next.value;
    await take(scene, next.value, narrator);
  }
}

async function take(scene: Scene, event: FollowEvent, narrator: Narrator): Promise<void> {
  const { buildLog, known } = scene;
  switch (event.kind) {
    case 'text':
    case 'floor':
    case 'told-anew':
    case 'child-told':
      if (event.kind === 'text') narrator.heardText();
      return await buildLog.hear(event);
    case 'record':
      await takeNote(scene, event.record);
      break;
    case 'children':
      known.children = event.children;
  }
  await narrator.tell(event);
}
