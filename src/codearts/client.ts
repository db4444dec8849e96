// Provides the client of CodeArts Build: one method for each call of endpoints.ts, parameters in, clean shapes out.
// Retrying is the caller's job: only the caller knows what a second call may cost.

import type {
  Artifact,
  BuildRecord,
  FlowChild,
  ListedBuild,
  LogChunk,
  PackageFile,
  StartedBuild,
} from './build-schemas.ts';
import { Editions } from './editions.ts';
import { endpoints } from './endpoints.ts';
import { ApiError, isNoSuchApi } from './errors.ts';
import type { JobDefinition, ListedJob, ProjectRole, SuccessRatio } from './job-schemas.ts';
import { decoded } from './response.ts';
import { attempt } from './retry.ts';
import {
  type AnalyzedError,
  type BuildDetails,
  isEngineStep,
  type RecordInfo,
  type Stage,
} from './step-schemas.ts';
import type { TransportOptions } from './transport.ts';

export interface BuildId {
  /** 32 lower-case letters and digits. */
  readonly jobId: string;
  /** 1, 2, 3… per job. */
  readonly buildNumber: number;
}

/** The parameter that every job has for the branch it builds. Reference 4.6. */
export const branchParameter = 'codeBranch';

export interface StartRequest {
  readonly jobId: string;
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
  /** Left out where the job's own configuration decides what is built. */
  readonly scm?: Readonly<Record<string, string>>;
}

/** The builds of a job that started in this time: epoch milliseconds, by the server's clock. */
export interface BuildWindow {
  readonly jobId: string;
  readonly from: number;
  readonly to: number;
}

export type LogLevel = 'INFO' | 'DEBUG';

const pageSize = 100;
const maxPages = 50;

/**
 * Opens nothing by itself: the first call signs in and connects. Every method throws an ApiError when its call fails,
 * and the signal's reason when it aborts. The generators send their call when they are first read, and throw while they
 * are read when the response breaks off.
 */
