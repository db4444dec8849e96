/** Returns the list of jobs of a project (4.5) and the definition of one job (4.26). */

import type { Job } from '../job.ts';
import type { JobParameter, ParameterDefinition } from '../job-facts.ts';
import type { Json } from '../json.ts';
import { errors } from '../service-errors.ts';
import { type Answer, type Call, jobOf, numberFrom, ok, projectOf } from './call.ts';

export function listJobs(call: Call): Answer {
  const { jobs, total } = jobListJson(call);
  return ok({ total, jobs: jobs.map(({ json }) => json) });
}

/** One page of the jobs of a project, and how many there are. */
export function jobListJson(call: Call) {
  const project = projectOf(call);
  const index = numberFrom(call, 'page_index', { min: 0, max: 1_000_000 });
  const size = numberFrom(call, 'page_size', { min: 1, max: 100 });
  const jobs = [...call.cloud.jobs.values()].filter(
    (job) =>
      job.projectId === project &&
      job.settings.permissions.view !== false &&
      (job.iamProjectId === undefined || job.iamProjectId === call.caller.iamProjectId),
  );
  const page = jobs.slice(index * size, (index + 1) * size);
  return { total: jobs.length, jobs: page.map((job) => ({ job, json: jobJson(call, job) })) };
}

const ball: Readonly<Record<string, string>> = { SUCCESS: 'blue', FAILURE: 'red', ABORTED: 'aborted' };

function jobJson(call: Call, job: Job) {
  const { permissions, disabled } = job.settings;
  const [last] = job.history;
  const ended = job.history.filter((build) => build.ended);
  const good = ended.filter((build) => build.status === 'SUCCESS').length;
  return {
    id: job.id,
    job_name: job.name,
    job_creator: call.cloud.userId,
    user_name: call.caller.user,
    last_build_time: last?.facts.requestedAt ?? 0,
    health_score: ended.length === 0 ? 0 : Math.round((good / ended.length) * 100),
    source_code: 'codeci',
    last_build_status: last === undefined ? 'notbuilt' : (ball[last.status] ?? 'grey'),
    is_finished: last?.ended ?? true,
    disabled,
    favorite: false,
    is_modify: permissions.modify !== false,
    is_delete: permissions.delete !== false,
    is_execute: call.cloud.mayExecute(job),
    is_copy: permissions.modify !== false,
    is_forbidden: permissions.disable !== false,
    is_view: permissions.view !== false,
  };
}

export function showJob(call: Call): Answer {
  const { job, definition } = definitionJson(call);
  const { configType } = job.settings;
  const typed = configType === 'ACTION' ? definition : { ...definition, build_config_type: configType };
  return ok({ result: typed, error: null, status: 'success' });
}

export function definitionJson(call: Call) {
  const job = jobOf(call);
  if (job.settings.permissions.view === false) throw errors.notAllowed();
  const { scm, scms, arch, flavor, hostType, steps, autoUpdateSubModule } = job.settings;
  const whole = call.query.get('get_all_params') === 'true';
  const definition = {
    // The sample has no steps; they are included when all parameters are requested.
    steps: whole ? steps : null,
    arch,
    project_id: job.projectId,
    job_name: job.name,
    auto_update_sub_module: autoUpdateSubModule,
    flavor,
    parameters: job.parameters.map(parameterJson),
    scms: scms ?? [
      {
        branch: scm.branch ?? 'master',
        url: scm.url ?? 'git@codehub.devcloud.example.com:demo/server.git',
        is_auto_build: false,
        scm_type: scm.type ?? 'codehub',
        end_point_id: null,
        web_url: scm.webUrl ?? 'https://codehub.devcloud.example.com/codehub/2111616838/home',
        source: null,
        build_type: scm.buildType ?? 'branch',
        depth: '1',
        repo_id: scm.repositoryId ?? '2111616838',
      },
    ],
    host_type: hostType,
  };
  return { job, definition };
}

/** A parameter as a list of name and value, the way the service stores it. `staticVar`: fixed when a build is started. */
function parameterJson(parameter: JobParameter): Json {
  const { name, choices, definition } = parameter;
  if (definition !== undefined) return parameter.sensitive === true ? masked(definition) : definition;
  const fields: readonly [string, string][] = [
    ['name', name],
    ['type', choices === undefined ? 'normalparam' : 'enumparam'],
    ['defaultValue', parameter.sensitive === true ? '******' : (parameter.default ?? '')],
    ['description', parameter.description ?? ''],
    ['deletion', 'false'],
    ['defaults', name === 'codeBranch' ? 'true' : 'false'],
    ['staticVar', String(parameter.settable === false)],
    ['sensitiveVar', String(parameter.sensitive === true)],
  ];
  const limits = choices?.map((choice) => ({ disable: '0', display_name: choice, name: choice }));
  return {
    name: 'hudson.model.StringParameterDefinition',
    params: fields.map(([field, value]) => ({
      name: field,
      value,
      limits: field === 'defaultValue' ? (limits ?? null) : null,
    })),
  };
}

/** Masks the default of a sensitive parameter. */
const masked = ({ name, params }: ParameterDefinition): ParameterDefinition => ({
  name,
  params: params.map((field) => (field.name === 'defaultValue' ? { ...field, value: '******' } : field)),
});
