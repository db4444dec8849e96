// Sends one HTTP request with undici: connections are kept open, proxies come from the environment, redirects are not
// followed. Reports whether a request without a response may have reached the server. Never retries, never signs.

import { pipeline, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, type Zlib } from 'node:zlib';
import { DecoratorHandler, type Dispatcher, errors } from 'undici';
import { Connections } from './connections.ts';
import { inspectExtraCa, isTlsFault, NetworkError, networkHint } from './network-error.ts';
import { type Environment, proxiesFrom } from './proxy.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
  /** Open a connection for this request alone, so that a keep-alive connection that died cannot swallow it. */
  readonly freshConnection?: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HttpStream {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
}

export interface Http {
  /** @throws NetworkError when no complete response came; the signal's reason when aborted */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** Like `send`, with the body in pieces. Errors while it is read are NetworkErrors too. */
  stream(request: HttpRequest): Promise<HttpStream>;
  /** Drops every connection at once. */
  close(): void;
}

export interface HttpOptions {
  /** Where proxies and NODE_EXTRA_CA_CERTS are looked up; no proxy is used without it. */
  readonly env?: Environment;
  /** Reads the file of NODE_EXTRA_CA_CERTS, to explain a certificate that is not trusted. */
  readonly readFile?: (path: string) => string;
  /** Milliseconds to wait for a connection. */
  readonly connectTimeoutMs?: number;
  /**
   * Milliseconds to wait for the head of a response, and between two pieces of its body. Left out: 30 seconds, and 60
   * for a request with a fresh connection, which is the start of a build and must not be sent twice.
   */
  readonly answerTimeoutMs?: number;
  /** Milliseconds for the whole of an answer that is kept as a whole, however steadily it trickles. */
  readonly wholeAnswerMs?: number;
  /** Milliseconds in which a download must bring 64 KB. */
  readonly minThroughputWindowMs?: number;
}

/** A warning for each environment variable that is set and has no effect on the action. */
export function environmentWarnings(env: Environment): string[] {
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0') return [];
  return [
    'NODE_TLS_REJECT_UNAUTHORIZED=0 has no effect on this action: it always checks certificates. For a private CA, set NODE_EXTRA_CA_CERTS on the runner to its file.',
  ];
}

/** Bytes that are read of an answer which is kept as a whole; the service's own are a megabyte at most. */
const longestAnswer = 32 * 1024 * 1024;

/** Opens the connections of one run. */
export function openHttp(options: HttpOptions = {}): Http {
  const { env = {}, connectTimeoutMs = 10_000, answerTimeoutMs = 30_000 } = options;
  const freshAnswerTimeoutMs = options.answerTimeoutMs ?? 60_000;
  const { wholeAnswerMs = 120_000, minThroughputWindowMs = 300_000, readFile } = options;
  const connections = new Connections({ connectTimeoutMs, answerTimeoutMs }, proxiesFrom(env));

  function explain(error: unknown, { url, signal }: HttpRequest, mayHaveArrived: boolean): unknown {
    if (signal?.aborted) return signal.reason;
    if (error instanceof NetworkError) return error;
    const code = codeOf(error);
    const failure = { host: url.host, code, mayHaveArrived, detail: detailOf(error) };
    if (!readFile || !isTlsFault(code)) return new NetworkError(failure, error);
    const extraCa = inspectExtraCa(env['NODE_EXTRA_CA_CERTS'], readFile);
    return new NetworkError({ ...failure, hint: networkHint(code, extraCa) }, error);
  }

  async function stream(request: HttpRequest): Promise<HttpStream> {
    const { agent, release: done } = request.freshConnection ? connections.fresh() : connections.shared();
    const progress: Progress = { written: false };
    try {
      const answer = await agent.compose(tracking(progress)).request({
        origin: request.url.origin,
        path: request.url.pathname + request.url.search,
        method: request.method,
        // Not signed, because a proxy on the way may change it.
        headers: { ...request.headers, 'accept-encoding': 'identity' },
        body: request.body ?? null,
        signal: request.signal ?? null,
        ...(request.freshConnection ? { headersTimeout: freshAnswerTimeoutMs } : {}),
      });
      const headers = flatten(answer.headers);
      const body = reading(answer.body, minThroughputWindowMs, done);
      return {
        status: answer.statusCode,
        headers,
        body: explained(decompress(body, headers['content-encoding']), (error) =>
          explain(error, request, true),
        ),
      };
    } catch (error) {
      done();
      throw explain(error, request, progress.written);
    }
  }

  return {
    stream,
    send: (request) =>
      withinTime(request, wholeAnswerMs, async (limited) => {
        const answer = await stream(limited);
        return { ...answer, body: await wholeText(answer.body, request.url.host) };
      }),
    close: () => connections.close(),
  };
}

