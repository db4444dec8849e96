// Brings in what the live log left out, from the full log, once the build is over. A download that breaks off is
// taken up again where it ended, one that lacks the log's last line is tried once more. Reference 4.10. Prints nothing.

import type { Clock, Random } from '../clock.ts';
import type { CodeArtsBuild } from '../codearts/client.ts';
import { CallError, isNoLogYet, isPassing } from '../codearts/errors.ts';
import { waitAfter } from '../codearts/retry.ts';
import type { LogEnd } from './events.ts';
import { type Completion, endOfTail, restOf, type Shown } from './full-log.ts';
import { tailLength } from './log-cursor.ts';
import { isWholeEnd } from './step-marks.ts';

export type LogRest =
  /** Nothing was missing, or what was has been yielded. */
  | { readonly kind: 'complete' }
  /** The full log ends before what was shown does: nothing in it is new, and the shown log's own end may be missing. */
  | { readonly kind: 'shorter' }
  /** The full log is another text than the live one was: where to go on can't be told. */
  | { readonly kind: 'differs' }
  /** `error` is undefined where there is no record id to ask with. */
  | { readonly kind: 'unavailable'; readonly error: CallError | undefined };

export interface LogRestOptions {
  readonly client: CodeArtsBuild;
  readonly recordId: string;
  readonly log: LogEnd;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** Milliseconds without text for which a failing download is tried again; five minutes when left out. */
  readonly patienceMs?: number;
}

const usualPatienceMs = 5 * 60_000;
/** How often a full log without its last line is read, for it may have been cut on its way, and how far apart. */
const readings = { doubtful: 2, lost: 4, pauseMs: 3_000 };
/** A shorter tail may well stand in a log twice. */
const leastTail = 200;

export async function* restOfLog(options: LogRestOptions): AsyncGenerator<string, LogRest> {
  const { client, recordId, log, clock, random, signal, patienceMs = usualPatienceMs } = options;
  if (log.state === 'drained' || log.state === 'off') return { kind: 'complete' };
  if (recordId === '') return { kind: 'unavailable', error: undefined };
  let shown: Shown = log;
  let goodAt = clock.now();
  let timesRead = 0;
  let search: 'not yet' | 'now' | 'done' = 'not yet';
  for (let failures = 0; ; ) {
    const download = client.fullLog(recordId, 'INFO', signal);
    const rest = restOf(download, shown);
    let completion: Completion;
    try {
      if (search === 'now') {
        const length = await endOfTail(download, shown.tail);
        if (length === undefined) return { kind: 'differs' };
        // The next download goes on from there: whether the tail stands there once is known at the log's end only.
        shown = { length, tail: shown.tail };
        search = 'done';
        continue;
      }
      let next = await rest.next();
      for (; !next.done; next = await rest.next()) {
        yield next.value;
        shown = after(shown, next.value);
        goodAt = clock.now();
        failures = 0;
      }
      completion = next.value;
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      failures += 1;
      const none = log.state === 'absent' && isNoLogYet(error.failure);
      const wait = waitAfter(error.failure, failures, random);
      if (none || !isPassing(error.failure) || clock.now() + wait - goodAt > patienceMs) {
        return { kind: 'unavailable', error };
      }
      await clock.sleep(wait, signal);
      continue;
    } finally {
      await rest.return('completed');
    }
    timesRead += 1;
    const end = endAfter(completion, log, shown, timesRead);
    if (end === 'read-again') await clock.sleep(readings.pauseMs, signal);
    else if (end !== 'differs') return { kind: end };
    else if (search === 'done' || !mayStandElsewhere(log, shown)) return { kind: 'differs' };
    else search = 'now';
  }
}

function endAfter(
  completion: Completion,
  log: LogEnd,
  shown: Shown,
  timesRead: number,
): 'read-again' | 'complete' | 'shorter' | 'differs' {
  const most = log.state === 'lost' || log.guessed ? readings.lost : readings.doubtful;
  const isCut = completion === 'shorter' || (completion === 'completed' && !isWholeEnd(shown.tail));
  if (isCut && timesRead < most) return 'read-again';
  if (completion === 'completed') return 'complete';
  return completion === 'shorter' && log.state === 'doubtful' && !log.guessed ? 'shorter' : 'differs';
}

/** What was shown may be found in the full log though it is not its beginning. */
function mayStandElsewhere(log: LogEnd, shown: Shown): boolean {
  return log.state === 'lost' && !log.guessed && shown.tail.length >= leastTail;
}

/** Once something follows, what was shown before it has been proven. */
function after(shown: Shown, text: string): Shown {
  return { length: shown.length + text.length, tail: (shown.tail + text).slice(-tailLength) };
}
