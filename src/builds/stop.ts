// Stops a build within a given time, or says why it could not. For a build that is over already there is nothing left to
// stop. Reference 4.14.

import { type Clock, type Random, withTimeout } from '../clock.ts';
import type { BuildId, CodeArtsBuildClient } from '../codearts/client.ts';
import { isTransient, isUnknownBuild } from '../codearts/errors.ts';
import { retry } from '../codearts/retry.ts';
import { messageOf, pluralize } from '../text.ts';

export type StopResult =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'already-over' }
  | { readonly kind: 'failed'; readonly why: string };

export interface StopOptions {
  readonly client: CodeArtsBuildClient;
  readonly build: BuildId;
  readonly clock: Clock;
  readonly random: Random;
  /** Milliseconds in all, further attempts included. */
  readonly withinMs: number;
}

/** Never throws: what went wrong, a time-out included, is the `why` of `failed`, one line for people. */
export async function stopBuild(options: StopOptions): Promise<StopResult> {
  const { client, build, clock, random, withinMs } = options;
  const timeout = new Error(
    `CodeArts did not answer within ${pluralize(Math.round(withinMs / 1000), 'second', 'seconds')}.`,
  );
  const stop = (signal: AbortSignal) =>
    retry(() => client.stop(build, signal), {
      clock,
      signal,
      // Somebody waits for the stop: it is retried after a third of the usual pauses.
      random: () => random() / 3,
      maxElapsedMs: withinMs,
      // A build that has only just begun may not be known everywhere yet.
      worthRetrying: (failure) => isTransient(failure) || isUnknownBuild(failure),
    });
  try {
    return { kind: await withTimeout(clock, withinMs, timeout, stop) };
  } catch (error) {
    return { kind: 'failed', why: messageOf(error) };
  }
}
