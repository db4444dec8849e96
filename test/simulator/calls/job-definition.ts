/**
 * Reads a job as the create and update calls describe it (4.18, 4.19) and turns it into settings and a scenario. A client
 * can say by `properties.play` and `properties.scenario` what a scenario file can.
 */
import * as v from 'valibot';
import type { JobParameter, JobScm, JobSettings, ParameterDefinition } from '../job-facts.ts';
import { type Json, jsonSchema } from '../json.ts';
import { playSchema, readScenario, type Scenario, ScenarioError, type ScenarioSource } from '../scenario.ts';
import { errors } from '../service-errors.ts';

const limitSchema = v.object({
  disable: v.nullish(v.string(), '0'),
  display_name: v.nullish(v.string()),
  name: v.nullish(v.string()),
});

/** `hudson.model.StringParameterDefinition` and its fields, each a name and a value. */
export const parameterSchema = v.object({
  name: v.nullish(v.string(), 'hudson.model.StringParameterDefinition'),
  params: v.nullish(
    v.array(
      v.object({
        name: v.nullish(v.string(), ''),
        value: v.nullish(v.string(), ''),
        limits: v.nullish(v.array(limitSchema)),
      }),
    ),
    [],
  ),
});

const optionalText = v.nullish(v.string());

const scmSchema = v.object({
  branch: optionalText,
  url: v.string(),
  repo_id: optionalText,
  web_url: optionalText,
  scm_type: v.string(),
  is_auto_build: v.nullish(v.boolean()),
  build_type: v.nullish(v.picklist(['branch', 'tag', 'commitId'])),
  depth: optionalText,
  end_point_id: optionalText,
  source: optionalText,
  /** Not in this edition of the reference; the official SDK sends it. */
  repo_name: optionalText,
});

export const stepSchema = v.object({
  properties: v.nullish(v.record(v.string(), jsonSchema)),
  module_id: v.string(),
  name: v.pipe(v.string(), v.nonEmpty()),
  version: optionalText,
  enable: v.nullish(v.boolean()),
});

export const createSchema = v.object({
  arch: v.pipe(v.string(), v.nonEmpty()),
  project_id: v.pipe(v.string(), v.regex(/^[0-9a-zA-Z]{32}$/)),
  job_name: v.pipe(v.string(), v.regex(/^[\w\u4e00-\u9fa5-]{1,115}$/)),
  auto_update_sub_module: v.nullish(v.picklist(['true', 'false'])),
  flavor: optionalText,
  parameters: v.nullish(v.array(parameterSchema), []),
  scms: v.nullish(v.array(scmSchema), []),
  steps: v.array(stepSchema),
  host_type: optionalText,
  build_config_type: optionalText,
});

export const updateSchema = v.object({ ...createSchema.entries, job_id: v.string() });

export type JobBody = v.InferOutput<typeof createSchema>;
type ScmBody = v.InferOutput<typeof scmSchema>;
type StepBody = v.InferOutput<typeof stepSchema>;
export type ParameterBody = v.InferOutput<typeof parameterSchema>;

/** The settings that such a body contains. */
export function settingsFrom(body: JobBody): Omit<JobSettings, 'disabled' | 'permissions' | 'notices'> {
  const scenario = scenarioFrom(body);
  return {
    name: body.job_name,
    parameters: body.parameters.map(parameterFrom),
    scm: scmFrom(body.scms[0]),
    scms: body.scms.length === 0 ? undefined : body.scms.map(scmJson),
    autoUpdateSubModule: body.auto_update_sub_module ?? 'false',
    choose: () => scenario,
    arch: body.arch,
    flavor: body.flavor ?? '2u8g',
    hostType: body.host_type ?? 'devcloud',
    configType: body.build_config_type ?? 'ACTION',
    steps: body.steps.map(stepJson),
  };
}

const forbidden = ['LD_PRELOAD', 'LD_LIBRARY_PATH', 'PATH', 'BASH_ENV', 'GIT_SSH_COMMAND', 'path'];

