// Reads each way of signing in to Huawei Cloud from its inputs or its environment variables, and checks the form of its
// values. Which one is used, and whether it is complete, is decided in credentials.ts.

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
      /** A policy as JSON that narrows the keys' permissions down; empty: none. */
      readonly policy: string;
      /** The IDs of predefined policies that do the same. */
      readonly policyIds: readonly string[];
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

/** A value that a way of signing in requires. */
interface RequiredValue {
  readonly input: string;
  /** The environment variable that it comes from, if not from the input. */
  readonly variable?: string | undefined;
  readonly value: string;
}

export interface SignInMethod {
  readonly required: readonly [RequiredValue, ...RequiredValue[]];
  readonly credentials: Credentials;
}

/** Those of which any input is given. */
export function methodsFromInputs(reader: InputReader): readonly SignInMethod[] {
  const methods = [
    readToken(reader),
    readAccessKey(reader),
    readPassword(reader),
    readProvider(reader),
    readAgencyInputs(reader),
  ];
  return methods.filter((method) => method !== undefined);
}

/** The first of which any variable is set: a later one would hide that it is incomplete. */
export function methodFromEnvironment(reader: InputReader): SignInMethod | undefined {
  for (const names of accessKeyVariables) {
    const found = readAccessKeyVariables(reader, names);
    if (found) return found;
  }
  const isSet = [providerVariable, agencyVariable].some((name) => reader.env(name) !== '');
  return isSet ? readAgency(reader) : undefined;
}

function readToken(reader: InputReader): SignInMethod | undefined {
  const token = reader.secret('auth-token', 'a token as IAM gives it in X-Subject-Token');
  if (token === '') return undefined;
  const credentials = { kind: 'token', token, from: 'the input auth-token' } as const;
  return { required: [{ input: 'auth-token', value: token }], credentials };
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
  return {
    required: [
      { input: 'access-key', value: accessKey },
      { input: 'secret-key', value: secretKey },
    ],
    credentials: { kind: 'access-key', accessKey, secretKey, securityToken, from },
  };
}

/** Those of huaweicloud/auth-action, of the official SDKs, and of the reference's samples. */
const accessKeyVariables = [
  ['HUAWEI_CLOUD_ACCESS_KEY_ID', 'HUAWEI_CLOUD_SECRET_ACCESS_KEY', ''],
  ['HUAWEICLOUD_SDK_AK', 'HUAWEICLOUD_SDK_SK', 'HUAWEICLOUD_SDK_SECURITY_TOKEN'],
  ['CLOUD_SDK_AK', 'CLOUD_SDK_SK', ''],
] as const;

function readAccessKeyVariables(
  reader: InputReader,
  [accessName, secretName, tokenName]: (typeof accessKeyVariables)[number],
): SignInMethod | undefined {
  const accessKey = reader.env(accessName);
  const secretKey = reader.env(secretName);
  const securityToken = reader.env(tokenName);
  if (accessKey === '' && secretKey === '') return undefined;
  checkSwapped(reader, accessKey, secretKey, [accessName, secretName]);
  const names =
    securityToken === ''
      ? `${accessName} and ${secretName}`
      : `${accessName}, ${secretName} and ${tokenName}`;
  const from = `${names} in the environment`;
  return {
    required: [
      { input: 'access-key', variable: accessName, value: accessKey },
      { input: 'secret-key', variable: secretName, value: secretKey },
    ],
    credentials: { kind: 'access-key', accessKey, secretKey, securityToken, from },
  };
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
  return {
    required: [
      { input: 'iam-domain', value: domain },
      { input: 'iam-user', value: user },
      { input: 'iam-password', value: password },
    ],
    credentials: { kind: 'password', domain, user, password, from },
  };
}

function readProvider(reader: InputReader): SignInMethod | undefined {
  const provider = reader.text(
    'identity-provider',
    /^[\w.-]{1,64}$/,
    'the name of an identity provider in IAM: letters, digits, "_", "-" and "."',
  );
  if (provider === '') return undefined;
  const audience = reader.raw('oidc-audience');
  const from = 'the input identity-provider';
  return {
    required: [{ input: 'identity-provider', value: provider }],
    credentials: { kind: 'identity-provider', provider, audience, from },
  };
}

const providerVariable = 'HUAWEICLOUD_OIDC_PROVIDER_URN';
const agencyVariable = 'HUAWEICLOUD_OIDC_AGENCY_URN';

function readAgencyInputs(reader: InputReader): SignInMethod | undefined {
  return givesUrn(reader) ? readAgency(reader) : undefined;
}

function givesUrn(reader: InputReader): boolean {
  return reader.raw('oidc-provider-urn') !== '' || reader.raw('oidc-agency-urn') !== '';
}

/** Each input defaults to its variable. The variables are the official SDK's (huaweicloudsdkcore 3.1.219). */
function readAgency(reader: InputReader): SignInMethod {
  const provider = reader.text(
    'oidc-provider-urn',
    /^iam::[\w-]+:oidcProvider:[\w./-]+$/,
    'a URN such as iam::1a2b3c…:oidcProvider:github',
    providerVariable,
  );
  const agency = reader.text(
    'oidc-agency-urn',
    /^iam::[\w-]+:agency:[\w./-]+$/,
    'a URN such as iam::1a2b3c…:agency:codearts-build',
    agencyVariable,
  );
  const sessionName = reader.text(
    'oidc-session-name',
    /^[\w.@=,-]{2,128}$/,
    '2 to 128 letters, digits and .@=,_-',
    'HUAWEICLOUD_OIDC_SESSION_NAME',
  );
  const duration = reader.number(
    'oidc-duration-seconds',
    900,
    43_200,
    'whole seconds from 900 to 43200',
    'HUAWEICLOUD_OIDC_DURATION_SECONDS',
  );
  const policyIds = reader.env('HUAWEICLOUD_OIDC_POLICY_IDS').split(',');
  const isFromInputs = givesUrn(reader);
  return {
    required: [
      { input: 'oidc-provider-urn', variable: isFromInputs ? undefined : providerVariable, value: provider },
      { input: 'oidc-agency-urn', variable: isFromInputs ? undefined : agencyVariable, value: agency },
    ],
    credentials: {
      kind: 'agency',
      providerUrn: provider,
      agencyUrn: agency,
      sessionName: sessionName || defaultSessionName(reader),
      durationSeconds: duration ?? 3_600,
      policy: reader.env('HUAWEICLOUD_OIDC_POLICY'),
      policyIds: policyIds.map((id) => id.trim()).filter((id) => id !== ''),
      audience: reader.raw('oidc-audience'),
      idTokenOrigin: idTokenOrigin(reader),
      from: isFromInputs
        ? 'the inputs oidc-provider-urn and oidc-agency-urn'
        : `${providerVariable} and ${agencyVariable} in the environment`,
    },
  };
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
  return path === '' ? { kind: 'github' } : { kind: 'file', path };
}
