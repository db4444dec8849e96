/** Lists every call that the simulator answers: name, method, path, chapter of the reference and handler. */
import type { Handler } from './calls/call.ts';
import {
  showHistory,
  showLastHistory,
  showPeriodHistory,
  showRecords,
  showSuccessRatio,
} from './calls/history.ts';
import { listJobs, showJob } from './calls/jobs.ts';
import { downloadKeystore } from './calls/keystore.ts';
import { fullLog, logAnalysis, realTimeLog, stepLog, storedFile } from './calls/log.ts';
import { createJob, deleteJob, disableJob, recoverJob, updateJob } from './calls/manage-jobs.ts';
import { disableNotice, queryNotices, updateNotice } from './calls/notices.ts';
import { showDetails, showFlowGraph, showOutput, showRecord, showRecordV3 } from './calls/record.ts';
import { jobStatus, startBuild, stopBuild, stopBuildByBody } from './calls/run.ts';
import { listProjects, temporaryKey, tokenByIdToken, tokenByPassword } from './calls/sign-in.ts';
import { showFullStages } from './calls/stages.ts';
import { createTemplate, deleteTemplate, queryTemplates } from './calls/templates.ts';

const calls = [
  route('token', 'POST', '/v3/auth/tokens', '3.2', tokenByPassword, 'open'),
  route('id-token', 'POST', '/v3.0/OS-AUTH/id-token/tokens', 'IAM', tokenByIdToken, 'open'),
  route('temporary-key', 'POST', '/v3.0/OS-CREDENTIAL/securitytokens', 'IAM', temporaryKey, 'open'),
  route('projects', 'GET', '/v3/projects', '6.3', listProjects),
  route('period-history', 'GET', '/v3/jobs/:job_id/period-history', '4.1', showPeriodHistory),
  route('history', 'GET', '/v3/jobs/:job_id/history', '4.2', showHistory),
  route('keystore', 'GET', '/v3/keystore', '4.3', downloadKeystore),
  route('status', 'GET', '/v3/jobs/:job_id/status', '4.4', jobStatus),
  route('jobs', 'GET', '/v3/:project_id/jobs', '4.5', listJobs),
  route('start', 'POST', '/v3/jobs/build', '4.6', startBuild),
  route('last-history', 'GET', '/v3/jobs/:project_id/last-history', '4.7', showLastHistory),
  route('details', 'GET', '/v3/jobs/:job_id/:build_number/history-details', '4.8', showDetails),
  route('success-ratio', 'GET', '/v3/jobs/:job_id/success-ratio', '4.9', showSuccessRatio),
  route('full-log', 'GET', '/v4/:record_id/download-log', '4.10', fullLog),
  route('step-log', 'GET', '/v4/:record_id/task-log', '4.11', stepLog),
  route('record', 'GET', '/v4/jobs/:job_id/:build_no/record-info', '4.12', showRecord),
  route('output', 'GET', '/v3/jobs/:job_id/:build_no/output-info', '4.13', showOutput),
  route('stop', 'POST', '/v3/jobs/:job_id/:build_no/stop', '4.14', stopBuild),
  route('delete-job', 'POST', '/v3/jobs/:job_id/delete', '4.15', deleteJob),
  route('disable-job', 'POST', '/v3/jobs/:job_id/disable', '4.16', disableJob),
  route('recover-job', 'POST', '/v3/jobs/:job_id/recover', '4.17', recoverJob),
  route('create-job', 'POST', '/v3/jobs/create', '4.18', createJob),
  route('update-job', 'POST', '/v3/jobs/update', '4.19', updateJob),
  route('templates', 'GET', '/v3/templates/query', '4.20', queryTemplates),
  route('create-template', 'POST', '/v3/templates/create', '4.21', createTemplate),
  route('delete-template', 'DELETE', '/v3/templates/:uuid/delete', '4.22', deleteTemplate),
  route('notices', 'GET', '/v3/jobs/notice/:job_id/query', '4.23', queryNotices),
  route('update-notice', 'POST', '/v3/jobs/notice/:job_id/update', '4.24', updateNotice),
  route('disable-notice', 'POST', '/v3/jobs/notice/:job_id/disable', '4.25', disableNotice),
  route('job', 'GET', '/v3/jobs/:job_id/query', '4.26', showJob),
  route('log', 'GET', '/v3/jobs/:job_id/:build_no/real-time-log', '4.27', realTimeLog),
  route('records', 'GET', '/v3/jobs/:job_id/build-info-records', '4.28', showRecords),
  route('full-log-v3', 'GET', '/v3/:record_id/download-log', '7.1', fullLog),
  route('flow-graph', 'GET', '/v3/:build_flow_record_id/flow-graph', '7.2', showFlowGraph),
  route('record-v3', 'GET', '/v3/jobs/:job_id/:build_no/record-info', '7.3', showRecordV3),
  route('object-store', 'GET', '/object-store/:record_id/:file', '', storedFile, 'open'),
  route('full-stages', 'GET', '/v1/record/:record_id/full-stages', '2026', showFullStages),
  route('analysis', 'GET', '/v1/log/:job_id/:build_no/analysis', '2026', logAnalysis),
  route('stop-by-body', 'POST', '/v3/jobs/stop', '7.4', stopBuildByBody),
] as const;

/** The names of the calls; `unknown` for a request without a route. */
export type CallName = (typeof calls)[number]['call'] | 'unknown';

export interface Route<Name extends string = string> {
  readonly call: Name;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly chapter: string;
  /** `open` calls need neither a signature nor a token. */
  readonly access: 'open' | 'signed';
  readonly handle: Handler;
}

export const routes: readonly Route<Exclude<CallName, 'unknown'>>[] = calls;

function route<const Name extends string>(
  call: Name,
  method: Route['method'],
  path: string,
  chapter: string,
  handle: Handler,
  access: Route['access'] = 'signed',
): Route<Name> {
  return { call, method, path, chapter, access, handle };
}
