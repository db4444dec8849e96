// GitHub's token service for a job, on loopback: gives a new ID token to whoever brings the job's request token.

import { createServer } from 'node:http';
import { listen } from '../loopback.ts';

export interface IdTokenService {
  /** What the runner sets for a job with `permissions: id-token: write`. */
  readonly env: Readonly<Record<string, string>>;
  /** Every ID token that was given out. */
  readonly given: readonly string[];
  /** The audience of each request; null where none was asked for. */
  readonly audiences: readonly (string | null)[];
  /** What the next requests are answered instead of a token. */
  readonly failWith: { status: number; body: string }[];
}

const requestToken = 'fake-request-token-of-the-job';

/** @param sign makes the token for an audience; one with a fake signature when left out */
export async function startIdTokenService(
  now: () => number,
  sign?: (claims: Readonly<Record<string, unknown>>) => string,
): Promise<IdTokenService> {
  const given: string[] = [];
  const audiences: (string | null)[] = [];
  const failWith: { status: number; body: string }[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    audiences.push(url.searchParams.get('audience'));
    const failure = failWith.shift();
    const allowed = request.headers.authorization === `Bearer ${requestToken}`;
    if (failure || !allowed) {
      response.writeHead(failure?.status ?? 401).end(failure?.body ?? '');
      return;
    }
    const audience = url.searchParams.get('audience') ?? 'https://github.com/octo';
    given.push(
      sign?.({ aud: audience, sub: 'repo:octo/shop:ref:refs/heads/main', jti: `token-${given.length}` }) ??
        idToken(given.length, audience, now()),
    );
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ value: given.at(-1) }));
  });
  const env = {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${await listen(server)}/idtoken?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
  };
  return { env, given, audiences, failWith };
}

/** Good for five minutes, as GitHub's are. */
function idToken(number: number, audience: string, now: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    jti: `token-${number}`,
    iss: 'https://token.actions.githubusercontent.com',
    sub: 'repo:octo/shop:ref:refs/heads/main',
    aud: audience,
    exp: Math.floor(now / 1000) + 300,
  };
  return `${part({ alg: 'RS256' })}.${part(claims)}.fake-signature`;
}
