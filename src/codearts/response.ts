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
    const isCut = json === undefined && beginsAsJson(answer.body);
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
  return { kind: 'invalid-response', status: answer.status, reason, requestId: requestIdOf(answer, {}) };
}

function parse(body: string): unknown {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'string' ? parse(value) : value;
  } catch {
    return undefined;
  }
}

/** The reason of a failure whose body is one. */
export const webPage = 'an HTML page';

function notJson(answer: HttpAnswer): string {
  return /^\s*</.test(answer.body) ? webPage : 'no complete JSON';
}

const identifying = /^build_?(?:no|number|record_?id)$/i;

function isErrorBody(json: object): boolean {
  if (Reflect.get(json, 'success') === false || stringAt(json, 'error_code') !== '') return true;
  // A record that is not wrapped has a status of its own: the build's.
  if (Object.keys(json).some((key) => identifying.test(key))) return false;
  return /^(?:fail|failed|error)$/i.test(stringAt(json, 'status'));
}

function rejection(answer: HttpAnswer, json: unknown, now: number): Failure {
  const retryAfterMs = retryAfter(answer.headers['retry-after'], now);
  const inner = faultIn(json);
  return {
    kind: 'rejected',
    status: answer.status,
    code: firstText(inner, ['error_code', 'err_code', 'errorCode', 'code']),
    message:
      redirectIn(answer) ||
      firstText(inner, ['error_msg', 'err_msg', 'errorMsg', 'message', 'reason', 'error', 'result']) ||
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

function firstText(object: object, names: readonly string[]): string {
  return names.map((name) => stringAt(object, name)).find((value) => value !== '') ?? '';
}

function stringAt(object: object, name: string): string {
  const value: unknown = Reflect.get(object, name);
  return typeof value === 'string' ? truncate(value, maxTextLength) : '';
}

function requestIdOf(answer: Pick<HttpAnswer, 'headers'>, json: object): string {
  return answer.headers['x-request-id'] ?? stringAt(json, 'request_id');
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
  const isError = stream.status !== 200;
  const head: Uint8Array[] = [];
  let length = 0;
  let isFile = false;
  for await (const piece of stream.body) {
    if (isFile) {
      yield piece;
      continue;
    }
    head.push(piece);
    length += piece.length;
    if (length <= maxErrorLength && (isError || mayBeError(head))) continue;
    if (isError || isWebPage(textOf(head))) break;
    isFile = true;
    yield* head;
  }
  if (isFile) return undefined;
  const body = textOf(head);
  const reading = read({ ...stream, body });
  if (isError) return reading.ok ? unreadable(stream, 'JSON instead of a log file') : reading.failure;
  if (isWebPage(body)) return unreadable(stream, webPage);
  const claimsJson = /json/.test(stream.headers['content-type'] ?? '');
  if (claimsJson && body.trim() === '') return unreadable(stream, 'nothing');
  // An error object that was cut on its way is no log.
  const isCutError = claimsJson && beginsAsJson(body);
  if (!reading.ok && (reading.failure.kind === 'rejected' || isCutError)) return reading.failure;
  yield* head;
  return undefined;
}

/** True while the file may turn out to be an error; the first character is enough for most logs. */
function mayBeError(head: readonly Uint8Array[]): boolean {
  return /^\s*(?:["{<]|$)/.test(Buffer.concat(head.slice(0, 8)).toString('utf8', 0, 100));
}

function textOf(pieces: readonly Uint8Array[]): string {
  return Buffer.concat(pieces).toString('utf8');
}

function beginsAsJson(body: string): boolean {
  return /^\s*["{]/.test(body);
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
