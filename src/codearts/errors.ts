// What can go wrong with a call, as one closed union of failures:
//   refused      the service or its gateway answered, and said no
//   unreadable   an answer came that is not what the reference promises (a proxy's page, half a JSON)
//   unreachable  no whole answer came
//   signed-out   nothing was asked: no proof of who we are could be got
// Raised by the client alone. Kinds are told by status and code, never by the words of a message.

import { isPermanent, isTlsFault, networkHint } from '../huaweicloud/network-error.ts';
import { toSingleLine } from '../text.ts';

export type Failure =
  | {
      readonly kind: 'rejected';
      readonly status: number;
      /** The service's code, such as CB.00060211; empty when the answer has none. */
      readonly code: string;
      readonly message: string;
      readonly requestId: string;
      /** Milliseconds the service asks to wait (Retry-After). */
      readonly retryAfterMs?: number;
      /** What to do about it, where that is known better than by status and code. */
      readonly remedy?: string;
    }
  | {
      readonly kind: 'invalid-response';
      readonly status: number;
      readonly reason: string;
      readonly requestId: string;
    }
  | {
      readonly kind: 'network';
      /** The system's, undici's or our own for a proxy: ECONNRESET, UND_ERR_SOCKET, PROXY_407. */
      readonly code: string;
      readonly mayHaveArrived: boolean;
      /** The host of the request; with its port where it is not the default one. */
      readonly host?: string;
      /** The codes for people, where a host has several addresses. */
      readonly detail?: string;
      /** What to do about it. */
      readonly hint?: string;
    }
  | { readonly kind: 'auth'; readonly reason: string; readonly passing: boolean };

/** A call that came to nothing. `message` is one line for people: what was asked for, what happened, what to do. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly failure: Failure;

  /** @param does what was asked for, such as "start the build" */
  constructor(does: string, failure: Failure, cause?: unknown) {
    super(describe(does, failure), { cause });
    this.failure = failure;
  }
}

// Told with HTTP 500, and with 200 and a status of "fail" (seen live): something broke behind the service's door.
const brokenCodes = new Set(['CB.00060100', 'CB.00060101', 'CB.00030004']);

function isBroken(failure: Failure): boolean {
  if (failure.kind !== 'rejected') return false;
  return failure.status >= 500 || (failure.status < 300 && brokenCodes.has(failure.code));
}

/** True for a refusal that means "not now": throttled (429, CB.00060211). The call had no effect. */
export function isThrottled(failure: Failure): boolean {
  return failure.kind === 'rejected' && (failure.status === 429 || failure.code === 'CB.00060211');
}

/** True when the same call may well succeed a little later. */
export function isTransient(failure: Failure): boolean {
  switch (failure.kind) {
    case 'rejected':
      return isThrottled(failure) || isBroken(failure) || failure.status === 408;
    case 'invalid-response':
      return true;
    case 'network':
      return !isPermanent(failure.code);
    case 'auth':
      return failure.passing;
  }
}

/** True when the server may have acted on the call although no good answer came. */
export function mayHaveTakenEffect(failure: Failure): boolean {
  switch (failure.kind) {
    case 'rejected':
      return isBroken(failure);
    case 'invalid-response':
      return failure.status < 400 || failure.status > 499;
    case 'network':
      return failure.mayHaveArrived;
    case 'auth':
      return false;
  }
}

// A build in the queue, or one that never got a machine, answers its log with one of these (seen live).
const noLogYetCodes = new Set(['CB.00030004', 'CB.00031059', 'CB.00031006', 'DEVCB.00031006']);

/** True when the log call says that there is no log yet. */
export function isNoLogYet(failure: Failure): boolean {
  return failure.kind === 'rejected' && noLogYetCodes.has(failure.code);
}

/**
 * True when the service does not know the build or record asked for (CB.00031006, DEVCB.00031006, CB.00031059, 404, any
 * 422).
 */
export function isUnknownBuild(failure: Failure): boolean {
  if (failure.kind !== 'rejected' || isBroken(failure)) return false;
  return noLogYetCodes.has(failure.code) || failure.status === 404 || failure.status === 422;
}

/** True for a refusal that is about who asks, not about what is asked for. */
export function isForbidden(failure: Failure): boolean {
  const { kind } = failure;
  return kind === 'rejected' && (failure.status === 401 || failure.status === 403) && !isNoLogYet(failure);
}

/** True when no answer came because of a certificate, or because what answers does not speak TLS. */
export function isTlsError(failure: Failure): boolean {
  return failure.kind === 'network' && isTlsFault(failure.code);
}

/** One line for people: what happened, to what, with the service's code and request id, and what to do. */
function describe(does: string, failure: Failure): string {
  const remedy = remedyFor(failure);
  return `${whatHappened(does, failure)}${remedy === '' ? '' : ` ${remedy}`}`;
}

function whatHappened(does: string, failure: Failure): string {
  switch (failure.kind) {
    case 'rejected': {
      const message = toSingleLine(failure.message).replace(/[.。]$/, '');
      return `CodeArts refused to ${does}: ${message || 'it gave no reason'} (${facts(failure)}).`;
    }
    case 'invalid-response':
      return `Could not ${does}: the answer is not one of CodeArts (${failure.reason}, HTTP ${failure.status}${requestIdOf(failure)}).`;
    case 'network':
      return `Could not ${does}: no answer from CodeArts${failure.host ? ` at ${failure.host}` : ''} (${failure.detail ?? failure.code}).`;
    case 'auth':
      return failure.reason;
  }
}

function facts(failure: Extract<Failure, { kind: 'rejected' }>): string {
  const code = failure.code === '' ? '' : `${toSingleLine(failure.code)}, `;
  return `${code}HTTP ${failure.status}${requestIdOf(failure)}`;
}

function requestIdOf(failure: { readonly requestId: string }): string {
  return failure.requestId === '' ? '' : `, request ${toSingleLine(failure.requestId)}`;
}

function remedyFor(failure: Failure): string {
  if (failure.kind === 'auth') return '';
  if (failure.kind === 'network') return failure.hint ?? networkHint(failure.code);
  if (failure.kind === 'invalid-response') return 'Check endpoint, and any proxy between the runner and it.';
  if (isThrottled(failure)) return 'Too many calls in this region right now; try again later.';
  return failure.remedy ?? remedyByCode.get(failure.code) ?? remedyByStatus.get(failure.status) ?? '';
}

const unknownJob =
  "Check job-id (the 32 characters at the end of the job page's address), region, and iam-project-id.";
const notAllowed =
  'Give the IAM user the permission for this on the job in CodeArts (job settings, permissions), and check region and iam-project-id.';

const remedyByCode: ReadonlyMap<string, string> = new Map([
  [
    'APIGW.0301',
    "Check access-key and secret-key (and security-token for temporary keys), and that they are of this region's account.",
  ],
  ['APIGW.0302', notAllowed],
  ['APIGW.0101', 'Check endpoint: it has no such API.'],
  ['CB.00060201', unknownJob],
  ['CB.00031006', unknownJob],
  ['DEVCB.00031006', unknownJob],
]);

/** The codes that describe() knows a remedy for; docs/troubleshooting.md has an entry for each. */
export const codesWithRemedy: readonly string[] = [...remedyByCode.keys()];

const remedyByStatus: ReadonlyMap<number, string> = new Map([
  [401, 'Check access-key and secret-key (and security-token for temporary keys).'],
  [403, notAllowed],
  [404, 'Check endpoint and job-id.'],
]);
