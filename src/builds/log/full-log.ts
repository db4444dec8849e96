// Completes a log that the live log left incomplete: finds in the full log the place up to which it was printed, and
// yields what follows. Reads a stream and keeps no more of it than the tail that it looks for. Reference 4.10.

import { budgets } from '../../budgets.ts';
import type { Clock, Random } from '../../clock.ts';
import type { CodeArtsBuildClient } from '../../codearts/client.ts';
import { ApiError, type Failure, isNoLogYet, isTransient } from '../../codearts/errors.ts';
import { backoff } from '../../codearts/retry.ts';
import { tailLength } from './log-cursor.ts';
import type { LogEnd, LogStatus, LogText } from './log-events.ts';
import { hasLastLine } from './log-line.ts';

/** How far a log was printed: so many UTF-16 units, the last of which are `tail`. */
export interface PrintedPrefix {
  readonly length: number;
  readonly tail: string;
}

export type PrefixMatch =
  /** The printed text is the beginning of the full log; the rest has been yielded. */
  | { readonly kind: 'completed' }
  /** The full log has ended before the printed text did; nothing has been yielded. `tail`: its end. */
  | { readonly kind: 'shorter'; readonly tail: string }
  /** The printed text is not the beginning of the full log; nothing has been yielded. */
  | { readonly kind: 'differs' };

/** Yields what follows the printed part of the full log, no piece empty. @throws what reading the full log throws */
export async function* skipPrinted(
  fullLog: AsyncIterable<string>,
  printed: PrintedPrefix,
): AsyncGenerator<string, PrefixMatch> {
  let position = 0;
  let tail = '';
  for await (const piece of fullLog) {
    const head = piece.slice(0, printed.length - position);
    if (head !== '') {
      position += head.length;
      tail = (tail + head).slice(-tailLength);
      if (position < printed.length) continue;
      if (!tail.endsWith(printed.tail)) return { kind: 'differs' };
    }
    if (head.length < piece.length) yield piece.slice(head.length);
  }
  return position < printed.length ? { kind: 'shorter', tail } : { kind: 'completed' };
}

export interface ResumeOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** Milliseconds without text after which the last failure is thrown; one minute when left out. */
  readonly maxElapsedMs?: number;
  /** Which failures are worth another attempt; by default those that pass, but for a log that is not there. */
  readonly worthRetrying?: (failure: Failure) => boolean;
}

export interface ResumedReading {
  /** `completed` when all of it came, anything else when the log is or became another one than what was printed. */
  readonly match: PrefixMatch;
  /** How far the log is printed by now. */
  readonly printed: PrintedPrefix;
}

const nothingPrinted: PrintedPrefix = { length: 0, tail: '' };
const passesWithALog = (failure: Failure) => isTransient(failure) && !isNoLogYet(failure);

/**
 * Yields what follows the printed part of a log, once: a download that breaks off is resumed where it broke off.
 * @param read begins a download
 * @param printed what was printed before; nothing when left out
 * @throws ApiError when the log can't be had, or not to its end; the signal's reason
 */
export async function* readWithResume(
  read: () => AsyncIterable<string>,
  { clock, random, signal, maxElapsedMs = budgets.download, worthRetrying = passesWithALog }: ResumeOptions,
  printed: PrintedPrefix = nothingPrinted,
): AsyncGenerator<string, ResumedReading> {
  let now = printed;
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
      return { match: next.value, printed: now };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      failures += 1;
      const wait = backoff(error.failure, failures, random);
      if (!worthRetrying(error.failure) || clock.now() + wait - goodAt > maxElapsedMs) throw error;
      await clock.sleep(wait, signal);
    } finally {
      await rest.return({ kind: 'completed' });
    }
  }
}

function after({ length, tail }: PrintedPrefix, text: string): PrintedPrefix {
  return { length: length + text.length, tail: (tail + text.slice(-tailLength)).slice(-tailLength) };
}

export interface CompleteLogOptions {
  readonly client: CodeArtsBuildClient;
  /** Empty where the service gave none. */
  readonly recordId: string;
  readonly log: LogStatus;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** Milliseconds without text for which a failing download is tried again; five minutes when left out. */
  readonly maxElapsedMs?: number;
  /** Epoch milliseconds at which reading stops, whatever is left. */
  readonly until: number;
}

