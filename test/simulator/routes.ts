/** Lists every call that the simulator serves: name, method, path, chapter of the reference and handler. */
import { showFileInfo } from './calls/artifact-files.ts';
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
import {
  checkDisable,
  listProjectJobs,
  showConfig,
  showJobPermission,
  showLiveLog,
  showRecordById,
  showRecordDetail,
  showRecordFlowGraph,
  showUserPermission,
  stopJob,
} from './calls/newer-edition.ts';
import { disableNotice, queryNotices, updateNotice } from './calls/notices.ts';
import { showDetails, showFlowGraph, showOutput, showRecord, showRecordV3 } from './calls/record.ts';
import { jobStatus, startBuild, stopBuild, stopBuildByBody } from './calls/run.ts';
import { listProjects, temporaryKey, tokenByIdToken, tokenByPassword } from './calls/sign-in.ts';
import { showFullStages } from './calls/stages.ts';
import { assumeAgencyWithOidc } from './calls/sts.ts';
import { createTemplate, deleteTemplate, queryTemplates } from './calls/templates.ts';

/** Calls of other services, and the store that files are fetched from. */
const otherServices = [
  route('token', 'POST', '/v3/auth/tokens', '3.2', tokenByPassword, 'open'),
  route('id-token', 'POST', '/v3.0/OS-AUTH/id-token/tokens', 'IAM', tokenByIdToken, 'open'),
  route('temporary-key', 'POST', '/v3.0/OS-CREDENTIAL/securitytokens', 'IAM', temporaryKey, 'open'),
  route('projects', 'GET', '/v3/projects', '6.3', listProjects),
  route('assume-with-oidc', 'POST', '/v5/agencies/assume-with-oidc', 'STS', assumeAgencyWithOidc, 'open'),
  route('file-info', 'GET', '/devreposerver/v5/files/info', 'Artifact', showFileInfo),
  route('object-store', 'GET', '/object-store/:record_id/:file', '', storedFile, 'open'),
] as const;

const olderEdition = [
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
  route('stop-by-body', 'POST', '/v3/jobs/stop', '7.4', stopBuildByBody),
] as const;

/** A successor has the name of the call that it replaces, so that faults and counts hold for both. */
const newerEdition = [
  route('start', 'POST', '/v1/job/execute', '2026', startBuild),
  route('stop', 'POST', '/v1/job/:job_id/stop', '2026', stopJob),
  route('job', 'GET', '/v1/job/:job_id/config', '2026', showConfig),
  route('jobs', 'GET', '/v1/job/:project_id/list', '2026', listProjectJobs),
  route('records', 'GET', '/v1/record/:job_id/list', '2026', showRecords),
  route('record', 'GET', '/v1/record/:job_id/:build_no/record-info', '2026', showRecordDetail),
  route('record-by-id', 'GET', '/v1/record/:record_id/info', '2026', showRecordById),
  route('log', 'GET', '/v1/log/:job_id/:build_no/real-time-log', '2026', showLiveLog),
  route('full-log', 'GET', '/v1/log/:record_id/download-log', '2026', fullLog),
  route('step-log', 'GET', '/v1/log/:record_id/task-log', '2026', stepLog),
  route('flow-graph', 'GET', '/v1/record/:build_flow_record_id/flow-graph', '2026', showRecordFlowGraph),
  route('output', 'GET', '/v1/job/:job_id/:build_no/output', '2026', showOutput),
  route('full-stages', 'GET', '/v1/record/:record_id/full-stages', '2026', showFullStages),
  route('analysis', 'GET', '/v1/log/:job_id/:build_no/analysis', '2026', logAnalysis),
  route('check-disable', 'GET', '/v1/job/:job_id/check/disable', '2026', checkDisable),
  route('user-permission', 'GET', '/v1/domain/user-permission', '2026', showUserPermission),
  route('job-permission', 'GET', '/v1/job/permission', '2026', showJobPermission),
] as const;

type NamedRoute =
  | (typeof otherServices)[number]
  | (typeof olderEdition)[number]
  | (typeof newerEdition)[number];

/** The names of the calls; `unknown` for a request without a route. */
export type CallName = NamedRoute['call'] | 'unknown';

/** `old`: the calls of /v3 and /v4. `new`: those of /v1. */
export type Edition = 'old' | 'new';

interface NamedCall<Name extends string> {
  readonly call: Name;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly chapter: string;
  /** `open` calls need neither a signature nor a token. */
  readonly access: 'open' | 'signed';
  readonly handle: Handler;
}

export interface Route extends NamedCall<Exclude<CallName, 'unknown'>> {
  /** Undefined for calls of other services. */
  readonly edition: Edition | undefined;
}

export const routes: readonly Route[] = [
  ...otherServices.map((named) => ({ ...named, edition: undefined })),
  ...olderEdition.map((named) => ({ ...named, edition: 'old' as const })),
  ...newerEdition.map((named) => ({ ...named, edition: 'new' as const })),
];

function route<const Name extends string>(
  call: Name,
  method: NamedCall<Name>['method'],
  path: string,
  chapter: string,
  handle: Handler,
  access: NamedCall<Name>['access'] = 'signed',
): NamedCall<Name> {
  return { call, method, path, chapter, access, handle };
}
