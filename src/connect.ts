// From inputs to a client: which endpoint, which credentials. Shared by the main step and the post step.

import type { Clock } from './clock.ts';
import { type CodeArtsBuild, openCodeArtsBuild } from './codearts/client.ts';
import { accessKeyAuthenticator } from './huaweicloud/credentials.ts';
import type { Http } from './huaweicloud/http.ts';
import { codeArtsBuildEndpoint } from './huaweicloud/regions.ts';
import type { Inputs } from './workflow/inputs.ts';
import type { Runner } from './workflow/runner.ts';
import { concealing, maskSecrets } from './workflow/secrets.ts';

/** Masks every secret before it is first used. */
export function connect(inputs: Inputs, runner: Runner, http: Http, clock: Clock): CodeArtsBuild {
  const { accessKey, secretKey, securityToken } = inputs;
  const secrets = [accessKey, secretKey, securityToken];
  maskSecrets(runner, secrets);
  return openCodeArtsBuild({
    endpoint: inputs.endpoint || codeArtsBuildEndpoint(inputs.region),
    authenticator: accessKeyAuthenticator({
      accessKey,
      secretKey,
      ...(securityToken === '' ? {} : { securityToken }),
    }),
    http,
    clock,
    iamProjectId: inputs.iamProjectId,
    conceal: concealing(secrets),
  });
}
