// Signs in at IAM for a token of one project, by a user's password or by an ID token of an identity provider, or at STS
// for temporary keys of an agency that trusts the ID token's issuer.
// Source: reference 3.2; IAM API reference, "Obtaining a Token with an OpenID Connect ID Token"; STS API,
// AssumeAgencyWithOIDC (documented 2026-06).

import { toSingleLine } from '../text.ts';
import { AuthError, keyProof, type TemporaryProof, tokenProof } from './authenticator.ts';
import type { Agency, PasswordUser } from './credentials.ts';
import type { Http, HttpAnswer } from './http.ts';
import { NetworkError } from './network-error.ts';
import { buildUrl } from './signer.ts';

export interface SignInOptions {
  /** Origin and path prefix of IAM or STS, without a trailing slash. */
  readonly endpoint: string;
  readonly http: Http;
  /** Redacts secrets in the service's messages, before they are cut to a line's length. */
  readonly redact?: (text: string) => string;
}

export interface IamOptions extends SignInOptions {
  /** CodeArts accepts tokens of one project only: a region's own project, by name, or a sub-project, by id. */
  readonly project: { readonly name: string } | { readonly id: string };
}

/** What signing in brought. */
export interface SignedIn extends TemporaryProof {
  /** The token or keys, which must be masked. */
  readonly secrets: readonly string[];
}

/** @throws AuthError, or the signal's reason when aborted */
export async function tokenByPassword(
  { project, ...options }: IamOptions,
  { domain, user, password }: PasswordUser,
  signal?: AbortSignal,
): Promise<SignedIn> {
  const identity = {
    methods: ['password'],
    password: { user: { name: user, password, domain: { name: domain } } },
  };
  const remedies = new Map([
    [401, 'Check iam-domain, iam-user and iam-password; the user needs programmatic access.'],
    [403, 'The user may not sign in this way: check its access mode and login protection in IAM.'],
  ]);
  const body = { auth: { identity, scope: { project } } };
  return await requestToken(options, { path: '/v3/auth/tokens', body, remedies, signal });
}

/** @throws AuthError, or the signal's reason when aborted */
export async function tokenByIdToken(
  { project, ...options }: IamOptions,
  provider: string,
  idToken: string,
  signal?: AbortSignal,
): Promise<SignedIn> {
  const remedies = new Map([
    [401, "Check the provider's issuer, client ID (the audience) and conversion rules in IAM."],
    [403, 'Check the conversion rules of the identity provider in IAM: they must give the run a user group.'],
    [404, 'Check identity-provider: it is the name of an OpenID Connect provider in IAM.'],
  ]);
  const path = '/v3.0/OS-AUTH/id-token/tokens';
  const headers = { 'X-Idp-Id': provider };
  const body = { auth: { id_token: { id: idToken }, scope: { project } } };
  return await requestToken(options, { path, headers, body, remedies, signal });
}

async function requestToken(
  options: SignInOptions,
  request: Omit<SignInRequest, 'otherwise'>,
): Promise<SignedIn> {
  const otherwise = 'Check region, iam-project-id and iam-endpoint.';
  const answer = await sendSignIn('IAM', options, { ...request, otherwise });
  const value = answer.headers['x-subject-token'] ?? '';
  const token = memberOf(answer.json, 'token');
  const issuedAt = textOf(token, 'issued_at') || answer.headers['date'];
  const lifetimeMs = lifetime(issuedAt, textOf(token, 'expires_at'));
  if (value === '' || lifetimeMs === undefined) throw incompleteAnswer('IAM', answer, 'no token');
  return { proof: tokenProof(value), lifetimeMs, secrets: [value] };
}

/** @throws AuthError, or the signal's reason when aborted */
export async function assumeAgency(
  options: SignInOptions,
  { providerUrn, agencyUrn, sessionName, durationSeconds, policy, policyIds }: Agency,
  idToken: string,
  signal?: AbortSignal,
): Promise<SignedIn> {
  const answer = await sendSignIn('STS', options, {
    path: '/v5/agencies/assume-with-oidc',
    body: {
      provider_urn: providerUrn,
      agency_urn: agencyUrn,
      agency_session_name: sessionName,
      id_token: idToken,
      duration_seconds: durationSeconds,
      ...(policy === '' ? {} : { policy }),
      ...(policyIds.length === 0 ? {} : { policy_ids: policyIds }),
    },
    remedies: stsRemedies(idToken),
    otherwise: 'Check region and sts-endpoint.',
    signal,
  });
  const credentials = memberOf(answer.json, 'credentials');
  const accessKey = textOf(credentials, 'access_key_id');
  const secretKey = textOf(credentials, 'secret_access_key');
  const securityToken = textOf(credentials, 'security_token');
  if (accessKey === '' || secretKey === '' || securityToken === '') {
    throw incompleteAnswer('STS', answer, 'no keys');
  }
  return {
    proof: keyProof({ accessKey, secretKey, securityToken }),
    lifetimeMs:
      lifetime(answer.headers['date'], textOf(credentials, 'expiration')) ?? durationSeconds * 1_000,
    secrets: [accessKey, secretKey, securityToken],
  };
}

