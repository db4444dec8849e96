// Signs requests with SDK-HMAC-SHA256: method, path, query, headers and body are hashed into one text, which is signed
// with the secret key. Pure: reads no clock, environment or network.
// Source: "API request signing guide" and the official Node.js SDK's signer, with which the tests compare it.

import { createHmac, hash } from 'node:crypto';
import type { SigningKey } from './credentials.ts';

export interface RequestToSign {
  readonly method: string;
  /** From `buildUrl`: what is signed is then what is sent. */
  readonly url: URL;
  /** All are signed, so none may be one that a proxy on the way rewrites. */
  readonly headers: Readonly<Record<string, string>>;
  /** Exactly the text that is sent; empty when nothing is. */
  readonly body: string;
}

const algorithm = 'SDK-HMAC-SHA256';

/**
 * The headers to send: the given ones, whose values have no blanks at their ends, and Host, X-Sdk-Date, X-Security-Token
 * (temporary keys) and Authorization. The gateway accepts them until 15 minutes after `at`, so sign every attempt again.
 */
export function sign(request: RequestToSign, key: SigningKey, at: Date): Record<string, string> {
  const date = at.toISOString().replace(/[-:]|\.\d+/g, '');
  const headers = {
    ...request.headers,
    Host: request.url.host,
    'X-Sdk-Date': date,
    ...(key.securityToken ? { 'X-Security-Token': key.securityToken } : {}),
  };
  const signed = Object.entries(headers).map(([name, value]): Pair => [name.toLowerCase(), value]);
  signed.sort(byNameThenValue);
  const names = signed.map(([name]) => name).join(';');
  const canonicalRequest = [
    request.method,
    canonicalPath(request.url),
    canonicalQuery(request.url),
    signed.map(([name, value]) => `${name}:${value}\n`).join(''),
    names,
    hash('sha256', request.body),
  ].join('\n');
  const signature = createHmac('sha256', key.secretKey)
    .update([algorithm, date, hash('sha256', canonicalRequest)].join('\n'))
    .digest('hex');
  const proof = `${algorithm} Access=${key.accessKey}, SignedHeaders=${names}, Signature=${signature}`;
  return { ...headers, Authorization: proof };
}

/** Percent-encodes all but letters, digits and `-._~`. Half a surrogate pair is sent as U+FFFD. */
export function encodeRfc3986(text: string): string {
  // encodeURIComponent spares !'()*, which the gateway encodes before it compares.
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/**
 * The address of a call: `base` is an origin, with or without a path prefix and trailing slash; `path` starts with
 * a slash and has its variable segments percent-encoded; `query` is plain text, encoded here, kept in its order.
 * @throws TypeError when the URL would be another one than requested: a path with `..`, `?`, `#` or characters that need
 * encoding
 */
export function buildUrl(base: string, path: string, query: readonly Pair[] = []): URL {
  const root = new URL(base);
  const wanted = root.pathname.replace(/\/+$/, '') + path;
  const url = new URL(root.origin + wanted + (query.length > 0 ? `?${encodeQuery(query)}` : ''));
  // URL drops dot segments and line ends and cuts at ? and #: another resource than the one meant.
  if (url.pathname !== wanted || url.hash)
    throw new TypeError('the path has a part that is not percent-encoded');
  return url;
}

type Pair = readonly [name: string, value: string];

function encodeQuery(pairs: readonly Pair[]): string {
  return pairs.map(([name, value]) => `${encodeRfc3986(name)}=${encodeRfc3986(value)}`).join('&');
}

/** Each segment encoded once, whatever of it came encoded, with the slash at the end that the gateway adds. */
function canonicalPath(url: URL): string {
  const segments = url.pathname.split('/');
  const path = segments.map((segment) => encodeRfc3986(decode(segment))).join('/');
  return path.endsWith('/') ? path : `${path}/`;
}

/** Sorted by name, equal names by value, as text before encoding: the order of the official signer. */
function canonicalQuery({ searchParams }: URL): string {
  return encodeQuery([...searchParams].sort(byNameThenValue));
}

/** Percent-decoded; as it is where it has a percent sign that was never encoded. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** By UTF-16 code units: a locale's order would put `_` before `1`, which the gateway does not. */
function byNameThenValue([name, value]: Pair, [otherName, otherValue]: Pair): number {
  return compare(name, otherName) || compare(value, otherValue);
}

function compare(a: string, b: string): number {
  return Number(a > b) - Number(a < b);
}
