// Decides how long to wait between polls of a build: short while text flows, longer in silence and in the queue. The
// numbers keep a followed build within 40 calls a minute while text flows, 26 in silence and 13 in the queue (16 in
// the first minute there), and show a line within some two seconds. Where the service throttles, many steps share its
// limit, and each knows only its own rejections: `npm run bench -- fleet` follows 500 builds that way.

import type { Random } from '../clock.ts';
import type { BuildId, CodeArtsBuildClient } from '../codearts/client.ts';
import { type Failure, isThrottled } from '../codearts/errors.ts';
import { backoff, type CallContext } from '../codearts/retry.ts';

/** The default waits in milliseconds, by what is polled and by the phase it is in. */
const waits = {
  log: {
    /** Text flows. */
    active: 2_000,
    /** No text for a while. */
    idle: 3_000,
    /** The service says that there is no log yet. */
    missing: 5_000,
    /** The build has ended, and the last response brought nothing. */
    draining: 700,
    /** The last response was cut, and more is there already. */
    nextChunk: 20,
  },
  status: {
    /** Text flows or has only just stopped. */
    active: 15_000,
    idle: 12_000,
    /** The build waits for an executor, or its log is not read. */
    withoutLog: 5_000,
    /** The build was only just started: its first lines are soon to come. */
    starting: 1_500,
    /** The build was only just started, and CodeArts does not know it yet. */
    appearing: 1_000,
    /** The log's last line says that the build has finished. */
    nearEnd: 1_000,
    /** The log said so a while ago. */
    slowEnd: 5_000,
    /** The children of a multi-task build are polled and say more. */
    parent: 60_000,
  },
  children: {
    active: 10_000,
    idle: 18_000,
    /** A child is known to have ended. */
    nearEnd: 1_500,
    /** All known children have ended. */
    allEnded: 5_000,
  },
} as const;

/** What is polled. The service limits each of its calls separately. */
export type Polled = keyof typeof waits;

/** What is polled, and in which phase. */
export type PollKind = { [Of in Polled]: { of: Of; phase: keyof (typeof waits)[Of] } }[Polled];

/** How many times the user's longest interval each of these may wait, because the log is polled meanwhile. */
const besideLog: { readonly [Of in Polled]?: Readonly<Record<string, number>> } = {
  status: { active: 3, idle: 3, parent: 12 },
  children: { active: 3, idle: 4 },
};

/** The wait that a throttled call is slowed down from: the shortest that lasts. */
const throttledFrom: Readonly<Record<Polled, number>> = {
  log: waits.log.active,
  status: waits.status.withoutLog,
  children: waits.children.allEnded,
};

/** The service counts calls by the minute. */
const minuteMs = 60_000;
/** The longest wait that throttling leads to, without its jitter. */
const longestThrottledMs = 90_000;
const highestFactor = (of: Polled) => longestThrottledMs / throttledFrom[of];
/**
 * Above this factor many steps share the limit, until it is 1 again: each rejection counts at once, and recovery is
 * slow.
 */
const crowdedFactor = 4;
/**
 * What a factor is multiplied by: `again` when the call after a rejected one is rejected as well, `crowded` where many
 * steps share the limit and no Retry-After says more.
 */
const multipliers = { again: 2, crowded: 4, leastMeasured: 3, most: 32 };
/** After this many throttled calls in a row, some half a minute, the limit is shared by many steps. */
const sustainedRejections = 3;
/** What each answered call multiplies the factor by. A faster one would have every twentieth call of a crowd rejected. */
const recovery = { few: 0.7, crowded: 0.97 };
/** A Retry-After of this length says how long the minute still lasts, and so how far the limit was exceeded. */
const measuredRetryAfterMs = 10_000;
/** The least wait after a first throttled call without Retry-After, at most twice that; doubles with each further one. */
const firstThrottledMs = 2_000;
const longestBackoffMs = 30_000;
/** Milliseconds over which steps that were throttled together resume, at least. */
const resumeSpreadMs = 5_000;
/** The longest wait near the build's end, where a person waits for the step. */
const longestNearEndMs = 4_000;

/** How far a call is throttled. */
interface Throttling {
  /** What its waits are multiplied by: 1 while the service does not throttle it. */
  factor: number;
  /** How many calls in a row were throttled. */
  inRow: number;
  /** Many steps share the limit. */
  crowded: boolean;
}

