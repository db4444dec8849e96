// Lists every call of CodeArts Build that the action makes: its paths, which are written nowhere else, and the schema of
// its response. The service has two editions of its API: the reference's (v3, v4), parts of which are to go offline, and
// a newer one (v1, documented in 2026). A call goes to its older path until the gateway says that there is no such API.

import * as v from 'valibot';
import {
  artifactList,
  buildRecord,
  flowGraph,
  logAnswer,
  packageFile,
  pageOfBuilds,
  startedBuild,
} from './build-schemas.ts';
import { disabledReason, jobDefinition, jobPage, projectRole, successRatio } from './job-schemas.ts';
import { analyzedErrors, buildDetails, recordInfo, stageList } from './step-schemas.ts';

export interface Call {
  /** For messages: completes "CodeArts rejected the request to …". */
  readonly action: string;
  /** GET when left out. */
  readonly method?: 'GET' | 'POST';
  /** `{name}` is replaced by the value of that name; may end in a query of this edition's own. */
  readonly path: string;
  /** The path in the newer edition, where there is one and the call has an older one. */
  readonly successor?: string | undefined;
  /** The query of both editions, with `{name}` as in the path. */
  readonly query?: string;
  /** True when a second call would have an effect of its own; any other may be sent again. */
  readonly sentOnce?: true;
  /** Left out where the response is a log file. */
  readonly response?: v.GenericSchema;
}

/** The number above each call is its chapter in the API reference (see ARCHITECTURE.md). */
export const endpoints = {
  /** 4.5 */
  jobs: {
    action: 'list the build tasks of the project',
    path: '/v3/{project_id}/jobs',
    successor: '/v1/job/{project_id}/list',
    query: 'page_index={page}&page_size={page_size}',
    response: jobPage,
  },
  /** 4.26 */
  definition: {
    action: 'read the definition of the build task',
    path: '/v3/jobs/{job_id}/query',
    successor: '/v1/job/{job_id}/config',
    query: 'get_all_params=true',
    response: jobDefinition,
  },
  /** 4.6 */
  start: {
    action: 'start the build',
    method: 'POST',
    path: '/v3/jobs/build',
    successor: '/v1/job/execute',
    sentOnce: true,
    response: startedBuild,
  },
  /** 4.12 */
  record: {
    action: 'read the build record',
    path: '/v4/jobs/{job_id}/{build_no}/record-info',
    successor: '/v1/record/{job_id}/{build_no}/record-info',
    response: buildRecord,
  },
  /** 4.27 */
  log: {
    action: 'read the live log',
    path: '/v3/jobs/{job_id}/{build_no}/real-time-log?offset={offset}',
    // AES is the documented spelling of the sort order. The unit of size is not documented; 1000 is its maximum.
    successor:
      '/v1/log/{job_id}/{build_no}/real-time-log?start_offset={offset}&end_offset=0&sort=AES&size=1000',
    response: logAnswer,
  },
  /** 4.10 */
  fullLog: {
    action: 'download the full log',
    path: '/v4/{record_id}/download-log',
    successor: '/v1/log/{record_id}/download-log',
    query: 'log_level={level}',
  },
  /** 4.11 */
  stepLog: {
    action: 'download the log of a step',
    path: '/v4/{record_id}/task-log',
    successor: '/v1/log/{record_id}/task-log',
    query: 'task_name={stage}',
  },
  /** Documented in 2026; maps the names of steps to what stepLog takes. */
  stages: {
    action: 'list the stages of the build',
    path: '/v1/record/{record_id}/full-stages',
    response: stageList,
  },
  /** Documented in 2026; optional by nature. */
  analysis: {
    action: "read CodeArts' analysis of the failure",
    path: '/v1/log/{job_id}/{build_no}/analysis',
    response: analyzedErrors,
  },
  /**
   * 4.9. Has no successor: /v1/report/ratio (official SDK 3.1.219) is about one repository of a job and requires its
   * name. builds/outcome.ts counts the listed builds instead.
   */
  successRatio: {
    action: 'read the share of builds that succeeded',
    path: '/v3/jobs/{job_id}/success-ratio',
    query: 'start_time={from}&end_time={to}',
    response: successRatio,
  },
  /** 4.8 */
  details: {
    action: 'read the steps of the build',
    path: '/v3/jobs/{job_id}/{build_no}/history-details',
    response: buildDetails,
  },
  /** 4.13 */
  output: {
    action: 'read what the build made',
    path: '/v3/jobs/{job_id}/{build_no}/output-info',
    successor: '/v1/job/{job_id}/{build_no}/output',
    response: artifactList,
  },
  /** 4.14; stopping a stopped build changes nothing. */
  stop: {
    action: 'stop the build',
    method: 'POST',
    path: '/v3/jobs/{job_id}/{build_no}/stop',
    successor: '/v1/job/{job_id}/stop?build_no={build_no}',
    response: v.unknown(),
  },
  /** 7.2; by the record id of a multi-task build's parent. */
  flowGraph: {
    action: 'read the children of the build',
    path: '/v3/{record_id}/flow-graph',
    successor: '/v1/record/{record_id}/flow-graph',
    response: flowGraph,
  },
  /** 4.28 */
  records: {
    action: 'list the builds of the build task',
    path: '/v3/jobs/{job_id}/build-info-records',
    successor: '/v1/record/{job_id}/list',
    query: 'start_time={from}&end_time={to}&page_index={page}&page_size={page_size}',
    response: pageOfBuilds,
  },
  /** Documented in 2026: a build by its record id alone, with its number, times and parameters. */
  recordInfo: {
    action: 'read the build by its record id',
    path: '/v1/record/{record_id}/info',
    response: recordInfo,
  },
  /** Documented in 2026. */
  isDisabled: {
    action: 'read whether the build task is disabled',
    path: '/v1/job/{job_id}/check/disable',
    response: disabledReason,
  },
  /** CodeArts Artifact: a file of a project's release repository. Documented in 2026. */
  fileInfo: {
    action: 'look up a package in CodeArts Artifact',
    path: '/devreposerver/v5/files/info',
    query: 'file_name={file_name}',
    response: packageFile,
  },
  /** Documented in 2026: what the caller may do in a project. */
  permissions: {
    action: 'read the permissions in the project',
    path: '/v1/domain/user-permission',
    query: 'project_id={project_id}',
    response: projectRole,
  },
} as const satisfies Record<string, Call>;
