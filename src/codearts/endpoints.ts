// Every call of CodeArts Build that the product makes: name, method, path, chapter of the reference.
// A path stands here and nowhere else, so that a move to the service's next API is a change of this table.

export interface Call {
  /** For messages: what the call does, as in "CodeArts refused to <does>". */
  readonly action: string;
  readonly method: 'GET' | 'POST';
  /** `{name}` is replaced by the parameter of that name. */
  readonly path: string;
  /** True when the call may be sent again without changing what happens on the server. */
  readonly idempotent: boolean;
}

/** What each call is; above it the chapter of the reference. */
export const calls = {
  /** 4.5 */
  jobs: {
    action: 'list the jobs of the project',
    method: 'GET',
    path: '/v3/{project_id}/jobs',
    idempotent: true,
  },
  /** 4.26 */
  definition: {
    action: 'read the definition of the job',
    method: 'GET',
    path: '/v3/jobs/{job_id}/query',
    idempotent: true,
  },
  /** 4.6 */
  start: { action: 'start the build', method: 'POST', path: '/v3/jobs/build', idempotent: false },
  /** 4.12 */
  record: {
    action: 'read the build record',
    method: 'GET',
    path: '/v4/jobs/{job_id}/{build_no}/record-info',
    idempotent: true,
  },
  /** 4.27 */
  log: {
    action: 'read the live log',
    method: 'GET',
    path: '/v3/jobs/{job_id}/{build_no}/real-time-log',
    idempotent: true,
  },
  /** 4.10 */
  fullLog: {
    action: 'download the full log',
    method: 'GET',
    path: '/v4/{record_id}/download-log',
    idempotent: true,
  },
  /** 4.11 */
  stepLog: {
    action: 'download the log of a step',
    method: 'GET',
    path: '/v4/{record_id}/task-log',
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
  /** 4.9 */
  successRatio: {
    action: 'read how many builds succeeded',
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
    idempotent: true,
  },
  /** 4.14; stopping a stopped build changes nothing. */
  stop: {
    action: 'stop the build',
    method: 'POST',
    path: '/v3/jobs/{job_id}/{build_no}/stop',
    idempotent: true,
  },
  /** 7.2; by the record id of a multi-task build's parent. */
  flowGraph: {
    action: 'read the children of the build',
    method: 'GET',
    path: '/v3/{record_id}/flow-graph',
    idempotent: true,
  },
  /** 4.28 */
  records: {
    action: 'list the builds of the job',
    method: 'GET',
    path: '/v3/jobs/{job_id}/build-info-records',
    idempotent: true,
  },
} as const satisfies Record<string, Call>;
