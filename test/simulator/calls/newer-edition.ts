/**
 * Handles the calls of the newer edition (/v1, official SDKs 3.1.219) whose responses differ from those of the older one,
 * and those that the older one lacks. The others share their handlers.
 */

import type { Build } from '../build.ts';
import { utcTime } from '../dates.ts';
import type { Job } from '../job.ts';
import { projectRoles } from '../project-roles.ts';
import { errors } from '../service-errors.ts';
import { type Answer, buildOf, type Call, jobOf, numberFrom, ok, textFrom } from './call.ts';
import { definitionJson, jobListJson } from './jobs.ts';
import { liveSlice } from './log.ts';
import { flowGraphJson, recordJson } from './record.ts';

/** A stop without a build number stops the newest build that is running. */
export function stopJob(call: Call): Answer {
  const job = jobOf(call);
  const number = call.query.get('build_no');
  const build = number === null ? job.history.find(({ ended }) => !ended) : call.cloud.build(job, number);
  if (!call.cloud.mayExecute(job)) throw errors.notAllowed();
  if (build === undefined || !build.stop(call.caller.user)) throw errors.alreadyEnded();
  return ok({ status: 'success' });
}

/** The definition with the fields that only this edition has. */
export function showConfig(call: Call): Answer {
  const { job, definition } = definitionJson(call);
  const scms = definition.scms.map((scm) => ({
    ...scm,
    enable_git_lfs: false,
    group_name: null,
    repo_name: job.settings.scm.repositoryName ?? job.name,
  }));
  const more = {
    group_id: null,
    timeout: null,
    build_config_type: job.settings.configType,
    build_if_code_updated: false,
    triggers: [],
  };
  return ok({ result: { ...definition, ...more, scms }, error: null, status: 'success' });
}

export function listProjectJobs(call: Call): Answer {
  const { jobs, total } = jobListJson(call);
  return ok({ total, jobs: jobs.map(({ job, json }) => ({ ...json, ...lastBuildJson(call, job) })) });
}

function lastBuildJson(call: Call, job: Job) {
  const { scm } = job.settings;
  const [last] = job.history;
  return {
    last_build_user: last?.facts.executor ?? null,
    last_build_user_id: last === undefined ? null : call.cloud.userId,
    trigger_type: last?.facts.trigger ?? null,
    build_time: last === undefined ? 0 : durationOf(last, call.cloud.clock.now()),
    scm_web_url: scm.webUrl ?? null,
    scm_type: scm.type ?? 'codehub',
    repo_id: scm.repositoryId ?? null,
    build_project_id: job.buildProjectId,
    last_job_running_status: last === undefined || last.ended ? 'Finished' : 'Running',
  };
}

/** In whole milliseconds; 0 for a build that never started. */
const durationOf = (build: Build, now: number): number =>
  build.startedAt === undefined ? 0 : Math.round((build.endedAt ?? now) - build.startedAt);

export const showRecordDetail = (call: Call): Answer =>
  ok({ status: 'success', error: null, result: recordJson(call, buildOf(call)) });

export function showRecordById(call: Call): Answer {
  const build = call.cloud.record(call.path('record_id'));
  const { facts, startedAt, endedAt } = build;
  const { job } = facts;
  const { scm } = job.settings;
  const now = call.cloud.clock.now();
  const time = (ms: number | undefined) => (ms === undefined ? null : utcTime(ms));
  const result = {
    id: build.recordId,
    status: build.status,
    status_code: null,
    create_time: utcTime(facts.requestedAt),
    schedule_time: time(startedAt),
    queued_time: time(startedAt),
    start_time: time(startedAt),
    finish_time: time(endedAt),
    duration: Math.round((endedAt ?? now) - facts.requestedAt),
    build_duration: durationOf(build, now),
    pending_duration: Math.round((startedAt ?? endedAt ?? now) - facts.requestedAt),
    project_id: job.projectId,
    display_name: facts.name,
    trigger_name: facts.executor,
    group_name: null,
    execution_id: facts.executionId,
    parameters: Object.entries(build.parameters).map(([name, value]) => {
      const secret = job.isSensitive(name);
      return { name, secret, value: secret ? '*****' : value, type: 'normalparam' };
    }),
    repository: scm.url ?? null,
    branch: facts.branch ?? null,
    revision: build.commit,
    build_yml_path: null,
    build_yml_url: null,
    daily_build_number: facts.dailyNumber,
    build_record_type: {
      rerun: false,
      trigger_type: facts.trigger,
      record_type: build.family === undefined ? 'PARENT' : 'CHILD',
      is_rerun: false,
    },
    trigger_type: facts.trigger,
    scm_type: scm.type ?? 'codehub',
    scm_web_url: scm.webUrl ?? null,
    user_id: call.cloud.userId,
    build_no: String(build.number),
    daily_build_no: facts.dailyNumber,
    dev_cloud_build_type: facts.buildType,
  };
  return ok({ result, error: null, status: 'success' });
}

