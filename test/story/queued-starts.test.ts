// Tests starts whose response is lost on a service that lists builds with the time at which they left the queue.

import { expect, it } from 'vitest';
import { type Build, rewriteJson } from '../simulator/simulator.ts';
import { commit, openWorld, runPostStep, runStep, type World } from './story.ts';

const quick = { answerTimeoutMs: 150, connectTimeoutMs: 1_000 };
const always = Number.POSITIVE_INFINITY;
const scenario = {
  name: 'a-while',
  description: 'waits in the queue, then runs for two minutes',
  queueSeconds: 70,
  steps: [{ name: 'Run', seconds: 120, lines: ['at work'] }],
};

function listDatesBy(world: World, build: () => Build | undefined): void {
  const dated = () => `"start_time":${build()?.startedAt ?? 'null'}`;
  world.simulator.faults.add(rewriteJson('records', /"start_time":\d+/g, dated));
}

/** Cancels the workflow when the start request arrives. */
function cancelAtStart(world: World): AbortSignal {
  const cancel = new AbortController();
  world.simulator.onRequest('start', 1, () => cancel.abort(new Error('cancelled')));
  return cancel.signal;
}

it("neither follows nor stops another user's equal build that was queued before", async () => {
  const world = await openWorld();
  const job = world.simulator.addJob({ name: 'shared', scenario });
  const theirs = job.start({ commit, parameters: { codeBranch: 'main' } });
  await world.time.sleep(60_000);
  world.simulator.faults.add({ call: 'start', kind: 'reset-before' });
  listDatesBy(world, () => theirs);
  const cancel = new AbortController();
  void world.time.sleep(40_000).then(() => cancel.abort(new Error('cancelled')));
  const step = await runStep({ world, jobId: job.id, cancelled: cancel.signal });
  expect({ code: step.code, buildNumber: step.output('build-number'), stoppedBy: theirs.stoppedBy }).toEqual({
    code: 1,
    buildNumber: '',
    stoppedBy: undefined,
  });
  expect(step.output('error')).toContain("the dates of build #1 don't show whether it is the one");
});

it("stops a lost start's build in the post step although it left the queue after the main step had ended", async () => {
  const world = await openWorld();
  world.simulator.faults.add({ call: 'start', kind: 'hang-after' });
  world.simulator.faults.add({ call: 'records', kind: 'status', status: 503, times: 1 });
  const step = await runStep({ world, http: quick, cancelled: cancelAtStart(world), job: { scenario } });
  await world.time.sleep(90_000);
  const [build] = world.simulator.builds(step.jobId);
  listDatesBy(world, () => build);
  const post = await runPostStep(step, { http: quick });
  expect(post.lastLine).toMatch(/build #1 was stopped\.$/);
  expect(build?.stoppedBy).toBeDefined();
});

it("ends the post step's search for a lost start within two minutes while the service is down", async () => {
  const world = await openWorld();
  world.simulator.faults.add({ call: 'start', kind: 'hang-after' });
  world.simulator.faults.add({ call: 'records', kind: 'status', status: 503, times: always });
  const step = await runStep({ world, http: quick, cancelled: cancelAtStart(world), job: { scenario } });
  const began = world.time.now();
  const post = await runPostStep(step, { http: quick });
  expect(world.time.now() - began).toBeLessThan(120_000);
  expect(post.recorder.annotations[0]?.message).toMatch(/^The main step ended .* one may be running: /);
});
