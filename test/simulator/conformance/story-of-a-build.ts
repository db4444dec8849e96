/**
 * Starts, follows and stops builds through the SDK, and looks them up in every way.
 * Reference 4.1, 4.2, 4.4, 4.6 to 4.14, 4.27, 4.28 and chapter 7.
 */
import type { Json } from '../json.ts';
import type { Build, Job } from '../simulator.ts';
import * as expected from './expected.ts';
import { repositoryPage } from './story-of-a-job.ts';
import type { Trial } from './trial.ts';

const { succeeded } = expected;

const commit = 'e311c54476e0e536f0ecdeeba8dc184216fa2057';

/** A build from its start to its end, and stopped ones. */
export async function build(trial: Trial, job: Job): Promise<Build> {
  const { clock } = trial;
  const first = await start(trial, job, {
    parameter: [
      { name: 'codeBranch', value: 'feature/订单' },
      { name: 'level', value: 'full' },
      { name: 'deployToken', value: 'geheim' },
    ],
    scm: { build_commit_id: commit },
  });
  const at = { job_id: job.id, build_no: first.number };
  await trial.answers('show_job_status', { job_id: job.id }, { result: true });
  await record(trial, first, 'in the queue');
  await trial.rejects('download_real_time_log', { ...at, offset: 0 }, 500, 'CB.00030004', {
    about: 'no log yet: 500 CB.00030004',
  });
  clock.advance(2200);
  await record(trial, first, 'running');
  await trial.answers(
    'show_history_details',
    { job_id: job.id, build_number: first.number },
    () => expected.details(first, { codeBranch: 'feature/订单', level: 'full', deployToken: '*****' }),
    { about: 'running' },
  );
  await log(trial, first);
  await trial.answers('show_job_status', { job_id: job.id }, { result: false }, { about: 'ended' });
  await record(trial, first, 'ended');
  await oldRecord(trial, first);
  await output(trial, first);
  await files(trial, first);
  await stopped(trial, job);
  return first;
}

async function start(trial: Trial, job: Job, more: Record<string, Json>): Promise<Build> {
  // Children have numbers of the same job; the history has the builds that a user requested.
  const begun = () => job.history[0];
  await trial.answers('run_job', { body: { job_id: job.id, ...more } }, () => ({
    octopus_job_name: begun()?.facts.executionId ?? null,
    actual_build_number: String(begun()?.number),
    daily_build_number: begun()?.facts.dailyNumber ?? null,
  }));
  const build = begun();
  if (build === undefined) throw new Error('the SDK started no build');
  const asked = Array.isArray(more['parameter']) ? more['parameter'] : [];
  const held = Object.entries(build.parameters).map(([name, value]) => ({ name, value }));
  const wrong = asked.filter((one) => !held.some((other) => JSON.stringify(other) === JSON.stringify(one)));
  trial.holds(
    '     the build has the parameters that the SDK sent',
    wrong.map((one) => JSON.stringify(one)),
  );
  return build;
}

async function record(trial: Trial, build: Build, about: string): Promise<void> {
  const at = { job_id: build.facts.job.id, build_no: build.number };
  await trial.answers(
    'show_record_detail',
    at,
    { status: 'success', result: expected.record(trial.simulator, build) },
    { about },
  );
}

async function oldRecord(trial: Trial, build: Build): Promise<void> {
  const at = { job_id: build.facts.job.id, build_no: build.number };
  const result = expected.record(trial.simulator, build);
  await trial.answers('show_record_info', at, { success: true, result });
}

/** Follows the log as the reference says: the last response's offset is the next one's. */
async function log(trial: Trial, build: Build): Promise<void> {
  const at = { job_id: build.facts.job.id, build_no: build.number };
  let content = '';
  let offset = 0;
  for (let more = true; more; ) {
    const { clock } = trial;
    const whole = Buffer.from(build.log);
    const upTo = Math.min(whole.length, offset + 300);
    // Never inside a character, which is what an offset between two of its bytes would be.
    const next = lastWhole(whole, upTo);
    const piece = whole.subarray(offset, next).toString();
    more = next < whole.length || !build.ended;
    await trial.answers(
      'download_real_time_log',
      { ...at, offset, length: 300 },
      succeeded({ has_more_data: more, offset: next, content: piece, current_offset: offset }),
      { about: `from ${offset}` },
    );
    content += piece;
    offset = next;
    clock.advance(700);
  }
  trial.holds(
    '     the pieces of the log are the whole of it',
    content === build.log ? [] : ['they are not'],
  );
}

function lastWhole(bytes: Uint8Array, upTo: number): number {
  let end = upTo;
  while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return end;
}

