// Tests what the step prints of a build's log: groups for people, and nothing that commands the runner.

import { expect, it } from 'vitest';
import { Console, escapeCommands } from '../../src/github/console.ts';
import { parentHeading } from '../../src/github/report/lists.ts';
import { maskingRunner } from '../../src/github/runner.ts';
import { anyChild } from '../builds/children/sample-child.ts';
import { shownStep } from '../golden/shown-step.ts';
import { parseCommand } from '../runner/commands.ts';
import { Recorder } from '../story/recorder.ts';

function open(keepDates = true) {
  const recorder = new Recorder({});
  let tokens = 0;
  const log = new Console(maskingRunner(recorder), { newToken: () => `token-${++tokens}`, keepDates });
  const shown = () => shownStep(recorder.commands).filter((line) => !line.includes('::'));
  return { log, recorder, shown };
}

async function shownOf(...lines: readonly string[]): Promise<string[]> {
  const { log, shown } = open();
  await log.write(lines.map((line) => `${line}\n`).join(''));
  await log.endBuildOutput();
  return shown();
}

const zh = (second: number, text: string) => `[2023/12/21 15:44:${second}.743 GMT+08:00] [INFO] ${text}`;
const en = (second: number, text: string) => `[Sep 14, 2026 02:29:${second}.820 GMT+08:00] [INFO] ${text}`;

it.each([
  ['Chinese', zh, '该步骤开始执行。', '该步骤执行完成。', '✓ Maven构建, 8 s'],
  ['English', en, 'This step is start', 'This step is complete', '✓ Maven构建, 8 s'],
  ['a failed step', zh, '该步骤开始执行。', '该步骤执行失败。', '✗ Maven构建 failed, 8 s'],
  ['a failed step in English', en, 'This step is start', 'This step is failed', '✗ Maven构建 failed, 8 s'],
  ['a stopped step', zh, '该步骤开始执行。', '该步骤已被终止。', '■ Maven构建 was stopped, 8 s'],
])('makes a group of a step, and says under it how it ended: %s', async (_, line, begin, end, said) => {
  const begins = line(10, `[Maven构建:external_post_maven] : ${begin}`);
  const ends = line(18, `[Maven构建:external_post_maven] : ${end}`);
  expect(await shownOf(line(9, 'before'), begins, 'raw', ends, line(19, 'after'))).toEqual([
    line(9, 'before'),
    '▾ Maven构建',
    `  │ ${begins}`,
    '  │ raw',
    `  │ ${ends}`,
    said,
    line(19, 'after'),
  ]);
});

const titles = (lines: readonly string[]) => lines.filter((line) => !line.startsWith('  │'));

it('keeps two commands of one step in one group when they follow each other', async () => {
  const lines = await shownOf(
    zh(10, '[Maven构建:pre] : 该步骤开始执行。'),
    zh(11, '[Maven构建:pre] : 该步骤执行完成。'),
    zh(12, '[Maven构建:maven] : 该步骤开始执行。'),
    zh(20, '[Maven构建:maven] : 该步骤执行失败。'),
  );
  expect(titles(lines)).toEqual(['▾ Maven构建', '✗ Maven构建 failed, 10 s']);
});

it('closes a step that never ended when the next one begins', async () => {
  const lines = await shownOf(
    zh(10, '[A:a] : 该步骤开始执行。'),
    zh(12, '[B:b] : 该步骤开始执行。'),
    zh(15, '[B:b] : 该步骤执行完成。'),
    zh(16, '[A:a] : 该步骤执行完成。'),
    'outside',
  );
  expect(titles(lines)).toEqual([
    '▾ A',
    'A, 2 s',
    '▾ B',
    '✓ B, 3 s',
    zh(16, '[A:a] : 该步骤执行完成。'),
    'outside',
  ]);
});

