// How long to wait between two looks at a build: short while text flows, longer in silence and in the queue.
// Asks no clock; chance comes in. The numbers keep a followed build within 40 calls a minute while text flows, 26 in
// silence and 13 in the queue, and a line's way into the step around a second. Where the service throttles, many
// steps share what it allows, each knowing only its own refusals: `npm run bench -- fleet` shows 500 doing so.

import type { Clock, Random } from '../clock.ts';
import type { BuildId, CodeArtsBuildClient } from '../codearts/api.ts';
import { type Failure, isThrottled } from '../codearts/errors.ts';
import { backoff } from '../codearts/retry.ts';

/** Milliseconds. */
const waits = {
  /** The log, while text flows. */
  flowingLog: 2_000,
  /** The log, after a while without text. */
  silentLog: 3_000,
  /** The log, while the service says that there is none yet. */
  absentLog: 5_000,
  /** The status, while text flows or has only just stopped. */
  flowingStatus: 15_000,
  silentStatus: 12_000,
  /** The status, while the build waits for a machine, or when nobody reads its log. */
  lonelyStatus: 5_000,
  /** The status, once the log has said that the build is finished. */
  finishingStatus: 1_000,
  /** The children of a multi-task build, and then the build's own status, besides a log. */
  flowingChildren: 10_000,
  silentChildren: 18_000,
  statusOfFlow: 60_000,
  /** The children, when one is known to have ended. */
  finishingChildren: 1_500,
  /** The children, when all that are known have ended. */
  idleChildren: 5_000,
  /** The log, between two empty answers after the build's end. */
  drainingLog: 700,
};

/** What is looked at beside a log: how many times as long as a look at the log it may wait. */
const besideLog: Partial<Record<Wait, number>> = {
  flowingStatus: 3,
  silentStatus: 3,
  flowingChildren: 3,
  silentChildren: 4,
  statusOfFlow: 12,
};

export type Wait = keyof typeof waits;
/** The service counts each of its calls by itself. */
export type Watched = 'status' | 'log' | 'children';

/** The service counts by the minute. */
const minuteMs = 60_000;
/** The longest that throttling may make a wait, the spread aside. */
const longestSlowedMs = 90_000;
/** What throttling may come to: enough for the shortest lasting wait of each to become the longest. */
const mostSlowdown = {
  status: longestSlowedMs / waits.lonelyStatus,
  log: longestSlowedMs / waits.flowingLog,
  children: longestSlowedMs / waits.idleChildren,
};
/** How many times as long to wait after a refusal; measured where it tells how long the minute lasts. */
const throttleFactor = { least: 3, most: 32, unmeasured: 4 };
/** What each good answer takes off again. Faster, and every twentieth call of a crowded fleet would be refused. */
const recovery = 0.97;
/** Milliseconds over which steps that were refused together come back, at least. */
const resumeSpreadMs = 5_000;

/** By which usual wait a refused call's is measured. */
const afterRefusal = { status: 'lonelyStatus', log: 'flowingLog', children: 'idleChildren' } as const;

/** How long to wait between looks. One for each build: what it learnt of a crowd is the run's own. */
export class PollSchedule {
  readonly #mostMs: number;
  readonly #random: Random;
  /** Above 1 while the service throttles a call. */
  readonly #slowdown: Record<Watched, number> = { status: 1, log: 1, children: 1 };

  /**
   * @param mostMs the longest wait between two looks that the user allows, unless the service itself asks for a
   * longer one. What is looked at beside a log that is being read may wait longer: the log is looked at meanwhile.
   */
  constructor(mostMs: number, random: Random) {
    this.#mostMs = mostMs;
    this.#random = random;
  }

  /** Milliseconds to wait, spread by ten percent so that many steps do not ask in one beat. */
  wait(kind: Wait): number {
    const mostMs = (besideLog[kind] ?? 1) * this.#mostMs;
    const usual = Math.min(waits[kind], mostMs);
    const slowed = Math.min(usual * this.#slowdown[watchedBy(kind)], Math.max(usual, longestSlowedMs));
    return slowed * (0.9 + this.#random() * 0.2);
  }

  /**
   * Takes note that the service refused a call as one too many.
   * @param retryAfterMs how long it asks to wait, if it does
   * @param otherwiseMs how long to wait at least if it does not
   * @returns milliseconds to wait before that call
   */
  throttled(of: Watched, retryAfterMs: number | undefined, otherwiseMs: number): number {
    this.#slowdown[of] = Math.min(mostSlowdown[of], this.#slowdown[of] * slowingAfter(retryAfterMs));
    const own = this.wait(afterRefusal[of]);
    if (retryAfterMs === undefined) return Math.max(otherwiseMs, own);
    return retryAfterMs + this.#random() * Math.max(resumeSpreadMs, Math.min(own, minuteMs));
  }

  /** The log is read from now on: in a crowd that the status has met, no more often than the status was looked at. */
  logBegins(): void {
    if (this.#slowdown.status === 1) return;
    const sameWait = (this.#slowdown.status * waits.lonelyStatus) / waits.flowingLog;
    this.#slowdown.log = Math.min(mostSlowdown.log, sameWait);
  }

  /** Takes note of a good answer: a call that was slowed comes back towards its usual wait, a little each time. */
  answered(of: Watched): void {
    this.#slowdown[of] = Math.max(1, this.#slowdown[of] * recovery);
  }
}

function watchedBy(kind: Wait): Watched {
  if (kind.endsWith('Log')) return 'log';
  return kind.endsWith('Children') ? 'children' : 'status';
}

/**
 * A wait until the minute's end tells how soon its calls were used up, and so by how much all ask too often; and half
 * as much again, as they were not all there from its beginning.
 */
function slowingAfter(retryAfterMs: number | undefined): number {
  if (retryAfterMs === undefined) return throttleFactor.unmeasured;
  const measured = (1.5 * minuteMs) / Math.max(1_000, minuteMs - retryAfterMs);
  return Math.min(throttleFactor.most, Math.max(throttleFactor.least, measured));
}

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
