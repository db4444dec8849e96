// Reads the proxies of the environment: HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in lower or upper case. Which request
// goes through which proxy is undici's decision (EnvHttpProxyAgent).

import { isIP } from 'node:net';

export type Environment = Readonly<Record<string, string | undefined>>;

/** As EnvHttpProxyAgent takes them; empty where there is none. */
export interface Proxies {
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
}

const loopback = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Requests over https use HTTPS_PROXY, and HTTP_PROXY where that is not set. Loopback is never proxied, and a name in
 * NO_PROXY includes its subdomains, as in curl.
 */
export function proxiesFrom(env: Environment): Proxies {
  const entries = variable(env, 'no_proxy').split(/[\s,]+/);
  const names = entries.filter((entry) => /^[a-z]/i.test(entry) && isIP(entry) === 0);
  return {
    httpProxy: proxyUrl(env, 'http_proxy'),
    httpsProxy: proxyUrl(env, 'https_proxy'),
    noProxy: [...loopback, ...entries, ...names.map((name) => `.${name}`)].join(' '),
  };
}

/** Empty for a value that proxyProblems reports. */
function proxyUrl(env: Environment, name: string): string {
  const url = parse(variable(env, name));
  return url && /^https?:$/.test(url.protocol) ? url.href : '';
}

/** One line for each variable that does not hold a proxy's URL; never the URL itself. */
export function proxyProblems(env: Environment): string[] {
  return ['https_proxy', 'http_proxy'].flatMap((name) => {
    const value = variable(env, name);
    if (value === '') return [];
    const url = parse(value);
    if (url && /^https?:$/.test(url.protocol)) return [];
    const fault = url ? `has the scheme ${url.protocol}` : 'is not an address';
    return [`${name.toUpperCase()}: ${fault}; expected an address such as http://proxy.example.com:3128.`];
  });
}

/**
 * What must be masked of the proxies' URLs: passwords, encoded and decoded, and users without one, which are tokens.
 */
export function proxySecrets(env: Environment): string[] {
  return ['https_proxy', 'http_proxy'].flatMap((name) => {
    const { username = '', password = '' } = parse(variable(env, name)) ?? {};
    if (password === '') return [username, decode(username)].filter((user) => user !== '');
    const pair = `${decode(username)}:${decode(password)}`;
    return [password, decode(password), `${username}:${password}`, pair];
  });
}

function variable(env: Environment, name: string): string {
  return env[name]?.trim() || env[name.toUpperCase()]?.trim() || '';
}

function parse(value: string): URL | undefined {
  if (value === '') return undefined;
  const address = value.includes('://') ? value : `http://${value}`;
  return URL.canParse(address) ? new URL(address) : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // The text has a percent sign that was never encoded.
    return text;
  }
}
