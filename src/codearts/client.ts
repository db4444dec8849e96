// Implements api.ts: each method sends one call of endpoints.ts, has its answer read by the schemas and throws an ApiError
// where there is none.

import * as v from 'valibot';
import type { HttpAnswer } from '../huaweicloud/http.ts';
import type { BuildId, BuildWindow, CodeArtsBuildClient, LogLevel, StartRequest } from './api.ts';
import { artifactList, packageFile } from './artifacts.ts';
import * as answers from './build-schemas.ts';
import { successRatio } from './build-schemas.ts';
import { type Call, calls } from './endpoints.ts';
import { ApiError, type Failure } from './errors.ts';
import { analyzedErrors, isEngineStep, stageList } from './failure-schemas.ts';
import { flowGraph } from './flow-graph.ts';
import { disabledReason, jobDefinition, jobPage, type ListedJob, projectRole } from './job-schemas.ts';
import { decoded, fileBytes, type ParsedResponse, readAnswer, unreadable } from './response.ts';
import { attempt } from './retry.ts';
import { type CallParams, Transport, type TransportOptions, toApiError } from './transport.ts';

/** Opens nothing yet: the first call signs in and connects. */
export function createClient(options: TransportOptions): CodeArtsBuildClient {
  return new Client(options);
}

class Client implements CodeArtsBuildClient {
  readonly #debug: (line: string) => void;
  readonly #hasArtifactEndpoint: boolean;
  readonly #transport: Transport;
  /** Older paths that this endpoint no longer serves. */
  readonly #removed = new Set<string>();
  /** Builds whose live log is read in the older edition, by `JOB/NUMBER`. */
  readonly #logsInOldEdition = new Set<string>();
  readonly #read: (answer: HttpAnswer) => ParsedResponse;

