// CodeArts Build over the wire: each method of api.ts as one call of the table, its answer read by the schemas, its
// refusals as CallErrors.

import * as v from 'valibot';
import type { HttpAnswer, HttpStream } from '../huaweicloud/http.ts';
import type { BuildId, BuildWindow, CodeArtsBuildClient, LogLevel, StartRequest } from './api.ts';
import { artifactList } from './artifacts.ts';
import * as answers from './build-schemas.ts';
import { successRatio } from './build-schemas.ts';
import { type Call, calls } from './endpoints.ts';
import { ApiError, type Failure } from './errors.ts';
import { analyzedErrors, stageList } from './failure-schemas.ts';
import { flowGraph } from './flow-graph.ts';
import { jobDefinition, jobPage, type ListedJob } from './job-schemas.ts';
import { type ParsedResponse, readAnswer, unreadable } from './response.ts';
import { type CallParams, Transport, toCallError, type WireOptions } from './transport.ts';

/** Opens nothing yet: the first call signs in and connects. */
export function createClient(options: WireOptions): CodeArtsBuildClient {
  return new Client(options);
}

class Client implements CodeArtsBuildClient {
  readonly #wire: Transport;
  readonly #read: ReadAnswer;

  constructor(options: WireOptions) {
    const { clock } = options;
    this.#wire = new Transport(options);
    this.#read = (answer) => readAnswer(answer, clock.now());
  }

  serverNow(): number {
    return this.#wire.serverNow();
  }

  async start({ jobId, parameters, scm }: StartRequest, signal?: AbortSignal) {
    const body = {
      job_id: jobId,
      ...(parameters.length > 0 ? { parameter: parameters } : {}),
      ...(scm ? { scm } : {}),
    };
    return await this.#ask(calls.start, { body, signal }, answers.startedBuild);
  }

  async record(build: BuildId, signal?: AbortSignal) {
    const record = await this.#ask(calls.record, { path: pathOf(build), signal }, answers.buildRecord);
    if (record.buildNumber === 0 || record.buildNumber === build.buildNumber) return record;
    const reason = `the record of build ${record.buildNumber} instead of ${build.buildNumber}`;
    throw new ApiError('read the build record', {
      kind: 'invalid-response',
      status: 200,
      reason,
      requestId: '',
    });
  }

  async log(build: BuildId, offset: string, signal?: AbortSignal) {
    const sending: CallParams = { path: pathOf(build), query: [['offset', offset]], signal };
    return await this.#ask(calls.log, sending, answers.logAnswer);
  }

  async details(build: BuildId, signal?: AbortSignal) {
    return await this.#ask(calls.details, { path: pathOf(build), signal }, answers.buildDetails);
  }

  async artifacts(build: BuildId, signal?: AbortSignal) {
    return await this.#ask(calls.output, { path: pathOf(build), signal }, artifactList);
  }

  async flowGraph(recordId: string, signal?: AbortSignal) {
    return await this.#ask(calls.flowGraph, { path: { record_id: recordId }, signal }, flowGraph);
  }

  async stop(build: BuildId, signal?: AbortSignal): Promise<'stopped' | 'already-over'> {
    try {
      await this.#ask(calls.stop, { path: pathOf(build), body: {}, signal }, v.unknown());
      return 'stopped';
    } catch (error) {
      if (error instanceof ApiError && saysAlreadyOver(error.failure)) return 'already-over';
      throw error;
    }
  }

  async jobs(projectId: string, signal?: AbortSignal): Promise<readonly ListedJob[]> {
    const found = new Map<string, ListedJob>();
    for (let page = 0; page < mostPages; page += 1) {
      const sending = { path: { project_id: projectId }, query: pageQuery(page), signal };
      const { jobs, total } = await this.#ask(calls.jobs, sending, jobPage);
      for (const job of jobs) found.set(job.id, job);
      // The reference's sample finds the first jobs on page 1, its table says 0: a page may come twice.
      if (jobs.length === 0 || (total === undefined ? jobs.length < pageSize : found.size >= total)) break;
    }
    return [...found.values()];
  }

  async definition(jobId: string, signal?: AbortSignal) {
    const sending: CallParams = { path: { job_id: jobId }, query: [['get_all_params', 'true']], signal };
    return await this.#ask(calls.definition, sending, jobDefinition);
  }

  async listBuildsPage({ jobId, from, to }: BuildWindow, page: number, signal?: AbortSignal) {
    const query = [...windowOf(from, to), ...pageQuery(page)];
    const sending = { path: { job_id: jobId }, query, signal };
    const { builds, total } = await this.#ask(calls.records, sending, answers.pageOfBuilds);
    // The service may give shorter pages than it was asked for.
    const seen = page * pageSize + builds.length;
    const hasAll = total === undefined ? builds.length < pageSize : seen >= total;
    const isLast = builds.length === 0 || hasAll || page + 1 === mostPages;
    return { builds, isLast };
  }

