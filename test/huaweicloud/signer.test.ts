// The signer is held against Huawei's own, request by request. Where that one differs from the documented algorithm
// ("API request signing guide", step 1), both are shown: the official answer, and ours equal to the official signer
// with that one fault mended.

import { AKSKSigner } from '@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildUrl, encodeRfc3986, sign } from '../../src/huaweicloud/signer.ts';
import { addressOf, plain, type Sample, samples, segment, text, word } from './signing-samples.ts';

/** The official signer with its faults mended; `sign` calls these through `this`. */
class MendedSigner extends AKSKSigner {
  /** The official one takes the path as it stands in the address, so that `%20` becomes `%2520`. */
  static override CanonicalURI(path?: string): string | undefined {
    const encoded = path?.split('/').map((part) => MendedSigner.urlEncode(decodeURIComponent(part)));
    return encoded?.join('/').replace(/\/?$/, '/');
  }

  /** The official one sorts the values by locale, and the names by code. */
  static override buildCanonicalHeaders(headers: Record<string, string>): string {
    const lines = Object.entries(headers).map(([name, value]) => `${name.toLowerCase()}:${value}\n`);
    return lines.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)).join('');
  }
}

const nameOf = (line: string) => line.slice(0, line.indexOf(':'));

const unused = async () => {
  throw new Error('the signer alone is under test');
};

/** The Authorization that the official signer, or the mended one, gives to a sample. */
function official(sample: Sample, signer: typeof AKSKSigner = AKSKSigner): unknown {
  const repeated = new Map<string, string[]>();
  for (const [name, value] of sample.query) repeated.set(name, [...(repeated.get(name) ?? []), value]);
  const token = sample.key.securityToken;
  const headers = signer.sign(
    {
      method: sample.method,
      endpoint: addressOf(sample).href,
      queryParams: Object.fromEntries(repeated),
      headers: {
        ...sample.headers,
        'X-Sdk-Date': sample.at.toISOString().replace(/[-:]|\.\d+/g, ''),
        ...(token ? { 'X-Security-Token': token } : {}),
      },
      data: sample.body,
    },
    {
      getAk: () => sample.key.accessKey,
      getSk: () => sample.key.secretKey,
      processAuthRequest: unused,
      processAuthParams: unused,
    },
  );
  return new Map<string, unknown>(Object.entries(headers)).get('Authorization');
}

function signed(sample: Sample): Record<string, string> {
  const { method, headers, key, at } = sample;
  const body = sample.body === undefined ? '' : JSON.stringify(sample.body);
  return sign({ method, url: addressOf(sample), headers, body }, key, at);
}

