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

  /** This rejection with other advice; any other error as it is. */
  withRemedy(remedy: string, jobDisabled = false): ApiError {
    if (this.failure.kind !== 'rejected') return this;
    return new ApiError(this.#action, { ...this.failure, remedy, jobDisabled }, this.cause);
  }
}

/** The error of a call that the action gives up after `ms` milliseconds. @param action what was asked for */
export function timeoutError(action: string, ms: number): ApiError {
  return new ApiError(action, { kind: 'network', code: 'TIMEOUT', mayHaveArrived: true, gaveUpAfterMs: ms });
}

type Rejection = Extract<Failure, { kind: 'rejected' }>;

/** CodeArts writes some codes with DEV before them (seen live). */
function codeOf({ code }: Rejection): string {
  return code.replace(/^DEVCB\./, 'CB.');
}

// Sent with HTTP 500, and with 200 and a status of "fail" (seen live): an internal error of the service.
const brokenCodes = new Set(['CB.00060100', 'CB.00060101', 'CB.00030004']);

function isBroken(failure: Rejection): boolean {
  return failure.status >= 500 || (failure.status < 300 && brokenCodes.has(codeOf(failure)));
}

/** True when the service throttles (429, CB.00060211). The call had no effect. */
export function isThrottled(failure: Failure): boolean {
  return failure.kind === 'rejected' && (failure.status === 429 || codeOf(failure) === 'CB.00060211');
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
const noLogYetCodes = new Set(['CB.00030004', 'CB.00031059', 'CB.00031006']);

/** For a call that reads a log: true when it answers that there is no log, or none yet. */
export function isNoLogYet(failure: Failure): boolean {
  return failure.kind === 'rejected' && noLogYetCodes.has(codeOf(failure));
}

/**
 * For any other call about a build: true when the service knows no such job, build or record (CB.00031006, CB.00031059,
 * 404, 422 with any code).
 */
export function isUnknownBuild(failure: Failure): boolean {
  if (failure.kind !== 'rejected' || isBroken(failure)) return false;
  return isNoLogYet(failure) || failure.status === 404 || failure.status === 422;
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
  switch (failure.kind) {
    case 'rejected': {
      const { code, status } = failure;
      const facts = `${code && `${toSingleLine(code)}, `}HTTP ${status}${requestIdOf(failure)}`;
      const what = `CodeArts rejected the request to ${action}${reasonOf(failure)} (${facts}).`;
      return [what, remedyFor(failure)].filter(Boolean).join(' ');
    }
    case 'invalid-response': {
      const { isOtherSite, reason, status } = failure;
      const what = isOtherSite ? 'the response did not come from CodeArts' : "the response can't be read";
      const facts = `${reason}, HTTP ${status}${requestIdOf(failure)}`;
      return `Could not ${action}: ${what} (${facts}). ${isOtherSite ? otherSite : unreadable}`;
    }
    case 'network': {
      const { code, host, detail = code, gaveUpAfterMs, hint = networkHint(code) } = failure;
      const what =
        gaveUpAfterMs === undefined
          ? `no answer from CodeArts${host ? ` at ${host}` : ''} (${detail})`
          : `no answer within ${Math.ceil(gaveUpAfterMs / 1_000)} s`;
      return `Could not ${action}: ${what}. ${hint}`;
    }
    case 'auth':
      return failure.reason;
  }
}

const unreadable = 'Check endpoint, and any proxy between the runner and it.';
const otherSite =
  'Check endpoint: it must be the address of the API, such as https://cloudbuild-ext.cn-north-4.myhuaweicloud.com, not that of the console; or a proxy answers in its place.';

function reasonOf(failure: Rejection): string {
  const reason = toSingleLine(failure.message).replace(/[.。]$/, '');
  if (reason === '') return '';
  const english = knownCodes[codeOf(failure)]?.english;
  const isChinese = /\p{Script=Han}/u.test(reason);
  return isChinese && english !== undefined ? `: ${reason} – ${english}` : `: ${reason}`;
}

function requestIdOf({ requestId }: { readonly requestId: string }): string {
  return requestId === '' ? '' : `, request ${toSingleLine(requestId)}`;
}

function remedyFor(failure: Rejection): string {
  if (isThrottled(failure))
    return 'All users of the region share a limit of calls: run fewer builds at once.';
  return failure.remedy ?? knownCodes[codeOf(failure)]?.remedy ?? remedyByStatus[failure.status] ?? '';
}

const unknownJob =
  "Check job-id (the 32 characters at the end of the build task's address), region, and iam-project-id.";
const notAllowed =
  'The user needs View and Execute on the build task (its Edit, Permissions, or a role of the project). Check region and iam-project-id too.';

const remedyByStatus: Readonly<Record<number, string>> = {
  401: 'Check access-key and secret-key (and security-token for temporary keys).',
  403: notAllowed,
  404: 'Check endpoint and job-id.',
};

interface KnownCode {
  /** For a message that CodeArts has in Chinese only. */
  readonly english?: string;
  /** Empty where nothing needs to be done. */
  readonly remedy?: string;
}

/** Reference 6.2; the codes CB.0003… and DEV.CB were seen live. */
const knownCodes: Readonly<Record<string, KnownCode>> = {
  'APIGW.0101': { remedy: 'Check endpoint: there is no such API at this host and path.' },
  'APIGW.0301': {
    remedy:
      "Check access-key and secret-key (and security-token for temporary keys), and that they are of this region's account.",
  },
  'APIGW.0302': { remedy: notAllowed },
  'CB.00030004': { english: "the build back end can't be reached, see the log" },
  'CB.00031006': { english: 'no such build task, build or record', remedy: unknownJob },
  // With HTTP 403, but not about permissions: nothing needs to be done.
  'CB.00031059': { english: 'this build has no history', remedy: '' },
  'CB.00031105': { english: 'the time span is longer than 31 days' },
  'CB.00060100': { english: 'the service is busy' },
  'CB.00060101': { english: 'internal error of the service' },
  'CB.00060200': { english: 'invalid parameter' },
  'CB.00060201': { english: 'invalid job ID', remedy: unknownJob },
  'CB.00060202': { english: 'invalid ID' },
  'CB.00060203': { english: 'invalid file name' },
  'CB.00060211': { english: 'too many requests' },
  'CB.00060214': { english: 'no such URL' },
  'DEV.CB.032302': { english: 'the build has already ended' },
};

/** docs/troubleshooting.md has an entry for each. */
export const codesWithRemedy: readonly string[] = Object.keys(knownCodes).filter(
  (code) => knownCodes[code]?.remedy !== undefined,
);
