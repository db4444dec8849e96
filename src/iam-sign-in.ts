// The ways of signing in that need a token from IAM: by password, or by GitHub's OIDC token. Loaded by those runs alone
// that use them. Tokens are hidden before they are first used.

import type { Clock, Random } from './clock.ts';
import { IdTokenError, requestIdToken } from './github/id-token.ts';
import type { Credentials } from './github/inputs/credentials.ts';
import type { MaskingRunner } from './github/masking.ts';
import type { MissingSecretsReason } from './github/source/missing-secrets.ts';
import {
  AuthError,
  type Authenticator,
  renewedTokenAuthenticator,
  type Token,
} from './huaweicloud/authenticator.ts';
import type { Http } from './huaweicloud/http.ts';
import { type IamOptions, tokenByIdToken, tokenByPassword } from './huaweicloud/iam.ts';
import { NetworkError } from './huaweicloud/network-error.ts';

export interface SignInOptions {
  readonly credentials: Extract<Credentials, { kind: 'password' | 'identity-provider' }>;
  readonly iamEndpoint: string;
  readonly project: IamOptions['project'];
  readonly http: Http;
  readonly clock: Clock;
  readonly random: Random;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly secretless: MissingSecretsReason | undefined;
  readonly hide: (secret: string) => void;
  readonly runner: Pick<MaskingRunner, 'redact'>;
}

/** Asks IAM for nothing before the first request. @throws AuthError from the authenticator's methods */
export function signInAtIam(options: SignInOptions): Authenticator {
  const { credentials, iamEndpoint: endpoint, project, http, clock, random, hide } = options;
  const redact = (text: string) => options.runner.redact(text);
  const iam: IamOptions = { endpoint, project, http, clock, random, redact };
  const ask = (signal: AbortSignal | undefined): Promise<Token> =>
    credentials.kind === 'password'
      ? tokenByPassword(iam, credentials, signal)
      : tokenByIdToken(
          iam,
          credentials.provider,
          (until) => idToken(options, credentials.audience, until),
          signal,
        );
  return renewedTokenAuthenticator({
    clock,
    obtain: async (signal) => {
      const token = await ask(signal);
      hide(token.value);
      return token;
    },
  });
}

async function idToken(
  { env, secretless, http, hide }: SignInOptions,
  audience: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const get = (url: URL, headers: Readonly<Record<string, string>>) =>
    http.send({ method: 'GET', url, headers, signal });
  try {
    return await requestIdToken({ env, audience, secretless, get, hide });
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
