// Signs a call, sends it and returns the response, whatever its status. Sends a call again only when the gateway did not
// process it: the keep-alive connection was dead, the token expired, the date was rejected.

import type { Clock } from '../clock.ts';
import type { Authenticator } from '../huaweicloud/authenticator.ts';
import type { Http, HttpAnswer, HttpStream } from '../huaweicloud/http.ts';
import { NetworkError } from '../huaweicloud/network-error.ts';
import { buildUrl } from '../huaweicloud/signer.ts';
import type { Call } from './endpoints.ts';

export interface TransportOptions {
  /** Without a trailing slash; may have a path. */
  readonly endpoint: string;
  /** Of CodeArts Artifact, in the same form; empty where it is not known. */
  readonly artifactEndpoint?: string;
  readonly authenticator: Authenticator;
  readonly http: Http;
  readonly clock: Clock;
  /** The IAM sub-project the job lives in, sent as X-Project-Id. */
  readonly iamProjectId?: string | undefined;
  /** What to do about a 401; `worked`: these credentials were accepted earlier in this run. */
  readonly unauthorized?: (worked: boolean) => string;
  /** Gets lines for people who debug a workflow. */
  readonly debug?: (line: string) => void;
  /** True: what the service says about a rejected request is dropped; its code, status and request id remain. */
  readonly hideMessages?: boolean;
  /** Redacts every secret of this step in a text: a gateway may quote them in its errors. */
  readonly redact: (text: string) => string;
}

/** What fills a call's path and query, and what goes with it. */
export interface CallParams {
  /** The address of another service, such as CodeArts Artifact; that of CodeArts Build when left out. */
  readonly endpoint?: string;
  readonly values?: Readonly<Record<string, string | number>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

// The gateway rejects dates more than 15 minutes off, so a smaller skew is not the cause of a 401.
const minSkewMs = 5 * 60_000;
/**
 * A server's date that is further off is ignored: otherwise an impostor could obtain a request that is signed for a day
 * of its choice.
 */
const maxSkewMs = 24 * 3_600_000;
const deadConnection = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_DESTROYED']);

/** Signs and sends. Remembers how far the server's clock is off, and whether the credentials have worked. */
export class Transport {
  readonly #options: TransportOptions;
  #serverAheadMs = 0;
  #signAheadMs = 0;
  /** By the last Date header, even one that is ignored. */
  #dateAheadMs = 0;
  #credentialsWorked = false;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /** The response, whatever its status. @throws NetworkError, AuthError; the signal's reason when aborted */
  async send(call: Call, params: CallParams): Promise<HttpAnswer> {
    return await this.#exchange(call, params, this.#options.http.send);
  }

  /** Like `send`, but with the body in pieces; reading it throws a NetworkError when it breaks off. */
  async stream(call: Call, params: CallParams): Promise<HttpStream> {
    return await this.#exchange(call, params, this.#options.http.stream);
  }

  /** The server's time by its last Date header, in epoch milliseconds. */
  serverNow(): number {
    return this.#options.clock.now() + this.#serverAheadMs;
  }

