/** Holds access keys, users, identity providers and the tokens that were issued (chapter 3.2). Every secret in it is fake. */
import type { Clock } from './clock.ts';
import { hexId } from './identifiers.ts';
import { githubIssuer, OidcIssuer } from './oidc-issuer.ts';

export interface AccessKey {
  readonly ak: string;
  readonly sk: string;
  /** A temporary key is valid only together with this token. */
  readonly securityToken?: string;
  readonly user?: string;
  /** Epoch milliseconds; it never expires when left out. */
  readonly expiresAt?: number;
}

export interface User {
  readonly domain: string;
  readonly name: string;
  readonly password: string;
}

export interface IdentityProvider {
  readonly id: string;
  /** The `aud` that ID tokens must have; any when left out. */
  readonly audience?: string;
  readonly issuer?: string;
}

/** An agency and what the ID tokens of its OIDC provider must have to assume it. */
export interface AgencyTrust {
  readonly providerUrn: string;
  readonly agencyUrn: string;
  readonly issuer: string;
  readonly audience: string;
  /** `*` stands for any text. */
  readonly subject: string;
  /** The agency's longest session, in seconds. */
  readonly longestSeconds: number;
}

export interface Token {
  readonly value: string;
  readonly user: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** The name of the project (the region) of its scope; undefined for a token of the domain. */
  readonly project: string | undefined;
}

export const defaultAccessKey = {
  ak: 'SIMULATORFAKEACCESS1',
  sk: 'simulator-fake-secret-key-not-for-real-use',
} as const;

export const defaultTemporaryKey = {
  ak: 'SIMULATORFAKETEMPKEY',
  sk: 'simulator-fake-temporary-secret-key',
  securityToken: 'simulator-fake-security-token',
} as const;

export const defaultUser: User = {
  domain: 'simulator-domain',
  name: 'builder',
  password: 'simulator-fake-password',
};

export const defaultIdentityProvider: IdentityProvider = { id: 'github-actions' };

export const defaultTrust: AgencyTrust = {
  providerUrn: 'iam::simulator:oidcProvider:github-actions',
  agencyUrn: 'iam::simulator:agency:codearts-build',
  issuer: githubIssuer,
  audience: 'https://github.com/octo',
  subject: 'repo:octo/shop:*',
  longestSeconds: 12 * 60 * 60,
};

export class Iam {
  readonly issuer = new OidcIssuer();
  readonly trusts: readonly AgencyTrust[];
  readonly keys = new Map<string, AccessKey>();
  readonly users: User[];
  readonly identityProviders: IdentityProvider[];
  tokenSeconds: number;
  readonly #tokens = new Map<string, Token>();
  readonly #clock: Clock;
  readonly #seed: number;

  constructor(options: {
    clock: Clock;
    seed: number;
    tokenSeconds: number;
    keys: readonly AccessKey[];
    users: readonly User[];
    identityProviders: readonly IdentityProvider[];
    trusts: readonly AgencyTrust[];
  }) {
    this.trusts = options.trusts;
    this.#clock = options.clock;
    this.#seed = options.seed;
    this.tokenSeconds = options.tokenSeconds;
    this.users = [...options.users];
    this.identityProviders = [...options.identityProviders];
    for (const key of options.keys) this.keys.set(key.ak, key);
  }

  issue(user: string, project: string | undefined): Token {
    const issuedAt = this.#clock.now();
    const value = `simulator-fake-token-${hexId(48, this.#seed, 'token', this.#tokens.size)}`;
    const token = { value, user, issuedAt, expiresAt: issuedAt + this.tokenSeconds * 1000, project };
    this.#tokens.set(value, token);
    return token;
  }

  /** Issues a temporary key to the owner of a token. */
  issueKey(user: string, seconds: number): Required<AccessKey> {
    const made = this.keys.size;
    const key = {
      ak: `SIMULATORFAKE${hexId(7, this.#seed, 'ak', made).toUpperCase()}`,
      sk: `simulator-fake-${hexId(40, this.#seed, 'sk', made)}`,
      securityToken: `simulator-fake-${hexId(64, this.#seed, 'security-token', made)}`,
      user,
      expiresAt: this.#clock.now() + seconds * 1000,
    };
    this.keys.set(key.ak, key);
    return key;
  }

  /** All tokens that were issued, oldest first. */
  get tokens(): string[] {
    return [...this.#tokens.keys()];
  }

  /** Makes every token invalid that was issued so far. */
  revokeTokens(): void {
    for (const [value, token] of this.#tokens) this.#tokens.set(value, { ...token, expiresAt: 0 });
  }

  /** The token, or why CodeArts Build rejects it. */
  readToken(value: string, now: number): Token | string {
    const token = this.readAnyToken(value, now);
    if (typeof token !== 'string' && token.project === undefined) return 'the token must be project-scoped';
    return token;
  }

  /** The token, or why IAM rejects it. */
  readAnyToken(value: string, now: number): Token | string {
    const token = this.#tokens.get(value);
    if (token === undefined) return 'the token is invalid';
    return now >= token.expiresAt ? 'the token has expired' : token;
  }

  findUser(domain: string, name: string, password: string): User | undefined {
    return this.users.find(
      (user) => user.domain === domain && user.name === name && user.password === password,
    );
  }

  /** The subject of an ID token, or why it is rejected. */
  readIdToken(provider: IdentityProvider, idToken: string, now: number): { subject: string } | string {
    const claims = this.issuer.read(idToken);
    if (claims === undefined) return 'the ID token is not a JWT that its issuer signed';
    if (provider.audience !== undefined && ![claims.aud].flat().includes(provider.audience)) {
      return 'the audience of the ID token is not accepted';
    }
    if (provider.issuer !== undefined && claims.iss !== provider.issuer) {
      return 'the issuer of the ID token is not accepted';
    }
    if (claims.exp * 1000 <= now) return 'the ID token has expired';
    return { subject: claims.sub };
  }
}
