// Decides how the workflow signs in to Huawei Cloud: by inputs, or else by the environment. An incomplete way to sign in
// and two ways at once are problems, each in one line that says what to do and shows no value. Makes no request.

import type { Credentials, IdTokenOrigin, SignIn, SigningKey } from '../../huaweicloud/credentials.ts';
import type { MissingSecretsReason } from '../source/event.ts';
import type { InputReader } from './input-reader.ts';

/** Where a sign-in at IAM or STS is made. */
export interface SignInPlace {
  readonly region: string;
  readonly iamEndpoint: string;
  readonly stsEndpoint: string;
  readonly iamProjectId: string;
}

/** A value that a way to sign in requires. */
interface RequiredValue {
  readonly input: string;
  /** The input, or the environment variable that the value comes from instead. */
  readonly name: string;
  readonly value: string;
}

/** A way to sign in of which something is given. */
interface Method {
  readonly required: readonly [RequiredValue, ...RequiredValue[]];
  readonly credentials: Credentials;
}

/**
 * Where there are none to use, a problem says why. `missing`: all or some are not given, as when secrets are empty;
 * `conflict`: they contradict each other.
 */
export function readCredentials(
  reader: InputReader,
  place: SignInPlace,
  missingSecrets: MissingSecretsReason | undefined,
): Credentials | 'missing' | 'conflict' {
  const [first, second] = methodsFromInputs(reader);
  if (first && second) {
    reader.addError(
      first.required[0].input,
      `given together with ${second.required[0].input}: two ways to sign in; keep one and remove the inputs of the other`,
    );
    return 'conflict';
  }
  const method = first ?? methodFromEnvironment(reader);
  if (reportUnused(reader, method?.credentials)) return 'conflict';
  if (!method) {
    reader.problems.push(
      missingSecrets === undefined
        ? 'No credentials: access-key is empty and no other sign-in input is set. Check that the secret exists in this repository or environment; reusable workflows need "secrets: inherit".'
        : `No credentials: access-key is empty. ${missingSecretsHints[missingSecrets]}.`,
    );
    return 'missing';
  }
  if (reportIncomplete(reader, method, missingSecrets)) return 'missing';
  checkPlace(reader, place, method);
  return method.credentials;
}

/** Those of which any input is given. */
function methodsFromInputs(reader: InputReader): readonly Method[] {
  const token = reader.secret('auth-token', 'a token as IAM gives it in X-Subject-Token');
  const accessKey = reader.secret('access-key', 'the AK as the console shows it');
  const secretKey = reader.secret('secret-key', 'the SK as the console shows it');
  const securityToken = reader.secret('security-token', 'the security token that came with the keys');
  const domain = reader.raw('iam-domain');
  const user = reader.raw('iam-user');
  const password = reader.raw('iam-password');
  const provider = reader.text(
    'identity-provider',
    /^[\w.-]{1,64}$/,
    'the name of an identity provider in IAM: letters, digits, "_", "-" and "."',
  );
  const idToken = { kind: 'github', audience: reader.raw('oidc-audience') } as const;

  const methods: Method[] = [];
  if (token !== '') methods.push(method({ kind: 'token', token }, [given('auth-token', token)]));
  if (accessKey !== '' || secretKey !== '' || securityToken !== '') {
    const names = ['access-key', 'secret-key', 'security-token'] as const;
    methods.push(accessKeyMethod(reader, { accessKey, secretKey, securityToken }, names));
  }
  if (domain !== '' || user !== '' || password !== '') {
    methods.push(
      method({ kind: 'password', domain, user, password }, [
        given('iam-domain', domain),
        given('iam-user', user),
        given('iam-password', password),
      ]),
    );
  }
  if (provider !== '') {
    const required = [given('identity-provider', provider)] as const;
    methods.push(method({ kind: 'identity-provider', provider, idToken }, required));
  }
  const urns = ['oidc-provider-urn', 'oidc-agency-urn'] as const;
  if (urns.some((name) => reader.raw(name) !== '')) methods.push(agencyMethod(reader, urns));
  return methods;
}

