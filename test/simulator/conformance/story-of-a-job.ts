/**
 * Creates, changes, lists, watches, disables and deletes a job through the SDK; also templates and the key store.
 * Reference 4.3, 4.5, 4.15 to 4.26.
 */
import type { Json } from '../json.ts';
import type { Job } from '../simulator.ts';
import { listedJob, succeeded } from './expected.ts';
import type { Trial } from './trial.ts';

const field = (name: string, value: string, limits: Json = null) => ({ name, value, limits });

const parameter = (name: string, value: string, more: Record<string, string> = {}, limits: Json = null) => ({
  name: 'hudson.model.StringParameterDefinition',
  params: [
    field('name', name),
    field('type', limits === null ? 'normalparam' : 'enumparam'),
    field('defaultValue', value, limits),
    field('description', `${name}：说明`),
    field('deletion', 'false'),
    field('defaults', String(name === 'codeBranch')),
    field('staticVar', 'false'),
    field('sensitiveVar', more['sensitiveVar'] ?? 'false'),
  ],
});

/** Steps of a create call that say what the simulator is to play (README.md, "Scenario files"). */
const steps = [
  {
    module_id: 'devcloud2018.codeci_action_20043.action',
    name: 'Maven构建',
    version: '20231001.6',
    enable: true,
    properties: {
      play: {
        mark: 'external_post_maven',
        seconds: 3,
        lines: [
          'building {{commit}} on {{branch}}',
          { text: 'token is {{param.deployToken}} 🔑', level: 'DEBUG' },
          'BUILD SUCCESS',
        ],
      },
      scenario: {
        queueSeconds: 1,
        artifacts: {
          package: {
            name: 'server-1.0.jar',
            version: '1.0',
            packageType: 'generic',
            uri: '/server/1.0/server-1.0.jar',
          },
          packages: {
            core: { name: 'core', version: '{{daily}}', packageType: 'maven', uri: '/core.jar', type: 'jar' },
          },
          images: {
            app: { name: 'app', version: '1.0', packageType: 'docker', uri: 'swr.example.com/app:1.0' },
          },
        },
      },
    },
  },
  {
    module_id: 'devcloud2018.codeci_action_20018.action',
    name: '上传软件包到软件发布库',
    version: '1',
    enable: true,
    properties: { play: { seconds: 1, lines: ['uploaded'] } },
  },
];

export const repositoryPage = 'https://codehub.example.com/codehub/2111746211/home';

function definition(projectId: string, more: Record<string, Json>): Record<string, Json> {
  return {
    arch: 'x86-64',
    project_id: projectId,
    job_name: 'conformance-job',
    auto_update_sub_module: 'true',
    flavor: '4u8g',
    host_type: 'devcloud',
    parameters: [
      parameter('codeBranch', 'main'),
      parameter('level', 'fast', {}, [
        { disable: '0', display_name: '快', name: 'fast' },
        { disable: '0', display_name: '全', name: 'full' },
      ]),
      parameter('deployToken', 'not-for-eyes', { sensitiveVar: 'true' }),
    ],
    scms: [
      {
        branch: 'main',
        url: 'git@codehub.example.com:shop/server.git',
        repo_id: '2111746211',
        web_url: repositoryPage,
        scm_type: 'codehub',
        is_auto_build: true,
        build_type: 'branch',
        depth: '3',
        end_point_id: 'endpoint-1',
        source: 'codehub',
      },
    ],
    steps,
    ...more,
  };
}

/** What 4.26 returns: the same, except for sensitive values. */
const shown = (made: Record<string, Json>, whole: boolean): Json => ({
  ...made,
  parameters: [
    ...(Array.isArray(made['parameters']) ? made['parameters'].slice(0, 2) : []),
    parameter('deployToken', '******', { sensitiveVar: 'true' }),
  ],
  steps: whole ? steps : null,
});

