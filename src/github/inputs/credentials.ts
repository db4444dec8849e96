// Reads how the workflow signs in to Huawei Cloud: by inputs, or else by the environment. An incomplete method and two
// methods at once are problems, each in one line that says what to do and shows no value. Makes no request.
// Names in the environment: huaweicloud/auth-action's, then the official SDKs', then those of the reference's samples.

import type { MissingSecretsReason } from '../source/missing-secrets.ts';
import type { InputReader } from './input-reader.ts';

/** `from` names where it comes from, for people: never a value. */
export type Credentials =
  | { readonly kind: 'token'; readonly token: string; readonly from: string }
  | {
      readonly kind: 'access-key';
      readonly accessKey: string;
      readonly secretKey: string;
      /** Empty for permanent keys. */
      readonly securityToken: string;
      readonly from: string;
    }
  | {
      readonly kind: 'password';
      readonly domain: string;
      readonly user: string;
      readonly password: string;
      readonly from: string;
    }
  | {
      readonly kind: 'identity-provider';
      readonly provider: string;
      /** Of GitHub's ID token; empty: GitHub's own default. */
      readonly audience: string;
      readonly from: string;
    }
  | {
      /** Temporary keys of STS for an ID token. */
      readonly kind: 'agency';
      readonly providerUrn: string;
      readonly agencyUrn: string;
      /** 2 to 128 characters. */
      readonly sessionName: string;
      /** 900 to 43200. */
      readonly durationSeconds: number;
      readonly audience: string;
      readonly idTokenOrigin: IdTokenOrigin;
      readonly from: string;
    };

/** Where the ID token of a keyless sign-in comes from. */
export type IdTokenOrigin =
  /** Requested for each sign-in. */
  | { readonly kind: 'github' }
  | { readonly kind: 'text'; readonly value: string }
  /** Read for each sign-in. */
  | { readonly kind: 'file'; readonly path: string };

/** Where a sign-in at IAM or STS is made. */
export interface SignInPlace {
  readonly region: string;
  readonly iamEndpoint: string;
  readonly stsEndpoint: string;
  readonly iamProjectId: string;
}

/** Undefined where they are missing, incomplete or ambiguous: a problem says so. */
export function readCredentials(
  reader: InputReader,
  place: SignInPlace,
  missingSecrets: MissingSecretsReason | undefined,
): Credentials | undefined {
  const methods = [
    readToken(reader),
    readAccessKey(reader),
    readPassword(reader),
    readProvider(reader),
    readAgency(reader),
  ];
  const [first, second] = methods.filter((method) => method !== undefined);
  if (first && second) {
    reader.addError(
      first.inputs[0],
      `given together with ${second.inputs[0]}: two ways to sign in; keep one and remove the inputs of the other`,
    );
    return undefined;
  }
  const isKeyless = first?.credentials.kind === 'identity-provider' || first?.credentials.kind === 'agency';
  if (reader.raw('oidc-audience') !== '' && !isKeyless) {
    reader.addError(
      'oidc-audience',
      "can't be given without identity-provider or oidc-provider-urn: it is the audience of the ID token that the identity provider accepts",
    );
    return undefined;
  }
  if (!first) {
    const found = readEnvironment(reader, place);
    if (found === undefined) reportNoCredentials(reader, missingSecrets);
    return found === 'incomplete' ? undefined : found;
  }
  const missing = first.inputs.filter((name) => reader.raw(name) === '');
  const [lacking] = missing;
  if (lacking !== undefined) {
    reader.addError(lacking, incompletePair(first.inputs, missing, missingSecrets));
    return undefined;
  }
  if (first.signsIn === 'iam') checkPlace(reader, place, first.inputs[0]);
  if (first.signsIn === 'sts') checkStsPlace(reader, place);
  return first.credentials;
}

