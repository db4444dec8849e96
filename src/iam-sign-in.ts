// Signs in where that takes a request: a token of IAM by password or by an ID token, or temporary keys of STS by an ID
// token. Loaded only by the runs that need it. Every secret is masked before it is first used.

import type { Clock, Random } from './clock.ts';
import { IdTokenError, requestIdToken } from './github/id-token.ts';
import type { Credentials, IdTokenOrigin } from './github/inputs/sign-in-methods.ts';
import type { MaskingRunner } from './github/masking.ts';
import type { MissingSecretsReason } from './github/source/event.ts';
import {
  AuthError,
  type Authenticator,
  accessKeyProof,
  renewingAuthenticator,
  type TemporaryProof,
  type Token,
  tokenProof,
} from './huaweicloud/authenticator.ts';
import type { Http } from './huaweicloud/http.ts';
import { type IamOptions, tokenByIdToken, tokenByPassword } from './huaweicloud/iam.ts';
import { NetworkError } from './huaweicloud/network-error.ts';
import { assumeAgency } from './huaweicloud/sts.ts';

export interface SignInOptions {
  readonly credentials: Extract<Credentials, { kind: 'password' | 'identity-provider' | 'agency' }>;
  readonly iamEndpoint: string;
  readonly stsEndpoint: string;
  readonly project: IamOptions['project'];
  readonly http: Http;
  readonly clock: Clock;
  readonly random: Random;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string) => string;
  readonly missingSecrets: MissingSecretsReason | undefined;
  readonly addMask: (secret: string) => void;
  readonly runner: Pick<MaskingRunner, 'redact'>;
}

/** Sends nothing before the first request. @throws AuthError from the authenticator's methods */
export function signIn(options: SignInOptions): Authenticator {
  return renewingAuthenticator({ clock: options.clock, obtain: (signal) => obtainProof(options, signal) });
}

async function obtainProof(options: SignInOptions, signal: AbortSignal | undefined): Promise<TemporaryProof> {
  const { credentials, http, clock, random, addMask, runner } = options;
  const service = { http, clock, random, redact: (text: string) => runner.redact(text) };
  if (credentials.kind === 'agency') {
    const { audience, idTokenOrigin } = credentials;
    const idToken = (until: AbortSignal | undefined) =>
      readIdToken(options, idTokenOrigin, 'oidc-provider-urn', audience, until);
    const sts = { ...service, endpoint: options.stsEndpoint };
    const { key, lifetimeMs } = await assumeAgency(sts, credentials, idToken, signal);
    for (const secret of [key.accessKey, key.secretKey, key.securityToken]) addMask(secret);
    return accessKeyProof(key, lifetimeMs);
  }
  const iam: IamOptions = { ...service, endpoint: options.iamEndpoint, project: options.project };
  let token: Token;
  if (credentials.kind === 'password') {
    token = await tokenByPassword(iam, credentials, signal);
  } else {
    const { provider, audience } = credentials;
    const idToken = (until: AbortSignal | undefined) =>
      readIdToken(options, { kind: 'github' }, 'identity-provider', audience, until);
    token = await tokenByIdToken(iam, provider, idToken, signal);
  }
  addMask(token.value);
  return tokenProof(token);
}

/** @param input the input that needs the token, for messages */
async function readIdToken(
  options: SignInOptions,
  origin: IdTokenOrigin,
  input: string,
  audience: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  if (origin.kind === 'github') return await askGitHub(options, input, audience, signal);
  const token = origin.kind === 'text' ? origin.value : readTokenFile(options.readFile, origin.path);
  options.addMask(token);
  return token;
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

async function askGitHub(
  { env, missingSecrets, http, addMask }: SignInOptions,
  input: string,
  audience: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const get = (url: URL, headers: Readonly<Record<string, string>>) =>
    http.send({ method: 'GET', url, headers, signal });
  try {
    return await requestIdToken({ env, input, audience, missingSecrets, get, addMask });
  } catch (error) {
    if (error instanceof IdTokenError) throw new AuthError(error.message, error.passing, error);
    if (!(error instanceof NetworkError)) throw error;
    throw new AuthError(
      `Could not get an ID token from GitHub: ${error.message}. ${error.hint}`,
      !error.isPermanent,
      error,
    );
  }
}