/** Decides how long to wait between polls. There is one for each followed build. */
export class PollSchedule {
  /** Epoch milliseconds of the last answer that shows that the service can be reached; 0: none yet. */
  reachedAt = 0;
  readonly #maxIntervalMs: number;
  readonly #random: Random;
  readonly #throttling: Readonly<Record<Polled, Throttling>> = {
    status: { factor: 1, inRow: 0, crowded: false },
    log: { factor: 1, inRow: 0, crowded: false },
    children: { factor: 1, inRow: 0, crowded: false },
  };
  #nearEnd = false;

  /**
   * @param maxIntervalMs the longest interval that the user allows, unless the service itself asks for a longer one.
   * What is polled besides a log may wait longer.
   */
  constructor(maxIntervalMs: number, random: Random) {
    this.#maxIntervalMs = maxIntervalMs;
    this.#random = random;
  }

  /** Milliseconds until the next poll, with ten percent of jitter so that many steps do not poll in step. */
  wait({ of, phase }: PollKind): number {
    const byPhase: Readonly<Record<string, number>> = waits[of];
    const maxMs = (besideLog[of]?.[phase] ?? 1) * this.#maxIntervalMs;
    return this.#slowed(of, Math.min(byPhase[phase] ?? this.#maxIntervalMs, maxMs));
  }

  #slowed(of: Polled, usual: number): number {
    const longest = this.#nearEnd ? longestNearEndMs : longestThrottledMs;
    const slowed = Math.min(usual * this.#throttling[of].factor, Math.max(usual, longest));
    return slowed * (0.9 + this.#random() * 0.2);
  }

  /**
   * Milliseconds until a failed call is worth retrying. Throttling slows the schedule down as well.
   * @param failures in a row, 1 or more
   */
  waitAfterFailure(of: Polled, failure: Failure, failures: number): number {
    return failure.kind === 'rejected' && isThrottled(failure)
      ? this.throttled(of, failure.retryAfterMs)
      : backoff(failure, failures, this.#random);
  }

  /**
   * Records that the service throttled a call. Slows the call down when the call before was throttled too, or when
   * many steps share the limit.
   * @param retryAfterMs the service's Retry-After, if it sent one
   * @returns milliseconds to wait before that call is sent again
   */
  throttled(of: Polled, retryAfterMs: number | undefined): number {
    const state = this.#throttling[of];
    state.inRow += 1;
    state.factor = Math.min(highestFactor(of), state.factor * multiplier(state, retryAfterMs));
    if (state.factor > crowdedFactor || isLong(retryAfterMs)) state.crowded = true;
    const slowed = this.#slowed(of, Math.min(throttledFrom[of], this.#maxIntervalMs));
    if (retryAfterMs === undefined) {
      const jittered = firstThrottledMs * 2 ** (state.inRow - 1) * (1 + this.#random());
      const wait = Math.min(longestBackoffMs, jittered);
      if (this.#nearEnd) return Math.min(longestNearEndMs, wait);
      return state.crowded ? Math.max(wait, slowed) : wait;
    }
    if (!isLong(retryAfterMs)) return retryAfterMs * (1 + this.#random() * 0.25);
    return retryAfterMs + this.#random() * Math.max(resumeSpreadMs, Math.min(slowed, minuteMs));
  }

  /**
   * Call it when the log is polled from now on. Where the status was throttled, many steps share the limit: the log
   * begins at the interval that the status has come to.
   */
  logBegins(): void {
    const { log, status } = this.#throttling;
    if (status.factor === 1) return;
    log.factor = Math.min(highestFactor('log'), (status.factor * throttledFrom.status) / throttledFrom.log);
    log.crowded = status.crowded;
  }

  /** @param nearEnd the build has ended, or its log says so: throttling then delays what is left by seconds only */
  setNearEnd(nearEnd: boolean): void {
    this.#nearEnd = nearEnd;
  }

  /** Records an answered call: one that was slowed down recovers, step by step. */
  answered(of: Polled): void {
    const state = this.#throttling[of];
    state.inRow = 0;
    state.factor = Math.max(1, state.factor * (state.crowded ? recovery.crowded : recovery.few));
    if (state.factor === 1) state.crowded = false;
  }
}

function multiplier({ crowded, inRow }: Throttling, retryAfterMs: number | undefined): number {
  if (isLong(retryAfterMs)) {
    // Half as much again, because not all steps were there when the minute began.
    const measured = (1.5 * minuteMs) / Math.max(1_000, minuteMs - retryAfterMs);
    return Math.min(multipliers.most, Math.max(multipliers.leastMeasured, measured));
  }
  if (crowded || inRow > sustainedRejections) return multipliers.crowded;
  return inRow > 1 ? multipliers.again : 1;
}

function isLong(retryAfterMs: number | undefined): retryAfterMs is number {
  return retryAfterMs !== undefined && retryAfterMs >= measuredRetryAfterMs;
}

export interface PollContext extends CallContext {
  readonly client: CodeArtsBuildClient;
  readonly build: BuildId;
  readonly schedule: PollSchedule;
}

/** A build that was seen is given up only after this many rejections in a row, 10 seconds apart. */
export const maxConsecutiveRejections = 3;
/** Milliseconds until the next poll after one of those rejections. */
export const afterRejectionMs = 10_000;
