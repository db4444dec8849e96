// Signs in at IAM: a project's token for a user's password, or for an ID token that an identity provider vouches for.
// A token call changes nothing that matters, so passing failures are tried again. Masks nothing, keeps nothing.
// Source: reference 3.2; IAM reference, "Obtaining a Token with an OpenID Connect ID Token".

import type { Clock, Random } from '../clock.ts';
import { toSingleLine } from '../text.ts';
import { AuthError, type Token } from './authenticator.ts';
import type { Http, HttpAnswer } from './http.ts';
import { NetworkError } from './network-error.ts';
import { buildUrl } from './signer.ts';

export interface IamOptions {
  /** Origin and path prefix, without a trailing slash. */
  readonly endpoint: string;
  /** Only tokens of one project are taken by CodeArts: a region's own project, by name, or a sub-project, by id. */
  readonly project: { readonly name: string } | { readonly id: string };
  readonly http: Http;
  readonly clock: Clock;
  readonly random: Random;
  /** Stars secrets in what IAM says, before it is cut to a line's length. */
  readonly redact?: (text: string) => string;
}

export interface PasswordUser {
  readonly domain: string;
  readonly user: string;
  readonly password: string;
}

/** Attempts of one sign-in, and the longest wait before each further one. */
const backoffsMs = [1_000, 2_000, 4_000, 8_000];

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
    [403, 'The user may not sign in this way: look at its access mode and login protection in IAM.'],
  ]);
  return persistently(iam, signal, () => ask(iam, { path: '/v3/auth/tokens', body, remedies, signal }));
}

/**
 * @param idToken is asked for a new ID token before each attempt: they end within minutes, and are good once
 * @throws AuthError, or the signal's reason when aborted
 */
export function tokenByIdToken(
  iam: IamOptions,
  provider: string,
  idToken: (signal: AbortSignal | undefined) => Promise<string>,
  signal?: AbortSignal,
): Promise<Token> {
  const remedies = new Map([
    [401, "Check the provider's issuer, client ID (the audience) and conversion rules in IAM."],
    [403, 'Check the conversion rules of the identity provider in IAM: they must give the run a user group.'],
    [404, 'Check identity-provider: it is the name of an OpenID Connect provider in IAM.'],
  ]);
  return persistently(iam, signal, async () => {
    const body = { auth: { id_token: { id: await idToken(signal) }, scope: { project: iam.project } } };
    const headers = { 'X-Idp-Id': provider };
    return await ask(iam, { path: '/v3.0/OS-AUTH/id-token/tokens', headers, body, remedies, signal });
  });
}

async function persistently<T>(
  { clock, random }: IamOptions,
  signal: AbortSignal | undefined,
  attempt: () => Promise<T>,
): Promise<T> {
  for (const backoff of backoffsMs) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof AuthError) || !error.transient) throw error;
      await clock.sleep(backoff * (0.5 + random() / 2), signal);
    }
  }
  return await attempt();
}

interface Question {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** What to do about a refusal, by status. */
  readonly remedies: ReadonlyMap<number, string>;
  readonly signal: AbortSignal | undefined;
}

async function ask(
  { endpoint, http, redact = (text) => text }: IamOptions,
  question: Question,
): Promise<Token> {
  const url = buildUrl(endpoint, question.path);
  let answer: HttpAnswer;
  try {
    answer = await http.send({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', ...question.headers },
      body: JSON.stringify(question.body),
      signal: question.signal,
    });
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    throw new AuthError(
      `Could not sign in at IAM: ${error.message}. ${error.hint}`,
      !error.isPermanent,
      error,
    );
  }
  const json = parse(answer.body);
  if (answer.status !== 201) throw refusal(url, answer, json, question.remedies, redact);
  const value = answer.headers['x-subject-token'] ?? '';
  const lifetimeMs = lifetimeOf(json, answer.headers['date']);
  if (value === '' || lifetimeMs === undefined) {
    throw new AuthError(
      `Could not sign in: the answer of ${url.host} has no token (HTTP 201${requestIdOf(answer)}). Check iam-endpoint.`,
      true,
    );
  }
  return { value, lifetimeMs };
}

function refusal(
  url: URL,
  answer: HttpAnswer,
  json: unknown,
  remedies: ReadonlyMap<number, string>,
  redact: (text: string) => string,
): AuthError {
  const { status } = answer;
  const inner = at(json, 'error') ?? json;
  // Starred as IAM meant them, not as JSON wrote them; cut last, so that no half of a secret is left over.
  const shown = (text: string, longest: number) => toSingleLine(redact(text), longest);
  const code = shown(textAt(inner, 'error_code') || textAt(inner, 'code'), 100);
  const words = shown(textAt(inner, 'error_msg') || textAt(inner, 'message'), 300);
  const why = words.replace(/[.。]$/, '') || 'it gave no reason';
  const remedy =
    remedies.get(status) ?? (status < 500 ? 'Check region, iam-project-id and iam-endpoint.' : '');
  const facts = `${code === '' ? '' : `${code}, `}HTTP ${status}${requestIdOf(answer)}`;
  return new AuthError(
    `IAM (${url.host}) refused the sign-in: ${why} (${facts}).${remedy === '' ? '' : ` ${remedy}`}`,
    status >= 500 || status === 429 || status === 408,
  );
}

function requestIdOf({ headers }: HttpAnswer): string {
  const id = headers['x-request-id'] ?? headers['x-iam-trace-id'];
  return id === undefined ? '' : `, request ${id}`;
}

/** Milliseconds from the token's making to its end; where it does not say when it was made, from the answer's date. */
function lifetimeOf(json: unknown, date: string | undefined): number | undefined {
  const token = at(json, 'token');
  const ends = Date.parse(textAt(token, 'expires_at'));
  const made = Date.parse(textAt(token, 'issued_at') || (date ?? ''));
  const lifetime = ends - made;
  return lifetime > 0 ? lifetime : undefined;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function textAt(value: unknown, key: string): string {
  const found = at(value, key);
  return typeof found === 'string' || typeof found === 'number' ? String(found) : '';
}
