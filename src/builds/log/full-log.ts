// Completes a log that the live log left incomplete: finds in the full log the place up to which it was read, and
// yields what follows. Reads a stream and keeps no more of it than the tail that it looks for. Reference 4.10.

import { budgets } from '../../budgets.ts';
import type { CodeArtsBuildClient } from '../../codearts/client.ts';
import { ApiError, type Failure, isNoLogYet, isTransient } from '../../codearts/errors.ts';
import { backoff, type CallContext } from '../../codearts/retry.ts';
import type { LogEnd, LogPart, LogPosition, LogProgress, LogState } from '../events.ts';
import { advance, logStart } from './log-cursor.ts';
import { hasLastLine } from './log-line.ts';

export interface FullLogOptions {
  readonly calls: CallContext;
  /** How far the log was read before; left out when it was not. */
  readonly from?: LogPosition;
  /** Milliseconds without text after which the last failure is thrown; one minute when left out. */
  readonly maxElapsedMs?: number;
  /** Which failures are worth another attempt; by default those that pass, but for a log that is not there. */
  readonly worthRetrying?: (failure: Failure) => boolean;
  /** How often a log without its last line is read: it may have been cut, or not be there as a whole yet. */
  readonly maxReadings?: number;
}

/** Milliseconds between two readings of a log without its last line. */
const pauseMs = 3_000;
/** UTF-16 units that are read of one full log. */
const maxText = 4 * 1024 ** 3;
const noRecordId = new Error('CodeArts gave no record id to download it with.');

/**
 * Yields what follows `from` in a log, each piece once, and last whether all of it came, or the log is or became another
 * one than what was read before. A download that breaks off is resumed where it broke off. No piece of text is empty.
 * @param read begins a download
 * @throws ApiError when the log can't be had, or not to its end; the signal's reason
 */
export async function* readFullLog(
  read: () => AsyncIterable<string>,
  {
    calls: { clock, random, signal },
    from = logStart,
    maxElapsedMs = budgets.download,
    worthRetrying = (failure) => isTransient(failure) && !isNoLogYet(failure),
    maxReadings = 1,
  }: FullLogOptions,
): AsyncGenerator<Exclude<LogPart, { kind: 'log-restarted' }>, void> {
  let taken = from;
  let goodAt = clock.now();
  let failures = 0;
  let readings = 0;
  for (;;) {
    try {
      let seen = logStart;
      for await (const piece of read()) {
        const known = piece.slice(0, taken.length - seen.length);
        if (known !== '') {
          seen = advance(seen, known);
          if (seen.length < taken.length) continue;
          if (!seen.tail.endsWith(taken.tail)) break;
        }
        const text = piece.slice(known.length);
        if (text === '') continue;
        yield { kind: 'text', text };
        taken = advance(taken, text);
        seen = taken;
        goodAt = clock.now();
        failures = 0;
      }
      const state = stateAtEnd(seen, taken);
      readings += 1;
      if (state === 'complete' || state === 'changed' || readings >= maxReadings) {
        yield { kind: 'log-ended', end: { state } };
        return;
      }
      await clock.sleep(pauseMs, signal);
      goodAt = clock.now();
      failures = 0;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      failures += 1;
      const wait = backoff(error.failure, failures, random);
      if (!worthRetrying(error.failure) || clock.now() + wait - goodAt > maxElapsedMs) throw error;
      await clock.sleep(wait, signal);
    }
  }
}

/** A full log that has its last line, and is still shorter than what was read before, is another text. */
function stateAtEnd(seen: LogPosition, taken: LogPosition): LogState {
  if (seen.length < taken.length) return hasLastLine(seen.tail) ? 'changed' : 'shorter';
  if (!seen.tail.endsWith(taken.tail)) return 'changed';
  return hasLastLine(seen.tail) ? 'complete' : 'unfinished';
}

export interface MissingLogOptions {
  readonly client: CodeArtsBuildClient;
  readonly calls: CallContext;
  /** Empty where the service gave none. */
  readonly recordId: string;
  /** How far the log was read live. */
  readonly log: LogProgress;
  /** Milliseconds without text for which a failing download is tried again; five minutes when left out. */
  readonly maxElapsedMs?: number;
  /** Epoch milliseconds at which reading stops, whatever is left. */
  readonly until: number;
}

/**
 * Yields what is missing of a log that was not read to its last line, each piece once, and how far it came (LogState).
 * A failing download is an answer, not an error.
 * @param restarts true: what was read is not the beginning of the full log, which follows as a whole
 * @throws the signal's reason
 */
export async function* readMissingLog(
  options: MissingLogOptions,
  restarts = false,
): AsyncGenerator<LogPart, void> {
  const { client, recordId, log, maxElapsedMs = budgets.missingLog, until } = options;
  const { clock, signal } = options.calls;
  const from = restarts ? logStart : log;
  let { length } = from;
  if (recordId === '') {
    yield { kind: 'log-ended', end: endWithoutFullLog(noRecordId, log, false) };
    return;
  }
  try {
    const parts = readFullLog(() => client.fullLog(recordId, 'INFO', signal), {
      calls: options.calls,
      from,
      maxElapsedMs,
      worthRetrying: (failure) => isTransient(failure) && !(log.state === 'missing' && isNoLogYet(failure)),
      // An unfinished live log has been polled for its last line.
      maxReadings: log.state === 'unfinished' ? 1 : 2,
    });
    for await (const part of parts) {
      if (part.kind === 'text') {
        if (restarts && length === 0) yield { kind: 'log-restarted' };
        yield part;
        length += part.text.length;
        if (length <= maxText && clock.now() <= until) continue;
        yield { kind: 'log-ended', end: { state: 'too-long' } };
        return;
      }
      const { state } = part.end;
      if (state === 'changed' && !restarts) yield* readMissingLog(options, true);
      else if (length > 0) yield part;
      else if (restarts) yield { kind: 'log-ended', end: { state: 'changed' } };
      else yield { kind: 'log-ended', end: { state: log.state === 'interrupted' ? state : 'missing' } };
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    yield { kind: 'log-ended', end: endWithoutFullLog(error, log, restarts || length > from.length) };
  }
}

/** @param breaksOff true: some of the full log was read */
function endWithoutFullLog(cause: Error, log: LogProgress, breaksOff: boolean): LogEnd {
  if (breaksOff || log.state === 'interrupted') return { state: 'interrupted', cause };
  if (log.length > 0) return { state: 'unfinished', cause };
  const isNone = !(cause instanceof ApiError) || isNoLogYet(cause.failure);
  return isNone ? { state: 'missing' } : { state: 'unavailable', cause };
}
