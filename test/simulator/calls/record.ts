/** Handles the calls about one build: record (4.12, 7.3), steps (4.8), artifacts (4.13) and children (7.2). */

import type { Build } from '../build.ts';
import { fillPlaceholders } from '../build-log.ts';
import { chinaTime, utcTime } from '../dates.ts';
import { defaultMessage } from '../job-facts.ts';
import type { Json } from '../json.ts';
import type { Artifact } from '../scenario.ts';
import { errors } from '../service-errors.ts';
import { type Answer, buildOf, type Call, ok } from './call.ts';

export const showRecord = (call: Call): Answer =>
  ok({ status: 'success', result: recordJson(call, buildOf(call)) });

export const showRecordV3 = (call: Call): Answer =>
  ok({ success: true, result: recordJson(call, buildOf(call)) });

export function recordJson(call: Call, build: Build): Record<string, Json> {
  const { facts } = build;
  const { job } = facts;
  const { scm } = job.settings;
  const started = build.startedAt;
  const ended = build.endedAt;
  return {
    id: facts.id,
    build_project_id: job.buildProjectId,
    build_record_id: build.recordId,
    parent_record_id: build.family?.parent.recordId ?? null,
    devcloud_project_id: job.projectId,
    codeci_job_id: job.id,
    user_id: call.cloud.userId,
    build_no: build.number,
    daily_build_num: facts.dailyNumber,
    execution_id: facts.executionId,
    repo_name: scm.repositoryName ?? job.name,
    repo_id: scm.repositoryId ?? '2111616838',
    branch: facts.branch ?? null,
    tag: facts.tag ?? null,
    commit: build.commit,
    commit_message: scm.headMessage ?? defaultMessage,
    commit_create_time: utcTime(facts.requestedAt),
    trigger_type: facts.trigger,
    build_type: facts.buildType,
    status: build.status,
    domain_id: call.cloud.domainId,
    create_time: utcTime(build.createdAt === Number.POSITIVE_INFINITY ? facts.requestedAt : build.createdAt),
    schedule_time: timeOrNull(started),
    queued_time: timeOrNull(started),
    start_time: timeOrNull(started),
    runnable_time: timeOrNull(started),
    finish_time: timeOrNull(ended),
    duration: started === undefined || ended === undefined ? null : Math.round(ended - started),
    record_status: null,
    use_private_slave: 0,
    region: call.cloud.region,
    err_msg: build.ended && build.result() !== 'SUCCESS' ? (facts.scenario.errorMessage ?? null) : null,
    build_config_type: build.children.length > 0 || build.family ? 'YAML' : job.settings.configType,
  };
}

const timeOrNull = (ms: number | undefined): string | null => (ms === undefined ? null : utcTime(ms));

export function showDetails(call: Call): Answer {
  const build = buildOf(call, 'build_number');
  const { job } = build.facts;
  const shown = Object.entries(build.parameters).map(([name, value]) => [
    name,
    job.isSensitive(name) ? '*****' : value,
  ]);
  return ok({
    job_name: job.name,
    build_number: build.number,
    project_id: job.projectId,
    project_name: job.projectName,
    // A map, as the table and the official client say; the sample has a list with one map.
    parameters: Object.fromEntries(shown),
    build_steps: build.steps.map(({ name, status, milliseconds }) => ({
      name,
      status,
      build_time: milliseconds,
    })),
  });
}

export function showOutput(call: Call): Answer {
  const build = buildOf(call);
  const { package: single, packages, images } = build.artifacts;
  const many = (artifacts: Record<string, Artifact> | undefined) =>
    artifacts === undefined
      ? null
      : Object.fromEntries(Object.entries(artifacts).map(([name, one]) => [name, artifactJson(build, one)]));
  return ok({
    result: {
      package_info: single === undefined ? null : artifactJson(build, single),
      package_infos: many(packages),
      image_infos: many(images),
    },
    error: null,
    status: 'success',
  });
}

function artifactJson(build: Build, artifact: Artifact): Json {
  return {
    project_id: build.facts.job.projectId,
    name: fillPlaceholders(artifact.name, build),
    version: fillPlaceholders(artifact.version ?? '{{daily}}', build),
    package_type: artifact.packageType ?? 'generic',
    uri: fillPlaceholders(artifact.uri, build),
    type: artifact.type ?? 'generic',
    daily_build_number: build.facts.dailyNumber,
  };
}

export const showFlowGraph = (call: Call): Answer => ok({ success: true, result: flowGraphJson(call) });

/** The children and their dependencies; a build without children has an empty graph. */
export function flowGraphJson(call: Call): Json {
  const parent = call.cloud.record(call.path('build_flow_record_id'));
  if (parent.family !== undefined) throw errors.unknownBuild();
  const time = (ms: number | undefined) => (ms === undefined ? null : chinaTime(ms));
  const { startedAt: parentStart } = parent;
  const children = parentStart === undefined && !parent.ended ? [] : parent.children;
  return {
    edges: children.flatMap((child) =>
      (child.family?.needs ?? []).map((need) => ({ from: child.recordId, to: need.recordId })),
    ),
    vertices: children.map((child) => ({
      id: child.recordId,
      status: child.status,
      display_name: child.facts.name,
      build_duration: Math.round(
        (child.endedAt ?? call.cloud.clock.now()) - (child.startedAt ?? call.cloud.clock.now()),
      ),
      start_time: time(child.startedAt),
      finish_time: child.startedAt === undefined ? null : time(child.endedAt),
      build_no: String(child.number),
    })),
  };
}
