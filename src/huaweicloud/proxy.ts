// Which proxy a request goes through, as the environment says it: HTTPS_PROXY, HTTP_PROXY and NO_PROXY in both cases,
// read as the runner's own toolkit and curl read them. undici's own reading of NO_PROXY knows no sub-domains of a
// plain name, no address ranges and no loopback. Opens nothing.

import { BlockList, isIP } from 'node:net';
import { isLoopback } from './regions.ts';

export interface HttpProxy {
  /** Without user and password. */
  readonly address: URL;
  /** Value of Proxy-Authorization; undefined where the address has no user. */
  readonly authorization: string | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Requests over https take HTTPS_PROXY, and HTTP_PROXY where that is not set; loopback is always direct. */
export function proxyFor(url: URL, env: Environment): HttpProxy | undefined {
  const name =
    url.protocol === 'https:' && variable(env, 'https_proxy') !== '' ? 'https_proxy' : 'http_proxy';
  const value = variable(env, name);
  if (value === '' || isLoopback(url.hostname) || isExempt(url, variable(env, 'no_proxy'))) return undefined;
  const given = parse(value);
  if (!given || !/^https?:$/.test(given.protocol)) return undefined;
  const address = new URL(given.origin);
  if (given.username === '' && given.password === '') return { address, authorization: undefined };
  const pair = `${decode(given.username)}:${decode(given.password)}`;
  return { address, authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

/** One line for each variable that does not hold the address of a proxy; never the address itself. */
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
 * What must not be seen of the proxies' addresses: passwords, as written and as they are, what is made of them, and
 * users without a password, which are tokens.
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
    // A percent sign that was never encoded stands for itself.
    return text;
  }
}

/**
 * Entries are apart by commas or blanks: `*`, a name (with its sub-domains), `.name` (these alone), an address, a
 * range.
 */
function isExempt(url: URL, noProxy: string): boolean {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      const [, bracketed, plain, onPort] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(entry) ?? [];
      if (onPort !== undefined && onPort !== port) return false;
      return covers(bracketed ?? plain ?? entry, host);
    });
}

function covers(entry: string, host: string): boolean {
  if (entry === '') return false;
  if (entry === '*' || entry === host) return true;
  if (isIP(host) !== 0) return isInRange(entry, host);
  return host.endsWith(entry.replace(/^\*?\.?/, '.'));
}

/** `10.0.0.0/8`, `fd00::/8`. */
function isInRange(range: string, host: string): boolean {
  const [network = '', bits = ''] = range.split('/');
  const family = isIP(network);
  if (family === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  return list.check(host, isIP(host) === 4 ? 'ipv4' : 'ipv6');
}
