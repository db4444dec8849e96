// Sends one sign-in request, and puts a rejection into one line for people.

import { toSingleLine } from '../text.ts';
import { AuthError } from './authenticator.ts';
import type { Http, HttpAnswer } from './http.ts';
import { NetworkError } from './network-error.ts';
import { buildUrl } from './signer.ts';

export interface SignInService {
  /** For messages: IAM or STS. */
  readonly name: string;
  /** Origin and path prefix, without a trailing slash. */
  readonly endpoint: string;
  readonly http: Http;
  /** Redacts secrets in the service's messages, before they are cut to a line's length. */
  readonly redact?: (text: string) => string;
}

export interface SignInRequest {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** What to do about a rejection, by the service's code or by status. */
  readonly remedies: ReadonlyMap<string | number, string>;
  /** What to do about any other rejection. */
  readonly otherwise: string;
  readonly signal: AbortSignal | undefined;
}

export interface SignInAnswer extends HttpAnswer {
  /** Undefined where the body is no JSON. */
  readonly json: unknown;
  readonly url: URL;
}

/** @throws AuthError for every status but 2xx, and when no answer came; the signal's reason when aborted */
export async function sendSignIn(service: SignInService, request: SignInRequest): Promise<SignInAnswer> {
  const url = buildUrl(service.endpoint, request.path);
  let answer: HttpAnswer;
  try {
    answer = await service.http.send({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', ...request.headers },
      body: JSON.stringify(request.body),
      signal: request.signal,
    });
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const { message, hint, isPermanent } = error;
    throw new AuthError(`Could not sign in at ${service.name}: ${message}. ${hint}`, !isPermanent, error);
  }
  const json = parseJson(answer.body);
  if (answer.status < 200 || answer.status > 299) throw rejection(service, url, answer, json, request);
  return { ...answer, json, url };
}

/** An answer without what it should bring. @param what such as "no token" */
export function incompleteAnswer(service: SignInService, answer: SignInAnswer, what: string): AuthError {
  const input = `${service.name.toLowerCase()}-endpoint`;
  return new AuthError(
    `Could not sign in: the response of ${answer.url.host} has ${what} (HTTP ${answer.status}${requestIdOf(answer)}). Check ${input}.`,
    true,
  );
}

function rejection(
  { name, redact = (text) => text }: SignInService,
  url: URL,
  answer: HttpAnswer,
  json: unknown,
  { remedies, otherwise }: SignInRequest,
): AuthError {
  const { status } = answer;
  const inner = memberOf(json, 'error') ?? json;
  // Redacted as the service meant it, not as JSON wrote it; cut last, so that no half of a secret is left over.
  const shown = (text: string, longest: number) => toSingleLine(redact(text), longest);
  const code = shown(textOf(inner, 'error_code') || textOf(inner, 'code'), 100);
  const message = shown(textOf(inner, 'error_msg') || textOf(inner, 'message'), 300);
  const why = message.replace(/[.。]$/, '') || 'it gave no reason';
  const remedy = remedies.get(code) ?? remedies.get(status) ?? (status < 500 ? otherwise : '');
  // IAM repeats the status as its code.
  const facts = `${code === '' || code === String(status) ? '' : `${code}, `}HTTP ${status}${requestIdOf(answer)}`;
  return new AuthError(
    `${name} (${url.host}) rejected the sign-in: ${why} (${facts}).${remedy === '' ? '' : ` ${remedy}`}`,
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
export function textOf(value: unknown, key: string): string {
  const found = memberOf(value, key);
  return typeof found === 'string' || typeof found === 'number' ? String(found) : '';
}