/** Makes the job that the builds are started on. */
export async function makeJob(trial: Trial): Promise<Job> {
  const { simulator } = trial;
  const newest = () => simulator.jobs.at(-1)?.id ?? null;
  const made = definition(simulator.projectId, {});
  await trial.answers('create_build_job', { body: made }, () => succeeded({ job_id: newest() }));
  const [job] = simulator.jobs.slice(-1);
  if (job === undefined) throw new Error('the SDK made no job');
  const id = job.id;
  await trial.answers('list_job_config', { job_id: id }, succeeded(shown(made, false)));
  const changed = definition(simulator.projectId, { flavor: '8u16g', job_name: 'conformance-任务' });
  await trial.answers('update_build_job', { body: { ...changed, job_id: id } }, succeeded({ job_id: id }));
  await trial.answers(
    'list_job_config',
    { job_id: id, get_all_params: 'true' },
    succeeded(shown(changed, true)),
    { about: 'all of it, after a change' },
  );
  const page = { project_id: simulator.projectId, page_index: 0, page_size: 10 };
  await trial.answers('show_job_list_by_project_id', page, () => ({
    total: simulator.jobs.length,
    jobs: simulator.jobs.map((each) => listedJob(simulator, each)),
  }));
  await notices(trial, id);
  return job;
}

const noEvents = {
  buildJobFail: false,
  updateConfigJob: false,
  buildJobSuccess: false,
  deleteJob: false,
  forbiddenJob: false,
};

async function notices(trial: Trial, jobId: string): Promise<void> {
  const all = (message: object, config: Json): Json =>
    succeeded([
      { notice_type: 'DING_TALK', enable_map: noEvents, param_config: null },
      { notice_type: 'MAIL', enable_map: { ...noEvents, buildJobFail: true }, param_config: null },
      { notice_type: 'MESSAGE', enable_map: { ...noEvents, ...message }, param_config: config },
    ]);
  const done = succeeded(JSON.stringify({ job_id: jobId }));
  await trial.answers('list_notice', { job_id: jobId }, all({}, null));
  const wanted = { notice_type: 'MESSAGE', enabled_event_type_names: ['deleteJob'], param_config: 'x' };
  await trial.answers('update_notice', { job_id: jobId, body: wanted }, done);
  await trial.answers('list_notice', { job_id: jobId }, all({ deleteJob: true }, 'x'), { about: 'changed' });
  await trial.answers('disable_notice', { job_id: jobId, notice_type: 'message' }, done);
  await trial.answers('list_notice', { job_id: jobId }, all({}, 'x'), { about: 'cancelled' });
}

/** Templates and the key store: nothing to do with any job. */
export async function shelves(trial: Trial): Promise<void> {
  const { simulator, clock } = trial;
  const { properties: _, ...step } = steps[1] ?? {};
  const body = {
    name: 'conformance template',
    description: '模板',
    tool_type: 'maven',
    template: { steps: [step] },
    parameters: [parameter('codeBranch', 'main')],
  };
  const created = new Date(clock.now()).toISOString().replace('Z', '+00:00');
  const template = (ids: object): Json => ({
    favourite: false,
    ...ids,
    template: { steps: [step] },
    type: 'codeci',
    public: true,
    name: body.name,
    create_time: created,
    domain_id: simulator.domainId,
    weight: 0,
    user_id: simulator.userId,
    user_name: simulator.user.name,
    domain_name: simulator.user.domain,
    scope: 'custom',
    description: body.description,
    tool_type: body.tool_type,
    intl_description: {},
    parameters: body.parameters,
    i18n: {},
  });
  const kept = () => simulator.templates[0];
  const ids = () => ({ id: kept()?.id ?? null, uuid: kept()?.uuid ?? null });
  await trial.answers('create_templates', { body }, () => succeeded(template(ids())));
  const made = ids();
  const items = [template({ ...made, nick_name: simulator.user.name })];
  const query = { name: 'conformance', page: '0', page_size: '20' };
  await trial.answers('list_templates', query, succeeded({ total_size: 1, items }));
  await trial.answers('delete_templates', { uuid: made.uuid }, succeeded([template(made)]));
  await trial.answers('list_templates', query, succeeded({ total_size: 0, items: [] }), { about: 'deleted' });
  const file = { file_name: 'android.keystore', domain_id: simulator.domainId };
  await trial.file('download_keystore', file, 'simulator fake keystore\n');
}

/** Disabled, recovered and, at last, deleted. */
export async function endJob(trial: Trial, job: Job): Promise<void> {
  const id = { job_id: job.id };
  await trial.answers('disable_build_job', id, { status: 'success' });
  await trial.rejects('run_job', { body: id }, 400, 'CB.00031031');
  await trial.answers('enable_build_job', id, { status: 'success' });
  trial.holds('     the job is not disabled any more', job.settings.disabled ? ['it is'] : []);
  await trial.answers('delete_build_job', id, {
    status: 'success',
    result: { job_id: job.id, project_id: job.projectId },
  });
  await trial.rejects('show_job_status', id, 422, 'CB.00031006');
}