async function wholeText(body: AsyncIterable<Uint8Array>, host: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.length;
    if (length > longestAnswer) {
      throw new NetworkError({ host, code: 'ANSWER_TOO_LONG', mayHaveArrived: true });
    }
    pieces.push(piece);
  }
  // A byte order mark is left out.
  return new TextDecoder().decode(Buffer.concat(pieces));
}

/** Limits an exchange to `ms` milliseconds in all: a proxy may keep sending a few bytes for ever. */
async function withinTime<T>(
  request: HttpRequest,
  ms: number,
  exchange: (limited: HttpRequest) => Promise<T>,
): Promise<T> {
  const { signal } = request;
  const call = new AbortController();
  const cancel = () => call.abort(signal?.reason);
  const tooSlow = { host: request.url.host, code: 'ANSWER_TOO_SLOW', mayHaveArrived: true };
  const timer = setTimeout(() => call.abort(new NetworkError(tooSlow)), ms);
  // A request that is under way when the step has ended must not keep the process alive.
  timer.unref();
  if (signal?.aborted) cancel();
  signal?.addEventListener('abort', cancel);
  try {
    return await exchange({ ...request, signal: call.signal });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', cancel);
  }
}

interface Progress {
  /** True from the moment the request's first byte is handed to a connection. */
  written: boolean;
}

/** Notes when a request is written: undici calls onConnect just before, once the request has a connection. */
function tracking(progress: Progress): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => dispatch(options, new TrackingHandler(handler, progress));
}

class TrackingHandler extends DecoratorHandler {
  readonly #handler: Dispatcher.DispatchHandlers;
  readonly #progress: Progress;

  constructor(handler: Dispatcher.DispatchHandlers, progress: Progress) {
    super(handler);
    this.#handler = handler;
    this.#progress = progress;
  }

  onConnect(abort: (error?: Error) => void): void {
    this.#progress.written = true;
    this.#handler.onConnect?.(abort);
  }
}

/** @throws what the body throws; an error with the code ANSWER_TOO_SLOW */
async function* reading(
  body: AsyncIterable<unknown>,
  minThroughputWindowMs: number,
  done: () => void,
): AsyncGenerator<Uint8Array> {
  let since = performance.now();
  let bytes = 0;
  try {
    for await (const piece of body) {
      if (!(piece instanceof Uint8Array)) continue;
      bytes += piece.length;
      const now = performance.now();
      if (now - since > minThroughputWindowMs && bytes < 65_536)
        throw Object.assign(new Error('too slow'), { code: 'ANSWER_TOO_SLOW' });
      if (now - since > minThroughputWindowMs) [since, bytes] = [now, 0];
      yield piece;
      // The time that the reader needs is not the server's.
      since += performance.now() - now;
    }
  } finally {
    done();
  }
}

// Requests accept none of them, but gateways and proxies may compress a response all the same.
const decoders: ReadonlyMap<string, () => Transform & Zlib> = new Map([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['br', createBrotliDecompress],
  ['deflate', createInflate],
]);

/**
 * @param encoding the Content-Encoding header; several encodings are separated by commas, the last was applied last
 * @throws the error of zlib, with its code, where the body is not compressed as it claims
 */
function decompress(body: AsyncIterable<Uint8Array>, encoding = ''): AsyncIterable<Uint8Array> {
  const names = encoding.toLowerCase().split(',');
  return names.reduceRight((bytes, name) => {
    const decoder = decoders.get(name.trim());
    return decoder === undefined ? bytes : through(decoder(), bytes);
  }, body);
}

async function* through(
  decoder: Transform & Zlib,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* pipeline(bytes, decoder, () => {});
  } catch (error) {
    const isEmpty = decoder.bytesWritten === 0 && codeOf(error) === 'Z_BUF_ERROR';
    if (!isEmpty) throw error;
  }
}

async function* explained(
  body: AsyncIterable<Uint8Array>,
  explain: (error: unknown) => unknown,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw explain(error);
  }
}

function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

const wrapping = new Set(['UND_ERR_SOCKET', 'UND_ERR_PRX_TLS']);

function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  // undici wraps the errors of the system and of OpenSSL.
  if (error instanceof errors.UndiciError && wrapping.has(error.code) && error.cause)
    return codeOf(error.cause);
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'unknown';
}

/** The codes of all addresses that were tried where there were several: each may have failed for another reason. */
function detailOf(error: unknown): string {
  if (error instanceof errors.UndiciError && error.cause instanceof AggregateError)
    return detailOf(error.cause);
  if (!(error instanceof AggregateError) || error.errors.length < 2) return codeOf(error);
  return error.errors.map((one: unknown) => `${codeOf(one)}${addressIn(one)}`).join(', ');
}

function addressIn(error: unknown): string {
  if (!(error instanceof Error) || !('address' in error) || typeof error.address !== 'string') return '';
  const port = 'port' in error && typeof error.port === 'number' ? `:${error.port}` : '';
  return ` ${error.address.includes(':') ? `[${error.address}]` : error.address}${port}`;
}
