// Brings in what the live log left out, from the full log, once the build is over. A full log that lacks the log's last
// line is read again: it may have been cut on its way. Reference 4.10. Prints nothing.

import type { Clock, Random } from '../clock.ts';
import type { CodeArtsBuildClient } from '../codearts/api.ts';
import { ApiError, type Failure, isNoLogYet, isTransient } from '../codearts/errors.ts';
import { retry } from '../codearts/retry.ts';
import type { LogStatus } from './events.ts';
import { type PrefixMatch, findTail, type PrintedPrefix } from './full-log.ts';
import { isWholeEnd } from './log-end.ts';
import { readWithResume } from './steady-log.ts';

export type Completion =
  /** Nothing was missing, or what was has been yielded. */
  | { readonly kind: 'complete' }
  /** The full log ends before what was shown does: nothing in it is new, and the shown log's own end may be missing. */
  | { readonly kind: 'shorter' }
  /** The full log is another text than the live one was: where to go on can't be told. Pieces may have come before. */
  | { readonly kind: 'differs' }
  /** `error` is undefined where there is no record id to ask with. */
  | { readonly kind: 'unavailable'; readonly error: ApiError | undefined };

export interface LogRestOptions {
  readonly client: CodeArtsBuildClient;
  readonly recordId: string;
  readonly log: LogStatus;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** Milliseconds without text for which a failing download is tried again; five minutes when left out. */
  readonly maxElapsedMs?: number;
}

const usualPatienceMs = 5 * 60_000;
/**
 * How often a full log without its last line is read, for it may have been cut on its way or not be there as a whole
 * yet, how often while each reading brings more, and how far apart.
 */
const readings = { doubtful: 2, lost: 4, growing: 8, pauseMs: 3_000 };
/** A shorter tail may well stand in a log twice. */
const leastTail = 200;

/**
 * Yields what is missing of the log, each piece once. A failing download is an answer, not an error.
 * @throws the signal's reason
 */
export async function* readMissing(options: LogRestOptions): AsyncGenerator<string, Completion> {
  const { recordId, log } = options;
  if (log.state === 'drained' || log.state === 'off') return { kind: 'complete' };
  if (recordId === '') return { kind: 'unavailable', error: undefined };
  try {
    return yield* fromFullLog(options);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { kind: 'unavailable', error };
  }
}

async function* fromFullLog(options: LogRestOptions): AsyncGenerator<string, Completion> {
  const { client, recordId, log, clock, random, signal, maxElapsedMs = usualPatienceMs } = options;
  const mayCome = (failure: Failure) =>
    isTransient(failure) && !(log.state === 'absent' && isNoLogYet(failure));
  const how = { clock, random, signal, maxElapsedMs, worthRetrying: mayCome };
  const download = () => client.fullLog(recordId, 'INFO', signal);
  let shown: PrintedPrefix = log;
  let searched = false;
  for (let timesRead = 1; ; timesRead += 1) {
    const reading = yield* readWithResume(download, how, shown);
    const grew = reading.shown.length > shown.length;
    shown = reading.shown;
    const end = endAfter(reading.completion, { log, shown, grew, timesRead });
    if (end === 'read-again') {
      await clock.sleep(readings.pauseMs, signal);
    } else if (end === 'differs' && !searched && mayStandElsewhere(log, shown)) {
      const { tail } = shown;
      const length = await retry(() => findTail(download(), tail), how);
      if (length === undefined) return { kind: 'differs' };
      // The next reading goes on from there: whether the tail stands there once is known at the log's end only.
      shown = { length, tail };
      searched = true;
    } else {
      return { kind: end };
    }
  }
}

interface Readings {
  readonly log: LogStatus;
  readonly shown: PrintedPrefix;
  /** The last reading brought more. */
  readonly grew: boolean;
  readonly timesRead: number;
}

function endAfter(
  completion: PrefixMatch,
  { log, shown, grew, timesRead }: Readings,
): 'read-again' | 'complete' | 'shorter' | 'differs' {
  const usual = log.state === 'lost' || log.guessed ? readings.lost : readings.doubtful;
  const most = grew ? readings.growing : usual;
  const isCut = completion === 'shorter' || (completion === 'completed' && !isWholeEnd(shown.tail));
  if (isCut && timesRead < most) return 'read-again';
  if (completion === 'completed') return 'complete';
  return completion === 'shorter' && log.state === 'doubtful' && !log.guessed ? 'shorter' : 'differs';
}

/** What was shown may be found in the full log though it is not its beginning. */
function mayStandElsewhere(log: LogStatus, shown: PrintedPrefix): boolean {
  return log.state === 'lost' && !log.guessed && shown.tail.length >= leastTail;
}
