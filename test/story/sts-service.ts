// STS on loopback, as far as a keyless sign-in needs it: gives the simulator's temporary key to an ID token whose claims
// fit, and keeps what it was asked for.

import { createServer } from 'node:http';
import { listen } from '../loopback.ts';
import type { World } from './story.ts';

export interface StsRequest {
  readonly provider_urn: string;
  readonly agency_urn: string;
  readonly agency_session_name: string;
  readonly duration_seconds: number;
  readonly id_token: string;
}

export interface StsService {
  readonly url: string;
  readonly requests: readonly StsRequest[];
  /** Paths and headers of the requests. */
  readonly signed: readonly boolean[];
  /** What the next requests are answered instead of keys. */
  readonly failWith: { readonly status: number; readonly body: unknown }[];
}

export const providerUrn = 'iam::1a2b3c4d:oidcProvider:github';
export const agencyUrn = 'iam::1a2b3c4d:agency:codearts-build';

export async function startSts({ simulator, time }: World): Promise<StsService> {
  const requests: StsRequest[] = [];
  const signed: boolean[] = [];
  const failWith: { status: number; body: unknown }[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request) text += piece;
    const asked: StsRequest = JSON.parse(text);
    requests.push(asked);
    signed.push(request.headers.authorization !== undefined);
    response.setHeader('date', new Date(time.now()).toUTCString());
    response.setHeader('x-request-id', 'r'.repeat(8));
    const isKnown = request.url === '/v5/agencies/assume-with-oidc' && asked.provider_urn === providerUrn;
    const failure = failWith.shift() ?? (isKnown ? undefined : { status: 404, body: {} });
    if (failure) {
      response.writeHead(failure.status).end(JSON.stringify(failure.body));
      return;
    }
    const { ak, sk, securityToken } = simulator.temporaryKey;
    const expiration = new Date(time.now() + asked.duration_seconds * 1_000).toISOString();
    response.writeHead(200).end(
      JSON.stringify({
        assumed_agency: { urn: asked.agency_urn, id: 'agency' },
        credentials: {
          access_key_id: ak,
          secret_access_key: sk,
          security_token: securityToken,
          expiration,
        },
      }),
    );
  });
  return { url: await listen(server), requests, signed, failWith };
}
