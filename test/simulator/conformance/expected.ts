/**
 * Describes what the SDK should have parsed of the simulator's builds, jobs and parameters. Written from the reference's
 * tables, independently of the code of the simulator.
 */
import type { Json } from '../json.ts';
import type { Build, Job, Simulator } from '../simulator.ts';

const utc = (ms: number | undefined): string | null =>
  ms === undefined ? null : new Date(ms).toISOString().replace('Z', '+00:00');

export const china = (ms: number): string =>
  `${new Date(ms + 8 * 3_600_000).toISOString().replace(/\.\d+Z$/, '')}+08:00`;

const chinaOrNull = (ms: number | undefined): string | null => (ms === undefined ? null : china(ms));

/** A day or a moment of the China clock, as queries have it. */
export const chinaDay = (ms: number): string => china(ms).slice(0, 10);
export const chinaMoment = (ms: number): string => china(ms).slice(0, 19).replace('T', ' ');

/** 4.12 and 7.3. */
export function record(simulator: Simulator, build: Build): Json {
  const { facts, startedAt, endedAt } = build;
  const { scm } = facts.job.settings;
  return {
    id: facts.id,
    build_project_id: facts.job.buildProjectId,
    build_record_id: build.recordId,
    parent_record_id: build.family?.parent.recordId ?? null,
    devcloud_project_id: facts.job.projectId,
    codeci_job_id: facts.job.id,
    user_id: simulator.userId,
    build_no: build.number,
    daily_build_num: facts.dailyNumber,
    execution_id: facts.executionId,
    repo_name: scm.repositoryName ?? null,
    repo_id: scm.repositoryId ?? null,
    branch: facts.branch ?? null,
    tag: facts.tag ?? null,
    commit: build.commit,
    commit_message: '修复订单金额舍入',
    commit_create_time: utc(facts.requestedAt),
    trigger_type: 'MANUAL',
    build_type: facts.buildType,
    status: build.status,
    domain_id: simulator.domainId,
    create_time: utc(build.createdAt),
    schedule_time: utc(startedAt),
    queued_time: utc(startedAt),
    start_time: utc(startedAt),
    runnable_time: utc(startedAt),
    finish_time: utc(endedAt),
    duration: startedAt === undefined || endedAt === undefined ? null : endedAt - startedAt,
    record_status: null,
    use_private_slave: 0,
    region: simulator.region,
    err_msg: null,
    build_config_type: build.children.length > 0 ? 'YAML' : 'ACTION',
  };
}

/** 4.2. */
export const history = (build: Build) => ({
  record_id: build.facts.dailyNumber,
  job_id: build.facts.job.id,
  build_number: build.number,
  start_time: china(build.facts.requestedAt),
  end_time: chinaOrNull(build.endedAt),
  result: build.ended ? build.status : '',
});

/** 4.1. */
export const periodHistory = (build: Build): Json => ({
  ...history(build),
  branch: build.facts.branch ?? null,
  commit_id: build.commit,
  commit_message: '修复订单金额舍入',
  executor: build.facts.executor,
  trigger_type: '手工触发',
});

/** 4.7. */
export const lastHistory = (build: Build): Json => ({
  ...history(build),
  job_name: build.facts.job.name,
  commit_id: build.commit,
});

/** 4.8; `parameters` as they should be shown. */
export const details = (build: Build, parameters: Json): Json => ({
  job_name: build.facts.job.name,
  build_number: build.number,
  project_id: build.facts.job.projectId,
  project_name: build.facts.job.projectName,
  parameters,
  build_steps: build.steps.map(({ name, status, milliseconds }) => ({
    name,
    status,
    build_time: milliseconds,
  })),
});

/** 4.28; `web`: the repository's page. */
export function listedRecord(simulator: Simulator, build: Build, web: string): Json {
  const { facts, endedAt } = build;
  const cost = (endedAt ?? facts.requestedAt) - facts.requestedAt;
  return {
    number: build.number,
    build_time: cost,
    start_time: facts.requestedAt,
    job_running_status: 'Finished',
    state: build.status,
    user_id: simulator.userId,
    executor: facts.executor,
    nickname: facts.executor,
    daily_build_number: facts.dailyNumber,
    trigger_type: '手工触发',
    commit_id: build.commit,
    cost_time: cost,
    commit_info: { commit_id: build.commit, created_at: utc(facts.requestedAt) },
    build_type: facts.buildType,
    code_branch: facts.branch ?? null,
    scm_type: facts.job.settings.scm.type ?? null,
    scm_web_url: web,
    commit_detail_url: web.replace(/home$/, `${build.commit}/commitdetail`),
  };
}

/** 4.5. */
export function listedJob(simulator: Simulator, job: Job): Json {
  const ended = job.history.filter((build) => build.ended);
  const good = ended.filter(({ status }) => status === 'SUCCESS').length;
  const [last] = job.history;
  return {
    id: job.id,
    job_name: job.name,
    job_creator: simulator.userId,
    user_name: simulator.user.name,
    last_build_time: last?.facts.requestedAt ?? 0,
    health_score: ended.length === 0 ? 0 : Math.round((100 * good) / ended.length),
    source_code: 'codeci',
    last_build_status: last === undefined ? 'notbuilt' : last.status === 'SUCCESS' ? 'blue' : 'grey',
    is_finished: last?.ended ?? true,
    disabled: job.settings.disabled,
    favorite: false,
    is_modify: true,
    is_delete: true,
    is_execute: true,
    is_copy: true,
    is_forbidden: true,
    is_view: true,
  };
}

/** 7.2. */
export const flowGraph = (parent: Build): Json => ({
  edges: parent.children.flatMap((child) =>
    (child.family?.needs ?? []).map((need) => ({ from: child.recordId, to: need.recordId })),
  ),
  vertices: parent.children.map((child) => ({
    id: child.recordId,
    status: child.status,
    display_name: child.facts.name,
    build_duration: (child.endedAt ?? 0) - (child.startedAt ?? 0),
    start_time: chinaOrNull(child.startedAt),
    finish_time: chinaOrNull(child.endedAt),
    build_no: String(child.number),
  })),
});

/** The envelope of most responses. */
export const succeeded = (result: Json): Json => ({ result, error: null, status: 'success' });
