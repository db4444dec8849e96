// Tests that the simulator writes logs in the forms of published logs, and that full-stages, task-log and analysis
// agree with them.

import { expect, it } from 'vitest';
import { Caller } from './caller.ts';
import { openSimulator } from './open-simulator.ts';
import { dockerFailing, shellFailing, shellSuccess } from './scenarios/published-forms.ts';
import {
  type LogForm,
  readScenario,
  type ScenarioSource,
  type SimulatorOptions,
  VirtualClock,
} from './simulator.ts';

async function play(scenario: ScenarioSource, options: SimulatorOptions = {}) {
  const clock = new VirtualClock();
  const simulator = await openSimulator({ clock, ...options });
  const job = simulator.addJob({ name: 'shop-backend', scenario });
  const build = job.start();
  clock.advance(60_000);
  const lines = build.log.split('\n').slice(0, -1);
  return { clock, simulator, job, build, lines, caller: new Caller(simulator) };
}

const undated = (line: string): string => line.replace(/^\[[^\]]+ GMT\+08:00\] /, '');

it("begins a custom executor's log with onStarted and the step that finds an executor", async () => {
  const { lines, build } = await play(shellFailing);
  expect(lines.slice(0, 7).map(undated)).toEqual([
    `[INFO]  : [JobStatusPlugin] onStarted: ${build.facts.executionId} #1`,
    'Resume disabled by user, switching to high-performance, low-durability mode.',
    '[INFO] [PRE_ENV:slave_create] : 该步骤开始执行',
    expect.stringMatching(
      /^\[INFO\] \[PRE_ENV:slave_create\] : \[slave\] resources pool message: [0-9a-f]{32}$/,
    ),
    '[WARNING] [PRE_ENV:slave_create] : [slave] find empty runtime, location: PRE_ENV.slave_create',
    expect.stringMatching(/Find available executor node:agent_\d+-K2$/),
    '[INFO] [PRE_ENV:slave_create] : 该步骤执行完成',
  ]);
});

it("writes git's lines without markers between the two marked pairs of a checkout", async () => {
  const { lines } = await play(shellFailing);
  const marks = lines.map(undated).filter((line) => line.includes('[代码检出:'));
  expect(marks).toEqual([
    '[INFO] [代码检出:external_pre_checkout] : 该步骤开始执行',
    '[INFO] [代码检出:external_pre_checkout] : [WARN]DEV.CB.02101217,用户名或密码为空。',
    '[INFO] [代码检出:external_pre_checkout] : 该步骤执行完成',
    '[INFO] [代码检出:external_post_checkout] : 该步骤开始执行',
    '[INFO] [代码检出:external_post_checkout] : 该步骤执行完成',
  ]);
  const between = lines.slice(
    lines.findIndex((line) => line.includes('external_pre_checkout] : 该步骤执行完成')) + 1,
    lines.findIndex((line) => line.includes('external_post_checkout] : 该步骤开始执行')),
  );
  expect(between.map(undated)).toContainEqual(
    expect.stringMatching(/^ > git init \/opt\/agent_\d+\/workspace\/j_/),
  );
  expect(between.every((line) => !/\] \[(INFO|ERROR)\]/.test(line))).toBe(true);
});

it('writes a shell step without markers, with dates out of order, two records in one line and undated progress bars', async () => {
  const { lines } = await play(shellFailing);
  expect(lines.filter((line) => line.includes('执行shell命令'))).toEqual([]);
  const dates = lines.flatMap((line) => /^\[([^\]]+)\]/.exec(line)?.[1] ?? []);
  expect(dates.some((date, place) => date < (dates[place - 1] ?? ''))).toBe(true);
  expect(lines).toContainEqual(
    expect.stringMatching(/password\*{4} \[[^\]]+ GMT\+08:00\] scmType is github$/),
  );
  expect(lines).toContain('(Reading database ... 5%');
  expect(lines).toContain('(Reading database ... 100%');
});

it("ends a custom executor's log with the exit code, onCompleted and a dated last line, without a list of tasks", async () => {
  const { lines, build } = await play(shellFailing);
  expect(lines.slice(-3).map(undated)).toEqual([
    '[ERROR]  : script returned exit code 1, exitMessage is: command run failed',
    `[INFO]  : [JobStatusPlugin] onCompleted: ${build.facts.executionId} #1`,
    'Finished: FAILURE',
  ]);
  expect(lines.at(-1)).toMatch(/^\[\d{4}\/\d\d\/\d\d [\d:.]+ GMT\+08:00\] Finished: FAILURE$/);
  expect(build.log).not.toContain('All Tasks Status');
  expect((await play(shellSuccess)).lines.at(-1)).toMatch(/Finished: SUCCESS$/);
});

