/** Applies faults: some respond in place of the handler, others change its response. faults.ts decides which ones apply. */

import { gzipSync } from 'node:zlib';
import type { Answer } from './calls/call.ts';
import type { FaultEffect } from './faults.ts';
import type { Json } from './json.ts';
import { type LogQuirk, logQuirkKinds } from './log-slice.ts';
import { errorBody, errors, ServiceError } from './service-errors.ts';

/** A response, or what a fault makes of it. */
export type Outcome =
  | Answer
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' }
  | {
      readonly kind: 'raw';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Uint8Array;
      /** The content length that is declared; the connection is closed after a shorter body. */
      readonly claimedLength: number;
    };

export interface RequestFacts {
  readonly requestId: string;
  /** Scheme and host of the request, and its path with the query. */
  readonly origin: string;
  readonly target: string;
  /** The time of the server, for dates in headers. */
  readonly now: number;
}

const page = (status: number): string =>
  `<html>\r\n<head><title>${status} Gateway</title></head>\r\n<body>\r\n<center><h1>${status} Gateway</h1></center>\r\n<hr><center>proxy</center>\r\n</body>\r\n</html>\r\n`;

export const isQuirk = (effect: FaultEffect): effect is LogQuirk =>
  logQuirkKinds.some((kind) => kind === effect.kind);

/** The response of the fault in place of the handler, so that the request has no effect; undefined without one. */
export function replaceAnswer(effect: FaultEffect, about: RequestFacts): Outcome | undefined {
  if ('acted' in effect && effect.acted === true) return undefined;
  switch (effect.kind) {
    case 'reset-before':
      return { kind: 'reset' };
    case 'hang-before':
      return { kind: 'hang' };
    case 'status':
    case 'html':
    case 'busy':
      return instead(effect, about);
    case 'too-frequent':
      return errorAnswer(errors.tooFrequent(), about.requestId);
    case 'throttled': {
      const date = new Date(about.now + (effect.retryAfterMs ?? 0)).toUTCString();
      const given = effect.retryAfterMs === undefined ? '1' : date;
      const retryAfter = effect.retryAfter === null ? undefined : (effect.retryAfter ?? given);
      return errorAnswer(errors.throttled(retryAfter), about.requestId);
    }
    default:
      return undefined;
  }
}

/** The response as the fault changes it, after the request took effect. */
export function changeAnswer(effect: FaultEffect, outcome: Outcome, about: RequestFacts): Outcome {
  switch (effect.kind) {
    case 'reset-after':
      return { kind: 'reset' };
    case 'hang-after':
      return { kind: 'hang' };
    case 'status':
    case 'html':
    case 'busy':
      return instead(effect, about);
    case 'truncated':
      return truncated(outcome, effect.keep ?? 0.5, effect.honest === true);
    case 'empty-body':
      return text(statusOf(outcome), 'application/json', '');
    case 'not-json':
      return text(statusOf(outcome), 'application/json', '{"status":"success","result":{');
    case 'status-fail':
      return json({
        status: 'fail',
        error: { code: effect.code ?? 'CB.00060101', message: effect.message ?? '服务内部异常' },
        result: null,
      });
    case 'json-string':
      return changed(outcome, (body) => JSON.stringify(body));
    case 'no-build-number':
      return changed(outcome, withoutNumbers);
    case 'rewrite':
      return changed(outcome, effect.rewrite);
    case 'endless':
      return outcome.kind === 'file' ? endless(outcome) : outcome;
    case 'gzip':
      return withBody(outcome, (body) => gzipSync(body), { 'Content-Encoding': 'gzip' });
    case 'byte-order-mark':
      return withBody(outcome, (body) => Buffer.concat([Buffer.from('\ufeff'), body]), {});
    case 'big-headers':
      return withHeaders(outcome, { 'X-Padding': '0'.repeat(effect.bytes ?? 17_000) });
    case 'content-type':
      return withHeaders(outcome, { 'Content-Type': effect.type ?? '' });
    case 'redirect':
      return outcome.kind === 'file' ? redirected(about) : outcome;
    default:
      return outcome;
  }
}

export function errorAnswer(error: ServiceError, requestId: string): Answer {
  return {
    kind: 'json',
    status: error.status,
    body: errorBody(error, requestId),
    headers: error.headers,
  };
}

