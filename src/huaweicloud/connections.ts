// Holds the connections of one process: an agent whose connections are kept alive, and short-lived agents for requests
// that need a connection of their own. Sends nothing.

import { type Dispatcher, EnvHttpProxyAgent, Pool, type ProxyAgent } from 'undici';
import type { Proxies } from './proxy.ts';

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

/** The connections of one process, direct and through proxies. */
export class Connections {
  readonly #times: ConnectionTimes;
  readonly #proxies: Proxies;
  readonly #fresh = new Set<Dispatcher>();
  #shared: Dispatcher | undefined;

  constructor(times: ConnectionTimes, proxies: Proxies) {
    this.#times = times;
    this.#proxies = proxies;
  }

  /** Keeps its connections alive between requests. */
  shared(): Lease {
    this.#shared ??= this.#open();
    return { agent: this.#shared, release: () => {} };
  }

  /** For one request. */
  fresh(): Lease {
    const agent = this.#open();
    this.#fresh.add(agent);
    const release = () => {
      if (this.#fresh.delete(agent)) void agent.destroy();
    };
    return { agent, release };
  }

  /** Closes all of them, whatever is under way. */
  close(): void {
    void this.#shared?.destroy();
    for (const agent of this.#fresh) void agent.destroy();
    this.#shared = undefined;
    this.#fresh.clear();
  }

  #open(): Dispatcher {
    const { connectTimeoutMs: timeout, answerTimeoutMs } = this.#times;
    const times = { headersTimeout: answerTimeoutMs, bodyTimeout: answerTimeoutMs };
    const connect = { ...connectionOptions, timeout };
    // undici passes the options for proxies on, though its type does not list them.
    const options: EnvHttpProxyAgent.Options & Omit<ProxyAgent.Options, 'uri'> = {
      ...this.#proxies,
      ...times,
      maxHeaderSize,
      connect,
      proxyTls: connect,
      requestTls: connect,
      // The pool to a proxy would otherwise have undici's time limits of five minutes.
      clientFactory: (origin, poolOptions) => withProxyErrors(new Pool(origin, { ...poolOptions, ...times })),
    };
    return new EnvHttpProxyAgent(options);
  }
}

const connectionOptions = {
  // Stated, because Node's default is the environment's NODE_TLS_REJECT_UNAUTHORIZED.
  rejectUnauthorized: true,
  // Node's default of 250 ms is too short for an address on the other side of the world.
  autoSelectFamilyAttemptTimeout: 3_000,
};

/** Bytes of a response's headers. IAM's tokens come in a header and grow with the roles of their user. */
const maxHeaderSize = 65_536;

/** Reports a rejected CONNECT by its status, which undici has only in the message. */
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
