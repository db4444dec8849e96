/** Serves GitHub's ID tokens as the runner's token service does: a new one, signed by the simulated issuer, per request. */
import { createServer, type Server } from 'node:http';

export interface IdTokenService {
  readonly server: Server;
  /** Every ID token that was given out. */
  readonly given: readonly string[];
  /** The audience of each request; null if none was requested. */
  readonly audiences: readonly (string | null)[];
  /** The response to the next requests instead of a token. */
  readonly failWith: { status: number; body: string }[];
  /** What the runner sets for a job with `permissions: id-token: write`. @param origin the server's address */
  env(origin: string): Readonly<Record<string, string>>;
}

const requestToken = 'fake-request-token-of-the-job';

/** The server has yet to listen. @param sign makes a token with these claims and the issuer's own */
export function idTokenService(sign: (claims: Readonly<Record<string, unknown>>) => string): IdTokenService {
  const given: string[] = [];
  const audiences: (string | null)[] = [];
  const failWith: { status: number; body: string }[] = [];
  const server = createServer((request, response) => {
    const audience = new URL(request.url ?? '/', 'http://localhost').searchParams.get('audience');
    audiences.push(audience);
    const failure = failWith.shift();
    const allowed = request.headers.authorization === `Bearer ${requestToken}`;
    if (failure || !allowed) {
      response.writeHead(failure?.status ?? 401).end(failure?.body ?? '');
      return;
    }
    const token = sign({ jti: `token-${given.length}`, ...(audience === null ? {} : { aud: audience }) });
    given.push(token);
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ value: token }));
  });
  const env = (origin: string) => ({
    ACTIONS_ID_TOKEN_REQUEST_URL: `${origin}/idtoken?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
  });
  return { server, given, audiences, failWith, env };
}