/** In units of `size`: the documents give no unit, but their sample of 24,351 is no more than one of 1,000. */
const sizeUnit = 1_000;

export function showLiveLog(call: Call): Answer {
  const build = buildOf(call);
  const start = numberFrom(call, 'start_offset', { min: 0, max: 2 ** 31 - 1, otherwise: 0 });
  const end = numberFrom(call, 'end_offset', { min: 0, max: 2 ** 31 - 1, otherwise: 0 });
  const size = numberFrom(call, 'size', { min: 1, max: 1_000, otherwise: 1_000 });
  const sort = call.query.get('sort');
  // `AES` is the documents' spelling. How pages of a descending log would follow each other is not known.
  if (sort !== null && sort !== 'AES') throw errors.badParameter('sort');
  const bound = end > start ? end - start : Number.POSITIVE_INFINITY;
  const slice = liveSlice(call, build, start, Math.min(size * sizeUnit, bound));
  return ok({
    result: {
      has_more: slice.more,
      start_offset: String(slice.current),
      end_offset: String(slice.offset),
      log: slice.content,
      location: '',
    },
    error: null,
    status: 'success',
  });
}

export const showRecordFlowGraph = (call: Call): Answer =>
  ok({ status: 'success', error: null, result: flowGraphJson(call) });

/** `reson` is the service's own spelling. */
export function checkDisable(call: Call): Answer {
  const job = jobOf(call);
  const { disabled } = job.settings;
  return ok({
    result: {
      job_id: job.id,
      job_name: job.name,
      disabled: disabled ? 1 : 0,
      forbiddener: disabled ? call.cloud.userId : null,
      reson: null,
      forbidden_time: null,
    },
    error: null,
    status: 'success',
  });
}

/** What the caller may do in a project, which its role there decides. */
export function showUserPermission(call: Call): Answer {
  const project = textFrom(call, 'project_id');
  if (!/^[0-9a-zA-Z]{32}$/.test(project)) throw errors.badBusinessId();
  const { id, name, executes } = projectRoles[call.cloud.role];
  return ok({
    result: {
      project_id: project,
      create_permission: executes,
      modify_permission: executes,
      group_permission: executes,
      delete_permission: executes,
      view_permission: true,
      execute_permission: executes,
      copy_permission: executes,
      forbidden_permission: executes,
      manager_permission: call.cloud.role === 'project-manager',
      role_id: String(id),
      role_name: name,
      role_ids: [String(id)],
      role_names: [name],
    },
    error: null,
    status: 'success',
  });
}

/** What the caller may do with a job: its role decides unless the job's own settings forbid it. */
export function showJobPermission(call: Call): Answer {
  const job = call.cloud.job(textFrom(call, 'job_id'), call.caller.iamProjectId);
  const project = call.query.get('project_id');
  if (project !== null && project !== job.projectId) throw errors.unknownJob();
  const { permissions } = job.settings;
  const { id, executes } = projectRoles[call.cloud.role];
  return ok({
    result: {
      role_id: id,
      job_id: job.id,
      is_modify: executes && permissions.modify !== false,
      is_delete: executes && permissions.delete !== false,
      is_view: permissions.view !== false,
      is_execute: call.cloud.mayExecute(job),
      is_copy: executes && permissions.modify !== false,
      is_forbidden: executes && permissions.disable !== false,
      is_manager: call.cloud.role === 'project-manager',
      create_time: null,
      last_update_time: null,
      count: 0,
    },
    status: 'success',
  });
}
