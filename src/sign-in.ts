// Signs in where that takes a request: a token of IAM by password or by an ID token, or temporary keys of STS by an ID
// token. Loaded only by the runs that need it. Every secret is masked before it is first used.

import type { ClientDeps } from './deps.ts';
import type { Credentials, IdTokenOrigin } from './github/inputs/sign-in-methods.ts';
import type { MissingSecretsReason } from './github/source/event.ts';
import {
  AuthError,
  type Authenticator,
  keyProof,
  renewingAuthenticator,
  type TemporaryProof,
  tokenProof,
} from './huaweicloud/authenticator.ts';
import { type IamOptions, type Token, tokenByIdToken, tokenByPassword } from './huaweicloud/iam.ts';
import { NetworkError } from './huaweicloud/network-error.ts';
import { isConfidentialUrl } from './huaweicloud/regions.ts';
import { memberOf, parseJson } from './huaweicloud/sign-in-request.ts';
import { assumeAgency } from './huaweicloud/sts.ts';

export interface SignInOptions extends ClientDeps {
  readonly credentials: Extract<Credentials, { kind: 'password' | 'identity-provider' | 'agency' }>;
  /** Of STS for an agency, else of IAM. */
  readonly endpoint: string;
  /** What a token of IAM is for. */
  readonly project: IamOptions['project'];
}

/** Sends nothing before the first request. @throws AuthError from the authenticator's methods */
export function signIn(options: SignInOptions): Authenticator {
  return renewingAuthenticator({ clock: options.clock, obtain: (signal) => obtainProof(options, signal) });
}

async function obtainProof(options: SignInOptions, signal: AbortSignal | undefined): Promise<TemporaryProof> {
  const { credentials, endpoint, project, http, clock, random, addMask, runner } = options;
  const service = { endpoint, http, clock, random, redact: (text: string) => runner.redact(text) };
  const idToken = (origin: IdTokenOrigin, audience: string, input: string) => async () => {
    const token = await readIdToken(options, origin, audience, input, signal);
    addMask(token);
    return token;
  };
  switch (credentials.kind) {
    case 'agency': {
      const { audience, idTokenOrigin } = credentials;
      const getToken = idToken(idTokenOrigin, audience, 'oidc-provider-urn');
      const { key, lifetimeMs } = await assumeAgency(service, credentials, getToken, signal);
      for (const secret of [key.accessKey, key.secretKey, key.securityToken]) addMask(secret);
      return { proof: keyProof(key), lifetimeMs };
    }
    case 'identity-provider': {
      const { audience, provider } = credentials;
      const getToken = idToken({ kind: 'github' }, audience, 'identity-provider');
      return proofOf(await tokenByIdToken({ ...service, project }, provider, getToken, signal), addMask);
    }
    case 'password':
      return proofOf(await tokenByPassword({ ...service, project }, credentials, signal), addMask);
  }
}

function proofOf({ value, lifetimeMs }: Token, addMask: SignInOptions['addMask']): TemporaryProof {
  addMask(value);
  return { proof: tokenProof(value), lifetimeMs };
}

/** @param input the input that needs the token, for messages */
async function readIdToken(
  options: SignInOptions,
  origin: IdTokenOrigin,
  audience: string,
  input: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  switch (origin.kind) {
    case 'github':
      return await requestIdToken(options, audience, input, signal);
    case 'text':
      return origin.value;
    case 'file':
      return readTokenFile(options.readFile, origin.path);
  }
}

function readTokenFile(readFile: SignInOptions['readFile'], path: string): string {
  const where = `HUAWEICLOUD_OIDC_TOKEN_FILE: the ID token in ${path}`;
  let token: string;
  try {
    token = readFile(path).trim();
  } catch (error) {
    throw new AuthError(`${where} can't be read: ${error instanceof Error ? error.message : error}.`, false);
  }
  if (token === '') throw new AuthError(`${where} is empty.`, false);
  return token;
}

/**
 * A new OIDC token for this job from the runner's token service. Not by @actions/core's getIDToken: that can't be
 * cancelled, retries without saying so, and words a lost connection, a rejection and a missing permission alike.
 * Source: GitHub's "OpenID Connect reference".
 */
async function requestIdToken(
  { env, http, addMask, missingSecrets }: SignInOptions,
  audience: string,
  input: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const address = env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '';
  const bearer = env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '';
  if (!URL.canParse(address) || bearer === '')
    throw new AuthError(noPermission(input, missingSecrets), false);
  addMask(bearer);
  const url = new URL(address);
  if (!isConfidentialUrl(url)) {
    throw new AuthError(
      `${input}: GitHub's token service has a plain http address (ACTIONS_ID_TOKEN_REQUEST_URL), to which no token is sent.`,
      false,
    );
  }
  if (audience !== '') url.searchParams.set('audience', audience);
  const headers = { accept: 'application/json', authorization: `Bearer ${bearer}` };
  try {
    const { status, body } = await http.send({ method: 'GET', url, headers, signal });
    if (status < 200 || status > 299) throw tokenRejected(status);
    const token = memberOf(parseJson(body), 'value');
    if (typeof token === 'string' && token !== '') return token;
    const message = `GitHub's token service returned no ID token (HTTP ${status}); run the job again.`;
    throw new AuthError(message, true);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const message = `Could not get an ID token from GitHub: ${error.message}. ${error.hint}`;
    throw new AuthError(message, !error.isPermanent, error);
  }
}

function noPermission(input: string, missingSecrets: MissingSecretsReason | undefined): string {
  if (missingSecrets === 'fork') {
    return `${input}: GitHub gives a pull request from a fork no ID token, so its commits can't be built here; a maintainer who has reviewed the change can push it to a branch of this repository.`;
  }
  return `${input}: the job may not ask GitHub for an ID token; add “permissions: id-token: write” to the job.`;
}

function tokenRejected(status: number): AuthError {
  const what = `GitHub's token service rejected the request for an ID token (HTTP ${status})`;
  if (status >= 500 || status === 429) {
    return new AuthError(`${what}; see githubstatus.com, or run the job again.`, true);
  }
  return new AuthError(
    `${what}; check “permissions: id-token: write” of the job, and that it has not run for longer than 6 hours: after that GitHub issues none.`,
    false,
  );
}
