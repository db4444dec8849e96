// Opens what a step works with, from the inputs: the console and the API client with its endpoints and credentials.
// Shared by the main step and the post step.

import { CodeArtsBuildClient } from './codearts/client.ts';
import type { ClientDeps, Deps, RunSetup } from './deps.ts';
import { Console } from './github/console.ts';
import type { Inputs } from './github/inputs/inputs.ts';
import { unauthorizedRemedy } from './github/report/messages.ts';
import type { MissingSecretsReason } from './github/source/event.ts';
import {
  type Authenticator,
  fixedAuthenticator,
  keyProof,
  renewingAuthenticator,
  tokenProof,
} from './huaweicloud/authenticator.ts';
import { proxySecrets } from './huaweicloud/connections.ts';
import type { Credentials } from './huaweicloud/credentials.ts';
import { endpointOf } from './huaweicloud/regions.ts';

/**
 * Masks the secrets of the inputs, and opens console and client. Sends nothing yet: the first call signs in.
 * @param missingSecrets why the workflow's secrets are empty, where the event says so
 */
export function openSetup(deps: Deps, inputs: Inputs, missingSecrets?: MissingSecretsReason): RunSetup {
  const { runner, randomToken: newToken, clock, random, cancelled: signal } = deps;
  if (inputs.commitStatus !== '') runner.mask(inputs.githubToken);
  const console = new Console(runner, { newToken, keepDates: inputs.logTimestamps === 'keep' });
  const addMask = (secret: string) => console.addMask(secret);
  const client = openClient(inputs, { ...deps, missingSecrets, addMask });
  return { deps, inputs, console, client, calls: { clock, random, signal } };
}

function openClient(inputs: Inputs, deps: ClientDeps): CodeArtsBuildClient {
  const { credentials, iamProjectId } = inputs;
  const { runner } = deps;
  for (const secret of [...secretsOf(credentials), ...proxySecrets(deps.env)]) runner.mask(secret);
  return new CodeArtsBuildClient({
    endpoint: inputs.endpoint || endpointOf('cloudbuild-ext', inputs.region),
    artifactEndpoint: artifactEndpointOf(inputs),
    authenticator: authenticatorOf(inputs, deps),
    http: deps.http,
    clock: deps.clock,
    iamProjectId,
    // A rejection may quote a parameter or what the build printed.
    hideMessages: inputs.log === 'off',
    redact: (text) => runner.redact(text),
    debug: (line) => runner.debug(line),
    unauthorized: (worked) => unauthorizedRemedy(credentials, worked),
  });
}

/** A private cloud's keys must not go to the public cloud: with an endpoint of its own, that of Artifact is not derived. */
function artifactEndpointOf({ artifactEndpoint: given, endpoint, region }: Inputs): string {
  return given || (endpoint === '' ? endpointOf('artifact', region) : '');
}

function secretsOf(credentials: Credentials): readonly string[] {
  switch (credentials.kind) {
    case 'token':
      return [credentials.token];
    case 'access-key':
      return [credentials.accessKey, credentials.secretKey, credentials.securityToken];
    case 'password':
      return [credentials.password];
    case 'agency':
      return credentials.idToken.kind === 'text' ? [credentials.idToken.value] : [];
    case 'identity-provider':
      return [];
  }
}

function authenticatorOf(inputs: Inputs, deps: ClientDeps): Authenticator {
  const { credentials, region, iamProjectId } = inputs;
  if (credentials.kind === 'token') return fixedAuthenticator(tokenProof(credentials.token));
  if (credentials.kind === 'access-key') return fixedAuthenticator(keyProof(credentials));
  const endpoint =
    credentials.kind === 'agency'
      ? inputs.stsEndpoint || endpointOf('sts', region)
      : inputs.iamEndpoint || endpointOf('iam', region);
  const project = iamProjectId === '' ? { name: region } : { id: iamProjectId };
  return renewingAuthenticator(deps.clock, async (signal) => {
    // Loaded late, because most runs sign in without a request.
    const { signIn } = await import('./sign-in.ts');
    return await signIn({ ...deps, credentials, endpoint, project }, signal);
  });
}