function parameterFrom(body: ParameterBody): JobParameter {
  const fields = new Map(body.params.map(({ name, value }) => [name, value]));
  const name = fields.get('name') ?? '';
  if (!/^\w{1,128}$/.test(name) || forbidden.includes(name))
    throw errors.badParameter(`parameter name ${name}`);
  const choices = body.params
    .flatMap(({ limits }) => limits ?? [])
    .filter(({ disable }) => disable === '0')
    .flatMap((limit) => limit.name ?? []);
  return {
    name,
    default: fields.get('defaultValue') ?? '',
    description: fields.get('description') ?? '',
    settable: fields.get('staticVar') !== 'true',
    sensitive: fields.get('sensitiveVar') === 'true',
    ...(choices.length === 0 ? {} : { choices }),
    definition: parameterJson(body),
  };
}

/** A parameter as 4.20, 4.21 and 4.26 return it: as it was sent, with the missing fields added. */
export const parameterJson = (parameter: ParameterBody): ParameterDefinition => ({
  name: parameter.name,
  params: parameter.params.map(({ name, value, limits }) => ({
    name,
    value,
    limits:
      limits?.map((limit) => ({
        disable: limit.disable,
        display_name: limit.display_name ?? null,
        name: limit.name ?? null,
      })) ?? null,
  })),
});

const scmJson = (scm: ScmBody): Record<string, Json> => ({
  branch: scm.branch ?? 'master',
  url: scm.url,
  is_auto_build: scm.is_auto_build ?? false,
  scm_type: scm.scm_type,
  end_point_id: scm.end_point_id ?? null,
  web_url: scm.web_url ?? null,
  source: scm.source ?? null,
  build_type: scm.build_type ?? 'branch',
  depth: scm.depth ?? '1',
  repo_id: scm.repo_id ?? null,
});

function scmFrom(scm: ScmBody | undefined): JobScm {
  if (scm === undefined) return {};
  const repositoryName = scm.repo_name ?? /([^/:]+?)(\.git)?$/.exec(scm.url)?.[1];
  return {
    url: scm.url,
    type: scm.scm_type,
    ...(repositoryName === undefined ? {} : { repositoryName }),
    ...(scm.web_url == null ? {} : { webUrl: scm.web_url }),
    ...(scm.repo_id == null ? {} : { repositoryId: scm.repo_id }),
    ...(scm.branch == null ? {} : { branch: scm.branch }),
    ...(scm.build_type == null ? {} : { buildType: scm.build_type }),
  };
}

function scenarioFrom(body: JobBody): Scenario {
  const whole = body.steps.map(({ properties }) => properties?.['scenario']).find((one) => one !== undefined);
  const source = {
    name: 'created',
    description: body.job_name,
    ...(typeof whole === 'object' ? whole : {}),
    steps: body.steps.filter(({ enable }) => enable !== false).map(stepFrom),
  };
  try {
    return readScenario(source, 'steps');
  } catch (error) {
    if (error instanceof ScenarioError) throw errors.badParameter(error.message);
    throw error;
  }
}

function stepFrom(step: StepBody): ScenarioSource['steps'][number] {
  const described = step.properties?.['play'];
  const usual = { seconds: 2, lines: [`module ${step.module_id}`, `${step.name}: done`] };
  if (described === undefined) return { name: step.name, moduleId: step.module_id, ...usual };
  const play = v.safeParse(playSchema, described);
  if (!play.success) {
    const [issue] = play.issues;
    throw errors.badParameter(`properties.play.${v.getDotPath(issue) ?? ''}: ${issue.message}`);
  }
  return { name: step.name, moduleId: step.module_id, ...play.output };
}

export const stepJson = (step: StepBody): Json => ({
  properties: step.properties ?? null,
  module_id: step.module_id,
  name: step.name,
  version: step.version ?? null,
  enable: step.enable ?? true,
});