function instead(effect: FaultEffect & { kind: 'status' | 'html' | 'busy' }, about: RequestFacts): Outcome {
  if (effect.kind === 'busy') return errorAnswer(errors.busy(), about.requestId);
  if (effect.kind === 'html') return text(effect.status ?? 502, 'text/html', page(effect.status ?? 502));
  const code = effect.code ?? 'CB.00060101';
  const error = new ServiceError(effect.status, code, effect.message ?? '服务内部异常', effect.headers);
  return errorAnswer(error, about.requestId);
}

const json = (body: Json): Answer => ({ kind: 'json', status: 200, body });

function text(status: number, type: string, body: string): Outcome {
  const bytes = Buffer.from(body);
  return { kind: 'raw', status, headers: { 'Content-Type': type }, body: bytes, claimedLength: bytes.length };
}

const statusOf = (outcome: Outcome): number => ('status' in outcome ? outcome.status : 200);

function changed(outcome: Outcome, change: (body: Json) => Json): Outcome {
  return outcome.kind === 'json' ? { ...outcome, body: change(outcome.body) } : outcome;
}

function withoutNumbers(body: Json): Json {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(
    Object.entries(body)
      .filter(([name]) => name !== 'actual_build_number' && name !== 'daily_build_number')
      .map(([name, value]) => [name, withoutNumbers(value)]),
  );
}

/** The file over and over again. */
function endless(file: Extract<Answer, { kind: 'file' }>): Outcome {
  const text = file.read(0, file.size);
  const size = Number.MAX_SAFE_INTEGER;
  return { ...file, size, read: (from, to) => Buffer.alloc(to - from, text) };
}

/** An empty value removes a header. */
function withHeaders(outcome: Outcome, headers: Readonly<Record<string, string>>): Outcome {
  return 'status' in outcome ? { ...outcome, headers: { ...outcome.headers, ...headers } } : outcome;
}

function withBody(
  outcome: Outcome,
  change: (body: Buffer) => Buffer,
  headers: Readonly<Record<string, string>>,
): Outcome {
  if (outcome.kind !== 'json' && outcome.kind !== 'file') return outcome;
  const json = outcome.kind === 'json';
  const text = json ? bodyText(outcome.body) : Buffer.from(outcome.read(0, outcome.size));
  // An empty body stays empty.
  const body = text.length === 0 ? text : change(text);
  const type = json ? 'application/json; charset=utf-8' : 'application/octet-stream';
  return {
    kind: 'raw',
    status: outcome.status,
    headers: { 'Content-Type': type, ...outcome.headers, ...(text.length === 0 ? {} : headers) },
    body,
    claimedLength: body.length,
  };
}

const bodyText = (body: Json): Buffer => Buffer.from(body === '' ? '' : JSON.stringify(body));

/** A redirect to the object store; the query stands for its signature. */
function redirected({ origin, target }: RequestFacts): Outcome {
  const { pathname, searchParams } = new URL(target, origin);
  const [recordId, file] = pathname.split('/').slice(-2);
  const query = new URLSearchParams([...searchParams, ['Signature', 'simulated']]);
  const location = `${origin}${pathname.split('/v')[0]}/object-store/${recordId}/${file}?${query}`;
  return {
    kind: 'raw',
    status: 302,
    headers: { Location: location },
    body: Buffer.alloc(0),
    claimedLength: 0,
  };
}

function truncated(outcome: Outcome, keep: number, honest: boolean): Outcome {
  if (outcome.kind !== 'json' && outcome.kind !== 'file') return outcome;
  const whole = outcome.kind === 'json' ? Buffer.from(JSON.stringify(outcome.body)) : undefined;
  const size = whole?.length ?? (outcome.kind === 'file' ? outcome.size : 0);
  // At least one byte is cut off.
  const kept = Math.min(Math.floor(size * keep), Math.max(0, size - 1));
  const body =
    whole?.subarray(0, kept) ?? (outcome.kind === 'file' ? outcome.read(0, kept) : Buffer.alloc(0));
  return {
    kind: 'raw',
    status: outcome.status,
    headers: {
      ...outcome.headers,
      'Content-Type': whole === undefined ? 'application/octet-stream' : 'application/json',
    },
    body,
    claimedLength: honest ? kept : size,
  };
}
