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
    };

/** Where a sign-in at IAM is made. */
export interface SignInPlace {
  readonly region: string;
  readonly iamEndpoint: string;
  readonly iamProjectId: string;
}

/** Undefined where they are missing, incomplete or ambiguous: a problem says so. */
export function readCredentials(
  reader: InputReader,
  place: SignInPlace,
  missingSecrets: MissingSecretsReason | undefined,
): Credentials | undefined {
  const methods = [readToken(reader), readAccessKey(reader), readPassword(reader), readProvider(reader)];
  const [first, second] = methods.filter((method) => method !== undefined);
  if (first && second) {
    reader.addError(
      first.inputs[0],
      `given together with ${second.inputs[0]}: two ways to sign in; keep one and remove the inputs of the other`,
    );
    return undefined;
  }
  if (reader.raw('oidc-audience') !== '' && first?.credentials.kind !== 'identity-provider') {
    reader.addError(
      'oidc-audience',
      "can't be given without identity-provider: it is the audience of the ID token that the identity provider accepts",
    );
    return undefined;
  }
  if (!first) {
    const found = readEnvironment(reader);
    if (found === undefined) reportNoCredentials(reader, missingSecrets);
    return found === 'incomplete' ? undefined : found;
  }
  const missing = first.inputs.filter((name) => reader.raw(name) === '');
  const [lacking] = missing;
  if (lacking !== undefined) {
    reader.addError(lacking, incompletePair(first.inputs, missing, missingSecrets));
    return undefined;
  }
  if (first.signsIn) checkPlace(reader, place, first.inputs[0]);
  return first.credentials;
}

interface SignInMethod {
  /** Those that it requires. */
  readonly inputs: readonly [string, ...string[]];
  readonly credentials: Credentials;
  /** True when it needs a token from IAM. */
  readonly signsIn: boolean;
}

function readToken(reader: InputReader): SignInMethod | undefined {
  const token = reader.secret('auth-token', 'a token as IAM gives it in X-Subject-Token');
  if (token === '') return undefined;
  const credentials = { kind: 'token', token, from: 'the input auth-token' } as const;
  return { inputs: ['auth-token'], credentials, signsIn: false };
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
  return { inputs: ['access-key', 'secret-key'], credentials, signsIn: false };
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
  return { inputs: ['iam-domain', 'iam-user', 'iam-password'], credentials, signsIn: true };
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
  return { inputs: ['identity-provider'], credentials, signsIn: true };
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
function readEnvironment(reader: InputReader): Found {
  for (const names of environmentNames) {
    const found = fromNames(reader, names);
    if (found !== undefined) return found;
  }
  return undefined;
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
