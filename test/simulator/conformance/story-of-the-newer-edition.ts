/** Drives the newer edition's calls, STS and files/info through one SDK: a build from its start to its artifacts, and rights. */
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { Json } from '../json.ts';
import type { Build, Job } from '../simulator.ts';
import * as expected from './expected.ts';
import type { Sdk } from './sdk.ts';
import type { Trial } from './trial.ts';

const { succeeded } = expected;
const web = 'https://codehub.example.com/codehub/1/home';

export async function newerEdition(trial: Trial, sdk: Sdk): Promise<void> {
  const { simulator, clock } = trial;
  const job = simulator.addJob({
    name: 'newer',
    scenario: {
      name: 'newer',
      description: 'makes a package',
      steps: [{ name: 'Package', seconds: 2, lines: ['打包', 'done'] }],
      artifacts: { package: { name: 'shop.jar', uri: '/shop/shop.jar' } },
    },
    parameters: [{ name: 'token', default: 'x', sensitive: true }],
    scm: {
      repositoryName: 'shop',
      repositoryId: '1',
      webUrl: web,
      type: 'codehub',
      url: 'git@example.com:shop.git',
    },
  });
  const commit = 'e311c54476e0e536f0ecdeeba8dc184216fa2057';
  const first = await execute(trial, job, { scm: { build_commit_id: commit } });
  trial.holds('     it builds the commit that the SDK sent', first.commit === commit ? [] : [first.commit]);
  clock.advance(1_000);
  await record(trial, first, 'running');
  clock.advance(20_000);
  await record(trial, first, 'ended');
  await recordById(trial, first);
  await log(trial, first);
  await lists(trial, job, first);
  await config(trial, job);
  const second = await execute(trial, job, {});
  clock.advance(1_000);
  const stop = { job_id: job.id, build_no: second.number };
  await trial.answers('stop_the_job', stop, { status: 'success' });
  clock.advance(1_000);
  trial.holds('     it is stopped', second.status === 'ABORTED' ? [] : [second.status]);
  await trial.rejects('stop_the_job', stop, 400, 'DEV.CB.032302');
  await graph(trial);
  await rights(trial, job);
  await keyless(trial, sdk, job);
  await file(trial, sdk, job, first);
  simulator.editions = 'old';
  await trial.rejects('execute_job', { body: { job_id: job.id } }, 404, 'APIGW.0101', {
    about: 'switched off: 404 APIGW.0101',
  });
  simulator.editions = 'new';
  await trial.rejects('run_job', { body: { job_id: job.id } }, 404, 'APIGW.0101', {
    about: 'switched off: 404 APIGW.0101',
  });
  simulator.editions = 'both';
}

async function execute(trial: Trial, job: Job, more: Record<string, Json>): Promise<Build> {
  const begun = () => job.history[0];
  await trial.answers('execute_job', { body: { job_id: job.id, ...more } }, () => ({
    octopus_job_name: begun()?.facts.executionId ?? null,
    actual_build_number: String(begun()?.number),
    daily_build_number: begun()?.facts.dailyNumber ?? null,
  }));
  const build = begun();
  if (build === undefined) throw new Error('the SDK started no build');
  return build;
}

async function record(trial: Trial, build: Build, about: string): Promise<void> {
  await trial.answers(
    'show_job_build_record_detail',
    { job_id: build.facts.job.id, build_no: build.number },
    succeeded(expected.record(trial.simulator, build)),
    { about },
  );
}

async function recordById(trial: Trial, build: Build): Promise<void> {
  const { facts, startedAt = 0, endedAt = 0 } = build;
  const { userId } = trial.simulator;
  const started = new Date(startedAt).toISOString().replace('Z', '+00:00');
  await trial.answers(
    'show_build_record',
    { record_id: build.recordId },
    succeeded({
      id: build.recordId,
      status: 'SUCCESS',
      create_time: new Date(facts.requestedAt).toISOString().replace('Z', '+00:00'),
      schedule_time: started,
      queued_time: started,
      start_time: started,
      finish_time: new Date(endedAt).toISOString().replace('Z', '+00:00'),
      duration: endedAt - facts.requestedAt,
      build_duration: endedAt - startedAt,
      pending_duration: startedAt - facts.requestedAt,
      project_id: facts.job.projectId,
      display_name: 'newer',
      trigger_name: facts.executor,
      execution_id: facts.executionId,
      parameters: [
        { name: 'codeBranch', secret: false, value: 'master', type: 'normalparam' },
        { name: 'token', secret: true, value: '*****', type: 'normalparam' },
      ],
      repository: 'git@example.com:shop.git',
      branch: 'master',
      revision: build.commit,
      daily_build_number: facts.dailyNumber,
      build_record_type: { rerun: false, trigger_type: 'MANUAL', record_type: 'PARENT', is_rerun: false },
      trigger_type: 'MANUAL',
      scm_type: 'codehub',
      scm_web_url: web,
      user_id: userId,
      build_no: String(build.number),
      daily_build_no: facts.dailyNumber,
      dev_cloud_build_type: 'commitId',
    }),
  );
}

