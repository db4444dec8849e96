// Parses responses: JSON or the bytes of a log file where the call succeeded, else a Failure with the service's code
// and message. Error bodies: chapters 3.3 and 6.2 of the API reference; status "fail" with HTTP 200, doubly encoded
// JSON and proxies' pages were seen live.

import type { HttpAnswer, HttpStream } from '../huaweicloud/http.ts';
import { truncate } from '../text.ts';
import type { Failure } from './errors.ts';
import { maxTextLength } from './schema.ts';

export type ParsedResponse =
  /** `json` is undefined where the body is empty: enough for a stop, and for nothing else. */
  { readonly ok: true; readonly json: unknown } | { readonly ok: false; readonly failure: Failure };

/** @param now epoch milliseconds, for Retry-After dates */
export function readAnswer(answer: HttpAnswer, now: number): ParsedResponse {
  const json = parse(answer.body);
  if (answer.status < 200 || answer.status > 299) {
    // An error that was cut may lack its code.
    const isCut = json === undefined && /^\s*["{]/.test(answer.body);
    return { ok: false, failure: isCut ? unreadable(answer, notJson(answer)) : rejection(answer, json, now) };
  }
  if (answer.body.trim() === '') return { ok: true, json: undefined };
  if (typeof json !== 'object' || json === null) {
    return { ok: false, failure: unreadable(answer, notJson(answer)) };
  }
  if (isErrorBody(json)) return { ok: false, failure: rejection(answer, json, now) };
  return { ok: true, json };
}

/** @param reason what came instead, in a few words */
export function unreadable(answer: Pick<HttpAnswer, 'status' | 'headers'>, reason: string): Failure {
  return {
    kind: 'invalid-response',
    status: answer.status,
    reason,
    requestId: requestIdOf(answer, undefined),
  };
}

function parse(body: string): unknown {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'string' ? parse(value) : value;
  } catch {
    return undefined;
  }
}

/** The reason that says so. */
export const webPage = 'an HTML page';

function notJson(answer: HttpAnswer): string {
  return /^\s*</.test(answer.body) ? webPage : 'no complete JSON';
}

const identifying = [
  'build_no',
  'buildNo',
  'build_number',
  'buildNumber',
  'build_record_id',
  'buildRecordId',
];

function isErrorBody(json: object): boolean {
  // A record that is not wrapped has a status of its own: the build's. With an error code it is an error all the same.
  const status = identifying.some((name) => name in json) ? '' : stringAt(json, 'status').toLowerCase();
  if (status === 'fail' || status === 'failed' || status === 'error') return true;
  if (Reflect.get(json, 'success') === false) return true;
  return stringAt(json, 'error_code') !== '';
}