it('ends the open step with the list of all steps, and with the log', async () => {
  const begin = zh(10, '[A:a] : 该步骤开始执行。');
  expect(titles(await shownOf(begin, zh(12, '+++All Tasks Status+++'), 'x')).slice(0, 2)).toEqual([
    '▾ A',
    'A, 2 s',
  ]);
  expect(titles(await shownOf(begin, 'x'))).toEqual(['▾ A']);
});

it('takes a line that merely looks like a marker for text', async () => {
  const lines = [
    zh(10, '[A:a] : 参数初始化成功。'),
    'echo [A:a] : This step is start',
    '[A:a] : This step is starting up now',
    '该步骤开始执行。',
    '[] : 该步骤开始执行。',
  ];
  expect(await shownOf(...lines)).toEqual(lines);
});

it('prints a log without markers as it is', async () => {
  expect(await shownOf('a', '', '\tb', '\u001b[32mgreen\u001b[0m')).toEqual([
    'a',
    '',
    '\tb',
    '␛[32mgreen␛[0m',
  ]);
});

it('leaves out dates, and nothing else, with log-timestamps: strip', async () => {
  const { log, shown } = open(false);
  await log.write(`${zh(10, 'one')}\n${en(11, 'two')}\nraw\n${zh(12, '[A:a] : 该步骤开始执行。')}\n`);
  await log.endBuildOutput();
  expect(shown()).toEqual(['[INFO] one', '[INFO] two', 'raw', '▾ A', '  │ [INFO] [A:a] : 该步骤开始执行。']);
});

