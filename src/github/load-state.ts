// Reads in the post step the state that the main step saved. What is read is checked: an earlier step of the job may have
// set the variable that it comes from.

import * as v from 'valibot';
import type { Runner } from './runner.ts';
import { type RunState, stateName } from './state.ts';

const jobId = v.pipe(v.string(), v.regex(/^[a-z0-9]{32}$/));

const runState: v.GenericSchema<unknown, RunState> = v.variant('phase', [
  v.object({
    phase: v.literal('starting'),
    jobId,
    sentAt: v.number(),
    commitId: v.string(),
    sendsBranch: v.boolean(),
    startedBefore: v.exactOptional(v.number()),
  }),
  v.object({
    phase: v.literal('running'),
    jobId,
    buildNumber: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  }),
  v.object({ phase: v.literal('over') }),
]);

/** `over` when the main step left nothing; undefined when what it left can't be read. */
export function loadRunState(runner: Pick<Runner, 'state'>): RunState | undefined {
  const text = runner.state(stateName);
  if (text === '') return { phase: 'over' };
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), runState), text);
  return read.success ? read.output : undefined;
}
