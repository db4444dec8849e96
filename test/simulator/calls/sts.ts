/** Returns temporary credentials of STS for an ID token that an agency trusts (AssumeAgencyWithOIDC, documented 2026). */
import * as v from 'valibot';
import type { AgencyTrust } from '../iam.ts';
import type { IdTokenClaims } from '../oidc-issuer.ts';
import { ServiceError } from '../service-errors.ts';
import { type Answer, type Call, ok, readBody } from './call.ts';

/** The documents name the codes of the first two; the other codes are guesses. */
const rejections = {
  trust: (why: string) => new ServiceError(403, 'STS5.1001', `access denied: ${why}`),
  audience: () => new ServiceError(400, 'STS5.2001', 'the audience of the ID token is not accepted'),
  idToken: (why: string) => new ServiceError(400, 'STS5.2002', `invalid ID token: ${why}`),
  provider: () => new ServiceError(404, 'STS5.1002', 'the OIDC provider does not exist'),
  body: (detail: string) => new ServiceError(400, 'STS5.0011', `malformed request: ${detail}`),
};

const text = (min: number, max: number) => v.pipe(v.string(), v.minLength(min), v.maxLength(max));

const bodySchema = v.object({
  provider_urn: text(0, 1500),
  agency_urn: text(0, 1500),
  agency_session_name: text(2, 128),
  id_token: text(4, 20_000),
  duration_seconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(900), v.maxValue(43_200)), 3_600),
  policy: v.optional(text(2, 4096)),
  policy_ids: v.optional(v.pipe(v.array(v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/))), v.maxLength(20))),
});

export function assumeAgencyWithOidc(call: Call): Answer {
  const { iam, clock } = call.cloud;
  const body = readBody(call, bodySchema, rejections.body);
  const ofProvider = iam.trusts.filter(({ providerUrn }) => providerUrn === body.provider_urn);
  const [provider] = ofProvider;
  if (provider === undefined) throw rejections.provider();
  const claims = iam.issuer.read(body.id_token);
  if (claims === undefined) throw rejections.idToken('the signature is wrong');
  if (claims.exp * 1000 <= clock.now()) throw rejections.idToken('it has expired');
  const trust = ofProvider.find(({ agencyUrn }) => agencyUrn === body.agency_urn);
  if (trust === undefined) throw rejections.trust('the agency does not trust the provider');
  const audience = audienceOf(claims, trust);
  if (audience === undefined) throw rejections.audience();
  if (claims.iss !== trust.issuer) throw rejections.trust('oidc:iss');
  if (!matches(trust.subject, claims.sub)) throw rejections.trust('oidc:sub');
  if (body.duration_seconds > trust.longestSeconds) throw rejections.body('duration_seconds');
  const key = iam.issueKey(claims.sub, body.duration_seconds);
  return ok({
    source_identity: null,
    assumed_agency: {
      urn: `${trust.agencyUrn.replace(':agency:', ':assumed-agency:')}/${body.agency_session_name}`,
      id: `${call.cloud.userId}:${body.agency_session_name}`,
    },
    credentials: {
      access_key_id: key.ak,
      secret_access_key: key.sk,
      security_token: key.securityToken,
      expiration: new Date(key.expiresAt).toISOString(),
    },
    audience,
    provider: trust.providerUrn,
    subject_from_id_token: claims.sub,
  });
}

/** The audience that the trust accepts, of those that the token has. */
const audienceOf = ({ aud }: IdTokenClaims, { audience }: AgencyTrust): string | undefined =>
  [aud].flat().find((one) => one === audience);

/** As StringMatch does: `*` stands for any text. */
function matches(pattern: string, value: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(value);
}
