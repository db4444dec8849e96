// Signs in where that takes a request: a token of IAM by password or by an ID token, or temporary keys of STS by an ID
// token. Loaded only by the runs that need it. Every secret is masked before it is first used.

import type { ClientDeps } from './deps.ts';
import { AuthError, type TemporaryProof } from './huaweicloud/authenticator.ts';
import type { Credentials, IdTokenOrigin } from './huaweicloud/credentials.ts';
import {
  assumeAgency,
  type IamOptions,
  memberOf,
  parseJson,
  type SignedIn,
  tokenByIdToken,
  tokenByPassword,
} from './huaweicloud/iam.ts';
import { NetworkError } from './huaweicloud/network-error.ts';
import { isConfidentialUrl } from './huaweicloud/regions.ts';

export interface SignInOptions extends ClientDeps {
  readonly credentials: Extract<Credentials, { kind: 'password' | 'identity-provider' | 'agency' }>;
  /** Of STS for an agency, else of IAM. */
  readonly endpoint: string;
  /** What a token of IAM is for. */
  readonly project: IamOptions['project'];
}

/** The longest wait before each further attempt. */
const backoffsMs = [1_000, 2_000, 4_000, 8_000];

/**
 * Signs in, in up to five attempts where that may help: signing in changes nothing that matters. ID tokens expire within
 * minutes and may be used once, so that each attempt gets a new one.
 * @throws AuthError, or the signal's reason when aborted
 */
export async function signIn(
  options: SignInOptions,
  signal: AbortSignal | undefined,
): Promise<TemporaryProof> {
  const { clock, random, addMask } = options;
  for (let failures = 0; ; failures += 1) {
    try {
      const { secrets, ...proof } = await requestProof(options, signal);
      for (const secret of secrets) addMask(secret);
      return proof;
    } catch (error) {
      const backoffMs = backoffsMs[failures];
      if (!(error instanceof AuthError) || !error.transient || backoffMs === undefined) throw error;
      await clock.sleep(backoffMs * (0.5 + random() / 2), signal);
    }
  }
}

async function requestProof(options: SignInOptions, signal: AbortSignal | undefined): Promise<SignedIn> {
  const { credentials, endpoint, project, http, addMask, runner } = options;
  const service = { endpoint, http, redact: (text: string) => runner.redact(text) };
  if (credentials.kind === 'password') {
    return await tokenByPassword({ ...service, project }, credentials, signal);
  }
  const input = credentials.kind === 'agency' ? 'oidc-provider-urn' : 'identity-provider';
  const idToken = await readIdToken(options, credentials.idToken, input, signal);
  addMask(idToken);
  return credentials.kind === 'agency'
    ? await assumeAgency(service, credentials, idToken, signal)
    : await tokenByIdToken({ ...service, project }, credentials.provider, idToken, signal);
}

/** @param input the input that needs the token, for messages */
async function readIdToken(
  options: SignInOptions,
  origin: IdTokenOrigin,
  input: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  switch (origin.kind) {
    case 'github':
      return await requestIdToken(options, origin.audience, input, signal);
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
    throw new AuthError(`${where} can't be read: ${error instanceof Error ? error.message : error}.`);
  }
  if (token === '') throw new AuthError(`${where} is empty.`);
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
  const url = URL.parse(address);
  if (url === null || bearer === '') {
    const why =
      missingSecrets === 'fork'
        ? "GitHub gives a pull request from a fork no ID token, so its commits can't be built here; a maintainer who has reviewed the change can push it to a branch of this repository."
        : 'the job may not ask GitHub for an ID token; add “permissions: id-token: write” to the job.';
    throw new AuthError(`${input}: ${why}`);
  }
  addMask(bearer);
  if (!isConfidentialUrl(url)) {
    throw new AuthError(
      `${input}: GitHub's token service has a plain http address (ACTIONS_ID_TOKEN_REQUEST_URL), to which no token is sent.`,
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

function tokenRejected(status: number): AuthError {
  const what = `GitHub's token service rejected the request for an ID token (HTTP ${status})`;
  if (status >= 500 || status === 429) {
    return new AuthError(`${what}; see githubstatus.com, or run the job again.`, true);
  }
  return new AuthError(
    `${what}; check “permissions: id-token: write” of the job, and that it has not run for longer than 6 hours: after that GitHub issues none.`,
  );
}
