// What the watches over a build, its log and its children have in common: what they work with, how long they bear
// with a service that does not answer, and when they ask again after a failure.

import type { Clock, Random } from '../clock.ts';
import type { BuildId, CodeArtsBuildClient } from '../codearts/api.ts';
import { type Failure, isThrottled } from '../codearts/errors.ts';
import { backoff } from '../codearts/retry.ts';
import type { PollSchedule, Watched } from './pace.ts';

export interface PollContext {
  readonly client: CodeArtsBuildClient;
  readonly build: BuildId;
  readonly clock: Clock;
  readonly random: Random;
  readonly pace: PollSchedule;
  readonly signal: AbortSignal;
}

/** Milliseconds without one good answer after which a watch gives up. */
export const contactPatienceMs = 10 * 60_000;
/** A build that was seen is not gone because of one refusal: so many in a row are believed, so far apart. */
export const maxConsecutiveRejections = 3;
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
  { pace, random }: Pick<PollContext, 'pace' | 'random'>,
): number {
  const wait = backoff(failure, failures, random);
  if (failure.kind !== 'rejected' || !isThrottled(failure)) return wait;
  return pace.throttled(of, failure.retryAfterMs, wait);
}