/** The live log in two pieces, and the whole of it as a file. */
async function log(trial: Trial, build: Build): Promise<void> {
  const at = { job_id: build.facts.job.id, build_no: build.number, size: '1000', sort: 'AES' };
  const bytes = Buffer.from(build.log);
  const size = String(bytes.length);
  const piece = (from: number, to: number) => ({
    start_offset: String(from),
    end_offset: String(to),
    log: bytes.subarray(from, to).toString(),
    location: '',
  });
  await trial.answers(
    'download_build_real_time_log',
    { ...at, start_offset: 0, end_offset: 40 },
    succeeded({ has_more: true, ...piece(0, 40) }),
    { about: 'from 0' },
  );
  await trial.answers(
    'download_build_real_time_log',
    { ...at, start_offset: 40, end_offset: 0 },
    succeeded({ has_more: false, ...piece(40, Number(size)) }),
    { about: 'from 40' },
  );
  await trial.file('download_build_full_log', { record_id: build.recordId, log_level: 'INFO' }, build.log);
}

async function lists(trial: Trial, job: Job, build: Build): Promise<void> {
  const { simulator, clock } = trial;
  const window = {
    start_time: expected.chinaMoment(clock.now() - 3_600_000),
    end_time: expected.chinaMoment(clock.now()),
  };
  await trial.answers(
    'list_build_info_record_by_job_id',
    { job_id: job.id, ...window, page_index: 0, page_size: 10 },
    succeeded({
      health_score: '100',
      page_index: '0',
      total_page: '1',
      total_record: '1',
      job_build_states: [expected.listedRecord(simulator, build, web)],
    }),
  );
  const page = { project_id: job.projectId, page_index: simulator.jobs.indexOf(job), page_size: 1 };
  const listed = {
    total: simulator.jobs.length,
    jobs: [
      {
        ...Object(expected.listedJob(simulator, job)),
        last_build_user: build.facts.executor,
        last_build_user_id: simulator.userId,
        trigger_type: 'MANUAL',
        build_time: (build.endedAt ?? 0) - (build.startedAt ?? 0),
        scm_web_url: web,
        scm_type: 'codehub',
        repo_id: '1',
        build_project_id: job.buildProjectId,
        last_job_running_status: 'Finished',
      },
    ],
  };
  await trial.answers('list_project_jobs', page, listed);
}

async function config(trial: Trial, job: Job): Promise<void> {
  const parameter = (name: string, value: string, more: Record<string, string>) => ({
    name: 'hudson.model.StringParameterDefinition',
    params: Object.entries({
      name,
      type: 'normalparam',
      defaultValue: value,
      description: '',
      deletion: 'false',
      defaults: 'false',
      staticVar: 'false',
      sensitiveVar: 'false',
      ...more,
    }).map(([field, text]) => ({ name: field, value: text })),
  });
  await trial.answers(
    'show_job_config',
    { job_id: job.id, get_all_params: 'false' },
    succeeded({
      arch: 'x86-64',
      project_id: job.projectId,
      job_name: 'newer',
      auto_update_sub_module: 'false',
      flavor: '2u8g',
      parameters: [
        parameter('codeBranch', 'master', { description: '代码分支,系统预定义参数', defaults: 'true' }),
        parameter('token', '******', { sensitiveVar: 'true' }),
      ],
      scms: [
        {
          branch: 'master',
          url: 'git@example.com:shop.git',
          repo_id: '1',
          repo_name: 'shop',
          web_url: web,
          scm_type: 'codehub',
          is_auto_build: false,
          enable_git_lfs: false,
          build_type: 'branch',
          depth: '1',
        },
      ],
      host_type: 'devcloud',
      build_config_type: 'ACTION',
      build_if_code_updated: false,
      triggers: [],
    }),
  );
}

