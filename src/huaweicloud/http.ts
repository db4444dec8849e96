// One HTTP exchange: undici, keep-alive, proxies from the environment, no redirects.
// Tells whether a request that got no answer may have reached the server. Never retries, never signs.

import { DecoratorHandler, type Dispatcher, errors } from 'undici';
import { Connections } from './connections.ts';
import { type Environment, proxyFor } from './proxy.ts';

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
  /** @throws NetworkError when no whole answer came; the signal's reason when aborted. */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** Like `send`, with the body handed on piece by piece. Errors of the body are NoAnswerErrors too. */
  stream(request: HttpRequest): Promise<HttpStream>;
  /** Drops every connection at once. */
  close(): void;
}

export interface HttpOptions {
  /** Where proxies are looked up; none are used without it. */
  readonly env?: Environment;
  /** Milliseconds to wait for a connection. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds to wait for an answer's head, and between two pieces of its body. */
  readonly answerTimeoutMs?: number;
  /** Milliseconds for the whole of an answer that is kept as a whole, however steadily it trickles. */
  readonly wholeAnswerMs?: number;
  /** Milliseconds in which a download must bring 64 KB. */
  readonly minThroughputWindowMs?: number;
}

/** No whole answer came back. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  /** The host that was asked, with its port where it is not the usual one. */
  readonly host: string;
  /**
   * The system's or undici's code, such as ECONNREFUSED or UND_ERR_HEADERS_TIMEOUT; PROXY_407 and the like where a
   * proxy refused to connect.
   */
  readonly code: string;
  /** True when the request may have reached the server, so that the server may have acted on it. */
  readonly mayHaveArrived: boolean;

  constructor(host: string, code: string, mayHaveArrived: boolean, cause?: unknown) {
    super(`no answer from ${host} (${code})`, { cause });
    this.host = host;
    this.code = code;
    this.mayHaveArrived = mayHaveArrived;
  }

  /** True when no further attempt can help: a certificate that is not trusted, a key that no header can hold. */
  get isPermanent(): boolean {
    return isPermanent(this.code);
  }
}

const trustFaults = /^(CERT_|ERR_TLS_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/;
/** What was to be sent can't be put into a request, such as a key with a character that no header can hold. */
const notSendable = 'UND_ERR_INVALID_ARG';

/** True for a fault of TLS: a certificate, or what answers does not speak it. As Node and OpenSSL name them. */
export function isTlsFault(code: string): boolean {
  return trustFaults.test(code) || code.startsWith('ERR_SSL_');
}

/** True for the code of a fault that does not pass by itself. */
export function isPermanent(code: string): boolean {
  return isTlsFault(code) || code.startsWith('PROXY_4') || code === notSendable;
}

/** What to do about a request that got no answer, in one line. */
export function networkHint(code: string): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return 'The certificate there is for another host: check the endpoint, and any proxy that opens TLS traffic.';
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return "The certificate there is not valid at this time: have it renewed, or set the runner's clock.";
  }
  if (trustFaults.test(code)) {
    return 'The runner does not trust the certificate: set NODE_EXTRA_CA_CERTS on the runner to the file of the CA that signed it.';
  }
  if (code.startsWith('ERR_SSL_'))
    return 'What answers there does not speak TLS: check the endpoint and the proxy.';
  if (code === notSendable) {
    return 'The request could not be made: check the keys or the token for a character that does not belong there, perhaps an invisible one.';
  }
  if (code === 'PROXY_407')
    return 'The proxy wants another user or password: check the address in HTTPS_PROXY or HTTP_PROXY.';
  if (code.startsWith('PROXY_')) {
    return 'The proxy of HTTPS_PROXY or HTTP_PROXY did not connect: have it allow this host, or name the host in NO_PROXY.';
  }
  return 'Check endpoint, region, and the network or proxy of the runner.';
}

/** Bytes that are read of an answer which is kept as a whole; the service's own are a megabyte at most. */
const longestAnswer = 32 * 1024 * 1024;

/** Opens the connections of one run. */
export function openHttp(options: HttpOptions = {}): Http {
  const { env = {}, connectTimeoutMs = 10_000, answerTimeoutMs = 30_000 } = options;
  const { wholeAnswerMs = 120_000, minThroughputWindowMs = 300_000 } = options;
  const connections = new Connections({ connectTimeoutMs, answerTimeoutMs });

  async function stream(request: HttpRequest): Promise<HttpStream> {
    const proxy = proxyFor(request.url, env);
    const { agent, release: done } = request.freshConnection
      ? connections.fresh(proxy)
      : connections.shared(proxy);
    const progress: Progress = { written: false };
    try {
      const answer = await agent.compose(noting(progress)).request({
        origin: request.url.origin,
        path: request.url.pathname + request.url.search,
        method: request.method,
        headers: request.headers,
        body: request.body ?? null,
        signal: request.signal ?? null,
      });
      return {
        status: answer.statusCode,
        headers: flatten(answer.headers),
        body: reading(answer.body, request, minThroughputWindowMs, done),
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
    if (length > longestAnswer) throw new NetworkError(host, 'ANSWER_TOO_LONG', true);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** Gives an exchange so many milliseconds in all: a proxy that trickles would keep it for ever. */
async function withinTime<T>(
  request: HttpRequest,
  ms: number,
  exchange: (limited: HttpRequest) => Promise<T>,
): Promise<T> {
  const { signal } = request;
  const call = new AbortController();
  const cancel = () => call.abort(signal?.reason);
  const timer = setTimeout(() => call.abort(new NetworkError(request.url.host, 'ANSWER_TOO_SLOW', true)), ms);
  // What is still asked when a step has ended must not keep it.
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

/** undici calls onConnect when a request gets its turn on an open connection, just before writing it. */
function noting(progress: Progress): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => dispatch(options, new NotingHandler(handler, progress));
}

class NotingHandler extends DecoratorHandler {
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

async function* reading(
  body: AsyncIterable<unknown>,
  request: HttpRequest,
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
      // The reader's own time is not the server's.
      since += performance.now() - now;
    }
  } catch (error) {
    throw explain(error, request, true);
  } finally {
    done();
  }
}

function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

function explain(error: unknown, request: HttpRequest, written: boolean): unknown {
  if (request.signal?.aborted) return request.signal.reason;
  return new NetworkError(request.url.host, codeOf(error), written, error);
}

const wrapping = new Set(['UND_ERR_SOCKET', 'UND_ERR_PRX_TLS']);

function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  // undici's own words for what the system or OpenSSL said.
  if (error instanceof errors.UndiciError && wrapping.has(error.code) && error.cause)
    return codeOf(error.cause);
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'unknown';
}
