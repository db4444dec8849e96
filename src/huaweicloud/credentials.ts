// Lists the ways to sign in to Huawei Cloud, with what each of them needs.

/** A permanent access key, or a temporary one with the token it came with. */
export interface SigningKey {
  readonly accessKey: string;
  readonly secretKey: string;
  /** Empty or left out for a permanent key. */
  readonly securityToken?: string;
}

export interface PasswordUser {
  readonly domain: string;
  readonly user: string;
  readonly password: string;
}

/** An agency (a role) of which STS gives temporary keys for an ID token. */
export interface Agency {
  /** iam::{account}:oidcProvider:{name} */
  readonly providerUrn: string;
  /** iam::{account}:agency:{name} */
  readonly agencyUrn: string;
  /** 2 to 128 characters; appears in the audit log. */
  readonly sessionName: string;
  /** 900 to 43200. */
  readonly durationSeconds: number;
  /** A policy as JSON that narrows the keys' permissions down; empty: none. */
  readonly policy: string;
  /** The IDs of predefined policies that do the same. */
  readonly policyIds: readonly string[];
}

/** Where the ID token of a keyless sign-in comes from. */
export type IdTokenOrigin =
  /** Requested for each sign-in; an empty audience is GitHub's default. */
  | { readonly kind: 'github'; readonly audience: string }
  | { readonly kind: 'text'; readonly value: string }
  /** Read for each sign-in. */
  | { readonly kind: 'file'; readonly path: string };

export type SignIn =
  | { readonly kind: 'token'; readonly token: string }
  | ({ readonly kind: 'access-key' } & Required<SigningKey>)
  | ({ readonly kind: 'password' } & PasswordUser)
  /** `provider` is the name of an identity provider in IAM. */
  | { readonly kind: 'identity-provider'; readonly provider: string; readonly idToken: IdTokenOrigin }
  | ({ readonly kind: 'agency'; readonly idToken: IdTokenOrigin } & Agency);

/** `from` names where they come from, for people: never a value. */
export type Credentials = SignIn & { readonly from: string };
