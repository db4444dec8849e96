// Saves what the main step leaves for the post step, so that a build outlives neither a kill nor a lost answer. Holds no
// secret. What is loaded is checked: an earlier step of the job may have set the variable that it comes from.

import * as v from 'valibot';
import type { Runner } from './runner.ts';

const jobId = v.pipe(v.string(), v.regex(/^[a-z0-9]{32}$/));

const runState = v.variant('phase', [
  /** The start call is on its way: a build may have begun. `sentAt`: epoch milliseconds, this machine's clock. */
  v.object({
    phase: v.literal('starting'),
    jobId,
    sentAt: v.number(),
    commitId: v.string(),
    /** Whether the branch was sent as the parameter that jobs have for it. */
    sendsBranch: v.boolean(),
    /** Until when a build can have begun, as `sentAt`; left out while the main step runs. */
    startedBefore: v.optional(v.number()),
  }),
  /** The build runs, and is to be stopped when the main step was killed. */
  v.object({
    phase: v.literal('running'),
    jobId,
    buildNumber: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  }),
  /** Nothing is left to do. */
  v.object({ phase: v.literal('over') }),
]);

export type RunState = v.InferOutput<typeof runState>;
export type RunStateOf<P extends RunState['phase']> = Extract<RunState, { phase: P }>;

const key = 'build';

/** Replaces what was saved before. The runner keeps it in a file until the post step asks. */
export function saveRunState(runner: Pick<Runner, 'saveState'>, state: RunState): void {
  runner.saveState(key, JSON.stringify(state));
}

/** `over` when the main step left nothing; undefined when what it left can't be read. */
export function loadRunState(runner: Pick<Runner, 'state'>): RunState | undefined {
  const text = runner.state(key);
  if (text === '') return { phase: 'over' };
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), runState), text);
  return read.success ? read.output : undefined;
}
