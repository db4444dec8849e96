// Requests to sign, made up of everything that signers, URL and HTTP see differently.

import fc from 'fast-check';
import type { SigningKey } from '../../src/huaweicloud/credentials.ts';
import { buildUrl, encodeRfc3986 } from '../../src/huaweicloud/signer.ts';

export interface Sample {
  readonly method: string;
  readonly base: string;
  readonly segments: readonly string[];
  readonly query: ReadonlyArray<readonly [string, string]>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>> | undefined;
  readonly key: SigningKey;
  readonly at: Date;
}

export function addressOf({ base, segments, query }: Sample): URL {
  return buildUrl(base, `/${segments.map(encodeRfc3986).join('/')}`, query);
}

const characters = ' +%~!\'()*&=?#/:;,@$"<{|\\^`[\n\t\0_-.Aa1中é😀';
const trouble = fc.constantFrom(...characters, '%20', '%2B', 'e\u0301');
export const text = fc.oneof(
  fc.array(trouble, { maxLength: 12 }).map((parts) => parts.join('')),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
export const word = fc.stringMatching(/^[A-Za-z0-9._~-]{1,32}$/).filter((part) => !/^\.\.?$/.test(part));
export const segment = text.filter((part) => !/^\.\.?$/.test(part));
const headerValue = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);

export function samples(segments: fc.Arbitrary<string>): fc.Arbitrary<Sample> {
  return fc.record({
    method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
    base: fc.constantFrom(
      'https://cloudbuild-ext.cn-north-4.myhuaweicloud.com',
      'https://gateway.example.com/codearts',
      'https://gateway.example.com:8443/a/b/',
      'http://127.0.0.1:8080',
    ),
    segments: fc.array(segments, { maxLength: 5 }),
    query: fc.array(fc.tuple(fc.oneof(text, fc.constantFrom('offset', 'log_level', 'a', 'B')), text), {
      maxLength: 8,
    }),
    headers: fc
      .record(
        {
          'content-type': fc.constant('application/json'),
          'X-Project-Id': fc.stringMatching(/^[0-9a-f]{32}$/),
          Accept: headerValue,
          'x-request-tag': headerValue,
        },
        { requiredKeys: [] },
      )
      .map((headers): Record<string, string> => ({ ...headers })),
    body: fc.option(
      fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 8 }), fc.oneof(text, fc.jsonValue())),
      { nil: undefined },
    ),
    key: fc.record(
      {
        accessKey: fc.stringMatching(/^[A-Z0-9]{20}$/),
        secretKey: fc.oneof(fc.stringMatching(/^[A-Za-z0-9]{40}$/), fc.string({ minLength: 1 })),
        securityToken: fc.stringMatching(/^[A-Za-z0-9+/=]{1,200}$/),
      },
      { requiredKeys: ['accessKey', 'secretKey'] },
    ),
    at: fc.date({ min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
  });
}

export const plain: Sample = {
  method: 'GET',
  base: 'https://cloudbuild-ext.cn-north-4.myhuaweicloud.com',
  segments: ['v3', 'jobs', 'f9d6c8466d614a9788e9a0acf6c15f46', '7', 'real-time-log'],
  query: [['offset', '0']],
  headers: { 'content-type': 'application/json' },
  body: undefined,
  key: { accessKey: 'AKAKAKAKAKAKAKAKAKAK', secretKey: 'sk' },
  at: new Date('2026-03-04T05:06:07.890Z'),
};