it("lets no line of the log be taken for the runner's own by the web view", async () => {
  for (const keepDates of [true, false]) {
    const { log, recorder } = open(keepDates);
    const date = keepDates ? '' : '[2023/12/21 15:44:10.743 GMT+08:00] ';
    await log.write(`a\n${date}##[group]x\n##[error]y\n[group]z\n[endgroup]\nb ##[group]\n`);
    await log.write(`##[error]forged ${zh(10, '[x:y] : 该步骤开始执行。')}\n[group]: This step is start\n`);
    await log.writeExcerpt(['##[endgroup]', 'a\n##[group]b']);
    const bare = recorder.stdout.split('\n').filter((line) => /^(?:##)?\[/.test(line));
    expect(bare).toEqual([]);
  }
});

it('turns commands off before the first remote line and on again before anything of its own', async () => {
  const { log, recorder } = open();
  await log.write('one\n');
  await log.info('ours');
  await log.write('::endgroup::\n');
  await log.error('wrong');
  await log.writeExcerpt(['::set-output name=a::b']);
  await log.endBuildOutput();
  expect(recorder.stdout).toBe(
    [
      '::stop-commands::token-1',
      'one',
      '::token-1::',
      'ours',
      '::stop-commands::token-2',
      '::endgroup::',
      '::token-2::',
      '::error::wrong',
      '::stop-commands::token-3',
      '│ ::set-output name=a::b',
      '::token-3::',
      '',
    ].join('\n'),
  );
});

it("keeps the last step's text for the diagnosis, in bounded memory", async () => {
  const { log } = open();
  const { tails } = log.parentLog;
  await log.write(`${zh(10, '[A:a] : 该步骤开始执行。')}\nin a\n${zh(11, '[A:a] : 该步骤执行完成。')}\n`);
  expect(tails.textOf('A')).toEqual({ text: expect.stringContaining('\nin a\n'), whole: true });
  await log.write(`${zh(12, '[B:b] : 该步骤开始执行。')}\n`);
  for (let turn = 0; turn < 200; turn += 1) await log.write(`${'x'.repeat(99)}\n`.repeat(200));
  const kept = tails.textOf('B');
  expect(kept?.whole).toBe(false);
  expect(kept?.text.length).toBeLessThan(1_100_000);
  expect(kept?.text.length).toBeGreaterThan(1_000_000);
});

const groupsOf = async (steps: readonly string[], ...lines: readonly string[]): Promise<string[]> => {
  const { log, shown } = open();
  log.expectSteps(steps);
  await log.write(lines.map((line) => `${line}\n`).join(''));
  await log.endBuildOutput();
  return titles(shown());
};

const preparing = [
  zh(10, ' : [JobStatusPlugin] onStarted: j_Qx7Lm2Rt #41'),
  zh(10, '[PRE_ENV:slave_create] : 该步骤开始执行'),
  zh(11, '[PRE_ENV:slave_create] : 该步骤执行完成'),
];
const checkout = [
  zh(12, '[代码检出:external_pre_checkout] : 该步骤开始执行'),
  zh(13, '[代码检出:external_pre_checkout] : 该步骤执行完成'),
  '[2023/12/21 15:44:14.743 GMT+08:00]  > git init /opt/agent_1/workspace/j_Qx7Lm2Rt # timeout=10',
  zh(20, '[代码检出:external_post_checkout] : 该步骤开始执行'),
  zh(20, '[代码检出:external_post_checkout] : 该步骤执行完成'),
];
const shell = ['[2023/12/21 15:44:21.743 GMT+08:00] + make', 'all'];
const completed = [
  zh(25, ' : [JobStatusPlugin] onCompleted: j_Qx7Lm2Rt #41'),
  '[2023/12/21 15:44:26.743 GMT+08:00] Finished: SUCCESS',
];

it("makes one group of a checkout with git's lines, and one of what the engine does before", async () => {
  const started = 'Started by user jenkins';
  expect(await groupsOf([], started, ...preparing, ...checkout, ...completed)).toEqual([
    '▾ Build environment',
    '▾ 代码检出',
    '✓ 代码检出, 8 s',
    '▾ End of the build',
  ]);
});

it('leaves the text of a log without steps outside the group of what the engine does before', async () => {
  const [onStarted = ''] = preparing;
  expect(await groupsOf([], onStarted, ...shell, ...completed, 'Started by user jenkins')).toEqual([
    '▾ Build environment',
    ...shell,
    '▾ End of the build',
  ]);
});

it("makes one group of CodeArts' lines about the end, and leaves what follows outside", async () => {
  const block = en(14, ' : +++++++++++++++All Tasks Status+++++++++++++++++');
  const state = en(14, ' : state: state_build_image_0.buildImage, status: error');
  const lines = await shownOf(...checkout, block, state, ...completed, 'Sending e-mails to: team');
  expect(lines.slice(-6)).toEqual([
    '▾ End of the build',
    ...[block, state, ...completed].map((line) => `  │ ${line}`),
    'Sending e-mails to: team',
  ]);
});

it('keeps a line like the last one in the group of the step that prints it', async () => {
  const lines = [zh(10, '[构建:build] : 该步骤开始执行'), 'Finished: SUCCESS', 'and on'];
  expect(await shownOf(...lines)).toEqual(['▾ 构建', ...lines.map((line) => `  │ ${line}`)]);
});

it('names the group of a step without markers as the job does', async () => {
  const steps = ['代码检出', '执行shell命令'];
  expect(await groupsOf(steps, ...checkout, ...shell, ...completed)).toEqual([
    '▾ 代码检出',
    '✓ 代码检出, 8 s',
    '▾ 执行shell命令',
    '执行shell命令, 4 s',
    '▾ End of the build',
  ]);
});

it.each([
  ['the job has two steps of the name before it', ['代码检出', '执行shell命令', '代码检出']],
  ['the job has no step after it', ['代码检出']],
  ['the job has no step of the name before it', ['执行shell命令']],
  ['the steps of the job are not known', []],
])('makes no group of a step without markers when %s', async (_, steps) => {
  expect(await groupsOf(steps, ...checkout, ...shell)).toEqual(['▾ 代码检出', '✓ 代码检出, 8 s', ...shell]);
});

const error = (words: string) => `[2023/12/21 15:44:30.743 GMT+08:00] [ERROR] ${words}`;

it.each([
  ['an exit code without a step', ' : script returned exit code 1, exitMessage is: command run failed'],
  ['an error of the step', '[构建:build] : Execute command failed, exit code 1'],
])('ends a failed step with a cross when its log has %s and no end marker', async (_, words) => {
  const begins = zh(10, '[构建:build] : 该步骤开始执行');
  expect(await groupsOf([], begins, error(words), ...completed)).toEqual([
    '▾ 构建',
    expect.stringMatching(/^✗ 构建 failed/),
    '▾ End of the build',
  ]);
});

it('ends a failed step with a cross when its log says that it failed to complete', async () => {
  const lines = [
    en(10, '[build:build] : This step is start'),
    en(18, '[build:build] : Failed to complete this step'),
  ];
  expect(await groupsOf([], ...lines)).toEqual(['▾ build', '✗ build failed, 8 s']);
});

it.each([
  ['no sign', 'an error', 'Execute docker command failed, exit code 1', '构建, 30 s'],
  ['a cross', "CodeArts' error code", 'DEV.CB.0210043, Docker build image failed', '✗ 构建 failed, 30 s'],
])('gives %s to a step that says it is complete after %s', async (_, __, words, end) => {
  const lines = [
    zh(10, '[构建:build] : 该步骤开始执行'),
    error(`[构建:build] : ${words}`),
    zh(40, '[构建:build] : 该步骤执行完成'),
  ];
  expect(await groupsOf([], ...lines)).toEqual(['▾ 构建', end]);
});

it('gives a cross to a step whose error code comes after it says that it is complete', async () => {
  const lines = [
    zh(10, '[构建:build] : 该步骤开始执行'),
    zh(40, '[构建:build] : 该步骤执行完成'),
    error('[构建:build] : DEV.CB.0210043, Docker build image failed'),
  ];
  expect(await groupsOf([], ...lines)).toEqual(['▾ 构建', '✗ 构建 failed, 30 s']);
});

it.each(['PRE_ENV', 'POST_ENV', 'Cache Check', 'cache_check', 'wait_job_depends'])(
  'makes no group of its own of the step %s, which the engine adds to every job',
  async (name) => {
    const lines = [
      en(10, '[buildImage:buildImage] : This step is start'),
      en(11, `[${name}:any] : This step is start`),
      en(12, `[${name}:any] : This step is complete`),
      en(18, '[buildImage:buildImage] : This step is complete'),
    ];
    expect(await groupsOf([], ...lines)).toEqual(['▾ buildImage', '✓ buildImage, 8 s']);
  },
);

it("keeps the engine's steps inside the step before, and ends that with the block of all tasks", async () => {
  const lines = [
    en(10, '[Code checkout:preCheckout] : This step is start'),
    en(11, '[Code checkout:postCheckout] : This step is complete'),
    en(12, '[wait_job_depends:wait_job_depends] : This step is start'),
    en(12, '[wait_job_depends:wait_job_depends] : This step is complete'),
    '[Sep 14, 2026 02:29:13.820 GMT+08:00] [INTERNAL] Execute the stage [POST_ENV]',
  ];
  const block = en(14, ' : +++++++++++++++All Tasks Status+++++++++++++++++');
  expect(await groupsOf([], ...lines, block)).toEqual([
    '▾ Code checkout',
    '✓ Code checkout, 1 s',
    '▾ End of the build',
  ]);
});

it('begins a group at a line whose second record begins the step, and prints the line unchanged', async () => {
  const line = `some text ${zh(12, '[构建:build] : 该步骤开始执行')}`;
  expect(await shownOf(line, 'in it')).toEqual(['▾ 构建', `  │ ${line}`, '  │ in it']);
});

it.each([
  ['says that the step is complete', zh(20, '[构建:build] : 该步骤执行完成'), '✓ 构建, 10 s'],
  ['is an error', error('[构建:build] : Execute command failed'), '✗ 构建 failed, 15 s'],
])('ends a group as its last line says whose second record %s', async (_, record, end) => {
  const line = `${zh(19, 'password****')} ${record}`;
  const lines = await shownOf(zh(10, '[构建:build] : 该步骤开始执行'), line, ...completed);
  expect(lines.slice(2, 5)).toEqual([`  │ ${line}`, end, '▾ End of the build']);
});

it('ends one group and begins the next at a line that holds both markers', async () => {
  const line = `${zh(18, '[A:a] : 该步骤执行完成')} ${zh(18, '[B:b] : 该步骤开始执行')}`;
  expect((await shownOf(zh(10, '[A:a] : 该步骤开始执行'), line, 'in B')).slice(2)).toEqual([
    '✓ A, 8 s',
    '▾ B',
    `  │ ${line}`,
    '  │ in B',
  ]);
});

it('names the step that failed by its markers', async () => {
  const { log } = open();
  await log.write(`${zh(10, '[A:a] : 该步骤开始执行。')}\n${zh(11, '[A:a] : 该步骤执行完成。')}\n`);
  expect(log.currentLog.results.failed).toBe('');
  await log.write(`${zh(12, '[B:b] : 该步骤开始执行。')}\n`);
  expect(log.currentLog.results.failed).toBe('B');
  await log.write(`${zh(13, '[B:b] : 该步骤执行失败。')}\n${zh(14, '[C:c] : 该步骤开始执行。')}\n`);
  expect(log.currentLog.results.failed).toBe('B');
});

it.each([['\u0085'], [' \u0085\t'], ['\u00a0'], ['\u2028'], ['']])(
  'prints no line of its own that begins with %j and a step named like a command',
  (blanks) => {
    expect(
      parseCommand(escapeCommands(`${blanks}::set-output name=result::success`), () => true),
    ).toBeUndefined();
  },
);

it('quotes an excerpt so that no problem matcher of the job matches it again', async () => {
  // As the matchers of tsc, gcc, go, eslint-stylish, Python and dotnet have them.
  const matchers = [
    /^([^\s].*)[(:](\d+)[,:](\d+)(?:\):\s+|\s+-\s+)(error|warning|info)\s+TS(\d+)\s*:\s*(.*)$/,
    /^(.*?):(\d+):(\d*):?\s+(?:fatal\s+)?(warning|error):\s+(.*)$/,
    /^\s*(.+\.go):(?:(\d+):(\d+)|(\d+)):? (.*)/,
    /^\s+(\d+):(\d+)\s+(error|warning|info)\s+(.*)\s\s+(.*)$/,
    /^\s*File\s"(.*)",\sline\s(\d+),\sin\s(.*)$/,
    /^([^\s].*)\((\d+)(?:,\d+|,\d+,\d+)?\):\s+(error|warning)\s+([a-zA-Z]+(?<!MSB)\d+):\s*(.*?)\s+\[(.*?)\]$/,
  ];
  const lines = [
    'src/x.ts(1,1): error TS1005: ; expected',
    'src/x.c:12:5: error: no such thing',
    './main.go:12:5: undefined: x',
    "  14:1  error  'x' is not defined  no-undef",
    '  File "a.py", line 3, in <module>',
    'Program.cs(3,5): error CS0103: The name [x.csproj]',
  ];
  const matched = (text: string) => matchers.some((matcher) => matcher.test(text));
  expect(lines.filter(matched)).toEqual(lines);
  const { log, recorder } = open();
  await log.writeExcerpt(lines);
  expect(recorder.remoteLines).toHaveLength(lines.length);
  expect(recorder.remoteLines.filter(matched)).toEqual([]);
});

it("prints half a line of the build's own log under a heading, not under the child whose log came after it", async () => {
  const { log, shown } = open();
  const child = anyChild;
  await log.write('whole\nhalf of a line');
  await log.begin(child);
  await log.write('of the child, without an end');
  await log.endBuildOutput();
  expect(shown()).toEqual([
    'whole',
    '── log of core (#2) ──',
    'of the child, without an end',
    parentHeading,
    'half of a line',
  ]);
});
