// Opens the API client from the inputs: endpoints and credentials. Shared by the main step and the post step.

import type { Clock, Random } from './clock.ts';
import type { CodeArtsBuildClient } from './codearts/api.ts';
import { createClient } from './codearts/client.ts';
import type { Inputs } from './github/inputs/inputs.ts';
import type { Credentials } from './github/inputs/sign-in-methods.ts';
import type { MaskingRunner } from './github/masking.ts';
import { unauthorizedRemedy } from './github/report/messages.ts';
import type { MissingSecretsReason } from './github/source/event.ts';
import {
  type Authenticator,
  accessKeyAuthenticator,
  tokenAuthenticator,
} from './huaweicloud/authenticator.ts';
import type { Http } from './huaweicloud/http.ts';
import { proxySecrets } from './huaweicloud/proxy.ts';
import { artifactEndpoint, codeArtsBuildEndpoint, iamEndpoint, stsEndpoint } from './huaweicloud/regions.ts';

export interface ClientDeps {
  readonly http: Http;
  readonly clock: Clock;
  readonly random: Random;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string) => string;
  readonly missingSecrets?: MissingSecretsReason | undefined;
  readonly runner: Pick<MaskingRunner, 'mask' | 'redact' | 'debug'>;
  /** Has the runner mask a secret that comes up later, whatever is being printed then. */
  readonly addMask: (secret: string) => void;
}

/** Masks the secrets of the inputs, then makes the client. Sends nothing yet: the first call signs in. */
export function openClient(inputs: Inputs, around: ClientDeps): CodeArtsBuildClient {
  const { credentials, iamProjectId } = inputs;
  const { runner } = around;
  for (const secret of [...secretsOf(credentials), ...proxySecrets(around.env)]) runner.mask(secret);
  return createClient({
    endpoint: inputs.endpoint || codeArtsBuildEndpoint(inputs.region),
    artifactEndpoint: artifactEndpointOf(inputs),
    authenticator: authenticatorOf(inputs, around),
    http: around.http,
    clock: around.clock,
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
  return given || (endpoint === '' ? artifactEndpoint(region) : '');
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
      return credentials.idTokenOrigin.kind === 'text' ? [credentials.idTokenOrigin.value] : [];
    case 'identity-provider':
      return [];
  }
}

function authenticatorOf(inputs: Inputs, around: ClientDeps): Authenticator {
  const { credentials, region, iamProjectId } = inputs;
  switch (credentials.kind) {
    case 'token':
      return tokenAuthenticator(credentials.token);
    case 'access-key': {
      const { accessKey, secretKey, securityToken } = credentials;
      return accessKeyAuthenticator({
        accessKey,
        secretKey,
        ...(securityToken === '' ? {} : { securityToken }),
      });
    }
    case 'password':
    case 'identity-provider':
    case 'agency': {
      const project = iamProjectId === '' ? { name: region } : { id: iamProjectId };
      return lazyAuthenticator(async () => {
        const { signIn } = await import('./sign-in.ts');
        const isAgency = credentials.kind === 'agency';
        return signIn({
          ...around,
          credentials,
          project,
          iamEndpoint: inputs.iamEndpoint || (isAgency ? '' : iamEndpoint(region)),
          stsEndpoint: inputs.stsEndpoint || (isAgency ? stsEndpoint(region) : ''),
          missingSecrets: around.missingSecrets,
        });
      });
    }
  }
}

/** An authenticator that is made when it is first needed. */
function lazyAuthenticator(make: () => Promise<Authenticator>): Authenticator {
  let made: Promise<Authenticator> | undefined;
  const get = () => {
    made ??= make();
    return made;
  };
  return {
    authorize: async (request, at, signal) => (await get()).authorize(request, at, signal),
    renew: async (signal) => (await get()).renew(signal),
  };
}
