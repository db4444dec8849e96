// Classifies what can go wrong with a call, as one closed union of failures, and describes each in one line. Only the
// client throws them. Their kinds depend on status and code, never on the words of a message.
//   rejected          the service or its gateway answered with an error
//   invalid-response  the response is not what the reference promises (a proxy's page, half a JSON)
//   network           no complete response came
//   auth              nothing was sent, because signing in failed

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
      /** Retry-After, in milliseconds. */
      readonly retryAfterMs?: number;
      /** What to do about it, where that is known better than by status and code. */
      readonly remedy?: string;
      /** True for a start of a job that is disabled. */
      readonly jobDisabled?: boolean;
    }
  | {
      readonly kind: 'invalid-response';
      readonly status: number;
      readonly reason: string;
      readonly requestId: string;
      /**
       * True for a web page from an endpoint that has not answered as CodeArts in this run: it is another site's, such
       * as a console's, and nothing was started there.
       */
      readonly isOtherSite?: boolean;
    }
  | {
      readonly kind: 'network';
      /** The system's, undici's or our own for a proxy: ECONNRESET, UND_ERR_SOCKET, PROXY_407. */
      readonly code: string;
      readonly mayHaveArrived: boolean;
      /** True when the endpoint has not answered as CodeArts in this run: its address may well be wrong. */
      readonly neverAnswered?: boolean;
      /** The host of the request; with its port where it is not the default one. */
      readonly host?: string;
      /** The codes for people, where a host has several addresses. */
      readonly detail?: string;
      /** Milliseconds after which the action gave up the call, whether CodeArts or the sign-in took so long. */
      readonly gaveUpAfterMs?: number;
      /** What to do about it. */
      readonly hint?: string;
    }
  | { readonly kind: 'auth'; readonly reason: string; readonly transient: boolean };

/** A call that failed. `message` is one line for people: what failed, why, and what to do. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly failure: Failure;
  readonly #action: string;

  /** @param action such as "start the build" */
  constructor(action: string, failure: Failure, cause?: unknown) {
    super(describe(action, failure), { cause });
    this.failure = failure;
    this.#action = action;
  }

  /** The same error with other advice. */
  withRemedy(remedy: string, jobDisabled = false): ApiError {
    if (this.failure.kind !== 'rejected') return this;
    return new ApiError(this.#action, { ...this.failure, remedy, jobDisabled }, this.cause);
  }
}

/** The error of a call that the action gives up after `ms` milliseconds. @param action what was asked for */
export function timeoutError(action: string, ms: number): ApiError {
  return new ApiError(action, { kind: 'network', code: 'TIMEOUT', mayHaveArrived: true, gaveUpAfterMs: ms });
}

// Sent with HTTP 500, and with 200 and a status of "fail" (seen live): an internal error of the service.
const brokenCodes = new Set(['CB.00060100', 'CB.00060101', 'CB.00030004']);

function isBroken(failure: Failure): boolean {
  if (failure.kind !== 'rejected') return false;
  return failure.status >= 500 || (failure.status < 300 && brokenCodes.has(failure.code));
}

/** True when the service throttles (429, CB.00060211). The call had no effect. */
export function isThrottled(failure: Failure): boolean {
  return failure.kind === 'rejected' && (failure.status === 429 || failure.code === 'CB.00060211');
}

/** True when the same call may well succeed a little later. */
export function isTransient(failure: Failure): boolean {
  switch (failure.kind) {
    case 'rejected':
      return isThrottled(failure) || isBroken(failure) || failure.status === 408;
    case 'invalid-response':
      return failure.isOtherSite !== true;
    case 'network':
      return !isPermanent(failure.code);
    case 'auth':
      return failure.transient;
  }
}

/** True when the server may have acted on the call although no good answer came. */
export function mayHaveTakenEffect(failure: Failure): boolean {
  switch (failure.kind) {
    case 'rejected':
      return isBroken(failure);
    case 'invalid-response':
      return failure.isOtherSite !== true && (failure.status < 400 || failure.status > 499);
    case 'network':
      return failure.mayHaveArrived;
    case 'auth':
      return false;
  }
}

// A build in the queue, or one that never got a machine, answers its log with one of these (seen live).
const noLogYetCodes = new Set(['CB.00030004', 'CB.00031059', 'CB.00031006', 'DEVCB.00031006']);

/** True when the log call answers that there is no log yet. */
export function isNoLogYet(failure: Failure): boolean {
  return failure.kind === 'rejected' && noLogYetCodes.has(failure.code);
}

/**
 * True when the service does not know the requested build or record (CB.00031006, DEVCB.00031006, CB.00031059, 404, any
 * 422).
 */
export function isUnknownBuild(failure: Failure): boolean {
  if (failure.kind !== 'rejected' || isBroken(failure)) return false;
  return noLogYetCodes.has(failure.code) || failure.status === 404 || failure.status === 422;
}

/** True when the gateway does not serve the call's path. The call did not reach the service. */
export function isNoSuchApi(failure: Failure): boolean {
  return failure.kind === 'rejected' && failure.status === 404 && failure.code === 'APIGW.0101';
}

/** True when the caller is not allowed to make the call at all. */
export function isForbidden(failure: Failure): boolean {
  const { kind } = failure;
  return kind === 'rejected' && (failure.status === 401 || failure.status === 403) && !isNoLogYet(failure);
}