interface SignInMethod {
  /** Those that it requires. */
  readonly inputs: readonly [string, ...string[]];
  readonly credentials: Credentials;
  /** The service that has to be asked first. */
  readonly signsIn: 'iam' | 'sts' | undefined;
}

function readToken(reader: InputReader): SignInMethod | undefined {
  const token = reader.secret('auth-token', 'a token as IAM gives it in X-Subject-Token');
  if (token === '') return undefined;
  const credentials = { kind: 'token', token, from: 'the input auth-token' } as const;
  return { inputs: ['auth-token'], credentials, signsIn: undefined };
}

function readAccessKey(reader: InputReader): SignInMethod | undefined {
  const accessKey = reader.secret('access-key', 'the AK as the console shows it');
  const secretKey = reader.secret('secret-key', 'the SK as the console shows it');
  const securityToken = reader.secret('security-token', 'the security token that came with the keys');
  if (accessKey === '' && secretKey === '' && securityToken === '') return undefined;
  checkSwapped(reader, accessKey, secretKey, ['access-key', 'secret-key']);
  const from =
    securityToken === ''
      ? 'the inputs access-key and secret-key'
      : 'the inputs access-key, secret-key and security-token';
  const credentials = { kind: 'access-key', accessKey, secretKey, securityToken, from } as const;
  return { inputs: ['access-key', 'secret-key'], credentials, signsIn: undefined };
}

/** An AK is 20 capitals and digits; an SK is longer, and has small letters too. */
function checkSwapped(
  reader: InputReader,
  accessKey: string,
  secretKey: string,
  [accessName, secretName]: readonly [string, string],
): void {
  const form = /^[A-Z\d]{20}$/;
  if (accessKey.length <= 20 || form.test(accessKey) || !form.test(secretKey)) return;
  reader.addError(
    'access-key',
    `${accessName} and ${secretName} look swapped: the AK has 20 characters, the SK 40; here it is the other way round`,
  );
}

function readPassword(reader: InputReader): SignInMethod | undefined {
  const domain = reader.raw('iam-domain');
  const user = reader.raw('iam-user');
  const password = reader.raw('iam-password');
  if (domain === '' && user === '' && password === '') return undefined;
  const from = 'the inputs iam-domain, iam-user and iam-password';
  const credentials = { kind: 'password', domain, user, password, from } as const;
  return { inputs: ['iam-domain', 'iam-user', 'iam-password'], credentials, signsIn: 'iam' };
}

function readProvider(reader: InputReader): SignInMethod | undefined {
  const provider = reader.text(
    'identity-provider',
    /^[\w.-]{1,64}$/,
    'the name of an identity provider in IAM: letters, digits, "_", "-" and "."',
  );
  if (provider === '') return undefined;
  const credentials = {
    kind: 'identity-provider',
    provider,
    audience: reader.raw('oidc-audience'),
    from: 'the input identity-provider',
  } as const;
  return { inputs: ['identity-provider'], credentials, signsIn: 'iam' };
}

const providerUrn = /^iam::[\w-]+:oidcProvider:[\w./-]+$/;
const agencyUrn = /^iam::[\w-]+:agency:[\w./-]+$/;
const providerUrnForm = 'a URN such as iam::1a2b3c…:oidcProvider:github';
const agencyUrnForm = 'a URN such as iam::1a2b3c…:agency:codearts-build';

function readAgency(reader: InputReader): SignInMethod | undefined {
  const provider = reader.text('oidc-provider-urn', providerUrn, providerUrnForm);
  const agency = reader.text('oidc-agency-urn', agencyUrn, agencyUrnForm);
  const sessionName = reader.text(
    'oidc-session-name',
    /^[\w.@=,-]{2,128}$/,
    '2 to 128 letters, digits and .@=,_-',
  );
  const duration = reader.number('oidc-duration-seconds', 900, 43_200, 'whole seconds from 900 to 43200');
  if (provider === '' && agency === '') {
    for (const name of ['oidc-session-name', 'oidc-duration-seconds']) {
      if (reader.raw(name) !== '') reader.addError(name, "can't be given without oidc-provider-urn");
    }
    return undefined;
  }
  const credentials = {
    kind: 'agency',
    providerUrn: provider,
    agencyUrn: agency,
    sessionName: sessionName || defaultSessionName(reader),
    durationSeconds: duration ?? 3_600,
    audience: reader.raw('oidc-audience'),
    idTokenOrigin: { kind: 'github' },
    from: 'the inputs oidc-provider-urn and oidc-agency-urn',
  } as const;
  return { inputs: ['oidc-provider-urn', 'oidc-agency-urn'], credentials, signsIn: 'sts' };
}