  async builds(jobId: string, from: number, to: number, signal?: AbortSignal) {
    const found: answers.ListedBuild[] = [];
    for (let page = 0; ; page += 1) {
      const { builds, isLast } = await this.listBuildsPage({ jobId, from, to }, page, signal);
      found.push(...builds);
      if (isLast) break;
    }
    // A build that begins between two pages moves another one to the next page: it comes twice.
    return [...new Map(found.map((build) => [build.buildNumber, build])).values()];
  }

  fullLog(recordId: string, level: LogLevel, signal?: AbortSignal): AsyncGenerator<string> {
    return decoded(this.downloadLog(recordId, level, signal));
  }

  downloadLog(recordId: string, level: LogLevel, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    return this.#download(calls.fullLog, recordId, ['log_level', level], signal);
  }

  stepLog(recordId: string, stage: string, signal?: AbortSignal): AsyncGenerator<string> {
    return decoded(this.#download(calls.stepLog, recordId, ['task_name', stage], signal));
  }

  async stages(recordId: string, signal?: AbortSignal) {
    return await this.#ask(calls.stages, { path: { record_id: recordId }, signal }, stageList);
  }

  async analysis(build: BuildId, signal?: AbortSignal) {
    return await this.#ask(calls.analysis, { path: pathOf(build), signal }, analyzedErrors);
  }

  async successRatio(jobId: string, from: number, to: number, signal?: AbortSignal) {
    const query = windowOf(from, to).map(([name, time]): [string, string] => [name, time.slice(0, 10)]);
    return await this.#ask(calls.successRatio, { path: { job_id: jobId }, query, signal }, successRatio);
  }

  async #ask<S extends v.GenericSchema>(
    call: Call,
    sending: CallParams,
    schema: S,
  ): Promise<v.InferOutput<S>> {
    const answer = await this.#wire.send(call, sending);
    const reading = this.#read(answer);
    if (!reading.ok) throw this.#wire.refused(call, reading.failure);
    const parsed = v.safeParse(schema, reading.json);
    if (parsed.success) return parsed.output;
    const path = v.getDotPath(parsed.issues[0]) ?? 'the answer';
    throw this.#wire.refused(call, unreadable(answer, `${path} is missing or of the wrong kind`));
  }

  async *#download(
    call: Call,
    recordId: string,
    query: readonly [string, string],
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Uint8Array> {
    const stream = await this.#wire.stream(call, { path: { record_id: recordId }, query: [query], signal });
    yield* fileBytes(call, stream, this.#read, this.#wire);
  }
}

const pathOf = (build: BuildId) => ({ job_id: build.jobId, build_no: build.buildNumber });

const pageSize = 100;
const mostPages = 50;

function pageQuery(page: number): [string, string][] {
  return [
    ['page_index', String(page)],
    ['page_size', String(pageSize)],
  ];
}

/** Query times are read as China's wall clock, in yyyy-MM-dd HH:mm:ss (seen live). */
function windowOf(from: number, to: number): [string, string][] {
  return [
    ['start_time', chinaWallClock(from)],
    ['end_time', chinaWallClock(to)],
  ];
}

/** As yyyy-MM-dd HH:mm:ss. */
function chinaWallClock(at: number): string {
  return new Date(at + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}

function saysAlreadyOver(failure: Failure): boolean {
  return failure.kind === 'rejected' && failure.code === 'DEV.CB.032302';
}

/**
 * Bytes that are read of an answer that should have been a file: a refusal is short, a proxy's page may have no end.
 */
const longestRefusal = 1_048_576;

type ReadAnswer = (answer: HttpAnswer) => ParsedResponse;

async function* fileBytes(
  call: Call,
  stream: HttpStream,
  read: ReadAnswer,
  wire: Transport,
): AsyncGenerator<Uint8Array> {
  // A log file comes as plain bytes; JSON is a refusal, HTML a proxy's page.
  const isNoFile = /json|html/.test(stream.headers['content-type'] ?? '');
  if (stream.status !== 200 || isNoFile) {
    const pieces: Uint8Array[] = [];
    let length = 0;
    try {
      for await (const piece of stream.body) {
        pieces.push(piece);
        length += piece.length;
        if (length > longestRefusal) break;
      }
    } catch (error) {
      throw toCallError(call, error);
    }
    const answer = { ...stream, body: Buffer.concat(pieces).toString('utf8') };
    const reading = read(answer);
    const failure = reading.ok ? unreadable(stream, 'JSON instead of a log file') : reading.failure;
    throw wire.refused(call, failure);
  }
  try {
    yield* stream.body;
  } catch (error) {
    throw toCallError(call, error);
  }
}

async function* decoded(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  // A byte order mark in front of a file is left out: what the live log shows comes as JSON, without one.
  const decoder = new TextDecoder();
  for await (const piece of bytes) yield decoder.decode(piece, { stream: true });
  yield decoder.decode();
}