/** Shows the claims that a trust policy checks: they are not secret, and needed to correct the policy. */
function stsRemedies(idToken: string): SignInRequest['remedies'] {
  const claims = parseJson(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString('utf8'));
  const audience = textOf(claims, 'aud');
  const trust = `Compare the conditions in the agency's trust policy with this run's token: oidc:sub is “${textOf(claims, 'sub')}”, oidc:aud is “${audience}”.`;
  return new Map<string | number, string>([
    ['STS5.1001', trust],
    [
      'STS5.2001',
      `Set oidc-audience to a client ID of the identity provider, or add this run's audience “${audience}” to the provider.`,
    ],
    [
      400,
      "Check oidc-provider-urn, oidc-agency-urn, and that oidc-duration-seconds is not above the agency's longest session.",
    ],
    [
      401,
      "Check the issuer of the identity provider: GitHub's is https://token.actions.githubusercontent.com.",
    ],
    [403, trust],
    [
      404,
      'Check oidc-provider-urn and oidc-agency-urn, and that region and sts-endpoint belong to that account.',
    ],
  ]);
}

/** The milliseconds between both times, which are by the same clock; undefined where they can't be read. */
function lifetime(issuedAt: string | undefined, expiresAt: string): number | undefined {
  const ms = Date.parse(expiresAt) - Date.parse(issuedAt ?? '');
  return ms > 0 ? ms : undefined;
}

type Service = 'IAM' | 'STS';

interface SignInRequest {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** What to do about a rejection, by the service's code or by status. */
  readonly remedies: ReadonlyMap<string | number, string>;
  /** What to do about any other rejection. */
  readonly otherwise: string;
  readonly signal: AbortSignal | undefined;
}

interface SignInAnswer extends HttpAnswer {
  /** Undefined where the body is no JSON. */
  readonly json: unknown;
  readonly url: URL;
}

/** @throws AuthError for every status but 2xx, and when no answer came; the signal's reason when aborted */
async function sendSignIn(
  service: Service,
  options: SignInOptions,
  request: SignInRequest,
): Promise<SignInAnswer> {
  const url = buildUrl(options.endpoint, request.path);
  let answer: HttpAnswer;
  try {
    answer = await options.http.send({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', ...request.headers },
      body: JSON.stringify(request.body),
      signal: request.signal,
    });
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const { message, hint, isPermanent } = error;
    throw new AuthError(`Could not sign in at ${service}: ${message}. ${hint}`, !isPermanent, error);
  }
  const json = parseJson(answer.body);
  if (answer.status < 200 || answer.status > 299) {
    throw rejection(service, options, { ...answer, json, url }, request);
  }
  return { ...answer, json, url };
}

/** An answer without what it should bring. @param what such as "no token" */
function incompleteAnswer(service: Service, answer: SignInAnswer, what: string): AuthError {
  const input = `${service.toLowerCase()}-endpoint`;
  return new AuthError(
    `Could not sign in: the response of ${answer.url.host} has ${what} (HTTP ${answer.status}${requestIdOf(answer)}). Check ${input}.`,
    true,
  );
}

function rejection(
  service: Service,
  { redact = (text) => text }: SignInOptions,
  answer: SignInAnswer,
  { remedies, otherwise }: SignInRequest,
): AuthError {
  const { status, json, url } = answer;
  const inner = memberOf(json, 'error') ?? json;
  // Redacted as the service meant it, not as JSON wrote it; cut last, so that no half of a secret is left over.
  const shown = (text: string, maxLength: number) => toSingleLine(redact(text), maxLength);
  const code = shown(textOf(inner, 'error_code') || textOf(inner, 'code'), 100);
  const message = shown(textOf(inner, 'error_msg') || textOf(inner, 'message'), 300);
  const why = message.replace(/[.。]$/, '') || 'it gave no reason';
  const remedy = remedies.get(code) ?? remedies.get(status) ?? (status < 500 ? otherwise : '');
  // IAM repeats the status as its code.
  const facts = `${code === '' || code === String(status) ? '' : `${code}, `}HTTP ${status}${requestIdOf(answer)}`;
  return new AuthError(
    `${service} (${url.host}) rejected the sign-in: ${why} (${facts}).${remedy === '' ? '' : ` ${remedy}`}`,
    status >= 500 || status === 429 || status === 408,
  );
}

function requestIdOf({ headers }: HttpAnswer): string {
  const id = headers['x-request-id'] ?? headers['x-iam-trace-id'];
  return id === undefined ? '' : `, request ${id}`;
}

/** Undefined where the text is no JSON. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

export function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/** Empty where there is no text or number. */
function textOf(value: unknown, key: string): string {
  const found = memberOf(value, key);
  return typeof found === 'string' || typeof found === 'number' ? String(found) : '';
}