/** Names the run in the account's audit log. */
function defaultSessionName(reader: InputReader): string {
  const repository = reader.env('GITHUB_REPOSITORY').replace(/[^\w.-]+/g, '-');
  return [repository.slice(0, 100) || 'github-actions', reader.env('GITHUB_RUN_ID').slice(0, 20)]
    .filter((part) => part !== '')
    .join('-');
}

function checkStsPlace(reader: InputReader, { region, stsEndpoint }: SignInPlace): void {
  if (region !== '' || stsEndpoint !== '') return;
  reader.addError(
    'sts-endpoint',
    'missing; oidc-provider-urn signs in at STS: expected its address, or region',
  );
}

/** The names of the official SDK. Its policies, which narrow the keys down, are not supported. */
function readAgencyEnvironment(reader: InputReader, place: SignInPlace): Found {
  const provider = reader.env('HUAWEICLOUD_OIDC_PROVIDER_URN');
  const agency = reader.env('HUAWEICLOUD_OIDC_AGENCY_URN');
  if (provider === '' && agency === '') return undefined;
  const [input, wrong] = providerUrn.test(provider)
    ? ['oidc-agency-urn', agencyUrn.test(agency) ? '' : 'HUAWEICLOUD_OIDC_AGENCY_URN']
    : ['oidc-provider-urn', 'HUAWEICLOUD_OIDC_PROVIDER_URN'];
  const seconds = Number(reader.env('HUAWEICLOUD_OIDC_DURATION_SECONDS') || '3600');
  if (wrong !== '') {
    const form = input === 'oidc-agency-urn' ? agencyUrnForm : providerUrnForm;
    reader.addError(input, `missing or not valid: ${wrong} in the environment; expected ${form}`);
    return 'incomplete';
  }
  if (!Number.isInteger(seconds) || seconds < 900 || seconds > 43_200) {
    const name = 'HUAWEICLOUD_OIDC_DURATION_SECONDS';
    reader.addError(
      'oidc-duration-seconds',
      `${name} is not valid; expected whole seconds from 900 to 43200`,
    );
    return 'incomplete';
  }
  checkStsPlace(reader, place);
  return {
    kind: 'agency',
    providerUrn: provider,
    agencyUrn: agency,
    sessionName: reader.env('HUAWEICLOUD_OIDC_SESSION_NAME') || defaultSessionName(reader),
    durationSeconds: seconds,
    audience: reader.raw('oidc-audience'),
    idTokenOrigin: idTokenOrigin(reader),
    from: 'HUAWEICLOUD_OIDC_PROVIDER_URN and HUAWEICLOUD_OIDC_AGENCY_URN in the environment',
  };
}

function idTokenOrigin(reader: InputReader): IdTokenOrigin {
  const value = reader.env('HUAWEICLOUD_OIDC_ID_TOKEN');
  const path = reader.env('HUAWEICLOUD_OIDC_TOKEN_FILE');
  if (value !== '') return { kind: 'text', value };
  return path === '' ? { kind: 'github' } : { kind: 'file', path };
}

