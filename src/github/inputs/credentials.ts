// Decides how the workflow signs in to Huawei Cloud: by inputs, or else by the environment. An incomplete way of signing
// in and two ways at once are problems, each in one line that says what to do and shows no value. Makes no request.

import type { MissingSecretsReason } from '../source/event.ts';
import type { InputReader } from './input-reader.ts';
import {
  type Credentials,
  methodFromEnvironment,
  methodsFromInputs,
  type SignInMethod,
} from './sign-in-methods.ts';

/** Where a sign-in at IAM or STS is made. */
export interface SignInPlace {
  readonly region: string;
  readonly iamEndpoint: string;
  readonly stsEndpoint: string;
  readonly iamProjectId: string;
}

/**
 * Where there are none to use, a problem says why. `missing`: all or some are not given, as when secrets are empty;
 * `conflict`: they contradict each other.
 */
export type CredentialsResult = Credentials | 'missing' | 'conflict';

export function readCredentials(
  reader: InputReader,
  place: SignInPlace,
  missingSecrets: MissingSecretsReason | undefined,
): CredentialsResult {
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
    reportNoCredentials(reader, missingSecrets);
    return 'missing';
  }
  const missing = method.required.filter(({ value }) => value === '');
  if (missing.length > 0) {
    reportIncomplete(reader, method, missingSecrets);
    return 'missing';
  }
  checkPlace(reader, place, method);
  return method.credentials;
}

/** Reports inputs of a keyless sign-in that this way of signing in does not use. @returns whether there were any */
function reportUnused(reader: InputReader, credentials: Credentials | undefined): boolean {
  const before = reader.problems.length;
  const onlyForAgency = credentials?.kind === 'agency' ? [] : ['oidc-session-name', 'oidc-duration-seconds'];
  for (const name of onlyForAgency) {
    if (reader.raw(name) !== '') reader.addError(name, "can't be given without oidc-provider-urn");
  }
  const unused = whyAudienceIsUnused(credentials);
  if (reader.raw('oidc-audience') !== '' && unused !== undefined) reader.addError('oidc-audience', unused);
  return reader.problems.length > before;
}

function whyAudienceIsUnused(credentials: Credentials | undefined): string | undefined {
  switch (credentials?.kind) {
    case 'identity-provider':
      return undefined;
    case 'agency':
      if (credentials.idTokenOrigin.kind === 'github') return undefined;
      return "can't be given with an ID token from HUAWEICLOUD_OIDC_ID_TOKEN or HUAWEICLOUD_OIDC_TOKEN_FILE, whose audience is fixed";
    default:
      return "can't be given without identity-provider or oidc-provider-urn: it is the audience of the ID token that the identity provider accepts";
  }
}

function reportIncomplete(
  reader: InputReader,
  { required }: SignInMethod,
  missingSecrets: MissingSecretsReason | undefined,
): void {
  const [lacking, ...others] = required.filter(({ value }) => value === '');
  if (lacking === undefined) return;
  if (lacking.variable !== undefined) {
    const present = required.find(({ value }) => value !== '');
    reader.addError(
      lacking.input,
      `missing: the environment has ${present?.variable} but not ${lacking.variable}; set both or neither`,
    );
    return;
  }
  const inputs = required.map(({ input }) => input);
  const too = others.length === 0 ? '' : `, and so is ${others.map(({ input }) => input).join(' and ')}`;
  const together = `${inputs.slice(0, -1).join(', ')} and ${inputs.at(-1)} go together`;
  const why = missingSecretsHint(missingSecrets) ?? 'is the secret set, and visible to this workflow?';
  reader.addError(lacking.input, `missing${too}; ${together} (${why})`);
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
      return "GitHub gives a pull request from a fork no secrets, so its commits can't be built here; a maintainer who has reviewed the change can push it to a branch of this repository (a required job that is skipped for forks would count as passed)";
    case 'dependabot':
      return 'GitHub gives runs by Dependabot no Actions secrets; store them as Dependabot secrets too (a required job that is skipped would count as passed)';
    case undefined:
      return undefined;
  }
}

/** Signing in at STS or IAM needs its address, and IAM a project; a region gives both. */
function checkPlace(
  reader: InputReader,
  { region, iamEndpoint, stsEndpoint, iamProjectId }: SignInPlace,
  { credentials: { kind }, required: [{ input }] }: SignInMethod,
): void {
  if (region !== '') return;
  if (kind === 'agency') {
    if (stsEndpoint !== '') return;
    reader.addError('sts-endpoint', `missing; ${input} signs in at STS: expected its address, or region`);
  }
  if (kind !== 'password' && kind !== 'identity-provider') return;
  if (iamEndpoint === '') {
    reader.addError('iam-endpoint', `missing; ${input} signs in at IAM: expected its address, or region`);
  }
  if (iamProjectId === '') {
    reader.addError(
      'region',
      `missing; ${input} gets a token for one project: expected region, or iam-project-id`,
    );
  }
}