it('writes who aborted a build', async () => {
  const { lines } = await play({ ...shellSuccess, abort: { afterSeconds: 3, by: 'zhangsan' } });
  expect(lines.slice(-3).map(undated)).toEqual([
    'Aborted by zhangsan',
    expect.stringContaining('onCompleted'),
    'Finished: ABORTED',
  ]);
});

it("begins a public executor's log with the user and writes the engine's own steps", async () => {
  const { lines } = await play(dockerFailing);
  expect(lines[0]).toBe('Started by user jenkins');
  expect(lines.map(undated).filter((line) => /^\[INTERNAL\]|:(Cache|wait)/.test(line))).toEqual([
    '[INTERNAL] Execute the stage [PRE_ENV]',
    '[INTERNAL] Execute the stage [cache_check]',
    '[INFO] [Cache Check:Cache Check] : This step is start',
    '[INFO] [Cache Check:Cache Check] : This step is complete',
    '[INFO] [wait_job_depends:wait_job_depends] : This step is start',
    '[INFO] [wait_job_depends:wait_job_depends] : This step is complete',
    '[INTERNAL] Execute the stage [POST_ENV]',
  ]);
});

it('ends a failed step with its code and without a completion marker, then lists all tasks', async () => {
  const { lines, build } = await play(dockerFailing);
  expect(lines.slice(-11).map(undated)).toEqual([
    '[ERROR] [buildImage:buildImage] : Execute docker command failed, exit code 1',
    '[ERROR] [buildImage:buildImage] : DEV.CB.0210043, Docker build image failed',
    '[INFO] [buildImage:buildImage] : Failed to complete this step',
    '[INTERNAL] Execute the stage [POST_ENV]',
    '[INFO]  : +++++++++++++++All Tasks Status+++++++++++++++++',
    '[INFO]  : state: cache_check.cacheCheck-0, status: success',
    '[INFO]  : state: state_checkout_0.preCheckout, status: success',
    '[INFO]  : state: state_build_image_1.buildImage, status: error',
    '[INFO]  : ++++++++++++++++++++++++++++++++++++++++++++++++',
    `[INFO]  : [JobStatusPlugin] onCompleted: ${build.facts.executionId} #1`,
    'Finished: FAILURE',
  ]);
  expect(lines.at(-1)).toBe('Finished: FAILURE');
});

it("chooses the form of a log by the scenario, then the simulator's options, then the language", async () => {
  const firstLine = async (scenario: ScenarioSource, form?: LogForm): Promise<string | undefined> =>
    (await play(scenario, form === undefined ? {} : { log: { form } })).lines[0];
  const chosen: ScenarioSource = { ...shellFailing, log: { form: 'custom-executor' } };
  expect({
    scenario: await firstLine(chosen, 'public-executor'),
    options: await firstLine(shellFailing, 'public-executor'),
    chinese: await firstLine(shellFailing),
    english: await firstLine(dockerFailing),
  }).toEqual({
    scenario: expect.stringContaining('onStarted'),
    options: 'Started by user jenkins',
    chinese: expect.stringContaining('onStarted'),
    english: 'Started by user jenkins',
  });
});

it('marks every step and lists all tasks in the older form of a log', async () => {
  const { lines } = await play(shellFailing, { log: { form: 'older' } });
  const tag = '[执行shell命令:external_shell]';
  expect(lines.map(undated).filter((line) => line.includes(tag))).toEqual([
    `[INFO] ${tag} : 该步骤开始执行。`,
    `[INFO] ${tag} : 参数初始化成功。`,
    `[INFO] ${tag} : 插件上下文初始化成功。`,
    `[ERROR] ${tag} : [DEV.CB.0210043] 命令执行失败，退出码: 1`,
    `[ERROR] ${tag} : 该步骤执行失败。`,
  ]);
  expect(lines).toContain('+ python3 -m pytest tests');
  expect(lines.slice(-5).map(undated)).toEqual([
    '[INFO] +++All Tasks Status+++',
    '[INFO] state: state_checkout_0.checkout, status: success',
    '[INFO] state: state_external_shell_1.external_shell, status: error',
    '[INFO] ++++++++++++++++++++++',
    'Finished: FAILURE',
  ]);
});

it('says who stopped the build in the older form of a log', async () => {
  const stopped: ScenarioSource = { ...shellSuccess, abort: { afterSeconds: 3, by: 'zhangsan' } };
  const { lines } = await play(stopped, { log: { form: 'older' } });
  expect(lines.map(undated)).toContain('[WARNING] 构建任务已被用户 zhangsan 停止。');
  expect(lines.map(undated)).toContain('[WARNING] [执行shell命令:external_shell] : 该步骤已被终止。');
});

