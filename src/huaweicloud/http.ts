// One HTTP exchange with Huawei Cloud: undici, keep-alive, proxies from the environment, no redirects.
// Tells whether a request that got no answer may have reached the server. Never retries, never signs.

import { DecoratorHandler, type Dispatcher, EnvHttpProxyAgent, errors } from 'undici';

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
  /** @throws NoAnswerError when no whole answer came; the signal's reason when aborted. */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** Like `send`, with the body handed on piece by piece. Errors of the body are NoAnswerErrors too. */
  stream(request: HttpRequest): Promise<HttpStream>;
  /** Drops every connection at once. */
  close(): void;
}

export interface HttpOptions {
  /** Milliseconds to wait for a connection. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds to wait for an answer's head, and between two pieces of its body. */
  readonly answerTimeoutMs?: number;
}

/** No whole answer came back. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
  /** The system's or undici's code, such as ECONNREFUSED or UND_ERR_HEADERS_TIMEOUT. */
  readonly code: string;
  /** True when the request may have reached the server, so that the server may have acted on it. */
  readonly mayHaveArrived: boolean;

  constructor(url: URL, code: string, mayHaveArrived: boolean, cause: unknown) {
    super(`no answer from ${url.host}: ${code}`, { cause });
    this.code = code;
    this.mayHaveArrived = mayHaveArrived;
  }
}

/** Opens the connections of one run. */
export function openHttp(options: HttpOptions = {}): Http {
  const open = () =>
    new EnvHttpProxyAgent({
      connect: { timeout: options.connectTimeoutMs ?? 10_000 },
      headersTimeout: options.answerTimeoutMs ?? 30_000,
      bodyTimeout: options.answerTimeoutMs ?? 30_000,
    });
  const shared = open();
  const extra = new Set<EnvHttpProxyAgent>();

  async function stream(request: HttpRequest): Promise<HttpStream> {
    const agent = request.freshConnection ? open() : shared;
    if (agent !== shared) extra.add(agent);
    const done = () => {
      if (extra.delete(agent)) void agent.destroy();
    };
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
        body: reading(answer.body, request, done),
      };
    } catch (error) {
      done();
      throw explain(error, request, progress.written);
    }
  }

  return {
    stream,
    async send(request) {
      const answer = await stream(request);
      const pieces: Uint8Array[] = [];
      for await (const piece of answer.body) pieces.push(piece);
      return { ...answer, body: Buffer.concat(pieces).toString('utf8') };
    },
    close() {
      for (const agent of [shared, ...extra]) void agent.destroy();
      extra.clear();
    },
  };
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
  done: () => void,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of body) {
      if (piece instanceof Uint8Array) yield piece;
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
  return new NoAnswerError(request.url, codeOf(error), written, error);
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (error instanceof errors.UndiciError && error.code === 'UND_ERR_SOCKET' && error.cause) {
    return codeOf(error.cause);
  }
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'unknown';
}