/** True when the certificate was rejected, or when the server does not speak TLS. */
export function isTlsError(failure: Failure): boolean {
  return failure.kind === 'network' && isTlsFault(failure.code);
}

/** One line for people: what happened, to what, with the service's code and request id, and what to do. */
function describe(action: string, failure: Failure): string {
  const remedy = remedyFor(failure);
  return `${whatHappened(action, failure)}${remedy === '' ? '' : ` ${remedy}`}`;
}

function whatHappened(action: string, failure: Failure): string {
  switch (failure.kind) {
    case 'rejected':
      return `CodeArts rejected the request to ${action}${reasonOf(failure)} (${facts(failure)}).`;
    case 'invalid-response': {
      const what = failure.isOtherSite
        ? 'the response did not come from CodeArts'
        : "the response can't be read";
      return `Could not ${action}: ${what} (${failure.reason}, HTTP ${failure.status}${requestIdOf(failure)}).`;
    }
    case 'network': {
      const { host, detail = failure.code, gaveUpAfterMs } = failure;
      if (gaveUpAfterMs !== undefined) {
        return `Could not ${action}: no answer within ${Math.ceil(gaveUpAfterMs / 1_000)} s.`;
      }
      return `Could not ${action}: no answer from CodeArts${host ? ` at ${host}` : ''} (${detail}).`;
    }
    case 'auth':
      return failure.reason;
  }
}

type Rejection = Extract<Failure, { kind: 'rejected' }>;

function reasonOf({ code, message }: Rejection): string {
  const reason = toSingleLine(message).replace(/[.。]$/, '');
  if (reason === '') return '';
  // CodeArts writes some codes with DEV before them.
  const english = englishByCode.get(code.replace(/^DEVCB\./, 'CB.'));
  const isChinese = /\p{Script=Han}/u.test(reason);
  return isChinese && english !== undefined ? `: ${reason} – ${english}` : `: ${reason}`;
}

function facts(failure: Rejection): string {
  const code = failure.code === '' ? '' : `${toSingleLine(failure.code)}, `;
  return `${code}HTTP ${failure.status}${requestIdOf(failure)}`;
}

function requestIdOf(failure: { readonly requestId: string }): string {
  return failure.requestId === '' ? '' : `, request ${toSingleLine(failure.requestId)}`;
}

function remedyFor(failure: Failure): string {
  switch (failure.kind) {
    case 'auth':
      return '';
    case 'network':
      return failure.hint ?? networkHint(failure.code);
    case 'invalid-response':
      return failure.isOtherSite ? otherSite : 'Check endpoint, and any proxy between the runner and it.';
    case 'rejected':
      if (isThrottled(failure))
        return 'All users of the region share a limit of calls: run fewer builds at once.';
      return failure.remedy ?? remedyByCode.get(failure.code) ?? remedyByStatus.get(failure.status) ?? '';
  }
}

const otherSite =
  'Check endpoint: it must be the address of the API, such as https://cloudbuild-ext.cn-north-4.myhuaweicloud.com, not that of the console; or a proxy answers in its place.';

const unknownJob =
  "Check job-id (the 32 characters at the end of the build task's address), region, and iam-project-id.";
const notAllowed =
  'The user needs View and Execute on the build task (its Edit, Permissions, or a role of the project). Check region and iam-project-id too.';

/** Empty where nothing needs to be done. */
const remedyByCode: ReadonlyMap<string, string> = new Map([
  [
    'APIGW.0301',
    "Check access-key and secret-key (and security-token for temporary keys), and that they are of this region's account.",
  ],
  ['APIGW.0302', notAllowed],
  ['APIGW.0101', 'Check endpoint: there is no such API at this host and path.'],
  ['CB.00060201', unknownJob],
  ['CB.00031006', unknownJob],
  ['DEVCB.00031006', unknownJob],
  // With HTTP 403, but not about permissions: nothing needs to be done.
  ['CB.00031059', ''],
]);

/** docs/troubleshooting.md has an entry for each. */
export const codesWithRemedy: readonly string[] = [...remedyByCode.keys()];

const remedyByStatus: ReadonlyMap<number, string> = new Map([
  [401, 'Check access-key and secret-key (and security-token for temporary keys).'],
  [403, notAllowed],
  [404, 'Check endpoint and job-id.'],
]);

/** Messages that CodeArts has in Chinese only. Reference 6.2; the codes CB.0003… and DEV.CB were seen live. */
const englishByCode: ReadonlyMap<string, string> = new Map([
  ['CB.00030004', "the build back end can't be reached, see the log"],
  ['CB.00031006', 'no such build task, build or record'],
  ['CB.00031059', 'this build has no history'],
  ['CB.00031105', 'the time span is longer than 31 days'],
  ['CB.00060100', 'the service is busy'],
  ['CB.00060101', 'internal error of the service'],
  ['CB.00060200', 'invalid parameter'],
  ['CB.00060201', 'invalid job ID'],
  ['CB.00060202', 'invalid ID'],
  ['CB.00060203', 'invalid file name'],
  ['CB.00060211', 'too many requests'],
  ['CB.00060214', 'no such URL'],
  ['DEV.CB.032302', 'the build has already ended'],
]);
