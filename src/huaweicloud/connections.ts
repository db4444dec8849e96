// Opens agents of undici, which hold connections, with time limits and with the proxies of the environment: HTTPS_PROXY,
// HTTP_PROXY and NO_PROXY, in lower or upper case. Which request goes through which proxy is undici's decision.

import { isIP } from 'node:net';
import { type Dispatcher, EnvHttpProxyAgent, Pool, type ProxyAgent } from 'undici';
import { decode } from './signer.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConnectionTimes {
  readonly connectTimeoutMs: number;
  /** Milliseconds to wait for a response's headers, and between two pieces of its body. */
  readonly answerTimeoutMs: number;
}

const connectionOptions = {
  // Stated, because Node's default is the environment's NODE_TLS_REJECT_UNAUTHORIZED.
  rejectUnauthorized: true,
  // Node's default of 250 ms is too short for an address on the other side of the world.
  autoSelectFamilyAttemptTimeout: 3_000,
};

/** Bytes of a response's headers. IAM's tokens come in a header and grow with the roles of their user. */
const maxHeaderSize = 65_536;

/** Keeps its connections alive between requests, until it is destroyed. */
export function openAgent(
  { connectTimeoutMs, answerTimeoutMs }: ConnectionTimes,
  env: Environment,
): Dispatcher {
  const times = { headersTimeout: answerTimeoutMs, bodyTimeout: answerTimeoutMs };
  const connect = { ...connectionOptions, timeout: connectTimeoutMs };
  // undici passes the options for proxies on, though its type does not list them.
  const options: EnvHttpProxyAgent.Options & Omit<ProxyAgent.Options, 'uri'> = {
    ...proxiesFrom(env),
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

/** Reports a rejected CONNECT by a code such as PROXY_407: undici has its status only in the message. */
function withProxyErrors(pool: Pool): Pool {
  const connect = pool.connect.bind(pool);
  return Object.assign(pool, {
    connect: async (options: Dispatcher.ConnectOptions) => {
      const data = await connect(options);
      const { statusCode, socket } = data;
      if (statusCode === 200) return data;
      socket.on('error', () => {}).destroy();
      throw Object.assign(new Error(`the proxy answered ${statusCode}`), { code: `PROXY_${statusCode}` });
    },
  });
}

const loopback = ['localhost', '127.0.0.1', '[::1]'];
const proxyVariables = ['https_proxy', 'http_proxy'];

/**
 * What EnvHttpProxyAgent takes. Requests over https use HTTPS_PROXY, and HTTP_PROXY where that is not set. Loopback is
 * never proxied, and a name in NO_PROXY includes its subdomains, as in curl.
 */
export function proxiesFrom(env: Environment) {
  const entries = variable(env, 'no_proxy').split(/[\s,]+/);
  const names = entries.filter((entry) => /^[a-z]/i.test(entry) && isIP(entry) === 0);
  return {
    // An empty text keeps undici from reading the environment itself.
    httpProxy: proxyUrl(env, 'http_proxy')?.href ?? '',
    httpsProxy: proxyUrl(env, 'https_proxy')?.href ?? '',
    noProxy: [...loopback, ...entries, ...names.map((name) => `.${name}`)].join(' '),
  };
}

/** One line for each variable that does not hold a proxy's URL; never the URL itself. */
export function proxyProblems(env: Environment): string[] {
  return proxyVariables
    .filter((name) => variable(env, name) !== '' && proxyUrl(env, name) === undefined)
    .map((name) => {
      const scheme = parse(variable(env, name))?.protocol;
      const fault = scheme === undefined ? 'is not an address' : `has the scheme ${scheme}`;
      return `${name.toUpperCase()}: ${fault}; expected an address such as http://proxy.example.com:3128.`;
    });
}

/** What must be masked of the proxies' URLs: passwords, encoded and decoded, and users without one, which are tokens. */
export function proxySecrets(env: Environment): string[] {
  return proxyVariables.flatMap((name) => {
    const { username = '', password = '' } = parse(variable(env, name)) ?? {};
    const user = decode(username);
    if (password === '') return username === '' ? [] : [username, user];
    return [password, decode(password), `${username}:${password}`, `${user}:${decode(password)}`];
  });
}

/** Undefined where the variable is not set, or proxyProblems reports it. */
function proxyUrl(env: Environment, name: string): URL | undefined {
  const url = parse(variable(env, name));
  return url && /^https?:$/.test(url.protocol) ? url : undefined;
}

function variable(env: Environment, name: string): string {
  return env[name]?.trim() || env[name.toUpperCase()]?.trim() || '';
}

function parse(value: string): URL | undefined {
  return URL.parse(value.includes('://') ? value : `http://${value}`) ?? undefined;
}
