// Completes a log that the live log left incomplete: finds in the full log the place up to which it was shown.
// Reads a stream, keeps no more of it than the tail it looks for. Reference 4.10.

import { createHash } from 'node:crypto';
import type { Clock, Random } from '../../clock.ts';
import type { CodeArtsBuildClient } from '../../codearts/api.ts';
import { ApiError, type Failure, isNoLogYet, isTransient } from '../../codearts/errors.ts';
import { backoff, retry } from '../../codearts/retry.ts';
import type { LogStatus } from '../follow/events.ts';
import { type Fingerprint, hasLastLine, tailLength } from './log-cursor.ts';

/** How far the log was shown: so many UTF-16 units, the last of which are `tail`. */
export interface PrintedPrefix {
  readonly length: number;
  readonly tail: string;
  /** To prove what was shown on a guess, where the tail alone is not enough. */
  readonly guessed?: Fingerprint | undefined;
}

export type PrefixMatch =
  /** The shown text is the beginning of the full log; the rest has been yielded. */
  | 'completed'
  /** The full log has ended before the shown text did; nothing has been yielded. */
  | 'shorter'
  /** The shown text is not the beginning of the full log; nothing has been yielded. */
  | 'differs';

/** Yields what follows the shown part of the full log, no piece empty. @throws what reading the full log throws */
export async function* skipPrinted(
  fullLog: AsyncIterable<string>,
  shown: PrintedPrefix,
): AsyncGenerator<string, PrefixMatch> {
  const guessed = shown.guessed && { ...shown.guessed, hash: createHash('sha256') };
  let position = 0;
  let tail = '';
  for await (const piece of fullLog) {
    const head = piece.slice(0, shown.length - position);
    if (head !== '') {
      guessed?.hash.update(head.slice(Math.max(0, guessed.from - position)), 'utf16le');
      position += head.length;
      tail = shown.tail === '' ? '' : (tail + head).slice(-shown.tail.length);
      if (position < shown.length) continue;
      if (tail !== shown.tail || guessed?.hash.digest('hex') !== guessed?.sha256) return 'differs';
    }
    if (head.length < piece.length) yield piece.slice(head.length);
  }
  return position < shown.length ? 'shorter' : 'completed';
}

/**
 * How many characters of the full log there are up to the end of the shown tail; undefined where it does not stand
 * there, or more than once: what repeats itself tells no place.
 */
export async function findTail(fullLog: AsyncIterable<string>, tail: string): Promise<number | undefined> {
  let end: number | undefined;
  let window = '';
  let before = 0;
  for await (const piece of fullLog) {
    window += piece;
    for (let at = window.indexOf(tail); at !== -1; at = window.indexOf(tail, at + 1)) {
      if (end !== undefined) return undefined;
      end = before + at + tail.length;
    }
    // One less than the tail has: no place is found twice.
    const kept = window.slice(Math.max(0, window.length - tail.length + 1));
    before += window.length - kept.length;
    window = kept;
  }
  return end;
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

export interface SteadyReading {
  /** `completed` when all of it came, anything else when the log is or became another one than what was shown. */
  readonly completion: PrefixMatch;
  /** How far the log is shown by now. */
  readonly shown: PrintedPrefix;
}

/** The build is over, and a person waits. */
const downloadMaxElapsedMs = 60_000;
const nothingShown: PrintedPrefix = { length: 0, tail: '' };
const passesWithALog = (failure: Failure) => isTransient(failure) && !isNoLogYet(failure);

/**
 * Yields what follows the shown part of a log, once.
 * @param read begins a download
 * @param shown what was shown before; nothing when left out
 * @throws ApiError when the log can't be had, or not to its end; the signal's reason
 */
export async function* readWithResume(
  read: () => AsyncIterable<string>,
  {
    clock,
    random,
    signal,
    maxElapsedMs = downloadMaxElapsedMs,
    worthRetrying = passesWithALog,
  }: ResumeOptions,
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

export type Completion =
  /** Nothing was missing, or what was has been yielded. */
  | { readonly kind: 'complete' }
  /** All that there is has been yielded, and its last line is not the one that CodeArts ends a log with. */
  | { readonly kind: 'unfinished' }
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

const missingLogMaxElapsedMs = 5 * 60_000;
/**
 * How often a full log without its last line is read, for it may have been cut on its way or not be there as a whole
 * yet, and how far apart. Once is enough where the live log has been polled for its end.
 */
const readings = { afterPolling: 1, most: 2, pauseMs: 3_000 };
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
  const { client, recordId, log, clock, random, signal, maxElapsedMs = missingLogMaxElapsedMs } = options;
  const mayCome = (failure: Failure) =>
    isTransient(failure) && !(log.state === 'absent' && isNoLogYet(failure));
  const how = { clock, random, signal, maxElapsedMs, worthRetrying: mayCome };
  const download = () => client.fullLog(recordId, 'INFO', signal);
  let shown: PrintedPrefix = log;
  let searched = false;
  for (let timesRead = 1; ; timesRead += 1) {
    const reading = yield* readWithResume(download, how, shown);
    shown = reading.shown;
    const end = endAfter(reading.completion, { log, shown, timesRead });
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
  readonly timesRead: number;
}

function endAfter(
  completion: PrefixMatch,
  { log, shown, timesRead }: Readings,
): 'read-again' | 'complete' | 'unfinished' | 'shorter' | 'differs' {
  const wasPolled = log.state === 'doubtful' && log.length > 0 && !log.guessed;
  const most = wasPolled ? readings.afterPolling : readings.most;
  const isFinished = hasLastLine(shown.tail);
  const isCut = completion === 'shorter' || (completion === 'completed' && !isFinished);
  if (isCut && timesRead < most) return 'read-again';
  if (completion === 'completed') return isFinished || shown.length === 0 ? 'complete' : 'unfinished';
  return completion === 'shorter' && log.state === 'doubtful' && !log.guessed ? 'shorter' : 'differs';
}

/** What was shown may be found in the full log though it is not its beginning. */
function mayStandElsewhere(log: LogStatus, shown: PrintedPrefix): boolean {
  return log.state === 'lost' && !log.guessed && shown.tail.length >= leastTail;
}
