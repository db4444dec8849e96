// Every call of CodeArts Build that the product makes: name, method, path, chapter of the reference.
// A path stands here and nowhere else, so that a move to the service's next API is a change of this table.

export interface Call {
  /** For messages: what the call does, as in "CodeArts refused to <does>". */
  readonly does: string;
  readonly method: 'GET' | 'POST';
  /** `{name}` is replaced by the parameter of that name. */
  readonly path: string;
  /** True when the call may be sent again without changing what happens on the server. */
  readonly repeatable: boolean;
}

/** What each call is; above it the chapter of the reference. */
export const calls = {
  /** 4.5 */
  jobs: {
    does: 'list the jobs of the project',
    method: 'GET',
    path: '/v3/{project_id}/jobs',
    repeatable: true,
  },
  /** 4.26 */
  definition: {
    does: 'read the definition of the job',
    method: 'GET',
    path: '/v3/jobs/{job_id}/query',
    repeatable: true,
  },
  /** 4.6 */
  start: { does: 'start the build', method: 'POST', path: '/v3/jobs/build', repeatable: false },
  /** 4.12 */
  record: {
    does: 'read the build record',
    method: 'GET',
    path: '/v4/jobs/{job_id}/{build_no}/record-info',
    repeatable: true,
  },
  /** 4.27 */
  log: {
    does: 'read the live log',
    method: 'GET',
    path: '/v3/jobs/{job_id}/{build_no}/real-time-log',
    repeatable: true,
  },
  /** 4.10 */
  fullLog: {
    does: 'download the full log',
    method: 'GET',
    path: '/v4/{record_id}/download-log',
    repeatable: true,
  },
  /** 4.11 */
  stepLog: {
    does: 'download the log of a step',
    method: 'GET',
    path: '/v4/{record_id}/task-log',
    repeatable: true,
  },
  /** 4.9 */
  successRatio: {
    does: 'read how many builds succeeded',
    method: 'GET',
    path: '/v3/jobs/{job_id}/success-ratio',
    repeatable: true,
  },
  /** 4.8 */
  details: {
    does: 'read the steps of the build',
    method: 'GET',
    path: '/v3/jobs/{job_id}/{build_no}/history-details',
    repeatable: true,
  },
  /** 4.13 */
  output: {
    does: 'read what the build made',
    method: 'GET',
    path: '/v3/jobs/{job_id}/{build_no}/output-info',
    repeatable: true,
  },
  /** 4.14; stopping a stopped build changes nothing. */
  stop: {
    does: 'stop the build',
    method: 'POST',
    path: '/v3/jobs/{job_id}/{build_no}/stop',
    repeatable: true,
  },
  /** 7.2; by the record id of a multi-task build's parent. */
  flowGraph: {
    does: 'read the children of the build',
    method: 'GET',
    path: '/v3/{record_id}/flow-graph',
    repeatable: true,
  },
  /** 4.28 */
  records: {
    does: 'list the builds of the job',
    method: 'GET',
    path: '/v3/jobs/{job_id}/build-info-records',
    repeatable: true,
  },
} as const satisfies Record<string, Call>;