async function graph(trial: Trial): Promise<void> {
  const job = trial.simulator.addJob({ name: 'newer-flow', scenario: 'flow-diamond' });
  const parent = await execute(trial, job, {});
  trial.clock.advance(30_000);
  const request = { build_flow_record_id: parent.recordId };
  await trial.answers('show_build_record_flow_graph', request, succeeded(expected.flowGraph(parent)));
}

async function rights(trial: Trial, job: Job): Promise<void> {
  const disabled = trial.simulator.addJob({ name: 'disabled', disabled: true });
  const check = {
    job_id: disabled.id,
    job_name: 'disabled',
    disabled: 1,
    forbiddener: trial.simulator.userId,
  };
  await trial.answers('show_disable', { job_id: disabled.id }, succeeded(check));
  const all = [
    ...['create', 'modify', 'group', 'delete', 'view', 'execute', 'copy', 'forbidden'].map((right) => [
      `${right}_permission`,
      true,
    ]),
    ['manager_permission', false],
  ];
  await trial.answers(
    'show_project_permission',
    { project_id: job.projectId },
    succeeded({
      project_id: job.projectId,
      ...Object.fromEntries(all),
      role_id: '4',
      role_name: '开发人员',
      role_ids: ['4'],
      role_names: ['开发人员'],
    }),
  );
  await trial.answers(
    'show_project_job_permission',
    { project_id: job.projectId, job_id: job.id },
    {
      result: {
        role_id: 4,
        job_id: job.id,
        is_modify: true,
        is_delete: true,
        is_view: true,
        is_execute: true,
        is_copy: true,
        is_forbidden: true,
        is_manager: false,
        count: 0,
      },
      status: 'success',
    },
  );
}

const credentialsSchema = v.object({
  credentials: v.object({
    access_key_id: v.string(),
    secret_access_key: v.string(),
    security_token: v.string(),
  }),
});

async function keyless(trial: Trial, sdk: Sdk, job: Job): Promise<void> {
  const { simulator } = trial;
  const { url: endpoint, accessKey, trust, iamProjectId: project_id } = simulator;
  const credentials = { ...accessKey, project_id };
  await sdk.client({ client: 'sts', service: 'sts', endpoint, credentials });
  const body = {
    provider_urn: trust.providerUrn,
    agency_urn: trust.agencyUrn,
    agency_session_name: 'conformance',
    id_token: simulator.idToken(),
  };
  const use = { as: 'sts', by: 'open' } as const;
  const wrong = { ...body, id_token: simulator.idToken({ sub: 'repo:octo/other:ref:refs/heads/main' }) };
  await trial.rejects('assume_agency_with_oidc', { body: wrong }, 403, 'STS5.1001', use);
  const parsed = await trial.answers('assume_agency_with_oidc', { body }, (raw) => raw, use);
  const { credentials: key } = v.parse(credentialsSchema, parsed);
  const temporary = {
    ak: key.access_key_id,
    sk: key.secret_access_key,
    security_token: key.security_token,
    project_id,
  };
  await sdk.client({ client: 'assumed', service: 'codeartsbuild', endpoint, credentials: temporary });
  const look = { job_id: job.id };
  const status = { job_id: job.id, job_name: 'newer', disabled: 0 };
  await trial.answers('show_disable', look, succeeded(status), {
    as: 'assumed',
    about: 'credentials of STS',
  });
}

async function file(trial: Trial, sdk: Sdk, job: Job, build: Build): Promise<void> {
  const { url: endpoint, accessKey, iamProjectId: project_id } = trial.simulator;
  const service = 'codeartsartifact' as const;
  await sdk.client({ client: 'artifact', service, endpoint, credentials: { ...accessKey, project_id } });
  const file_name = `${job.projectId}/shop/shop.jar`;
  const content = `${file_name} of build ${build.facts.dailyNumber}\n`;
  const parsed = await trial.answers('show_file_detail_by_full_name', { file_name }, (raw) => raw, {
    as: 'artifact',
  });
  const wanted = createHash('sha256').update(content).digest('hex');
  const found = v.parse(v.object({ result: v.object({ sha256: v.string() }) }), parsed).result.sha256;
  trial.holds('     the checksum is that of the package', found === wanted ? [] : [found]);
}