function rejection(answer: HttpAnswer, json: unknown, now: number): Failure {
  const retryAfterMs = retryAfter(answer.headers['retry-after'], now);
  const inner = faultIn(json);
  return {
    kind: 'rejected',
    status: answer.status,
    code: firstOf(inner, ['error_code', 'err_code', 'errorCode', 'code']),
    message:
      redirectIn(answer) ||
      firstOf(inner, ['error_msg', 'err_msg', 'errorMsg', 'message', 'reason', 'error', 'result']) ||
      (json === undefined && answer.body.trim() !== '' ? notJson(answer) : ''),
    requestId: requestIdOf(answer, inner),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** Such as a log file that a private cloud keeps in its object store. */
function redirectIn({ status, headers }: HttpAnswer): string {
  const location = headers['location'] ?? '';
  if (status < 300 || status > 399 || !URL.canParse(location)) return '';
  return `it redirects to ${new URL(location).host}, and redirects are not followed`;
}

/** The object that holds code and message: the answer itself or its `error`. */
function faultIn(json: unknown): object {
  if (typeof json !== 'object' || json === null) return {};
  const error: unknown = Reflect.get(json, 'error');
  return typeof error === 'object' && error !== null ? error : json;
}

function firstOf(object: object, names: readonly string[]): string {
  for (const name of names) {
    const value = stringAt(object, name);
    if (value !== '') return value;
  }
  return '';
}

function stringAt(object: object, name: string): string {
  const value: unknown = Reflect.get(object, name);
  return typeof value === 'string' ? truncate(value, maxTextLength) : '';
}

function requestIdOf(answer: Pick<HttpAnswer, 'headers'>, json: object | undefined): string {
  return answer.headers['x-request-id'] ?? (json ? stringAt(json, 'request_id') : '');
}

// A longer wait would let a mistaken or hostile server hold the step; then the run's own time limit decides.
const longestRetryAfterMs = 10 * 60_000;

/** Seconds or an HTTP date; zero, a past date and an invalid value are ignored. */
function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return ms > 0 ? Math.min(ms, longestRetryAfterMs) : undefined;
}

/** Bytes that are read of an error: one of the service is short, a proxy's page may have no end. */
const maxErrorLength = 1_048_576;

/**
 * Yields the bytes of a file. The content type of log files is not documented, so the body decides: the service's error
 * object and a web page are failures, anything else is the log. Keeps no more than the beginning of what may be an
 * error.
 * @returns why there is no file; undefined when there was one
 */
export async function* fileBytes(
  stream: HttpStream,
  read: (answer: HttpAnswer) => ParsedResponse,
): AsyncGenerator<Uint8Array, Failure | undefined> {
  const pieces = stream.body[Symbol.asyncIterator]();
  try {
    const head = await readHead(pieces, stream.status !== 200);
    const body = Buffer.concat(head.pieces).toString('utf8');
    if (stream.status !== 200) {
      const reading = read({ ...stream, body });
      return reading.ok ? unreadable(stream, 'JSON instead of a log file') : reading.failure;
    }
    if (isWebPage(body)) return unreadable(stream, webPage);
    const failure = head.isWhole ? errorIn(stream, body, read) : undefined;
    if (failure) return failure;
    yield* head.pieces;
    for (let piece = await pieces.next(); !piece.done; piece = await pieces.next()) yield piece.value;
    return undefined;
  } finally {
    await pieces.return?.();
  }
}

/** The error that a complete body holds; undefined for a log. */
function errorIn(
  stream: HttpStream,
  body: string,
  read: (answer: HttpAnswer) => ParsedResponse,
): Failure | undefined {
  const claimsJson = /json/.test(stream.headers['content-type'] ?? '');
  if (body.trim() === '') return claimsJson ? unreadable(stream, 'nothing') : undefined;
  const reading = read({ ...stream, body });
  if (reading.ok) return undefined;
  // An error object that was cut on its way is no log.
  const isError = reading.failure.kind === 'rejected' || (claimsJson && /^\s*["{]/.test(body));
  return isError ? reading.failure : undefined;
}

interface Head {
  readonly pieces: readonly Uint8Array[];
  /** True when there is nothing more. */
  readonly isWhole: boolean;
}

/** Reads as much as it takes to tell an error from a log; the first character is enough for most logs. */
async function readHead(body: AsyncIterator<Uint8Array>, isError: boolean): Promise<Head> {
  const pieces: Uint8Array[] = [];
  for (let length = 0; length <= maxErrorLength; ) {
    const piece = await body.next();
    if (piece.done) return { pieces, isWhole: true };
    pieces.push(piece.value);
    length += piece.value.length;
    const begins =
      isError || /^\s*(?:["{<]|$)/.test(Buffer.concat(pieces.slice(0, 8)).toString('utf8', 0, 100));
    if (!begins) break;
  }
  return { pieces, isWhole: false };
}

function isWebPage(body: string): boolean {
  return /^\s*<(?:!doctype\s+html|html|head|body)\b/i.test(body.slice(0, 1_000));
}

/** The text of these bytes. A byte order mark is left out: what the live log shows comes as JSON, without one. */
export async function* decoded(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const piece of bytes) yield decoder.decode(piece, { stream: true });
  yield decoder.decode();
}
