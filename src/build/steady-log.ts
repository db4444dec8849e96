// A finished log, read to its end: a download that fails for a while is tried again, and one that breaks off is taken
// up again where it ended. Prints nothing, and knows no log from another. Reference 4.10, 4.27.

import type { Clock, Random } from '../clock.ts';
import { ApiError, type Failure, isNoLogYet, isTransient } from '../codearts/errors.ts';
import { backoff } from '../codearts/retry.ts';
import { type PrefixMatch, skipPrinted, type PrintedPrefix } from './full-log.ts';
import { tailLength } from './log-cursor.ts';

export interface ResumeOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** Milliseconds without text after which the last failure is thrown; one minute when left out. */
  readonly maxElapsedMs?: number;
  /** Which failures are worth another attempt; by default those that pass, but for a log that is not there. */
  readonly worthRetrying?: (failure: Failure) => boolean;
}

export interface SteadyReading {
  /** `completed` when all of it came, anything else when the log is or became another one than what was shown. */
  readonly completion: PrefixMatch;
  /** How far the log is shown by now. */
  readonly shown: PrintedPrefix;
}

/** The build is over, and a person waits. */
const usualPatienceMs = 60_000;
const nothingShown: PrintedPrefix = { length: 0, tail: '' };
const passesWithALog = (failure: Failure) => isTransient(failure) && !isNoLogYet(failure);

/**
 * Yields what follows the shown part of a log, once.
 * @param read begins a download
 * @param shown what was shown before; nothing when left out
 * @throws CallError when the log can't be had, or not to its end; the signal's reason
 */
export async function* readWithResume(
  read: () => AsyncIterable<string>,
  { clock, random, signal, maxElapsedMs = usualPatienceMs, worthRetrying = passesWithALog }: ResumeOptions,
  shown: PrintedPrefix = nothingShown,
): AsyncGenerator<string, SteadyReading> {
  let now = shown;
  let goodAt = clock.now();
  for (let failures = 0; ; ) {
    const rest = skipPrinted(read(), now);
    try {
      let next = await rest.next();
      for (; !next.done; next = await rest.next()) {
        yield next.value;
        now = after(now, next.value);
        goodAt = clock.now();
        failures = 0;
      }
      return { completion: next.value, shown: now };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      failures += 1;
      const wait = backoff(error.failure, failures, random);
      if (!worthRetrying(error.failure) || clock.now() + wait - goodAt > maxElapsedMs) throw error;
      await clock.sleep(wait, signal);
    } finally {
      await rest.return('completed');
    }
  }
}

/** Once something follows, what was shown before it has been proven. */
function after({ length, tail }: PrintedPrefix, text: string): PrintedPrefix {
  return { length: length + text.length, tail: (tail + text).slice(-tailLength) };
}
