// Tells a downloaded log from an answer that is none. What the service declares as the content type of its files is not
// known, so the body decides: the service's error object and a web page are failures, anything else is the log.

import type { HttpAnswer, HttpStream } from '../huaweicloud/http.ts';
import type { Failure } from './errors.ts';
import { type ParsedResponse, unreadable, webPage } from './response.ts';

/** Bytes that are read of an error: one of the service is short, a proxy's page may have no end. */
const maxErrorLength = 1_048_576;

/**
 * Yields the bytes of a file. Keeps no more than the beginning of a body that may be an error.
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
    if (stream.status !== 200) return failureIn(read({ ...stream, body }), stream);
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

function failureIn(reading: ParsedResponse, stream: HttpStream): Failure {
  return reading.ok ? unreadable(stream, 'JSON instead of a log file') : reading.failure;
}

/** What a whole body that begins like JSON, or has no text, says of an error; undefined for a log. */
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

/** Reads as much as it takes to tell an error from a file; most files are told by their first character. */
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
