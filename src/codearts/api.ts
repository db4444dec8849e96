// Declares the client of CodeArts Build: one method for each call, parameters in, clean shapes out. Retrying is the
// caller's job: only the caller knows what a second call may cost.

import type { Artifact, PackageFile } from './artifacts.ts';
import type { BuildRecord, FlowGraph, ListedBuild, LogChunk, StartedBuild } from './build-schemas.ts';
import type { JobDefinition, ListedJob, ProjectRole, SuccessRatio } from './job-schemas.ts';
import type { AnalyzedError, BuildDetails, RecordInfo, Stage } from './step-schemas.ts';

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

/**
 * Every method throws an ApiError when its call fails, and the signal's reason when it aborts. The generators send their
 * call when they are first read, and throw while they are read when the response breaks off.
 */
export interface CodeArtsBuildClient {
  /** The jobs of a CodeArts project that the caller may see, all pages, 5,000 at most. Reference 4.5. */
  jobs(projectId: string, signal?: AbortSignal): Promise<readonly ListedJob[]>;
  /** A job's name and parameters. Reference 4.26. */
  definition(jobId: string, signal?: AbortSignal): Promise<JobDefinition>;
  /** Why the job is disabled; undefined when it is not. Documented in 2026. */
  disabledReason(jobId: string, signal?: AbortSignal): Promise<string | undefined>;
  /** The caller's role in a CodeArts project, and whether it may execute jobs. Documented in 2026. */
  role(projectId: string, signal?: AbortSignal): Promise<ProjectRole>;
  /** Starts a build. Not idempotent: see builds/start.ts before you call it twice. Reference 4.6. */
  start(request: StartRequest, signal?: AbortSignal): Promise<StartedBuild>;
  /** The state of the build; an invalid response when it is another build's. Reference 4.12. */
  record(build: BuildId, signal?: AbortSignal): Promise<BuildRecord>;
  /** Number, times and parameters of a build, by its record id alone. Documented in 2026. */
  recordInfo(recordId: string, signal?: AbortSignal): Promise<RecordInfo>;
  /** The live log from an offset on. Reference 4.27. @param offset as the last answer gave it; '0' at first */
  log(build: BuildId, offset: string, signal?: AbortSignal): Promise<LogChunk>;
  /** The complete log as text, in pieces; surrogate pairs are never cut. Reference 4.10. */
  fullLog(recordId: string, level: LogLevel, signal?: AbortSignal): AsyncGenerator<string>;
  /** The complete log in pieces, byte for byte. Reference 4.10. */
  downloadLog(recordId: string, level: LogLevel, signal?: AbortSignal): AsyncGenerator<Uint8Array>;
  /** The log of one step. Reference 4.11. @param stage as `stages` names it: CodeArts knows no log by a step's name */
  stepLog(recordId: string, stage: string, signal?: AbortSignal): AsyncGenerator<string>;
  /** The stages of a build, hidden ones included; none of a build that never got a machine. Documented in 2026. */
  stages(recordId: string, signal?: AbortSignal): Promise<readonly Stage[]>;
  /** What CodeArts itself found in the log of a failed build; may well be nothing. Documented in 2026. */
  analysis(build: BuildId, signal?: AbortSignal): Promise<readonly AnalyzedError[]>;
  /**
   * How many of a job's builds that began on these days succeeded. Reference 4.9.
   * @param from epoch milliseconds on the first day, `to` on the last: China's days, both counted, 30 at most
   */
  successRatio(jobId: string, from: number, to: number, signal?: AbortSignal): Promise<SuccessRatio>;
  /** Steps and parameters of a build. Reference 4.8. */
  details(build: BuildId, signal?: AbortSignal): Promise<BuildDetails>;
  /** What a build made; for a build that made nothing the service may answer with an error. Reference 4.13. */
  artifacts(build: BuildId, signal?: AbortSignal): Promise<readonly Artifact[]>;
  /**
   * Where a package is kept: best effort, undefined where CodeArts Artifact does not say. Documented in 2026.
   * @param projectId of the CodeArts project. @param uri of the package, as `artifacts` has it
   */
  packageFile(projectId: string, uri: string, signal?: AbortSignal): Promise<PackageFile | undefined>;
  /** The children of a multi-task build, in the service's order; none of a build that has none. Reference 7.2. */
  flowGraph(recordId: string, signal?: AbortSignal): Promise<FlowGraph>;
  /** `already-over` when the build had ended before (400 DEV.CB.032302, seen live). Reference 4.14. */
  stop(build: BuildId, signal?: AbortSignal): Promise<'stopped' | 'already-over'>;
  /** One page, from 0, of the builds in a window; page 49 is the last whatever follows. Reference 4.28. */
  listBuildsPage(
    window: BuildWindow,
    page: number,
    signal?: AbortSignal,
  ): Promise<{ readonly builds: readonly ListedBuild[]; readonly isLast: boolean }>;
  /** Lists the builds of all pages, 5,000 at most; `from` and `to` as in BuildWindow. */
  builds(jobId: string, from: number, to: number, signal?: AbortSignal): Promise<readonly ListedBuild[]>;
  /** The server's time by its last Date header, in epoch milliseconds; the runner's own before the first response. */
  serverNow(): number;
}
