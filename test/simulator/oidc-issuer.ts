/** Simulates GitHub's issuer of ID tokens: it signs JWTs by RS256 with a key of its own, and checks such signatures. */
import { createSign, createVerify, generateKeyPairSync, type KeyObject } from 'node:crypto';
import * as v from 'valibot';

export const githubIssuer = 'https://token.actions.githubusercontent.com';

const claimsSchema = v.looseObject({
  iss: v.string(),
  aud: v.union([v.string(), v.array(v.string())]),
  sub: v.string(),
  exp: v.number(),
});

export type IdTokenClaims = v.InferOutput<typeof claimsSchema>;

export class OidcIssuer {
  // Made when first needed: a key takes longer to make than a simulator to start.
  #keys: { readonly privateKey: KeyObject; readonly publicKey: KeyObject } | undefined;

  sign(claims: Readonly<Record<string, unknown>>): string {
    const head = encode({ alg: 'RS256', typ: 'JWT', kid: 'simulator' });
    const signed = `${head}.${encode(claims)}`;
    const signature = createSign('RSA-SHA256').update(signed).sign(this.#made.privateKey, 'base64url');
    return `${signed}.${signature}`;
  }

  /** The claims of a token that this issuer signed; undefined for any other text. */
  read(token: string): IdTokenClaims | undefined {
    const [head = '', payload = '', signature = '', ...rest] = token.split('.');
    const verifier = createVerify('RSA-SHA256').update(`${head}.${payload}`);
    if (rest.length > 0 || decode(head)?.['alg'] !== 'RS256') return undefined;
    if (!verifier.verify(this.#made.publicKey, signature, 'base64url')) return undefined;
    const claims = v.safeParse(claimsSchema, decode(payload));
    return claims.success ? claims.output : undefined;
  }

  get #made() {
    this.#keys ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
    return this.#keys;
  }
}

const encode = (json: object): string => Buffer.from(JSON.stringify(json)).toString('base64url');

function decode(part: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof json === 'object' && json !== null ? { ...json } : undefined;
  } catch {
    return undefined;
  }
}