it('can leave out the last line, write one after it, or write it seconds after the end of the build', async () => {
  const absent = await play({ ...shellFailing, log: { form: 'custom-executor', finished: 'absent' } });
  expect(absent.lines.at(-1)).toContain('onCompleted');
  const after = await play({ ...shellFailing, log: { form: 'public-executor', afterFinished: 'bye' } });
  expect(after.lines.slice(-2).map(undated)).toEqual(['Finished: FAILURE', 'bye']);
  const log = { form: 'custom-executor', finishedAfterSeconds: 3 } as const;
  const { clock, build, caller, job } = await play({ ...shellFailing, log });
  expect(build.log).toContain('Finished');
  const late = job.start();
  while (!late.ended) clock.advance(100);
  const live = await caller.log(job.id, 2, 0);
  expect(late.log).not.toContain('Finished');
  expect(live.at('result.has_more_data')).toBe(true);
  clock.advance(3000);
  expect(late.log).toMatch(/Finished: FAILURE\n$/);
});

it('gives a child the log form of its parent unless it has its own', async () => {
  const child = (name: string, log?: { form: 'public-executor' }) => ({
    name,
    steps: [{ name: 'x', seconds: 1 }],
    ...(log === undefined ? {} : { log }),
  });
  const { build } = await play({
    name: 'family',
    description: 'two children',
    log: { form: 'custom-executor' },
    steps: [],
    children: [child('one'), child('two', { form: 'public-executor' })],
  });
  expect(build.children.map(({ facts }) => facts.style.form)).toEqual(['custom-executor', 'public-executor']);
});

it('rejects a scenario with an unknown log form', () => {
  const scenario = { ...shellFailing, log: { form: 'mainframe' } };
  expect(() => readScenario(scenario, 'mine')).toThrow(
    'log.form: must be custom-executor, public-executor or older',
  );
});

it("counts hidden stages, and serves each step's log under its stage", async () => {
  const { build, caller } = await play(dockerFailing);
  const reply = await caller.get(`/v1/record/${build.recordId}/full-stages`);
  expect(reply.at('result.build_stages')).toMatchObject({
    stage1: { display_name: 'PRE_ENV', status: 'success' },
    stage2: { display_name: 'Cache Check', status: 'success' },
    stage3: { display_name: 'Code checkout', status: 'success' },
    stage4: { display_name: 'wait_job_depends', status: 'success' },
    stage5: { display_name: 'buildImage', status: 'error', duration: 1500 },
  });
  const log = await caller.get(`/v4/${build.recordId}/task-log?task_name=stage5`);
  expect(log.text).toMatch(/^\[[^\]]+\] \[INFO\] \[buildImage:buildImage\] : This step is start\n/);
  expect(build.log).toContain(log.text);
  const hidden = await caller.get(`/v4/${build.recordId}/task-log?task_name=stage2`);
  expect(hidden.text).toContain('[Cache Check:Cache Check] : This step is start');
});

it('serves step logs under their stages alone with taskNames: stages', async () => {
  const { build, caller } = await play(dockerFailing, { log: { taskNames: 'stages' } });
  const path = `/v4/${build.recordId}/task-log?task_name=`;
  expect((await caller.get(`${path}buildImage`)).status).toBe(400);
  expect((await caller.get(`${path}stage5`)).status).toBe(200);
  expect((await caller.get(`${path}stage6`)).status).toBe(400);
});

it('lists no stages for a build that never got an executor', async () => {
  const { build, caller } = await play({ ...shellFailing, scheduled: false });
  const reply = await caller.get(`/v1/record/${build.recordId}/full-stages`);
  expect(reply.at('result.build_stages')).toEqual({});
});

it('lists no engine steps in history-details', async () => {
  const { job, caller } = await play(dockerFailing);
  const reply = await caller.get(`/v3/jobs/${job.id}/1/history-details`);
  expect(reply.at('build_steps')).toEqual([
    expect.objectContaining({ name: 'Code checkout' }),
    expect.objectContaining({ name: 'buildImage' }),
  ]);
});

it('returns step, code, message and FAQ as the analysis of a failed build', async () => {
  const { job, caller } = await play(shellFailing);
  const reply = await caller.get(`/v1/log/${job.id}/1/analysis`);
  expect(reply.at('result')).toEqual({
    jobName: 'shop-backend',
    error_nodes: [
      {
        node_id: 'stage3',
        step: '执行shell命令',
        analyzed_success: true,
        error_info: {
          error_code: 'DEV.CB.0210043',
          error_message: '命令执行失败，退出码: 1',
          faq: expect.stringMatching(/^https:/),
        },
      },
    ],
  });
});

it('returns no analysis for a build that succeeded', async () => {
  const { job, caller } = await play(shellSuccess);
  expect((await caller.get(`/v1/log/${job.id}/1/analysis`)).at('result.error_nodes')).toEqual([]);
});
