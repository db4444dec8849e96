// Brings in what the live log left out, from the full log, once the build is over. A download that breaks off is
// taken up again where it ended. Reference 4.10. Prints nothing.

import type { Clock, Random } from '../clock.ts';
import type { CodeArtsBuild } from '../codearts/client.ts';
import { CallError, isPassing } from '../codearts/errors.ts';
import { waitAfter } from '../codearts/retry.ts';
import type { LogEnd } from './events.ts';
import { type Completion, restAfterTail, restOf, type Shown } from './full-log.ts';
import { tailLength } from './log-cursor.ts';

export type LogRest =
  /** Nothing was missing, or what was has been yielded. */
  | { readonly kind: 'complete' }
  /** The full log is another text than the live one was: where to go on can't be told. */
  | { readonly kind: 'differs' }
  | { readonly kind: 'unavailable'; readonly error: CallError };

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

export async function* restOfLog(options: LogRestOptions): AsyncGenerator<string, LogRest> {
  const { client, recordId, log, clock, random, signal, patienceMs = usualPatienceMs } = options;
  if (recordId === '' || log.state === 'drained' || log.state === 'off') return { kind: 'complete' };
  const download = () => client.fullLog(recordId, 'INFO', signal);
  let shown: Shown = log;
  let search = false;
  let goodAt = clock.now();
  for (let failures = 0; ; ) {
    try {
      const rest = search ? restAfterTail(download(), shown.tail) : restOf(download(), shown);
      for (let next = await rest.next(); ; next = await rest.next()) {
        if (next.done) {
          const completion: Completion = next.value;
          if (completion === 'completed') return { kind: 'complete' };
          // A log that merely lacks its usual last line has been read in full, as far as anyone can tell.
          if (log.state !== 'lost' || search) return { kind: 'differs' };
          search = true;
          break;
        }
        yield next.value;
        shown = {
          length: shown.length + next.value.length,
          tail: (shown.tail + next.value).slice(-tailLength),
        };
        goodAt = clock.now();
        failures = 0;
      }
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      if (!isPassing(error.failure) || clock.now() - goodAt > patienceMs)
        return { kind: 'unavailable', error };
      failures += 1;
      await clock.sleep(waitAfter(error.failure, failures, random), signal);
    }
  }
}
