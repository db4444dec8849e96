/** Handles the calls to IAM: tokens by password (3.2) and by ID token, temporary keys, and the list of projects (6.3). */
import * as v from 'valibot';
import { utcTime } from '../dates.ts';
import type { Token } from '../iam.ts';
import { errors, ServiceError } from '../service-errors.ts';
import { type Answer, type Call, type JsonAnswer, ok, readBody } from './call.ts';

/** As in chapter 3.3. */
const badBody = () => new ServiceError(400, 'IAM.0011', 'Request body is invalid.');

const scopeSchema = v.optional(
  v.object({
    project: v.optional(v.object({ name: v.optional(v.string()), id: v.optional(v.string()) })),
    domain: v.optional(v.object({ name: v.optional(v.string()), id: v.optional(v.string()) })),
  }),
);

const passwordSchema = v.object({
  auth: v.object({
    identity: v.object({
      methods: v.tuple([v.literal('password')]),
      password: v.object({
        user: v.object({ name: v.string(), password: v.string(), domain: v.object({ name: v.string() }) }),
      }),
    }),
    scope: scopeSchema,
  }),
});

export function tokenByPassword(call: Call): Answer {
  const { identity, scope } = readBody(call, passwordSchema, badBody).auth;
  const { user } = identity.password;
  const known = call.cloud.iam.findUser(user.domain.name, user.name, user.password);
  if (known === undefined) {
    throw new ServiceError(401, 'IAM.0001', 'The username or password is wrong.');
  }
  return tokenAnswer(call, call.cloud.iam.issue(known.name, projectOf(scope)), ['password']);
}

const idTokenSchema = v.object({
  auth: v.object({ id_token: v.object({ id: v.string() }), scope: scopeSchema }),
});

export function tokenByIdToken(call: Call): Answer {
  const { id_token, scope } = readBody(call, idTokenSchema, badBody).auth;
  const id = call.headers['x-idp-id'];
  const provider = call.cloud.iam.identityProviders.find((one) => one.id === id);
  if (provider === undefined) {
    throw new ServiceError(404, 'IAM.0101', `Could not find identity provider: ${id ?? ''}`);
  }
  const read = call.cloud.iam.readIdToken(provider, id_token.id, call.cloud.clock.now());
  if (typeof read === 'string') throw new ServiceError(401, 'IAM.0061', read);
  return tokenAnswer(call, call.cloud.iam.issue(read.subject, projectOf(scope)), ['mapped']);
}

/** The project of a region is named, a sub-project is given by its id. */
function projectOf(scope: v.InferOutput<typeof scopeSchema>): string | undefined {
  return scope?.project?.name ?? scope?.project?.id;
}

const temporaryKeySchema = v.object({
  auth: v.object({
    identity: v.object({
      methods: v.tuple([v.literal('token')]),
      token: v.optional(
        v.object({
          id: v.optional(v.string()),
          duration_seconds: v.optional(v.pipe(v.number(), v.minValue(900), v.maxValue(86_400)), 900),
        }),
        {},
      ),
    }),
  }),
});

/** A temporary access key for a token; the official SDK signs with it after it signed in with an ID token. */
export function temporaryKey(call: Call): Answer {
  const { token } = readBody(call, temporaryKeySchema, badBody).auth.identity;
  const { iam, clock } = call.cloud;
  const read = iam.readAnyToken(token.id ?? call.headers['x-auth-token'] ?? '', clock.now());
  if (typeof read === 'string') throw new ServiceError(401, 'IAM.0002', read);
  const key = iam.issueKey(read.user, token.duration_seconds);
  return {
    kind: 'json',
    status: 201,
    body: {
      credential: {
        access: key.ak,
        secret: key.sk,
        securitytoken: key.securityToken,
        expires_at: iamTime(key.expiresAt),
      },
    },
  };
}

function tokenAnswer(call: Call, token: Token, methods: readonly string[]): JsonAnswer {
  const domain = { id: call.cloud.domainId, name: call.cloud.iam.users[0]?.domain ?? 'simulator-domain' };
  const scope =
    token.project === undefined
      ? { domain }
      : {
          project: {
            id: call.cloud.iamProjectId(token.project),
            name: token.project,
            domain,
          },
        };
  return {
    kind: 'json',
    status: 201,
    headers: { 'X-Subject-Token': token.value },
    body: {
      token: {
        methods,
        issued_at: iamTime(token.issuedAt),
        expires_at: iamTime(token.expiresAt),
        user: { id: call.cloud.userId, name: token.user, domain },
        roles: [{ id: '0', name: 'te_admin' }],
        catalog: [],
        ...scope,
      },
    },
  };
}

/** `2026-01-13T01:30:00.000000Z`. */
const iamTime = (ms: number): string => utcTime(ms).replace('+00:00', '000Z');

export function listProjects(call: Call): Answer {
  const name = call.cloud.region;
  const wanted = call.query.get('name');
  if (wanted !== null && wanted === '') throw errors.badParameter('name');
  const id = call.cloud.iamProjectId(name);
  const project = {
    domain_id: call.cloud.domainId,
    is_domain: false,
    parent_id: call.cloud.domainId,
    name,
    description: '',
    links: { next: null, previous: null, self: `https://www.example.com/v3/projects/${id}` },
    id,
    enabled: true,
  };
  return ok({
    projects: wanted === null || wanted === name ? [project] : [],
    links: { next: null, previous: null, self: 'https://www.example.com/v3/projects' },
  });
}
