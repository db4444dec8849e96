// Sends calls in the edition of the API that the endpoint serves, parses their responses, and describes what went wrong.
// An answer "no such API" from the gateway makes a call go to its successor from then on: such a call had no effect, so
// even a start is sent again.

import * as v from 'valibot';
import { AuthError } from '../huaweicloud/authenticator.ts';
import type { HttpAnswer } from '../huaweicloud/http.ts';
import { NetworkError } from '../huaweicloud/network-error.ts';
import type { Call } from './endpoints.ts';
import { ApiError, type Failure, isNoSuchApi } from './errors.ts';
import { fileBytes, type ParsedResponse, readAnswer, unreadable, webPage } from './response.ts';
import { type CallParams, Transport, type TransportOptions } from './transport.ts';

/** Remembers which calls this endpoint no longer serves, and whether it has answered as CodeArts at all. */
export class Editions {
  readonly #options: TransportOptions;
  readonly #transport: Transport;
  /** Older paths that this endpoint no longer serves. */
  readonly #removed = new Set<string>();
  /** The endpoint has answered as only CodeArts or its gateway does, be it with an error. */
  #answered = false;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#transport = new Transport(options);
  }

  /** The server's time by its last Date header, in epoch milliseconds. */
  serverNow(): number {
    return this.#transport.serverNow();
  }

  /** True when this endpoint is known not to serve the call's older path. */
  isRemoved({ path }: Call): boolean {
    return this.#removed.has(path);
  }

  /** From now on the call goes to its successor, if it has one. */
  markRemoved({ method = 'GET', path }: Call): void {
    if (this.#removed.size === 0) {
      this.#options.debug?.(
        `The endpoint no longer serves ${method} ${path}. Calls that it no longer serves go to the newer edition of the API.`,
      );
    }
    this.#removed.add(path);
  }

  /** Sends a call and reads its answer by its schema. @throws ApiError; the signal's reason when aborted */
  async ask<S extends v.GenericSchema>(
    call: Call & { response: S },
    params: CallParams,
  ): Promise<v.InferOutput<S>> {
    const sent = this.#current(call);
    try {
      const answer = await this.#transport.send(sent, params);
      const response = this.#read(answer);
      if (!response.ok) {
        if (this.#goToSuccessor(call, sent, response.failure)) return await this.ask(call, params);
        throw this.#rejected(call, sent, response.failure);
      }
      const parsed = parse(call.response, response.json);
      if (!(parsed instanceof Error)) return parsed;
      throw this.#errorOf(call, unreadable(answer, parsed.message));
    } catch (error) {
      throw this.#toApiError(call, error);
    }
  }

  /** Sends a call whose answer is a file. @throws ApiError while it is read; the signal's reason when aborted */
  async *download(call: Call, params: CallParams): AsyncGenerator<Uint8Array> {
    const sent = this.#current(call);
    try {
      const stream = await this.#transport.stream(sent, params);
      const failure = yield* fileBytes(stream, (answer) => this.#read(answer));
      if (!failure) return;
      if (this.#goToSuccessor(call, sent, failure)) yield* this.download(call, params);
      else throw this.#rejected(call, sent, failure);
    } catch (error) {
      throw this.#toApiError(call, error);
    }
  }

  #read(answer: HttpAnswer): ParsedResponse {
    const response = readAnswer(answer, this.#options.clock.now());
    const rejection = !response.ok && response.failure.kind === 'rejected' ? response.failure : undefined;
    if (response.ok || rejection?.code) this.#answered = true;
    if (!rejection || !this.#options.hideMessages) return response;
    return { ok: false, failure: { ...rejection, message: '' } };
  }

  /** The call itself, or its successor where the older path is known to be gone. */
  #current(call: Call): Call {
    const { successor } = call;
    return successor !== undefined && this.isRemoved(call) ? { ...call, path: successor } : call;
  }

  /** True when the call was sent to its older path, which is gone, and must be sent again to the newer one. */
  #goToSuccessor(call: Call, sent: Call, failure: Failure): boolean {
    if (!isNoSuchApi(failure) || call.successor === undefined || sent !== call) return false;
    this.markRemoved(call);
    return true;
  }

  #rejected(call: Call, sent: Call, failure: Failure): ApiError {
    if (sent === call || failure.kind !== 'rejected' || !isNoSuchApi(failure))
      return this.#errorOf(call, failure);
    // The next call tries the older path again: this may have been a gateway that is being set up.
    this.#removed.delete(call.path);
    return this.#errorOf(call, { ...failure, remedy: servedNowhere });
  }

  /** The error of a call that was answered. It is redacted before its texts are cut to one line. */
  #errorOf(call: Call, given: Failure): ApiError {
    const failure = redacted(given, this.#options.redact);
    if (failure.kind === 'rejected' && failure.status === 401) {
      const remedy = this.#transport.unauthorizedRemedy();
      return new ApiError(call.action, { ...failure, ...(remedy === undefined ? {} : { remedy }) });
    }
    // An endpoint that has only ever answered with web pages is another site.
    const isOtherSite = !this.#answered && failure.kind === 'invalid-response' && failure.reason === webPage;
    return new ApiError(call.action, isOtherSite ? { ...failure, isOtherSite } : failure);
  }

  /** The error of a call that was not sent or not answered; any other error as it is. */
  #toApiError({ action }: Call, error: unknown): unknown {
    if (error instanceof AuthError) {
      const { message, transient } = error;
      return new ApiError(action, { kind: 'auth', reason: this.#options.redact(message), transient }, error);
    }
    if (!(error instanceof NetworkError)) return error;
    const { code, mayHaveArrived, host, detail, hint } = error;
    const neverAnswered = !this.#answered;
    return new ApiError(
      action,
      { kind: 'network', code, mayHaveArrived, neverAnswered, host, detail, hint },
      error,
    );
  }
}

const servedNowhere =
  'Check endpoint: it serves no CodeArts Build API, neither the older edition of this call nor the newer one.';

/** A gateway may quote keys, tokens and parameters anywhere in its response. */
function redacted(failure: Failure, redact: (text: string) => string): Failure {
  switch (failure.kind) {
    case 'rejected': {
      const { code, message, requestId } = failure;
      return { ...failure, code: redact(code), message: redact(message), requestId: redact(requestId) };
    }
    case 'invalid-response':
      return { ...failure, reason: redact(failure.reason), requestId: redact(failure.requestId) };
    default:
      return failure;
  }
}

/** An Error, with what is wrong in a few words, for an answer that does not fit the schema. */
function parse<S extends v.GenericSchema>(schema: S, json: unknown): v.InferOutput<S> | Error {
  try {
    const parsed = v.safeParse(schema, json);
    if (parsed.success) return parsed.output;
    const [issue] = parsed.issues;
    const path = v.getDotPath(issue) ?? 'the answer';
    const isBound = issue.type === 'max_length' || issue.type === 'check';
    return new Error(`${path} ${isBound ? `has ${issue.message}` : 'is missing or of the wrong kind'}`);
  } catch (error) {
    // A hostile answer must cost its own call, never the step.
    if (error instanceof RangeError || error instanceof TypeError) return error;
    throw error;
  }
}
