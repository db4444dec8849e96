/** Writes an outcome to the socket: JSON, a file while it is read, a body of the wrong length, or nothing. */
import type { ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Exchange } from './exchange.ts';
import type { Outcome } from './fault-effects.ts';

export function write(outcome: Outcome, exchange: Exchange, outgoing: ServerResponse, now: number): Response {
  if (outcome.kind === 'reset') {
    outgoing.socket?.destroy();
    return RESPONSE_ALREADY_SENT;
  }
  if (outcome.kind === 'hang') return RESPONSE_ALREADY_SENT;
  exchange.status = outcome.status;
  exchange.code = errorCode(outcome);
  outgoing.sendDate = false;
  const headers = {
    Server: 'api-gateway',
    Date: new Date(now).toUTCString(),
    'X-Request-Id': exchange.requestId,
    ...outcome.headers,
  };
  if (outcome.kind === 'json') {
    const body = outcome.body === '' ? null : JSON.stringify(outcome.body);
    return new Response(body, {
      status: outcome.status,
      headers: withoutEmpty({ 'Content-Type': 'application/json; charset=utf-8', ...headers }),
    });
  }
  if (outcome.kind === 'file') {
    const disposition = `attachment; filename="${outcome.name}"`;
    return new Response(streamOf(outcome.size, outcome.read), {
      status: outcome.status,
      headers: withoutEmpty({
        'Content-Type': 'application/octet-stream',
        'Content-Length': String(outcome.size),
        'Content-Disposition': disposition,
        ...headers,
      }),
    });
  }
  const { body, claimedLength } = outcome;
  outgoing.writeHead(outcome.status, { ...withoutEmpty(headers), 'Content-Length': claimedLength });
  // The client can see the end of a body that is shorter than declared only by the end of the connection.
  if (claimedLength > body.length) outgoing.write(body, () => outgoing.socket?.destroy());
  else outgoing.end(body);
  return RESPONSE_ALREADY_SENT;
}

/** Faults remove a header by giving it an empty value. */
const withoutEmpty = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));

function errorCode(outcome: Outcome): string {
  const body = outcome.kind === 'json' ? outcome.body : undefined;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return '';
  const code = Object.entries(body).find(([name]) => name === 'error_code')?.[1];
  return typeof code === 'string' ? code : '';
}

const chunkSize = 256 * 1024;

function streamOf(size: number, read: (from: number, to: number) => Uint8Array): ReadableStream<Uint8Array> {
  let from = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const to = Math.min(from + chunkSize, size);
      if (from < to) controller.enqueue(read(from, to));
      from = to;
      if (from >= size) controller.close();
    },
  });
}
