// What the post step does with what the main step left behind.

import { expect, it } from 'vitest';
import { commit, openWorld, type Told, tell, tellPost } from './story.ts';

/** A main step that was killed at the moment when its log shows `text`: nothing that it did later has happened. */
async function killedAt(text: string): Promise<{ main: Told; statusThen: string }> {
  const world = await openWorld();
  const job = world.simulator.addJob({ name: 'shop-backend', scenario: 'success' });
  const killed = new AbortController();
  let statesThen = new Map<string, string>();
  const main = await tell({
    world,
    jobId: job.id,
    inputs: { 'stop-on-cancel': 'false' },
    cancelled: killed.signal,
    watch: (recorder) => {
      recorder.onWrite = (written) => {
        if (!written.includes(text) || killed.signal.aborted) return;
        statesThen = new Map(recorder.states);
        killed.abort(new Error('killed'));
      };
    },
  });
  main.recorder.states.clear();
  for (const [name, value] of statesThen) main.recorder.states.set(name, value);
  return { main, statusThen: world.simulator.builds(job.id)[0]?.status ?? '' };
}

it('stops the build of a main step that was killed while it followed', async () => {
  const { main, statusThen } = await killedAt('Building server 1.0');
  expect(statusThen).toBe('Running');
  const post = await tellPost(main);
  expect(post.code).toBe(0);
  expect(main.world.simulator.builds(main.jobId)[0]?.stoppedBy).toBeDefined();
  expect(post.lastLine).toBe('The main step was killed; build #1 was stopped.');
});

it('finds and stops the build of a main step that was killed before it knew of it', async () => {
  const { main } = await killedAt('Building server 1.0');
  const sentAt = main.world.simulator.builds(main.jobId)[0]?.createdAt ?? 0;
  const state = { phase: 'starting', jobId: main.jobId, sentAt, commitId: commit, tellsBranch: true };
  main.recorder.states.set('build', JSON.stringify(state));
  await tellPost(main);
  expect(main.world.simulator.builds(main.jobId)[0]?.stoppedBy).toBeDefined();
});

it('leaves alone what the workflow wants to go on', async () => {
  const { main } = await killedAt('Building server 1.0');
  const post = await tellPost(main, { inputs: { 'stop-on-cancel': 'false' } });
  expect(main.world.simulator.builds(main.jobId)[0]?.stoppedBy).toBeUndefined();
  expect(post.lastLine).toBe('The build goes on: stop-on-cancel is false.');
});

it('makes no request after a main step that came to its end', async () => {
  const main = await tell();
  const before = main.world.simulator.count();
  const post = await tellPost(main);
  expect(main.world.simulator.count()).toBe(before);
  expect(post.recorder.stdout).toBe('');
});
