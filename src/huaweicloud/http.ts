// Sends one HTTP request with undici: connections are kept open, proxies come from the environment, redirects are not
// followed. Reports whether a request without a response may have reached the server. Never retries, never signs.

import { pipeline } from 'node:stream';
import { createUnzip } from 'node:zlib';
import { DecoratorHandler, type Dispatcher, errors } from 'undici';
import { type Environment, openAgent } from './connections.ts';
import { NetworkError, networkHint } from './network-error.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
  /** Open a connection for this request alone, so that a keep-alive connection that died cannot swallow it. */
  readonly freshConnection?: boolean;
}

interface Answer<Body> {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
}

export type HttpAnswer = Answer<string>;
export type HttpStream = Answer<AsyncIterable<Uint8Array>>;

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

/** Bytes that a download must bring in each window of time. */
const minBytes = 65_536;

/** Opens the connections of one run. */
export function openHttp(options: HttpOptions = {}): Http {
  const { env = {}, connectTimeoutMs = 10_000, answerTimeoutMs = 30_000 } = options;
  const freshAnswerTimeoutMs = options.answerTimeoutMs ?? 60_000;
  const { wholeAnswerMs = 120_000, minThroughputWindowMs = 300_000, readFile } = options;
  const extraCa = readFile && { path: env['NODE_EXTRA_CA_CERTS'], readFile };
  const open = () => openAgent({ connectTimeoutMs, answerTimeoutMs }, env);
  const shared = open();
  const fresh = new Set<Dispatcher>();

  async function stream(request: HttpRequest, timeUp?: AbortSignal): Promise<HttpStream> {
    const { url, method, signal, freshConnection = false } = request;
    const agent = freshConnection ? open() : shared;
    if (freshConnection) fresh.add(agent);
    const release = () => {
      if (fresh.delete(agent)) void agent.destroy();
    };
    const explain = (error: unknown, mayHaveArrived: boolean): unknown => {
      if (signal?.aborted) return signal.reason;
      if (error instanceof NetworkError) return error;
      const cause = unwrap(error);
      const code = timeUp?.aborted ? 'ANSWER_TOO_SLOW' : codeOf(cause);
      const detail = timeUp?.aborted ? code : detailOf(cause);
      const hint = networkHint(code, extraCa);
      return new NetworkError({ host: url.host, code, mayHaveArrived, detail, hint }, error);
    };
    async function* read(body: AsyncIterable<Uint8Array>, encoding: string | undefined) {
      try {
        yield* decompress(steady(body, minThroughputWindowMs, url.host), encoding);
      } catch (error) {
        throw explain(error, true);
      } finally {
        release();
      }
    }

    let mayHaveArrived = false;
    const written = () => {
      mayHaveArrived = true;
    };
    try {
      const answer = await agent.compose(beforeWrite(written)).request({
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        // Not signed, because a proxy on the way may change it.
        headers: { ...request.headers, 'accept-encoding': 'identity' },
        body: request.body ?? null,
        signal: AbortSignal.any([signal, timeUp].filter((one) => one !== undefined)),
        ...(freshConnection ? { headersTimeout: freshAnswerTimeoutMs } : {}),
      });
      const headers = flatten(answer.headers);
      return { status: answer.statusCode, headers, body: read(answer.body, headers['content-encoding']) };
    } catch (error) {
      release();
      throw explain(error, mayHaveArrived);
    }
  }

  return {
    stream: (request) => stream(request),
    async send(request) {
      // A proxy may keep sending a few bytes for ever. AbortSignal.timeout would keep each answer until its time is up.
      const timeUp = new AbortController();
      const timer = setTimeout(() => timeUp.abort(), wholeAnswerMs);
      try {
        const answer = await stream(request, timeUp.signal);
        return { ...answer, body: await wholeText(answer.body, request.url.host) };
      } finally {
        clearTimeout(timer);
      }
    },
    close() {
      for (const agent of [shared, ...fresh]) void agent.destroy();
    },
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

/** Calls `written` just before undici writes a request, once the request has a connection. */
function beforeWrite(written: () => void): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => {
    const onConnect = (abort: (error?: Error) => void) => {
      written();
      handler.onConnect?.(abort);
    };
    return dispatch(options, Object.assign(new DecoratorHandler(handler), { onConnect }));
  };
}

/** The body as it comes. @throws NetworkError when too little of it comes within a window of time */
async function* steady(body: AsyncIterable<Uint8Array>, windowMs: number, host: string) {
  let since = performance.now();
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    const now = performance.now();
    if (now - since > windowMs) {
      if (bytes < minBytes) throw new NetworkError({ host, code: 'ANSWER_TOO_SLOW', mayHaveArrived: true });
      [since, bytes] = [now, 0];
    }
    yield piece;
    // The time that the reader needs is not the server's.
    since += performance.now() - now;
  }
}

/**
 * Requests accept no encoding, but gateways and proxies may compress a response all the same.
 * @throws the error of zlib, with its code, where the body is not compressed as it claims
 */
async function* decompress(body: AsyncIterable<Uint8Array>, encoding = 'identity') {
  if (!/^(?:x-)?gzip$|^deflate$/i.test(encoding)) return yield* body;
  const decoder = createUnzip();
  try {
    yield* pipeline(body, decoder, () => {});
  } catch (error) {
    const isEmpty = decoder.bytesWritten === 0 && codeOf(error) === 'Z_BUF_ERROR';
    if (!isEmpty) throw error;
  }
}

function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const entries = Object.entries(headers);
  return Object.fromEntries(entries.map(([name, value = '']) => [name, [value].flat().join(', ')]));
}

const wrapping = new Set(['UND_ERR_SOCKET', 'UND_ERR_PRX_TLS']);

/** The error of the system or of OpenSSL where undici wraps one. */
function unwrap(error: unknown): unknown {
  return error instanceof errors.UndiciError && wrapping.has(error.code) ? (error.cause ?? error) : error;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** The codes of all addresses that were tried where there were several: each may have failed for another reason. */
function detailOf(error: unknown): string {
  if (!(error instanceof AggregateError) || error.errors.length < 2) return codeOf(error);
  return error.errors.map((one: unknown) => `${codeOf(one)}${addressIn(one)}`).join(', ');
}

function addressIn(error: unknown): string {
  if (!(error instanceof Error) || !('address' in error) || typeof error.address !== 'string') return '';
  const port = 'port' in error && typeof error.port === 'number' ? `:${error.port}` : '';
  return ` ${error.address.includes(':') ? `[${error.address}]` : error.address}${port}`;
}
