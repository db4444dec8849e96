// Saves for the post step what the main step may leave undone, so that a build outlives neither a kill nor a lost answer.
// It is the whole of what the action remembers between the two, and holds no secret.

import type { Runner } from './runner.ts';

export type RunState =
  | {
      /** The start call is on its way: a build may have begun. */
      readonly phase: 'starting';
      readonly jobId: string;
      /** Epoch milliseconds by this machine's clock. */
      readonly sentAt: number;
      readonly commitId: string;
      /** Whether the branch was sent as the parameter that jobs have for it. */
      readonly sendsBranch: boolean;
      /** Until when a build can have begun, as `sentAt`; left out while the main step runs. */
      readonly startedBefore?: number;
    }
  /** The build runs, and is to be stopped when the main step was killed. */
  | { readonly phase: 'running'; readonly jobId: string; readonly buildNumber: number }
  /** Nothing is left to do. */
  | { readonly phase: 'over' };

export type RunStateOf<P extends RunState['phase']> = Extract<RunState, { phase: P }>;

export const stateName = 'build';

/** Replaces what was saved before. The runner keeps it in a file until the post step asks. */
export function saveRunState(runner: Pick<Runner, 'saveState'>, state: RunState): void {
  runner.saveState(stateName, JSON.stringify(state));
}

/** Reads the variable of the state by itself: @actions/core would load all of undici into a post step with nothing to do. */
export function hasWorkLeft(env: Readonly<Record<string, string | undefined>>): boolean {
  const text = env[`STATE_${stateName}`] ?? '';
  return text !== '' && text !== JSON.stringify({ phase: 'over' });
}
