// Signs in at IAM: a token of one project, for a user's password or for an ID token of an identity provider.
// Source: reference 3.2; IAM API reference, "Obtaining a Token with an OpenID Connect ID Token".

import {
  incompleteAnswer,
  memberOf,
  retrySignIn,
  type SignInRequest,
  type SignInService,
  sendSignIn,
  textOf,
} from './sign-in-request.ts';

export interface Token {
  readonly value: string;
  /** Milliseconds for which it is valid. */
  readonly lifetimeMs: number;
}

export interface IamOptions extends Omit<SignInService, 'name'> {
  /** CodeArts accepts tokens of one project only: a region's own project, by name, or a sub-project, by id. */
  readonly project: { readonly name: string } | { readonly id: string };
}

export interface PasswordUser {
  readonly domain: string;
  readonly user: string;
  readonly password: string;
}

/** @throws AuthError, or the signal's reason when aborted */
export function tokenByPassword(
  iam: IamOptions,
  { domain, user, password }: PasswordUser,
  signal?: AbortSignal,
): Promise<Token> {
  const identity = {
    methods: ['password'],
    password: { user: { name: user, password, domain: { name: domain } } },
  };
  const body = { auth: { identity, scope: { project: iam.project } } };
  const remedies = new Map([
    [401, 'Check iam-domain, iam-user and iam-password; the user needs programmatic access.'],
    [403, 'The user may not sign in this way: check its access mode and login protection in IAM.'],
  ]);
  const service = { name: 'IAM', ...iam };
  return retrySignIn(service, signal, () =>
    requestToken(service, { path: '/v3/auth/tokens', body, remedies, otherwise, signal }),
  );
}

/**
 * @param idToken is called for a new ID token before each attempt: they expire within minutes, and may be used once
 * @throws AuthError, or the signal's reason when aborted
 */
export function tokenByIdToken(
  iam: IamOptions,
  provider: string,
  idToken: () => Promise<string>,
  signal?: AbortSignal,
): Promise<Token> {
  const remedies = new Map([
    [401, "Check the provider's issuer, client ID (the audience) and conversion rules in IAM."],
    [403, 'Check the conversion rules of the identity provider in IAM: they must give the run a user group.'],
    [404, 'Check identity-provider: it is the name of an OpenID Connect provider in IAM.'],
  ]);
  const service = { name: 'IAM', ...iam };
  return retrySignIn(service, signal, async () => {
    const body = { auth: { id_token: { id: await idToken() }, scope: { project: iam.project } } };
    const headers = { 'X-Idp-Id': provider };
    const path = '/v3.0/OS-AUTH/id-token/tokens';
    return await requestToken(service, { path, headers, body, remedies, otherwise, signal });
  });
}

const otherwise = 'Check region, iam-project-id and iam-endpoint.';

async function requestToken(service: SignInService, request: SignInRequest): Promise<Token> {
  const answer = await sendSignIn(service, request);
  const value = answer.headers['x-subject-token'] ?? '';
  const lifetimeMs = lifetimeOf(answer.json, answer.headers['date']);
  if (value === '' || lifetimeMs === undefined) throw incompleteAnswer(service, answer, 'no token');
  return { value, lifetimeMs };
}

/** Milliseconds from the token's issue to its end; where it does not say when it was issued, from the answer's date. */
function lifetimeOf(json: unknown, date: string | undefined): number | undefined {
  const token = memberOf(json, 'token');
  const ends = Date.parse(textOf(token, 'expires_at'));
  const issued = Date.parse(textOf(token, 'issued_at') || (date ?? ''));
  const lifetime = ends - issued;
  return lifetime > 0 ? lifetime : undefined;
}