  /** What to do about a 401, where it is known. */
  unauthorizedRemedy(): string | undefined {
    if (!this.#isClockWrong) return this.#options.unauthorized?.(this.#credentialsWorked);
    return `${describeSkew(this.#dateAheadMs)} Set the runner's clock: CodeArts rejects requests whose date is more than 15 minutes off.`;
  }

  async #exchange<A extends Answer>(call: Call, params: CallParams, send: Send<A>): Promise<A> {
    let signedAheadMs = this.#signAheadMs;
    const once = async () => {
      signedAheadMs = this.#signAheadMs;
      return await this.#once(call, params, send);
    };
    const answer = await retryDeadConnection(call, once);
    if (answer.status !== 401) return answer;
    const corrected = this.#correctSkew(signedAheadMs);
    if (!corrected && !(await this.#options.authenticator.renew(params.signal))) return answer;
    if (typeof answer.body !== 'string') await drain(answer.body);
    return await once();
  }

  async #once<A extends Answer>(call: Call, params: CallParams, send: Send<A>): Promise<A> {
    const { authenticator, clock, iamProjectId } = this.#options;
    const { method = 'GET', sentOnce = false } = call;
    const { endpoint = this.#options.endpoint, values = {}, body: content, signal } = params;
    const [path = '', ownQuery = ''] = call.path.split('?');
    const query = fillQuery(`${ownQuery}&${call.query ?? ''}`, values);
    const url = buildUrl(endpoint, fillPath(path, values), query);
    const body = content === undefined ? '' : JSON.stringify(content);
    const unsigned = {
      'content-type': 'application/json',
      ...(iamProjectId ? { 'x-project-id': iamProjectId } : {}),
    };
    const at = new Date(clock.now() + this.#signAheadMs);
    const headers = await authenticator.authorize({ method, url, headers: unsigned, body }, at, signal);
    const answer = await send({
      method,
      url,
      headers,
      ...(body && { body }),
      signal,
      freshConnection: sentOnce,
    });
    this.#noteDate(answer.headers);
    if (answer.status < 400) this.#credentialsWorked = true;
    return answer;
  }

  /** True when the server's date is so far off that requests are not dated by it. */
  get #isClockWrong(): boolean {
    return Math.abs(this.#dateAheadMs) > maxSkewMs;
  }

  #noteDate(headers: Readonly<Record<string, string>>): void {
    const date = Date.parse(headers['date'] ?? '');
    // An answer from a cache carries an old date.
    if (Number.isNaN(date) || headers['age'] !== undefined) return;
    this.#dateAheadMs = date - this.#options.clock.now();
    if (!this.#isClockWrong) this.#serverAheadMs = this.#dateAheadMs;
  }

  /** True when requests were dated wrongly, and are dated by the server's clock from now on. */
  #correctSkew(signedAheadMs: number): boolean {
    // Compared with the date that was rejected: a parallel call may have corrected it meanwhile.
    const skew = this.#serverAheadMs - signedAheadMs;
    if (this.#isClockWrong || Math.abs(skew) < minSkewMs) return false;
    this.#signAheadMs = this.#serverAheadMs;
    this.#options.debug?.(`${describeSkew(this.#serverAheadMs)} Requests are dated by the server's clock.`);
    return true;
  }
}

function describeSkew(serverAheadMs: number): string {
  const direction = serverAheadMs > 0 ? 'behind' : 'ahead of';
  return `The runner's clock is ${formatDuration(Math.abs(serverAheadMs))} ${direction} the server's.`;
}

function formatDuration(ms: number): string {
  const hours = ms / 3_600_000;
  if (hours >= 48) return `${Math.round(hours / 24)} days`;
  return hours >= 2 ? `${Math.round(hours)} hours` : `${Math.round(ms / 60_000)} minutes`;
}

type Answer = HttpAnswer | HttpStream;
type Send<A> = (request: Parameters<Http['send']>[0]) => Promise<A>;

/** Sends a call again at once when its keep-alive connection had been closed by the server. */
async function retryDeadConnection<A>(call: Call, once: () => Promise<A>): Promise<A> {
  try {
    return await once();
  } catch (error) {
    const isDead = error instanceof NetworkError && deadConnection.has(error.code);
    if (!isDead || call.sentOnce) throw error;
    return await once();
  }
}

/** Reads a body to its end, so that its connection is free again. */
async function drain(body: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of body);
}

type Values = NonNullable<CallParams['values']>;

/** @param path such as `/v3/jobs/{job_id}/query` */
function fillPath(path: string, values: Values): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
}

/** @param query such as `offset={offset}&sort=AES` */
function fillQuery(query: string, values: Values): [string, string][] {
  return [...new URLSearchParams(query)].map(([key, value]) => [
    key,
    value.replace(/^\{(\w+)\}$/, (_, name: string) => String(values[name] ?? '')),
  ]);
}
