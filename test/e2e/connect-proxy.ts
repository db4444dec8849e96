// An HTTP proxy as companies have them: opens tunnels (CONNECT), by name, for those who know the password. It resolves
// every name to this machine.

import { createServer, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { listen } from '../loopback.ts';

export interface ConnectProxy {
  readonly port: number;
  /** Where tunnels were asked for: host and port. */
  readonly tunnels: readonly string[];
  /** What clients proved themselves with, decoded. */
  readonly credentials: readonly string[];
}

export interface ConnectProxyOptions {
  /** `user:password`; anybody may pass without. */
  readonly credentials?: string;
  /** Answered to each CONNECT instead of opening a tunnel. */
  readonly refuse?: number;
}

export async function startConnectProxy(options: ConnectProxyOptions = {}): Promise<ConnectProxy> {
  const tunnels: string[] = [];
  const credentials: string[] = [];
  const server = createServer((_, response) => {
    // Anything but CONNECT would be readable for the proxy.
    response.writeHead(405).end();
  });
  server.on('connect', (request: IncomingMessage, client: Duplex) => {
    client.on('error', () => {});
    tunnels.push(request.url ?? '');
    const given = Buffer.from((request.headers['proxy-authorization'] ?? '').replace('Basic ', ''), 'base64');
    credentials.push(given.toString('utf8'));
    const status = options.refuse ?? (permits(options, given.toString('utf8')) ? 200 : 407);
    if (status !== 200) {
      client.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const port = Number(/:(\d+)$/.exec(request.url ?? '')?.[1]);
    const target = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.pipe(client).pipe(target);
    });
    target.on('error', () => client.destroy());
    client.on('close', () => target.destroy());
  });
  return { port: Number(new URL(await listen(server)).port), tunnels, credentials };
}

function permits({ credentials }: ConnectProxyOptions, given: string): boolean {
  return credentials === undefined || credentials === given;
}