/** Those of huaweicloud/auth-action, of the official SDKs, and of the reference's samples. */
const accessKeyVariables = [
  ['HUAWEI_CLOUD_ACCESS_KEY_ID', 'HUAWEI_CLOUD_SECRET_ACCESS_KEY', ''],
  ['HUAWEICLOUD_SDK_AK', 'HUAWEICLOUD_SDK_SK', 'HUAWEICLOUD_SDK_SECURITY_TOKEN'],
  ['CLOUD_SDK_AK', 'CLOUD_SDK_SK', ''],
] as const;

const agencyVariables = ['HUAWEICLOUD_OIDC_PROVIDER_URN', 'HUAWEICLOUD_OIDC_AGENCY_URN'] as const;

/** The first of which any variable is set: a later one would hide that it is incomplete. */
function methodFromEnvironment(reader: InputReader): Method | undefined {
  for (const names of accessKeyVariables) {
    const [accessName, secretName, tokenName] = names;
    const accessKey = reader.env(accessName);
    const secretKey = reader.env(secretName);
    if (accessKey === '' && secretKey === '') continue;
    return accessKeyMethod(reader, { accessKey, secretKey, securityToken: reader.env(tokenName) }, names);
  }
  const isSet = agencyVariables.some((name) => reader.env(name) !== '');
  return isSet ? agencyMethod(reader, agencyVariables) : undefined;
}

/** @param names the inputs or variables that the three come from */
function accessKeyMethod(
  reader: InputReader,
  key: Required<SigningKey>,
  [accessName, secretName, tokenName]: readonly [string, string, string],
): Method {
  // An AK is 20 capitals and digits; an SK is longer, and has small letters too.
  const form = /^[A-Z\d]{20}$/;
  if (key.accessKey.length > 20 && !form.test(key.accessKey) && form.test(key.secretKey)) {
    reader.addError(
      'access-key',
      `${accessName} and ${secretName} look swapped: the AK has 20 characters, the SK 40; here it is the other way round`,
    );
  }
  const required = [
    given('access-key', key.accessKey, accessName),
    given('secret-key', key.secretKey, secretName),
  ] as const;
  return method({ kind: 'access-key', ...key }, required, key.securityToken === '' ? [] : [tokenName]);
}

/**
 * Each input defaults to its variable. The variables are the official SDK's (huaweicloudsdkcore 3.1.219).
 * @param names the inputs or variables that the URNs come from
 */
function agencyMethod(reader: InputReader, [providerName, agencyName]: readonly [string, string]): Method {
  const providerUrn = reader.text(
    'oidc-provider-urn',
    /^iam::[\w-]+:oidcProvider:[\w./-]+$/,
    'a URN such as iam::1a2b3c…:oidcProvider:github',
    agencyVariables[0],
  );
  const agencyUrn = reader.text(
    'oidc-agency-urn',
    /^iam::[\w-]+:agency:[\w./-]+$/,
    'a URN such as iam::1a2b3c…:agency:codearts-build',
    agencyVariables[1],
  );
  const sessionName = reader.text(
    'oidc-session-name',
    /^[\w.@=,-]{2,128}$/,
    '2 to 128 letters, digits and .@=,_-',
    'HUAWEICLOUD_OIDC_SESSION_NAME',
  );
  const durationSeconds = reader.number(
    'oidc-duration-seconds',
    900,
    43_200,
    'whole seconds from 900 to 43200',
    'HUAWEICLOUD_OIDC_DURATION_SECONDS',
  );
  const policyIds = reader.env('HUAWEICLOUD_OIDC_POLICY_IDS').split(',');
  const signIn: SignIn = {
    kind: 'agency',
    providerUrn,
    agencyUrn,
    sessionName: sessionName || defaultSessionName(reader),
    durationSeconds: durationSeconds ?? 3_600,
    policy: reader.env('HUAWEICLOUD_OIDC_POLICY'),
    policyIds: policyIds.map((id) => id.trim()).filter((id) => id !== ''),
    idToken: idTokenOrigin(reader),
  };
  return method(signIn, [
    given('oidc-provider-urn', providerUrn, providerName),
    given('oidc-agency-urn', agencyUrn, agencyName),
  ]);
}

/** Names the run in the account's audit log. */
function defaultSessionName(reader: InputReader): string {
  const repository = reader.env('GITHUB_REPOSITORY').replace(/[^\w.-]+/g, '-');
  return [repository.slice(0, 100) || 'github-actions', reader.env('GITHUB_RUN_ID').slice(0, 20)]
    .filter((part) => part !== '')
    .join('-');
}

