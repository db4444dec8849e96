// Implements api.ts: each method sends one call of endpoints.ts and reads its response by a schema.

import * as v from 'valibot';
import type { BuildId, BuildWindow, CodeArtsBuildClient, LogLevel, StartRequest } from './api.ts';
import { artifactList, packageFile } from './artifacts.ts';
import {
  buildRecord,
  flowGraph,
  type ListedBuild,
  logAnswer,
  pageOfBuilds,
  startedBuild,
} from './build-schemas.ts';
import { Editions } from './editions.ts';
import { type Call, calls } from './endpoints.ts';
import { ApiError, type Failure, isNoSuchApi } from './errors.ts';
import {
  disabledReason,
  jobDefinition,
  jobPage,
  type ListedJob,
  projectRole,
  successRatio,
} from './job-schemas.ts';
import { decoded } from './response.ts';
import { attempt } from './retry.ts';
import {
  analyzedErrors,
  type BuildDetails,
  buildDetails,
  isEngineStep,
  recordInfo,
  stageList,
} from './step-schemas.ts';
import type { CallParams, TransportOptions } from './transport.ts';

/** Opens nothing yet: the first call signs in and connects. */
export function createClient(options: TransportOptions): CodeArtsBuildClient {
  return new Client(options);
}

class Client implements CodeArtsBuildClient {
  readonly #options: TransportOptions;
  readonly #api: Editions;
  /** Builds whose live log is read in the older edition, by `JOB/NUMBER`. */
  readonly #logsInOldEdition = new Set<string>();

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#api = new Editions(options);
  }

  serverNow(): number {
    return this.#api.serverNow();
  }

  async start({ jobId, parameters, scm }: StartRequest, signal?: AbortSignal) {
    const body = {
      job_id: jobId,
      ...(parameters.length > 0 ? { parameter: parameters } : {}),
      ...(scm ? { scm } : {}),
    };
    return await this.#api.ask(calls.start, { body, signal }, startedBuild);
  }

  async record(build: BuildId, signal?: AbortSignal) {
    const record = await this.#api.ask(calls.record, { path: pathOf(build), signal }, buildRecord);
    if (record.buildNumber === 0 || record.buildNumber === build.buildNumber) return record;
    const reason = `the record of build ${record.buildNumber} instead of ${build.buildNumber}`;
    throw new ApiError('read the build record', {
      kind: 'invalid-response',
      status: 200,
      reason,
      requestId: '',
    });
  }

  async recordInfo(recordId: string, signal?: AbortSignal) {
    return await this.#api.ask(calls.recordInfo, { path: { record_id: recordId }, signal }, recordInfo);
  }

  async log(build: BuildId, offset: string, signal?: AbortSignal) {
    // The editions count offsets differently, so a log is read to its end in the edition in which its reading began.
    const key = `${build.jobId}/${build.buildNumber}`;
    const isPinned = offset !== '0' && this.#logsInOldEdition.has(key);
    const call: Call = isPinned ? { ...calls.log, successor: undefined } : calls.log;
    const chunk = await this.#api.ask(call, { path: { ...pathOf(build), offset }, signal }, logAnswer);
    if (isPinned || !this.#api.isRemoved(calls.log)) this.#logsInOldEdition.add(key);
    else this.#logsInOldEdition.delete(key);
    return chunk;
  }

  async details(build: BuildId, signal?: AbortSignal) {
    const { details } = calls;
    if (this.#api.isRemoved(details)) return await this.#detailsByRecord(build, signal);
    try {
      return await this.#api.ask(details, { path: pathOf(build), signal }, buildDetails);
    } catch (error) {
      if (!(error instanceof ApiError) || !isNoSuchApi(error.failure)) throw error;
    }
    // No single call of the newer edition replaces this one; two others return the same.
    const found = await this.#detailsByRecord(build, signal);
    this.#api.markRemoved(details);
    return found;
  }

  async #detailsByRecord(build: BuildId, signal: AbortSignal | undefined): Promise<BuildDetails> {
    const { recordId } = await this.record(build, signal);
    const [steps, { parameters }] = await Promise.all([
      this.stages(recordId, signal),
      this.recordInfo(recordId, signal),
    ]);
    return { jobName: '', steps: steps.filter(({ name }) => !isEngineStep(name)), parameters };
  }

  async artifacts(build: BuildId, signal?: AbortSignal) {
    return await this.#api.ask(calls.output, { path: pathOf(build), signal }, artifactList);
  }

  async packageFile(projectId: string, uri: string, signal?: AbortSignal) {
    if (!this.#options.artifactEndpoint || projectId === '') return undefined;
    const file_name = `${projectId}/${uri.replace(/^\/+/, '')}`;
    const file = await attempt(this.#api.ask(calls.fileInfo, { path: { file_name }, signal }, packageFile));
    if (!(file instanceof ApiError)) return file;
    this.#options.debug?.(file.message);
    return undefined;
  }

  async flowGraph(recordId: string, signal?: AbortSignal) {
    return await this.#api.ask(calls.flowGraph, { path: { record_id: recordId }, signal }, flowGraph);
  }

  async stop(build: BuildId, signal?: AbortSignal): Promise<'stopped' | 'already-over'> {
    try {
      await this.#api.ask(calls.stop, { path: pathOf(build), body: {}, signal }, v.unknown());
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
      const params = { path: { project_id: projectId }, query: pageQuery(page), signal };
      const { jobs, entries, total } = await this.#api.ask(calls.jobs, params, jobPage);
      for (const job of jobs) found.set(job.id, job);
      unreadable += entries - jobs.length;
      // The reference's sample finds the first jobs on page 1, its table says 0: a page may come twice.
      const hasAll = total === undefined ? entries < pageSize : found.size + unreadable >= total;
      if (entries === 0 || hasAll) break;
    }
    return [...found.values()];
  }

  async definition(jobId: string, signal?: AbortSignal) {
    const params: CallParams = { path: { job_id: jobId }, query: [['get_all_params', 'true']], signal };
    return await this.#api.ask(calls.definition, params, jobDefinition);
  }

  async listBuildsPage({ jobId, from, to }: BuildWindow, page: number, signal?: AbortSignal) {
    const query = [...windowOf(from, to), ...pageQuery(page)];
    const params = { path: { job_id: jobId }, query, signal };
    const { builds, total } = await this.#api.ask(calls.records, params, pageOfBuilds);
    // The service may return shorter pages than requested.
    const seen = page * pageSize + builds.length;
    const hasAll = total === undefined ? builds.length < pageSize : seen >= total;
    const isLast = builds.length === 0 || hasAll || page + 1 === mostPages;
    return { builds, isLast };
  }

  async builds(jobId: string, from: number, to: number, signal?: AbortSignal) {
    const found: ListedBuild[] = [];
    for (let page = 0; ; page += 1) {
      const { builds, isLast } = await this.listBuildsPage({ jobId, from, to }, page, signal);
      found.push(...builds);
      if (isLast) break;
    }
    // A build that begins between two pages moves another one to the next page: it comes twice.
    return [...new Map(found.map((build) => [build.buildNumber || build, build])).values()];
  }

  fullLog(recordId: string, level: LogLevel, signal?: AbortSignal): AsyncGenerator<string> {
    return decoded(this.downloadLog(recordId, level, signal));
  }

  downloadLog(recordId: string, level: LogLevel, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    const params: CallParams = { path: { record_id: recordId }, query: [['log_level', level]], signal };
    return this.#api.download(calls.fullLog, params);
  }

  stepLog(recordId: string, stage: string, signal?: AbortSignal): AsyncGenerator<string> {
    const params: CallParams = { path: { record_id: recordId }, query: [['task_name', stage]], signal };
    return decoded(this.#api.download(calls.stepLog, params));
  }

  async stages(recordId: string, signal?: AbortSignal) {
    return await this.#api.ask(calls.stages, { path: { record_id: recordId }, signal }, stageList);
  }

  async analysis(build: BuildId, signal?: AbortSignal) {
    return await this.#api.ask(calls.analysis, { path: pathOf(build), signal }, analyzedErrors);
  }

  async disabledReason(jobId: string, signal?: AbortSignal) {
    return await this.#api.ask(calls.isDisabled, { path: { job_id: jobId }, signal }, disabledReason);
  }

  async role(projectId: string, signal?: AbortSignal) {
    return await this.#api.ask(calls.permissions, { path: { project_id: projectId }, signal }, projectRole);
  }

  async successRatio(jobId: string, from: number, to: number, signal?: AbortSignal) {
    const query = windowOf(from, to).map(([name, time]): [string, string] => [name, time.slice(0, 10)]);
    return await this.#api.ask(calls.successRatio, { path: { job_id: jobId }, query, signal }, successRatio);
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