async function output(trial: Trial, build: Build): Promise<void> {
  const { facts } = build;
  const made = { project_id: facts.job.projectId, daily_build_number: facts.dailyNumber };
  await trial.answers(
    'show_output_info',
    { job_id: facts.job.id, build_no: build.number },
    succeeded({
      package_info: {
        ...made,
        name: 'server-1.0.jar',
        version: '1.0',
        package_type: 'generic',
        uri: '/server/1.0/server-1.0.jar',
        type: 'generic',
      },
      package_infos: {
        core: {
          ...made,
          name: 'core',
          version: facts.dailyNumber,
          package_type: 'maven',
          uri: '/core.jar',
          type: 'jar',
        },
      },
      image_infos: {
        app: {
          ...made,
          name: 'app',
          version: '1.0',
          package_type: 'docker',
          uri: 'swr.example.com/app:1.0',
          type: 'generic',
        },
      },
    }),
  );
}

async function files(trial: Trial, build: Build): Promise<void> {
  const record_id = build.recordId;
  const debug = build.logs.text('DEBUG');
  const whole = debug.bytes(0, debug.size.bytes).toString();
  await trial.file('download_build_log', { record_id }, build.log);
  await trial.file('download_build_log', { record_id, log_level: 'INFO' }, build.log, { about: 'INFO' });
  await trial.file('download_build_log', { record_id, log_level: 'DEBUG' }, whole, { about: 'DEBUG' });
  await trial.file('download_log_by_record_id', { record_id }, build.log);
  const step = build.logs.text('INFO', 0);
  // The first stage is hidden; the step is the second one.
  const task_name = 'stage2';
  await trial.file('download_task_log', { record_id, task_name }, step.bytes(0, step.size.bytes).toString());
}

async function stopped(trial: Trial, job: Job): Promise<void> {
  const { clock } = trial;
  const second = await start(trial, job, {});
  clock.advance(2000);
  const at = { job_id: job.id, build_no: second.number };
  await trial.answers('stop_build_job', at, { success: true, result: '' });
  clock.advance(1000);
  await record(trial, second, 'stopped');
  await trial.rejects('stop_build_job', at, 400, 'DEV.CB.032302');
  const third = await start(trial, job, {});
  clock.advance(2000);
  await trial.answers(
    'stop_job',
    { body: { job_id: job.id, build_no: String(third.number) } },
    { result: true },
  );
  clock.advance(1000);
  trial.holds(
    '     both are stopped',
    [second, third].map(({ status }) => status).filter((one) => one !== 'ABORTED'),
  );
}

/** The same builds, looked up: histories, the ratio, the last good one, the list of records. */
export async function histories(trial: Trial, job: Job, good: Build): Promise<void> {
  const { simulator, clock } = trial;
  const now = clock.now();
  const builds = job.history;
  const days = { start_time: expected.chinaDay(now - 86_400_000), end_time: expected.chinaDay(now) };
  const page = { job_id: job.id, offset: 0, limit: 10 };
  await trial.answers(
    'show_list_history',
    { ...page, interval: 7 },
    {
      total: builds.length,
      history_records: builds.map(expected.history),
    },
  );
  await trial.answers(
    'show_list_period_history',
    { ...page, ...days },
    {
      total: builds.length,
      history_records: builds.map(expected.periodHistory),
    },
  );
  await trial.answers(
    'show_list_period_history',
    { job_id: job.id, offset: 1, limit: 2, ...days },
    { total: builds.length, history_records: builds.slice(2).map(expected.periodHistory) },
    { about: 'second page' },
  );
  await trial.answers(
    'show_job_success_ratio',
    { job_id: job.id, ...days },
    {
      success_count: 1,
      total_count: 3,
      success_ratio: 0.33,
    },
  );
  await trial.answers(
    'show_last_history',
    { project_id: simulator.projectId, repository_name: 'server' },
    expected.lastHistory(good),
  );
  const window = { start_time: expected.chinaMoment(now - 3_600_000), end_time: expected.chinaMoment(now) };
  await trial.answers(
    'list_build_info_record',
    { job_id: job.id, ...window, page_index: 0, page_size: 10 },
    () =>
      succeeded({
        health_score: '33',
        page_index: '0',
        total_page: '3',
        total_record: '3',
        job_build_states: builds.map((each) => expected.listedRecord(simulator, each, repositoryPage)),
      }),
  );
  const long = { start_time: expected.chinaDay(now - 40 * 86_400_000), end_time: days.end_time };
  await trial.rejects('show_list_period_history', { ...page, ...long }, 400, 'CB.00031105');
  await trial.rejects('show_job_success_ratio', { job_id: job.id, ...long }, 400, 'CB.00031105');
}

/** A build of many tasks, and its children. */
export async function flow(trial: Trial): Promise<void> {
  const job = trial.simulator.addJob({ name: 'flow', scenario: 'flow-diamond' });
  const parent = await start(trial, job, {});
  trial.clock.advance(30_000);
  await trial.answers(
    'show_flow_graph',
    { build_flow_record_id: parent.recordId },
    {
      success: true,
      result: expected.flowGraph(parent),
    },
  );
  const [child] = parent.children;
  if (child === undefined) throw new Error('flow-diamond has no children');
  await trial.file('download_build_log', { record_id: child.recordId }, child.log, { about: 'of a child' });
}