export class CodeArtsBuildClient {
  readonly #options: TransportOptions;
  readonly #api: Editions;
  /** Builds whose live log is read in the older edition, by `JOB/NUMBER`. */
  readonly #logsInOldEdition = new Set<string>();

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#api = new Editions(options);
  }

  /** The server's time by its last Date header, in epoch milliseconds; the runner's own before the first response. */
  serverNow(): number {
    return this.#api.serverNow();
  }

  /** The jobs of a CodeArts project that the caller may see, all pages, 5,000 at most. Reference 4.5. */
  async jobs(projectId: string, signal?: AbortSignal): Promise<readonly ListedJob[]> {
    const found = new Map<string, ListedJob>();
    let unreadable = 0;
    for (let page = 0; page < maxPages; page += 1) {
      const values = { project_id: projectId, page, page_size: pageSize };
      const { jobs, entries, total } = await this.#api.ask(endpoints.jobs, { values, signal });
      for (const job of jobs) found.set(job.id, job);
      unreadable += entries - jobs.length;
      // The reference's sample finds the first jobs on page 1, its table says 0: a page may come twice.
      const hasAll = total === undefined ? entries < pageSize : found.size + unreadable >= total;
      if (entries === 0 || hasAll) break;
    }
    return [...found.values()];
  }

  /** A job's name and parameters. Reference 4.26. */
  definition(jobId: string, signal?: AbortSignal): Promise<JobDefinition> {
    return this.#api.ask(endpoints.definition, { values: { job_id: jobId }, signal });
  }

  /** Why the job is disabled; undefined when it is not. Documented in 2026. */
  disabledReason(jobId: string, signal?: AbortSignal): Promise<string | undefined> {
    return this.#api.ask(endpoints.isDisabled, { values: { job_id: jobId }, signal });
  }

  /** The caller's role in a CodeArts project, and whether it may execute jobs. Documented in 2026. */
  role(projectId: string, signal?: AbortSignal): Promise<ProjectRole> {
    return this.#api.ask(endpoints.permissions, { values: { project_id: projectId }, signal });
  }

  /** Starts a build. Not idempotent: see builds/start.ts before you call it twice. Reference 4.6. */
  start({ jobId, parameters, scm }: StartRequest, signal?: AbortSignal): Promise<StartedBuild> {
    const parameter = parameters.length > 0 ? { parameter: parameters } : {};
    const body = { job_id: jobId, ...parameter, ...(scm ? { scm } : {}) };
    return this.#api.ask(endpoints.start, { body, signal });
  }

  /** The state of the build; an invalid response when it is another build's. Reference 4.12. */
  async record(build: BuildId, signal?: AbortSignal): Promise<BuildRecord> {
    const record = await this.#api.ask(endpoints.record, { values: idOf(build), signal });
    if (record.buildNumber === 0 || record.buildNumber === build.buildNumber) return record;
    const reason = `the record of build ${record.buildNumber} instead of ${build.buildNumber}`;
    const failure = { kind: 'invalid-response', status: 200, reason, requestId: '' } as const;
    throw new ApiError(endpoints.record.action, failure);
  }

  /** Number, times and parameters of a build, by its record id alone. Documented in 2026. */
  recordInfo(recordId: string, signal?: AbortSignal): Promise<RecordInfo> {
    return this.#api.ask(endpoints.recordInfo, { values: { record_id: recordId }, signal });
  }

  /** The live log from an offset on. Reference 4.27. @param offset as the last answer gave it; '0' at first */
  async log(build: BuildId, offset: string, signal?: AbortSignal): Promise<LogChunk> {
    // The editions count offsets differently, so a log is read to its end in the edition in which its reading began.
    const key = `${build.jobId}/${build.buildNumber}`;
    const isPinned = offset !== '0' && this.#logsInOldEdition.has(key);
    const call = isPinned ? { ...endpoints.log, successor: undefined } : endpoints.log;
    const chunk = await this.#api.ask(call, { values: { ...idOf(build), offset }, signal });
    if (isPinned || !this.#api.isRemoved(endpoints.log)) this.#logsInOldEdition.add(key);
    else this.#logsInOldEdition.delete(key);
    return chunk;
  }

  /** The complete log as text, in pieces; surrogate pairs are never cut. Reference 4.10. */
  fullLog(recordId: string, level: LogLevel, signal?: AbortSignal): AsyncGenerator<string> {
    return decoded(this.downloadLog(recordId, level, signal));
  }

  /** The complete log in pieces, byte for byte. Reference 4.10. */
  downloadLog(recordId: string, level: LogLevel, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    return this.#api.download(endpoints.fullLog, { values: { record_id: recordId, level }, signal });
  }

  /** The log of one step. Reference 4.11. @param stage as `stages` names it: CodeArts knows no log by a step's name */
  stepLog(recordId: string, stage: string, signal?: AbortSignal): AsyncGenerator<string> {
    const values = { record_id: recordId, stage };
    return decoded(this.#api.download(endpoints.stepLog, { values, signal }));
  }

  /** The stages of a build, hidden ones included; none of a build that never got a machine. Documented in 2026. */
  stages(recordId: string, signal?: AbortSignal): Promise<readonly Stage[]> {
    return this.#api.ask(endpoints.stages, { values: { record_id: recordId }, signal });
  }

  /** What CodeArts itself found in the log of a failed build; may well be nothing. Documented in 2026. */
  analysis(build: BuildId, signal?: AbortSignal): Promise<readonly AnalyzedError[]> {
    return this.#api.ask(endpoints.analysis, { values: idOf(build), signal });
  }

  /**
   * How many of a job's builds succeeded of those that began on the days of the window: days of China, the first and
   * the last one counted, 30 at most. Reference 4.9.
   */
  successRatio({ jobId, from, to }: BuildWindow, signal?: AbortSignal): Promise<SuccessRatio> {
    const values = { job_id: jobId, from: chinaDay(from), to: chinaDay(to) };
    return this.#api.ask(endpoints.successRatio, { values, signal });
  }

  /** Steps and parameters of a build. Reference 4.8. */
  async details(build: BuildId, signal?: AbortSignal): Promise<BuildDetails> {
    const { details } = endpoints;
    if (!this.#api.isRemoved(details)) {
      try {
        return await this.#api.ask(details, { values: idOf(build), signal });
      } catch (error) {
        if (!(error instanceof ApiError) || !isNoSuchApi(error.failure)) throw error;
      }
    }
    // No single call of the newer edition replaces this one; two others return the same.
    const { recordId } = await this.record(build, signal);
    const [stages, { parameters }] = await Promise.all([
      this.stages(recordId, signal),
      this.recordInfo(recordId, signal),
    ]);
    this.#api.markRemoved(details);
    return { jobName: '', steps: stages.filter(({ name }) => !isEngineStep(name)), parameters };
  }

  /** What a build made; for a build that made nothing the service may answer with an error. Reference 4.13. */
  artifacts(build: BuildId, signal?: AbortSignal): Promise<readonly Artifact[]> {
    return this.#api.ask(endpoints.output, { values: idOf(build), signal });
  }

  /**
   * Where a package is kept: best effort, undefined where CodeArts Artifact does not say. Documented in 2026.
   * @param projectId of the CodeArts project. @param uri of the package, as `artifacts` has it
   */
  async packageFile(projectId: string, uri: string, signal?: AbortSignal): Promise<PackageFile | undefined> {
    const { artifactEndpoint: endpoint, debug } = this.#options;
    if (!endpoint || projectId === '') return undefined;
    const values = { file_name: `${projectId}/${uri.replace(/^\/+/, '')}` };
    const file = await attempt(this.#api.ask(endpoints.fileInfo, { endpoint, values, signal }));
    if (!(file instanceof ApiError)) return file;
    debug?.(file.message);
    return undefined;
  }

  /** The children of a multi-task build, in the service's order; none of a build that has none. Reference 7.2. */
  flowGraph(recordId: string, signal?: AbortSignal): Promise<readonly FlowChild[]> {
    return this.#api.ask(endpoints.flowGraph, { values: { record_id: recordId }, signal });
  }

  /** `already-over` when the build had ended before (400 DEV.CB.032302, seen live). Reference 4.14. */
  async stop(build: BuildId, signal?: AbortSignal): Promise<'stopped' | 'already-over'> {
    const answer = await attempt(this.#api.ask(endpoints.stop, { values: idOf(build), body: {}, signal }));
    if (!(answer instanceof ApiError)) return 'stopped';
    const { failure } = answer;
    if (failure.kind === 'rejected' && failure.code === 'DEV.CB.032302') return 'already-over';
    throw answer;
  }

  /** One page, from 0, of the builds in a window; page 49 is the last whatever follows. Reference 4.28. */
  async listBuildsPage(
    { jobId, from, to }: BuildWindow,
    page: number,
    signal?: AbortSignal,
  ): Promise<{ readonly builds: readonly ListedBuild[]; readonly isLast: boolean }> {
    const window = { from: chinaWallClock(from), to: chinaWallClock(to) };
    const values = { job_id: jobId, ...window, page, page_size: pageSize };
    const { builds, total } = await this.#api.ask(endpoints.records, { values, signal });
    // The service may return shorter pages than requested.
    const seen = page * pageSize + builds.length;
    const hasAll = total === undefined ? builds.length < pageSize : seen >= total;
    return { builds, isLast: builds.length === 0 || hasAll || page + 1 === maxPages };
  }

  /** The builds of all pages, 5,000 at most. */
  async builds(window: BuildWindow, signal?: AbortSignal): Promise<readonly ListedBuild[]> {
    const found: ListedBuild[] = [];
    for (let page = 0; ; page += 1) {
      const { builds, isLast } = await this.listBuildsPage(window, page, signal);
      found.push(...builds);
      if (isLast) break;
    }
    // A build that begins between two pages moves another one to the next page: it comes twice.
    return [...new Map(found.map((build) => [build.buildNumber || build, build])).values()];
  }
}

function idOf(build: BuildId) {
  return { job_id: build.jobId, build_no: build.buildNumber };
}

/** Query times are read as China's wall clock, in yyyy-MM-dd HH:mm:ss (seen live). */
function chinaWallClock(at: number): string {
  return new Date(at + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}

/** As yyyy-MM-dd. */
function chinaDay(at: number): string {
  return chinaWallClock(at).slice(0, 10);
}
