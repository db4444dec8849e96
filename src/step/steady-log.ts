// A finished log, read to its end: a download that fails for a while is tried again, and one that breaks off is taken
// up again where it ended. Prints nothing, and knows no log from another. Reference 4.10, 4.27.

import { type Completion, restOf } from '../build/full-log.ts';
import { tailLength } from '../build/log-cursor.ts';
import type { Clock, Random } from '../clock.ts';
import { CallError, isNoLogYet, isPassing } from '../codearts/errors.ts';
import { waitAfter } from '../codearts/retry.ts';

export interface Steadiness {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
}

/** Milliseconds without text after which the last failure is thrown: the build is over, and a person waits. */
const patienceMs = 60_000;

/**
 * Yields the log's text once; returns `completed` when all of it came, anything else when the log became another one
 * between two downloads.
 * @param read begins a download
 * @throws CallError when the log can't be had, or not to its end
 */
export async function* readSteadily(
  read: () => AsyncIterable<string>,
  { clock, random, signal }: Steadiness,
): AsyncGenerator<string, Completion> {
  let shown = { length: 0, tail: '' };
  let goodAt = clock.now();
  for (let failures = 0; ; ) {
    const rest = restOf(read(), shown);
    try {
      let next = await rest.next();
      for (; !next.done; next = await rest.next()) {
        yield next.value;
        const { length, tail } = shown;
        shown = { length: length + next.value.length, tail: (tail + next.value).slice(-tailLength) };
        goodAt = clock.now();
        failures = 0;
      }
      return next.value;
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      const { failure } = error;
      failures += 1;
      const wait = waitAfter(failure, failures, random);
      if (isNoLogYet(failure) || !isPassing(failure) || clock.now() + wait - goodAt > patienceMs) throw error;
      await clock.sleep(wait, signal);
    } finally {
      await rest.return('completed');
    }
  }
}
