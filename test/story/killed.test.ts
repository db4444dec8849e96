// Tests main steps that are killed at any moment of their run: the post step finds the build and stops it.

import { describe, expect, it } from 'vitest';
import { openWorld, runPostStep, runStep, type StoryOptions } from './story.ts';

const quick = { answerTimeoutMs: 150, connectTimeoutMs: 1_000 };

describe('a main step that is killed', () => {
  const short = {
    name: 'short',
    description: 'short, with every call of a run',
    queueSeconds: 4,
    steps: [{ name: 'Run', seconds: 8, lines: ['one', 'two', 'three'] }],
  };

  it.each(['details', 'start', 'record', 'log'] as const)(
    'saves enough state for the post step to stop its build at any moment (the response to %s is lost)',
    async (lost) => {
      for (let kill = 1; kill < 60; kill += 1) {
        const world = await openWorld();
        let states = new Map<string, string>();
        let count = 0;
        const cancel = new AbortController();
        const job = world.simulator.addJob({ name: 'shop', scenario: short });
        const options: StoryOptions = {
          world,
          jobId: job.id,
          http: quick,
          cancelled: cancel.signal,
          inputs: { 'stop-on-cancel': 'false' },
          watch: (recorder) => {
            // Everything after the request or write at which the step is killed has not happened.
            const moment = () => {
              count += 1;
              if (count !== kill) return;
              states = new Map(recorder.states);
              cancel.abort(new Error('killed'));
            };
            recorder.onWrite = moment;
            world.simulator.onRequest('*', 'every', moment);
            world.simulator.faults.add({ call: lost, kind: 'reset-after' });
          },
        };
        const step = await runStep(options);
        if (!cancel.signal.aborted) {
          expect(kill).toBeGreaterThan(10);
          return;
        }
        step.recorder.states.clear();
        for (const [name, value] of states) step.recorder.states.set(name, value);
        const post = await runPostStep(step, { http: quick });
        expect(post.code).toBe(0);
        const left = job.builds.filter((build) => !build.ended && build.stoppedBy === undefined);
        expect({ kill, left: left.length, states: [...states] }).toEqual({
          kill,
          left: 0,
          states: [...states],
        });
      }
      expect.unreachable('the run has more moments than are tried');
    },
  );
});