describe('sign', () => {
  it('makes the same signature as the official signer for a path that needs no encoding', () => {
    fc.assert(
      fc.property(samples(word), (sample) => {
        expect(signed(sample)['Authorization']).toBe(official(sample));
      }),
      { numRuns: 500 },
    );
  });

  it('makes the same signature as the corrected official signer for any path', () => {
    fc.assert(
      fc.property(samples(segment), (sample) => {
        expect(signed(sample)['Authorization']).toBe(official(sample, MendedSigner));
      }),
      { numRuns: 500 },
    );
  });

  it('encodes a path once, where the official signer encodes the percent signs of an encoded path again', () => {
    const sample = { ...plain, segments: ['v4', 'a b', '中'] };
    expect(signed(sample)['Authorization']).not.toBe(official(sample));
    expect(signed(sample)['Authorization']).toBe(official(sample, MendedSigner));
  });

  it('sorts headers by code as it sorts their names, where the official signer sorts the two differently', () => {
    const sample = { ...plain, headers: { x_tag: 'a', x1tag: 'b' } };
    expect(signed(sample)['Authorization']).not.toBe(official(sample));
    expect(signed(sample)['Authorization']).toBe(official(sample, MendedSigner));
  });

  it('returns the same headers for the same request', () => {
    fc.assert(
      fc.property(samples(segment), (sample) => {
        expect(signed(sample)).toEqual(signed(sample));
      }),
    );
  });

  it('dates a request in UTC, to the second', () => {
    expect(signed(plain)['X-Sdk-Date']).toBe('20260304T050607Z');
    const later = { ...plain, at: new Date('2026-03-04T05:26:07Z') };
    expect(signed(later)['Authorization']).not.toBe(signed(plain)['Authorization']);
  });

  it('returns the given headers and its own, and names all of them as signed', () => {
    const headers = signed({ ...plain, key: { ...plain.key, securityToken: 'temporary' } });
    expect(Object.keys(headers).sort()).toEqual([
      'Authorization',
      'Host',
      'X-Sdk-Date',
      'X-Security-Token',
      'content-type',
    ]);
    expect(headers['Host']).toBe('cloudbuild-ext.cn-north-4.myhuaweicloud.com');
    expect(headers['Authorization']).toMatch(
      /^SDK-HMAC-SHA256 Access=A\w+, SignedHeaders=content-type;host;x-sdk-date;x-security-token, Signature=[0-9a-f]{64}$/,
    );
  });

  it('sends no security token for a permanent key', () => {
    for (const key of [plain.key, { ...plain.key, securityToken: '' }]) {
      expect(signed({ ...plain, key })).not.toHaveProperty('X-Security-Token');
    }
  });

  it('keeps a port that is not the default one in the signed host', () => {
    expect(signed({ ...plain, base: 'http://127.0.0.1:8080' })['Host']).toBe('127.0.0.1:8080');
    expect(signed({ ...plain, base: 'https://h.example:443' })['Host']).toBe('h.example');
  });

  it('signs an endpoint with a stray percent sign or raw reserved characters instead of failing', () => {
    const url = new URL("https://h.example/100%/a+b(c)'?x=1%zz");
    const request = { method: 'GET', url, headers: {}, body: '' };
    expect(sign(request, plain.key, plain.at)['Authorization']).toMatch(/Signature=[0-9a-f]{64}$/);
  });
});

describe('encodeRfc3986', () => {
  it('keeps letters, digits and -._~ and encodes everything else', () => {
    expect(encodeRfc3986("aZ09-._~ !'()*%+/中😀")).toBe(
      'aZ09-._~%20%21%27%28%29%2A%25%2B%2F%E4%B8%AD%F0%9F%98%80',
    );
  });

  it('encodes half a surrogate pair as U+FFFD instead of failing', () => {
    expect(encodeRfc3986('a\uD83D')).toBe('a%EF%BF%BD');
  });

  it('is undone by decoding', () => {
    fc.assert(
      fc.property(text, (part) => {
        expect(decodeURIComponent(encodeRfc3986(part))).toBe(part.toWellFormed());
      }),
    );
  });
});

describe('buildUrl', () => {
  it('keeps the encoding that is signed, so that URL changes nothing later', () => {
    fc.assert(
      fc.property(samples(segment), ({ base, segments, query }) => {
        const path = `/${segments.map(encodeRfc3986).join('/')}`;
        const url = buildUrl(base, path, query);
        const pairs = query.map(([name, value]) => `${encodeRfc3986(name)}=${encodeRfc3986(value)}`);
        expect(url.pathname).toBe(new URL(base).pathname.replace(/\/$/, '') + path);
        expect(url.search).toBe(pairs.length > 0 ? `?${pairs.join('&')}` : '');
        expect(url.origin).toBe(new URL(base).origin);
      }),
      { numRuns: 500 },
    );
  });

  it('appends the path to the prefix of an endpoint, with or without a trailing slash', () => {
    expect(buildUrl('https://h/prefix', '/v3/jobs').href).toBe('https://h/prefix/v3/jobs');
    expect(buildUrl('https://h/prefix/', '/v3/jobs').href).toBe('https://h/prefix/v3/jobs');
    expect(buildUrl('https://h', '/v3/jobs', []).href).toBe('https://h/v3/jobs');
  });

  it('keeps repeated keys, empty values and the order of a query', () => {
    const query = [
      ['b', '2'],
      ['a', ''],
      ['b', '1'],
    ] as const;
    expect(buildUrl('https://h', '/', query).search).toBe('?b=2&a=&b=1');
  });

  it('rejects a path that would lead to another resource', () => {
    const paths = ['/v3/jobs/../../v4', '/v3/%2e%2e/x', '/a?b=c', '/a#b', '/a b', '/a\nb', '/ä', '/a\\b'];
    for (const path of paths) expect(() => buildUrl('https://h', path), path).toThrow(TypeError);
  });
});
