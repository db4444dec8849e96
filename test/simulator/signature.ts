/**
 * Verifies an AK/SK signature (SDK-HMAC-SHA256) against the request as it was received. It shares no code with the action's
 * signer, so that the two check each other.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export interface SignedRequest {
  readonly method: string;
  /** Path and query exactly as in the request line. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface Authorization {
  readonly access: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const algorithm = 'SDK-HMAC-SHA256';
const form = /^SDK-HMAC-SHA256 Access=([^,\s]+), SignedHeaders=([^,\s]+), Signature=([0-9a-f]{64})$/;

/** Parses the header; undefined when it has another form. */
export function readAuthorization(header: string): Authorization | undefined {
  const match = form.exec(header);
  const [, access, names, signature] = match ?? [];
  if (access === undefined || names === undefined || signature === undefined) return undefined;
  return { access, signedHeaders: names.split(';'), signature };
}

/** What is wrong with the signature; undefined when it is valid. */
export function signatureFault(
  request: SignedRequest,
  authorization: Authorization,
  secretKey: string,
): string | undefined {
  const names = authorization.signedHeaders;
  // The service's signing guide requires this one header; the Go SDK does not sign `host`.
  if (!names.includes('x-sdk-date')) return 'header x-sdk-date is not signed';
  if (names.join(';') !== [...names].sort().join(';')) return 'SignedHeaders are not in order';
  const missing = names.find((name) => request.headers[name] === undefined);
  if (missing !== undefined) return `signed header ${missing} is not in the request`;
  const payload = payloadHash(request);
  if (payload === undefined) return 'x-sdk-content-sha256 is not the hash of the body';
  const date = request.headers['x-sdk-date'] ?? '';
  const canonical = sha256(canonicalRequest(request, names, payload));
  const expected = createHmac('sha256', secretKey).update([algorithm, date, canonical].join('\n')).digest();
  const same = timingSafeEqual(expected, Buffer.from(authorization.signature, 'hex'));
  return same ? undefined : 'verify aksk signature fail, signature does not match';
}

function canonicalRequest(request: SignedRequest, names: readonly string[], payload: string): string {
  const question = request.target.indexOf('?');
  const path = question < 0 ? request.target : request.target.slice(0, question);
  const query = question < 0 ? '' : request.target.slice(question + 1);
  const headers = names.map((name) => `${name}:${(request.headers[name] ?? '').trim()}\n`).join('');
  return [request.method, canonicalPath(path), canonicalQuery(query), headers, names.join(';'), payload].join(
    '\n',
  );
}

function canonicalPath(path: string): string {
  const encoded = path
    .split('/')
    .map((segment) => encode(decode(segment)))
    .join('/');
  return encoded.endsWith('/') ? encoded : `${encoded}/`;
}

function canonicalQuery(query: string): string {
  const pairs = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair): [string, string] => {
      const equals = pair.indexOf('=');
      const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
      // A guess: the gateway may decode a bare plus as a space, as Java does.
      return [decode(name.replaceAll('+', ' ')), decode(value.replaceAll('+', ' '))];
    });
  pairs.sort(([name, value], [otherName, otherValue]) => order(name, otherName) || order(value, otherValue));
  return pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
}

const order = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

function payloadHash(request: SignedRequest): string | undefined {
  const actual = sha256(request.body);
  const claimed = request.headers['x-sdk-content-sha256'];
  if (claimed === undefined) return actual;
  return claimed === actual || claimed === 'UNSIGNED-PAYLOAD' ? claimed : undefined;
}

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** RFC 3986: everything but the unreserved characters. */
const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