/** UTF-16 units that are printed of one full log. */
const maxText = 4 * 1024 ** 3;
/**
 * How often a full log without its last line is read, for it may have been cut on its way or not be there as a whole
 * yet, and how far apart. Once is enough where the live log has been polled for its last line.
 */
const attempts = { afterPolling: 1, max: 2, pauseMs: 3_000 };

type Reading = 'complete' | 'unfinished' | 'shorter' | 'differs';

/**
 * Yields what is missing of the log, each piece once. Where what was printed is not the beginning of the full log, that
 * follows as a whole. A failing download is an answer, not an error.
 * @throws the signal's reason
 */
export async function* readMissingLog(options: CompleteLogOptions): AsyncGenerator<LogText, LogEnd> {
  const { log } = options;
  if (log.state === 'complete' || log.state === 'disabled') return { kind: 'complete' };
  const rest = yield* readRest(options, {
    from: log,
    restarts: false,
    lacksText: log.state === 'interrupted',
  });
  if (rest.kind !== 'differs') return rest;
  const whole = yield* readRest(options, { from: nothingPrinted, restarts: true, lacksText: true });
  return whole.kind === 'differs' ? { kind: 'changed' } : whole;
}

interface RestOptions {
  /** What was printed of the full log. */
  readonly from: PrintedPrefix;
  /** The log is printed once more from its beginning, under a heading. */
  readonly restarts: boolean;
  /** Lines are missing if there is no full log. */
  readonly lacksText: boolean;
}

/** Reads the full log, and a second time where its end has not come. */
async function* readRest(
  {
    client,
    recordId,
    log,
    clock,
    random,
    signal,
    until,
    maxElapsedMs = budgets.missingLog,
  }: CompleteLogOptions,
  { from, restarts, lacksText }: RestOptions,
): AsyncGenerator<LogText, LogEnd | { readonly kind: 'differs' }> {
  if (recordId === '') return withoutFullLog(undefined, log, lacksText);
  const worthRetrying = (failure: Failure) =>
    isTransient(failure) && !(log.state === 'missing' && isNoLogYet(failure));
  const how = { clock, random, signal, maxElapsedMs, worthRetrying };
  const maxAttempts = log.state === 'unverified' ? attempts.afterPolling : attempts.max;
  let printed = from;
  let { length } = from;
  try {
    for (let attempt = 1; ; attempt += 1) {
      const texts = readWithResume(() => client.fullLog(recordId, 'INFO', signal), how, printed);
      let next = await texts.next();
      for (; !next.done; next = await texts.next()) {
        if (restarts && length === 0) yield { kind: 'log-restarted' };
        yield { kind: 'text', text: next.value };
        length += next.value.length;
        if (length <= maxText && clock.now() <= until) continue;
        await texts.return({ match: { kind: 'completed' }, printed });
        return { kind: 'too-long' };
      }
      printed = next.value.printed;
      const reading = readingOf(next.value);
      const mayGrow = reading === 'unfinished' || reading === 'shorter';
      if (mayGrow && attempt < maxAttempts) await clock.sleep(attempts.pauseMs, signal);
      else if (length === 0 && restarts) return { kind: 'differs' };
      else return { kind: length === 0 && log.state !== 'interrupted' ? 'complete' : reading };
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return withoutFullLog(error, log, lacksText || length > from.length);
  }
}

/** A full log that has its last line, and is still shorter than what was printed, is another text. */
function readingOf({ match, printed }: ResumedReading): Reading {
  if (match.kind === 'differs') return 'differs';
  if (match.kind === 'shorter') return hasLastLine(match.tail) ? 'differs' : 'shorter';
  return hasLastLine(printed.tail) ? 'complete' : 'unfinished';
}

function withoutFullLog(error: ApiError | undefined, log: LogStatus, lacksText: boolean): LogEnd {
  if (lacksText) return { kind: 'unavailable', error, lacks: 'end' };
  if (log.length > 0) return { kind: 'unavailable', error, lacks: 'perhaps-end' };
  const isNone = error === undefined || isNoLogYet(error.failure);
  return isNone ? { kind: 'missing' } : { kind: 'unavailable', error, lacks: 'all' };
}
