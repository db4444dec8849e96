// Signs in at STS without any stored secret: exchanges an ID token for temporary keys of an agency (a role) that trusts
// the token's issuer. Source: STS API, AssumeAgencyWithOIDC (documented 2026-06).

import {
  incompleteAnswer,
  memberOf,
  parseJson,
  retrySignIn,
  type SignInService,
  sendSignIn,
  textOf,
} from './sign-in-request.ts';
import type { SigningKey } from './signer.ts';

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

export interface TemporaryKey {
  readonly key: SigningKey & { readonly securityToken: string };
  /** Milliseconds for which it is valid. */
  readonly lifetimeMs: number;
}

/**
 * @param idToken is called for a new ID token before each attempt: they expire within minutes
 * @throws AuthError, or the signal's reason when aborted
 */
export function assumeAgency(
  options: Omit<SignInService, 'name'>,
  { providerUrn, agencyUrn, sessionName, durationSeconds, policy, policyIds }: Agency,
  idToken: () => Promise<string>,
  signal?: AbortSignal,
): Promise<TemporaryKey> {
  const service: SignInService = { name: 'STS', ...options };
  return retrySignIn(service, signal, async () => {
    const token = await idToken();
    const answer = await sendSignIn(service, {
      path: '/v5/agencies/assume-with-oidc',
      body: {
        provider_urn: providerUrn,
        agency_urn: agencyUrn,
        agency_session_name: sessionName,
        id_token: token,
        duration_seconds: durationSeconds,
        ...(policy === '' ? {} : { policy }),
        ...(policyIds.length === 0 ? {} : { policy_ids: policyIds }),
      },
      remedies: remediesFor(token),
      otherwise: 'Check region and sts-endpoint.',
      signal,
    });
    const credentials = memberOf(answer.json, 'credentials');
    const accessKey = textOf(credentials, 'access_key_id');
    const secretKey = textOf(credentials, 'secret_access_key');
    const securityToken = textOf(credentials, 'security_token');
    if (accessKey === '' || secretKey === '' || securityToken === '') {
      throw incompleteAnswer(service, answer, 'no keys');
    }
    const issued = Date.parse(answer.headers['date'] ?? '');
    const lifetime = Date.parse(textOf(credentials, 'expiration')) - issued;
    const lifetimeMs = lifetime > 0 ? lifetime : durationSeconds * 1_000;
    return { key: { accessKey, secretKey, securityToken }, lifetimeMs };
  });
}

/** Shows the claims that a trust policy checks: they are not secret, and needed to correct the policy. */
function remediesFor(idToken: string): ReadonlyMap<string | number, string> {
  const { sub, aud } = claimsOf(idToken);
  const trust = `Compare the conditions in the agency's trust policy with this run's token: oidc:sub is “${sub}”, oidc:aud is “${aud}”.`;
  return new Map<string | number, string>([
    ['STS5.1001', trust],
    [
      'STS5.2001',
      `Set oidc-audience to a client ID of the identity provider, or add this run's audience “${aud}” to the provider.`,
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

function claimsOf(idToken: string): { readonly sub: string; readonly aud: string } {
  const claims = parseJson(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString('utf8'));
  return { sub: textOf(claims, 'sub'), aud: textOf(claims, 'aud') };
}
