// Lists every call of CodeArts Build that the action makes, with its method and paths, which are written nowhere else.
// The service has two editions of its API: the reference's (v3, v4), parts of which are to go offline, and a newer one
// (v1, documented in 2026). A call goes to its older path until the gateway says that there is no such API.

export interface Call {
  /** For messages: completes "CodeArts rejected the request to …". */
  readonly action: string;
  readonly method: 'GET' | 'POST';
  /** `{name}` is replaced by the parameter of that name; may end in a query. */
  readonly path: string;
  /** The path in the newer edition, where there is one and the call has an older one. */
  readonly successor?: string | undefined;
  /** The service at another address that answers it; CodeArts Build when left out. */
  readonly service?: 'artifact';
  /** True when the call may be sent again without changing what happens on the server. */
  readonly idempotent: boolean;
}

/** The number above each call is its chapter in the API reference (see ARCHITECTURE.md). */
export const calls = {
  /** 4.5 */
  jobs: {
    action: 'list the build tasks of the project',
    method: 'GET',
    path: '/v3/{project_id}/jobs',
    successor: '/v1/job/{project_id}/list',
    idempotent: true,
  },
  /** 4.26 */
  definition: {
    action: 'read the definition of the build task',
    method: 'GET',
    path: '/v3/jobs/{job_id}/query',
    successor: '/v1/job/{job_id}/config',
    idempotent: true,
  },
  /** 4.6 */
  start: {
    action: 'start the build',
    method: 'POST',
    path: '/v3/jobs/build',
    successor: '/v1/job/execute',
    idempotent: false,
  },
  /** 4.12 */
  record: {
    action: 'read the build record',
    method: 'GET',
    path: '/v4/jobs/{job_id}/{build_no}/record-info',
    successor: '/v1/record/{job_id}/{build_no}/record-info',
    idempotent: true,
  },
  /** 4.27 */
  log: {
    action: 'read the live log',
    method: 'GET',
    path: '/v3/jobs/{job_id}/{build_no}/real-time-log?offset={offset}',
    // AES is the documented spelling of the sort order. The unit of size is not documented; 1000 is its maximum.
    successor:
      '/v1/log/{job_id}/{build_no}/real-time-log?start_offset={offset}&end_offset=0&sort=AES&size=1000',
    idempotent: true,
  },
  /** 4.10 */
  fullLog: {
    action: 'download the full log',
    method: 'GET',
    path: '/v4/{record_id}/download-log',
    successor: '/v1/log/{record_id}/download-log',
    idempotent: true,
  },
  /** 4.11 */
  stepLog: {
    action: 'download the log of a step',
    method: 'GET',
    path: '/v4/{record_id}/task-log',
    successor: '/v1/log/{record_id}/task-log',
    idempotent: true,
  },
  /** Documented in 2026; maps the names of steps to what stepLog takes. */
  stages: {
    action: 'list the stages of the build',
    method: 'GET',
    path: '/v1/record/{record_id}/full-stages',
    idempotent: true,
  },
  /** Documented in 2026; optional by nature. */
  analysis: {
    action: "read CodeArts' analysis of the failure",
    method: 'GET',
    path: '/v1/log/{job_id}/{build_no}/analysis',
    idempotent: true,
  },
  /**
   * 4.9. Has no successor: /v1/report/ratio (official SDK 3.1.219) is about one repository of a job and requires its
   * name. builds/outcome.ts counts the listed builds instead.
   */
  successRatio: {
    action: 'read the share of builds that succeeded',
    method: 'GET',
    path: '/v3/jobs/{job_id}/success-ratio',
    idempotent: true,
  },
  /** 4.8 */
  details: {
    action: 'read the steps of the build',
    method: 'GET',
    path: '/v3/jobs/{job_id}/{build_no}/history-details',
    idempotent: true,
  },
  /** 4.13 */
  output: {
    action: 'read what the build made',
    method: 'GET',
    path: '/v3/jobs/{job_id}/{build_no}/output-info',
    successor: '/v1/job/{job_id}/{build_no}/output',
    idempotent: true,
  },
  /** 4.14; stopping a stopped build changes nothing. */
  stop: {
    action: 'stop the build',
    method: 'POST',
    path: '/v3/jobs/{job_id}/{build_no}/stop',
    successor: '/v1/job/{job_id}/stop?build_no={build_no}',
    idempotent: true,
  },
  /** 7.2; by the record id of a multi-task build's parent. */
  flowGraph: {
    action: 'read the children of the build',
    method: 'GET',
    path: '/v3/{record_id}/flow-graph',
    successor: '/v1/record/{record_id}/flow-graph',
    idempotent: true,
  },
  /** 4.28 */
  records: {
    action: 'list the builds of the build task',
    method: 'GET',
    path: '/v3/jobs/{job_id}/build-info-records',
    successor: '/v1/record/{job_id}/list',
    idempotent: true,
  },
  /** Documented in 2026: a build by its record id alone, with its number, times and parameters. */
  recordInfo: {
    action: 'read the build by its record id',
    method: 'GET',
    path: '/v1/record/{record_id}/info',
    idempotent: true,
  },
  /** Documented in 2026. */
  isDisabled: {
    action: 'read whether the build task is disabled',
    method: 'GET',
    path: '/v1/job/{job_id}/check/disable',
    idempotent: true,
  },
  /** CodeArts Artifact: a file of a project's release repository. Documented in 2026. */
  fileInfo: {
    action: 'look up a package in CodeArts Artifact',
    method: 'GET',
    path: '/devreposerver/v5/files/info?file_name={file_name}',
    service: 'artifact',
    idempotent: true,
  },
  /** Documented in 2026: what the caller may do in a project. */
  permissions: {
    action: 'read the permissions in the project',
    method: 'GET',
    path: '/v1/domain/user-permission?project_id={project_id}',
    idempotent: true,
  },
} as const satisfies Record<string, Call>;
