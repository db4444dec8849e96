// What people are told of how the step signs in: once at the start, and when the service refuses it. Never a value.

import type { Credentials } from './credential-inputs.ts';

/** Such as: Signing in with the access key from the inputs access-key and secret-key. */
export function signInMessage({ kind, from }: Credentials): string {
  const what: Readonly<Record<Credentials['kind'], string>> = {
    token: 'the token',
    'access-key': 'the access key',
    password: 'the password of an IAM user',
    'identity-provider': "GitHub's OIDC token, at the identity provider",
  };
  return `Signing in with ${what[kind]} from ${from}.`;
}

/**
 * What to do about a 401.
 * @param worked true when these credentials were taken earlier in the run
 */
export function unauthorizedRemedy(credentials: Credentials, worked: boolean): string {
  if (worked) {
    return `The credentials (${credentials.from}) were taken before and are refused now: they have expired or were withdrawn. How the build stands is not known from here on.${lasting(credentials)}`;
  }
  switch (credentials.kind) {
    case 'token':
      return "Check auth-token: it must not have expired, and must be for the project of the job's region, not for the whole account.";
    case 'access-key':
      return credentials.securityToken === ''
        ? `Check the access key (${credentials.from}): AK and SK must belong together, to this region's account, and be enabled; temporary keys need security-token too.`
        : `Check the temporary access key (${credentials.from}): all three must be of one issue, and not have expired.`;
    case 'password':
    case 'identity-provider':
      return 'IAM gave a token that CodeArts does not take: check region, iam-project-id and iam-endpoint.';
  }
}

function lasting(credentials: Credentials): string {
  const fixed =
    credentials.kind === 'token' || (credentials.kind === 'access-key' && credentials.securityToken !== '');
  return fixed
    ? ' For builds that outlast them use identity-provider, iam-user with iam-password, or permanent keys.'
    : '';
}
