// Requests GitHub's OIDC token for this job from the runner's token service. Not by @actions/core's getIDToken: that
// can't be cancelled, retries without saying so, and words a lost connection, a rejection and a missing permission alike.
// Each call requests a new token: they live for minutes. Source: GitHub's "OpenID Connect reference".

import { isConfidentialUrl } from '../huaweicloud/regions.ts';
import type { MissingSecretsReason } from './source/event.ts';

export interface IdTokenSource {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The input that needs the token, for messages. */
  readonly input: string;
  /** Empty: the audience that GitHub takes by default, the address of the repository's owner. */
  readonly audience: string;
  readonly missingSecrets: MissingSecretsReason | undefined;
  /** Sends one request. Throws when no answer comes, with a message that says why. */
  readonly get: (
    url: URL,
    headers: Readonly<Record<string, string>>,
  ) => Promise<{ readonly status: number; readonly body: string }>;
  /** Called with every secret before it is used. */
  readonly addMask: (secret: string) => void;
}

/** The message is one line for people. */
export class IdTokenError extends Error {
  override readonly name = 'IdTokenError';
  /** True when trying again a little later may well help. */
  readonly passing: boolean;

  constructor(message: string, passing: boolean) {
    super(message);
    this.passing = passing;
  }
}

/** @throws IdTokenError; whatever else `get` throws when it is not about the network */
export async function requestIdToken({
  env,
  input,
  audience,
  missingSecrets,
  get,
  addMask,
}: IdTokenSource): Promise<string> {
  const address = env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '';
  const bearer = env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '';
  if (!URL.canParse(address) || bearer === '')
    throw new IdTokenError(noPermission(input, missingSecrets), false);
  addMask(bearer);
  const url = new URL(address);
  if (!isConfidentialUrl(url)) {
    throw new IdTokenError(
      `${input}: GitHub gives its ID tokens at a plain http address (ACTIONS_ID_TOKEN_REQUEST_URL), to which the token for them is not sent.`,
      false,
    );
  }
  if (audience !== '') url.searchParams.set('audience', audience);
  const { status, body } = await get(url, { accept: 'application/json', authorization: `Bearer ${bearer}` });
  if (status < 200 || status > 299) throw new IdTokenError(refused(status), status >= 500 || status === 429);
  const token = tokenIn(body);
  if (token === undefined) {
    throw new IdTokenError(
      `GitHub's token service gave no ID token (HTTP ${status}); run the job again.`,
      true,
    );
  }
  addMask(token);
  return token;
}

function noPermission(input: string, missingSecrets: MissingSecretsReason | undefined): string {
  if (missingSecrets === 'fork') {
    return `${input}: GitHub gives a pull request from a fork no ID token, so its commits can't be built here; a maintainer who has read the change can push it to a branch of this repository.`;
  }
  return `${input}: the job may not ask GitHub for an ID token; add “permissions: id-token: write” to the job.`;
}

function refused(status: number): string {
  const what = `GitHub's token service refused to give an ID token (HTTP ${status})`;
  if (status >= 500 || status === 429) return `${what}; see githubstatus.com, or run the job again.`;
  return `${what}; check “permissions: id-token: write” of the job, and that it has not run for longer than 6 hours: after that GitHub gives no more.`;
}

function tokenIn(body: string): string | undefined {
  try {
    const json: unknown = JSON.parse(body);
    const value: unknown = typeof json === 'object' && json !== null ? Reflect.get(json, 'value') : undefined;
    return typeof value === 'string' && value !== '' ? value : undefined;
  } catch {
    return undefined;
  }
}
