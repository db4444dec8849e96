// Holds the connections of one process: an agent for direct requests, one for each proxy, and short-lived ones for
// requests that want a connection of their own. Reads no environment, sends nothing.

import { Agent, type Dispatcher, Pool, ProxyAgent } from 'undici';
import type { HttpProxy } from './proxy.ts';

export interface ConnectionTimes {
  readonly connectTimeoutMs: number;
  /** Milliseconds to wait for a response's headers, and between two pieces of its body. */
  readonly answerTimeoutMs: number;
}

export interface Lease {
  readonly agent: Dispatcher;
  /** Must be called when the exchange is over. */
  readonly release: () => void;
}

/** The proxy answered, but did not connect. */
export class ProxyRefusedError extends Error {
  override readonly name = 'ProxyRefusedError';
  /** PROXY_ and the HTTP status, such as PROXY_407. */
  readonly code: string;

  constructor(status: number) {
    super(`the proxy answered ${status}`);
    this.code = `PROXY_${status}`;
  }
}

/** The sockets of one process, by proxy. */
export class Connections {
  readonly #times: ConnectionTimes;
  readonly #shared = new Map<string, Dispatcher>();
  readonly #fresh = new Set<Dispatcher>();

  constructor(times: ConnectionTimes) {
    this.#times = times;
  }

  /** Kept open between requests. */
  shared(proxy: HttpProxy | undefined): Lease {
    const key = proxy?.address.href ?? '';
    const agent = this.#shared.get(key) ?? this.#open(proxy);
    this.#shared.set(key, agent);
    return { agent, release: () => {} };
  }

  /** For one request. */
  fresh(proxy: HttpProxy | undefined): Lease {
    const agent = this.#open(proxy);
    this.#fresh.add(agent);
    const release = () => {
      if (this.#fresh.delete(agent)) void agent.destroy();
    };
    return { agent, release };
  }

  /** Closes all of them, whatever is under way. */
  close(): void {
    for (const agent of [...this.#shared.values(), ...this.#fresh]) void agent.destroy();
    this.#shared.clear();
    this.#fresh.clear();
  }

  #open(proxy: HttpProxy | undefined): Dispatcher {
    const { connectTimeoutMs: timeout, answerTimeoutMs } = this.#times;
    const times = { headersTimeout: answerTimeoutMs, bodyTimeout: answerTimeoutMs };
    const connect = { ...connectionOptions, timeout };
    if (!proxy) return new Agent({ ...times, maxHeaderSize, connect });
    const { address, authorization } = proxy;
    return new ProxyAgent({
      ...times,
      maxHeaderSize,
      uri: address.href,
      ...(authorization === undefined ? {} : { token: authorization }),
      proxyTls: connect,
      requestTls: connect,
      // The pool to the proxy has no time limits of its own but undici's five minutes.
      clientFactory: (origin, options) => withProxyErrors(new Pool(origin, { ...options, ...times })),
    });
  }
}

const connectionOptions = {
  // Stated, because Node's default is the environment's NODE_TLS_REJECT_UNAUTHORIZED.
  rejectUnauthorized: true,
  // Node's default of 250 ms gives up an address on the other side of the world before it can answer.
  autoSelectFamilyAttemptTimeout: 3_000,
};

/** Bytes of a response's headers. IAM's tokens come in a header and grow with the roles of their user. */
const maxHeaderSize = 65_536;

/** Reports a refused CONNECT by its status, which undici has in its message alone. */
function withProxyErrors(pool: Pool): Pool {
  const connect = pool.connect.bind(pool);
  return Object.assign(pool, {
    connect: async (options: Dispatcher.ConnectOptions) => {
      const data = await connect(options);
      if (data.statusCode === 200) return data;
      data.socket.on('error', () => {}).destroy();
      throw new ProxyRefusedError(data.statusCode);
    },
  });
}
