// Saves for the post step what the main step leaves unfinished if it is killed, so that no build is left running. Holds
// no secret.

import type { Runner } from './runner.ts';

export type RunState =
  | {
      /** The start call was sent: a build may have started. */
      readonly phase: 'starting';
      readonly jobId: string;
      /** Epoch milliseconds by this machine's clock. */
      readonly sentAt: number;
      readonly commitId: string;
      /** Whether the branch was sent as the parameter that jobs have for it. */
      readonly sendsBranch: boolean;
      /** When the last attempt ended, like `sentAt`: no build started later. Left out while the main step runs. */
      readonly startedBefore?: number;
    }
  | {
      /** The build runs, and is to be stopped when the main step was killed. */
      readonly phase: 'running';
      readonly jobId: string;
      readonly buildNumber: number;
      /** True where the time limit asked for the stop: it does not matter then what stop-on-cancel says. */
      readonly timedOut?: boolean;
    }
  /** Nothing is left to do. */
  | { readonly phase: 'over' };

export type RunStateOf<P extends RunState['phase']> = Extract<RunState, { phase: P }>;

export const stateName = 'build';

/** Replaces what was saved before. The runner keeps it in a file until the post step asks. */
export function saveRunState(runner: Pick<Runner, 'saveState'>, state: RunState): void {
  runner.saveState(stateName, JSON.stringify(state));
}

/**
 * Reads the variable of the state by itself: @actions/core would load all of undici into a post step with nothing to
 * do.
 */
export function hasWorkLeft(env: Readonly<Record<string, string | undefined>>): boolean {
  const text = env[`STATE_${stateName}`] ?? '';
  return text !== '' && text !== JSON.stringify({ phase: 'over' });
}