  constructor(options: TransportOptions) {
    const { clock, debug = () => {} } = options;
    this.#debug = debug;
    this.#hasArtifactEndpoint = Boolean(options.artifactEndpoint);
    this.#transport = new Transport(options);
    this.#read = (answer) => {
      const reading = readAnswer(answer, clock.now());
      if (reading.ok || (reading.failure.kind === 'rejected' && reading.failure.code !== '')) {
        this.#transport.noteAnswer();
      }
      if (reading.ok || reading.failure.kind !== 'rejected' || !options.hideMessages) return reading;
      return { ok: false, failure: { ...reading.failure, message: '' } };
    };
  }

  serverNow(): number {
    return this.#transport.serverNow();
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
    // The offsets of the two editions are not the same: a log is read on in the edition that it was begun in.
    const key = `${build.jobId}/${build.buildNumber}`;
    const isPinned = offset !== '0' && this.#logsInOldEdition.has(key);
    const call: Call = isPinned ? { ...calls.log, successor: undefined } : calls.log;
    const chunk = await this.#ask(call, { path: { ...pathOf(build), offset }, signal }, answers.logAnswer);
    if (isPinned || !this.#removed.has(calls.log.path)) this.#logsInOldEdition.add(key);
    else this.#logsInOldEdition.delete(key);
    return chunk;
  }

  async details(build: BuildId, signal?: AbortSignal) {
    const { details } = calls;
    if (this.#removed.has(details.path)) return await this.#detailsByRecord(build, signal);
    try {
      return await this.#ask(details, { path: pathOf(build), signal }, answers.buildDetails);
    } catch (error) {
      if (!(error instanceof ApiError) || !isNoSuchApi(error.failure)) throw error;
    }
    // This call has no successor of its own; two others of the newer edition say the same.
    const found = await this.#detailsByRecord(build, signal);
    this.#noteRemoved(details);
    return found;
  }

  async #detailsByRecord(build: BuildId, signal: AbortSignal | undefined): Promise<answers.BuildDetails> {
    const { recordId } = await this.record(build, signal);
    const sending = { path: { record_id: recordId }, signal };
    const [steps, parameters] = await Promise.all([
      this.stages(recordId, signal),
      this.#ask(calls.recordById, sending, answers.recordParameters),
    ]);
    return { jobName: '', steps: steps.filter(({ name }) => !isEngineStep(name)), parameters };
  }

  async artifacts(build: BuildId, signal?: AbortSignal) {
    return await this.#ask(calls.output, { path: pathOf(build), signal }, artifactList);
  }

  async packageFile(projectId: string, uri: string, signal?: AbortSignal) {
    if (!this.#hasArtifactEndpoint || projectId === '') return undefined;
    const file_name = `${projectId}/${uri.replace(/^\/+/, '')}`;
    const file = await attempt(this.#ask(calls.fileInfo, { path: { file_name }, signal }, packageFile));
    if (!(file instanceof ApiError)) return file;
    this.#debug(file.message);
    return undefined;
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
    let unreadable = 0;
    for (let page = 0; page < mostPages; page += 1) {
      const sending = { path: { project_id: projectId }, query: pageQuery(page), signal };
      const { jobs, entries, total } = await this.#ask(calls.jobs, sending, jobPage);
      for (const job of jobs) found.set(job.id, job);
      unreadable += entries - jobs.length;
      // The reference's sample finds the first jobs on page 1, its table says 0: a page may come twice.
      const hasAll = total === undefined ? entries < pageSize : found.size + unreadable >= total;
      if (entries === 0 || hasAll) break;
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
    const { builds, entries, total } = await this.#ask(calls.records, sending, answers.pageOfBuilds);
    // The service may return shorter pages than it was asked for.
    const seen = page * pageSize + entries;
    const hasAll = total === undefined ? entries < pageSize : seen >= total;
    const isLast = entries === 0 || hasAll || page + 1 === mostPages;
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

  async disabledReason(jobId: string, signal?: AbortSignal) {
    return await this.#ask(calls.isDisabled, { path: { job_id: jobId }, signal }, disabledReason);
  }

  async role(projectId: string, signal?: AbortSignal) {
    return await this.#ask(calls.permissions, { path: { project_id: projectId }, signal }, projectRole);
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
    const answer = await this.#transport.send(this.#current(call), sending);
    const reading = this.#read(answer);
    if (!reading.ok) {
      if (this.#goToSuccessor(call, reading.failure)) return await this.#ask(call, sending, schema);
      throw this.#rejected(call, reading.failure);
    }
    const parsed = parse(schema, reading.json);
    if (!(parsed instanceof Error)) return parsed;
    throw this.#transport.refused(call, unreadable(answer, parsed.message));
  }

  async *#download(
    call: Call,
    recordId: string,
    query: readonly [string, string],
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Uint8Array> {
    const sending = { path: { record_id: recordId }, query: [query], signal };
    const stream = await this.#transport.stream(this.#current(call), sending);
    try {
      const failure = yield* fileBytes(stream, this.#read);
      if (!failure) return;
      if (this.#goToSuccessor(call, failure)) yield* this.#download(call, recordId, query, signal);
      else throw this.#rejected(call, failure);
    } catch (error) {
      throw toApiError(call, error);
    }
  }

  /** The call, at the path that this endpoint serves as far as is known. */
  #current(call: Call): Call {
    const { path, successor } = call;
    return successor !== undefined && this.#removed.has(path) ? { ...call, path: successor } : call;
  }

  /** True when the call must be sent again to its newer path. The gateway's answer means that it did not act. */
  #goToSuccessor(call: Call, failure: Failure): boolean {
    if (!isNoSuchApi(failure) || call.successor === undefined || this.#removed.has(call.path)) return false;
    this.#noteRemoved(call);
    return true;
  }

  #noteRemoved(call: Call): void {
    if (this.#removed.size === 0) {
      this.#debug(
        `The endpoint no longer serves ${call.method} ${call.path}. Calls that it no longer serves go to the newer edition of the API.`,
      );
    }
    this.#removed.add(call.path);
  }

  #rejected(call: Call, failure: Failure): ApiError {
    const isServedNowhere =
      isNoSuchApi(failure) && call.successor !== undefined && this.#removed.has(call.path);
    if (!isServedNowhere || failure.kind !== 'rejected') return this.#transport.refused(call, failure);
    // The next call tries the older path again: this may have been a gateway that is being set up.
    this.#removed.delete(call.path);
    return this.#transport.refused(call, { ...failure, remedy: servedNowhere });
  }
}

const servedNowhere =
  'Check endpoint: it serves no CodeArts Build API, neither the older edition of this call nor the newer one.';

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

/** What the gateway answers to a path that it does not serve. The call did not reach the service. */
function isNoSuchApi(failure: Failure): boolean {
  return failure.kind === 'rejected' && failure.status === 404 && failure.code === 'APIGW.0101';
}

function saysAlreadyOver(failure: Failure): boolean {
  return failure.kind === 'rejected' && failure.code === 'DEV.CB.032302';
}

/** An Error, with what is wrong in a few words, for an answer that the schema refuses or can't cope with. */
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