function checkPlace(
  reader: InputReader,
  { region, iamEndpoint, iamProjectId }: SignInPlace,
  method: string,
): void {
  if (region !== '') return;
  if (iamEndpoint === '') {
    reader.addError('iam-endpoint', `missing; ${method} signs in at IAM: expected its address, or region`);
  }
  if (iamProjectId === '') {
    reader.addError(
      'region',
      `missing; ${method} gets a token for one project: expected region, or iam-project-id`,
    );
  }
}

interface Names {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly securityToken?: string;
}

const environmentNames: readonly Names[] = [
  { accessKey: 'HUAWEI_CLOUD_ACCESS_KEY_ID', secretKey: 'HUAWEI_CLOUD_SECRET_ACCESS_KEY' },
  {
    accessKey: 'HUAWEICLOUD_SDK_AK',
    secretKey: 'HUAWEICLOUD_SDK_SK',
    securityToken: 'HUAWEICLOUD_SDK_SECURITY_TOKEN',
  },
  { accessKey: 'CLOUD_SDK_AK', secretKey: 'CLOUD_SDK_SK' },
];

/** `incomplete`: half a pair; a problem says so. */
type Found = Credentials | 'incomplete' | undefined;

/** The first family of names that has anything counts: a later one would hide that it is incomplete. */
function readEnvironment(reader: InputReader, place: SignInPlace): Found {
  for (const names of environmentNames) {
    const found = fromNames(reader, names);
    if (found !== undefined) return found;
  }
  return readAgencyEnvironment(reader, place);
}

function fromNames(reader: InputReader, names: Names): Found {
  const accessKey = reader.env(names.accessKey);
  const secretKey = reader.env(names.secretKey);
  if (accessKey === '' && secretKey === '') return undefined;
  if (accessKey === '' || secretKey === '') {
    const [has, lacks] =
      accessKey === '' ? [names.secretKey, names.accessKey] : [names.accessKey, names.secretKey];
    reader.addError(
      accessKey === '' ? 'access-key' : 'secret-key',
      `missing: the environment has ${has} but not ${lacks}; set both or neither`,
    );
    return 'incomplete';
  }
  checkSwapped(reader, accessKey, secretKey, [names.accessKey, names.secretKey]);
  const securityToken = names.securityToken === undefined ? '' : reader.env(names.securityToken);
  const used = [names.accessKey, names.secretKey, ...(securityToken === '' ? [] : [names.securityToken])];
  const from = `${used.slice(0, -1).join(', ')} and ${used.at(-1)} in the environment`;
  return { kind: 'access-key', accessKey, secretKey, securityToken, from };
}

function incompletePair(
  inputs: readonly string[],
  missing: readonly string[],
  missingSecrets: MissingSecretsReason | undefined,
): string {
  const [, ...others] = missing;
  const too = others.length === 0 ? '' : `, and so is ${others.join(' and ')}`;
  const together = `${inputs.slice(0, -1).join(', ')} and ${inputs.at(-1)} go together`;
  const why = missingSecretsHint(missingSecrets) ?? 'is the secret set, and visible to this workflow?';
  return `missing${too}; ${together} (${why})`;
}

function reportNoCredentials(reader: InputReader, missingSecrets: MissingSecretsReason | undefined): void {
  const hint = missingSecretsHint(missingSecrets);
  reader.problems.push(
    hint === undefined
      ? 'No credentials: access-key is empty and no other sign-in input is set. Check that the secret exists in this repository or environment; reusable workflows need "secrets: inherit".'
      : `No credentials: access-key is empty. ${hint}.`,
  );
}

function missingSecretsHint(reason: MissingSecretsReason | undefined): string | undefined {
  switch (reason) {
    case 'fork':
      return "GitHub gives a pull request from a fork no secrets, so its commits can't be built here; a maintainer who has read the change can push it to a branch of this repository (a required job that is skipped for forks would count as passed)";
    case 'dependabot':
      return 'GitHub gives runs by Dependabot no Actions secrets; store them as Dependabot secrets too (a required job that is skipped would count as passed)';
    case undefined:
      return undefined;
  }
}
