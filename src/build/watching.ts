// What the watches over a build, its log and its children have in common: what they work with, how long they bear
// with a service that does not answer, and when they ask again after a failure.

import type { Clock, Random } from '../clock.ts';
import type { BuildId, CodeArtsBuild } from '../codearts/api.ts';
import { type Failure, isThrottled } from '../codearts/errors.ts';
import { waitAfter } from '../codearts/retry.ts';
import type { Pace, Watched } from './pace.ts';

export interface WatchOptions {
  readonly client: CodeArtsBuild;
  readonly build: BuildId;
  readonly clock: Clock;
  readonly random: Random;
  readonly pace: Pace;
  readonly signal: AbortSignal;
}

/** Milliseconds without one good answer after which a watch gives up. */
export const contactPatienceMs = 10 * 60_000;
/** A build that was seen is not gone because of one refusal: so many in a row are believed, so far apart. */
export const enoughRefusals = 3;
/** Milliseconds until the next look after a refusal that is not believed yet. */
export const afterRefusalMs = 10_000;

/**
 * Milliseconds until a call that failed is worth sending again; a service that throttles has the pace slowed as well.
 * @param failures in a row, 1 or more
 */
export function waitAfterFailure(
  of: Watched,
  failure: Failure,
  failures: number,
  { pace, random }: Pick<WatchOptions, 'pace' | 'random'>,
): number {
  const wait = waitAfter(failure, failures, random);
  if (failure.kind !== 'refused' || !isThrottled(failure)) return wait;
  return pace.throttled(of, failure.retryAfterMs, wait);
}