function idTokenOrigin(reader: InputReader): IdTokenOrigin {
  const value = reader.env('HUAWEICLOUD_OIDC_ID_TOKEN');
  const path = reader.env('HUAWEICLOUD_OIDC_TOKEN_FILE');
  if (value !== '') return { kind: 'text', value };
  return path === '' ? { kind: 'github', audience: reader.raw('oidc-audience') } : { kind: 'file', path };
}

function given(input: string, value: string, name = input): RequiredValue {
  return { input, name, value };
}

/** @param optional names of what else is given */
function method(signIn: SignIn, required: Method['required'], optional: readonly string[] = []): Method {
  const names = [...required.map(({ name }) => name), ...optional];
  const inputs = names.length === 1 ? `the input ${names[0]}` : `the inputs ${listOf(names)}`;
  const from = isInput(required[0]) ? inputs : `${listOf(names)} in the environment`;
  return { required, credentials: { ...signIn, from } };
}

function isInput({ input, name }: RequiredValue): boolean {
  return name === input;
}

/** Such as: iam-domain, iam-user and iam-password */
function listOf(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** Reports inputs of a keyless sign-in that this way to sign in does not use. @returns whether there were any */
function reportUnused(reader: InputReader, credentials: Credentials | undefined): boolean {
  const isUnused =
    credentials?.kind !== 'agency' &&
    reader.rejectGiven(
      ['oidc-session-name', 'oidc-duration-seconds'],
      "can't be given without oidc-provider-urn",
    );
  if (credentials && 'idToken' in credentials && credentials.idToken.kind === 'github') return isUnused;
  const why =
    credentials?.kind === 'agency'
      ? "can't be given with an ID token from HUAWEICLOUD_OIDC_ID_TOKEN or HUAWEICLOUD_OIDC_TOKEN_FILE, whose audience is fixed"
      : "can't be given without identity-provider or oidc-provider-urn: it is the audience of the ID token that the identity provider accepts";
  return reader.rejectGiven(['oidc-audience'], why) || isUnused;
}

/** Reports that a part of the sign-in is missing. @returns whether it is */
function reportIncomplete(
  reader: InputReader,
  { required }: Method,
  missingSecrets: MissingSecretsReason | undefined,
): boolean {
  const [lacking, ...others] = required.filter(({ value }) => value === '');
  if (lacking === undefined) return false;
  if (!isInput(lacking)) {
    const present = required.find(({ value }) => value !== '');
    reader.addError(
      lacking.input,
      `missing: the environment has ${present?.name} but not ${lacking.name}; set both or neither`,
    );
    return true;
  }
  const too = others.length === 0 ? '' : `, and so is ${others.map(({ input }) => input).join(' and ')}`;
  const why = missingSecrets
    ? missingSecretsHints[missingSecrets]
    : 'is the secret set, and visible to this workflow?';
  const together = `${listOf(required.map(({ input }) => input))} go together`;
  reader.addError(lacking.input, `missing${too}; ${together} (${why})`);
  return true;
}

const missingSecretsHints = {
  fork: "GitHub gives a pull request from a fork no secrets, so its commits can't be built here; a maintainer who has reviewed the change can push it to a branch of this repository (a required job that is skipped for forks would count as passed)",
  dependabot:
    'GitHub gives runs by Dependabot no Actions secrets; store them as Dependabot secrets too (a required job that is skipped would count as passed)',
} as const;

/** Signing in at STS or IAM needs its address, and IAM a project; a region gives both. */
function checkPlace(
  reader: InputReader,
  { region, iamEndpoint, stsEndpoint, iamProjectId }: SignInPlace,
  { credentials: { kind }, required: [{ input }] }: Method,
): void {
  if (region !== '' || kind === 'token' || kind === 'access-key') return;
  const [service, endpoint] = kind === 'agency' ? ['STS', stsEndpoint] : ['IAM', iamEndpoint];
  if (endpoint === '') {
    const what = `${input} signs in at ${service}: expected its address, or region`;
    reader.addError(`${service.toLowerCase()}-endpoint`, `missing; ${what}`);
  }
  if (service === 'IAM' && iamProjectId === '') {
    reader.addError(
      'region',
      `missing; ${input} gets a token for one project: expected region, or iam-project-id`,
    );
  }
}
