/**
 * Writes a log in the form that the 2024 reference shows (sample of 4.27): every step has marks with a full stop,
 * most lines have a level, tool output may have no date, and the list of all tasks precedes the last line.
 */
import type { Line, Step } from '../scenario.ts';
import type { Plan, PlannedStep } from '../timeline.ts';
import { LineWriter, outsideSteps, type Piece, type RunFacts } from './line-writer.ts';
import { markOf, stoppedAt, taskState, taskStatus, timedLines, writtenBefore } from './steps.ts';

const marks = {
  zh: {
    start: '该步骤开始执行。',
    ready: ['参数初始化成功。', '插件上下文初始化成功。'],
    complete: '该步骤执行完成。',
    failed: '该步骤执行失败。',
    stopped: '该步骤已被终止。',
    allocated: '执行机分配成功，开始执行构建任务。',
    waiting: '执行环境准备完成，等待被依赖的子任务构建成功。',
    cleaned: '构建环境清理完成。',
    abort: (by: string) => `构建任务已被用户 ${by} 停止。`,
  },
  en: {
    start: 'This step is start',
    ready: ['Parameters initialized.', 'Plug-in context initialized.'],
    complete: 'This step is complete',
    failed: 'This step is failed',
    stopped: 'This step is aborted',
    allocated: 'An executor was allocated. The build task starts.',
    waiting: 'The environment is ready. Waiting for the child tasks that this one depends on.',
    cleaned: 'The build environment was cleaned up.',
    abort: (by: string) => `The build task was stopped by ${by}.`,
  },
} as const;

export function olderLog(plan: Plan, facts: RunFacts): Piece[] {
  const writer = new LineWriter(facts);
  const words = marks[facts.language];
  writer.write(0, outsideSteps, 'INFO', facts.fill('Build number: {{daily}} (#{{number}})'));
  writer.write(0, outsideSteps, 'INFO', words.allocated);
  if (facts.waiting !== undefined && facts.waiting > 0) {
    writer.write(0, outsideSteps, 'INFO', words.waiting);
  }
  const workspace = facts.fill('workspace=/home/slave/workspace/job_{{job}}_{{number}}');
  writer.write(0, outsideSteps, 'DEBUG', workspace);
  for (const [index, planned] of plan.steps.entries()) {
    if (planned.runs) writeStep(writer, planned, index, facts);
  }
  const stopped = stoppedAt(facts, plan.length);
  if (facts.stop === undefined || stopped === undefined) {
    writer.write(plan.length, outsideSteps, 'INFO', words.cleaned);
    writeEnd(writer, plan, facts, { at: plan.length, result: plan.result, stopped: undefined });
    return writer.pieces;
  }
  return [...writtenBefore(writer.pieces, stopped), ...stopLines(plan, stopped, facts.stop.by, facts)];
}

function writeStep(writer: LineWriter, planned: PlannedStep, index: number, facts: RunFacts): void {
  const { step, from, until } = planned;
  const words = marks[facts.language];
  const tag = `[${step.name}:${markOf(step)}] : `;
  writer.write(from, index, 'INFO', tag + words.start);
  for (const ready of words.ready) writer.write(from, index, 'INFO', tag + ready);
  for (const { line, at } of timedLines(linesOf(step), planned, facts.speed)) {
    writeLine(writer, line, at, planned, index, facts);
  }
  if (step.result === 'error') {
    if (step.error !== undefined) {
      writer.write(until, index, 'ERROR', facts.fill(`${tag}[${step.error.code}] ${step.error.message}`));
    }
    writer.write(until, index, 'ERROR', tag + words.failed);
    return;
  }
  writer.write(until, index, 'INFO', tag + words.complete);
}

function linesOf(step: Step): readonly Line[] {
  const lines = step.lines ?? [];
  return step.checkout === undefined ? lines : [...checkoutLines(step.checkout), ...lines];
}

function checkoutLines(repository: string): readonly Line[] {
  const url = `https://codehub.devcloud.example.com/demo/${repository}.git`;
  return [
    { text: `$ git init /home/slave/workspace/${repository}`, level: 'stamp' },
    {
      text: `$ git fetch --tags --progress ${url} +refs/heads/*:refs/remotes/origin/* --depth=1`,
      level: 'stamp',
    },
    { text: 'remote: Enumerating objects: 148, done.', level: 'raw' },
    { text: 'remote: Counting objects: 100% (148/148), done.', level: 'raw' },
    { text: 'credential helper: store --file=/home/slave/.git-credentials', level: 'DEBUG' },
    { text: '$ git checkout -f {{commit}}', level: 'stamp' },
    'HEAD is now at {{commit}} ({{branch}})',
  ];
}

function writeLine(
  writer: LineWriter,
  line: Line,
  at: number,
  planned: PlannedStep,
  index: number,
  facts: RunFacts,
): void {
  if (typeof line === 'string') {
    writer.write(at, index, 'INFO', facts.fill(line));
  } else if ('fill' in line) {
    const { from, until } = planned;
    writer.pieces.push({ kind: 'fill', at: from, until, bytes: line.fill, step: index });
  } else {
    const tag = line.tagged === true ? `[${planned.step.name}:${markOf(planned.step)}] : ` : '';
    const text = tag + facts.fill(line.text);
    writer.write(at, index, line.level ?? 'INFO', text, line.end === undefined ? {} : { end: line.end });
  }
}

function stopLines(plan: Plan, stopped: number, by: string, facts: RunFacts): Piece[] {
  const words = marks[facts.language];
  const writer = new LineWriter(facts);
  const running = plan.steps.findIndex(({ from, until }) => from <= stopped && stopped < until);
  const step = plan.steps[running]?.step;
  if (step !== undefined) {
    writer.write(stopped, running, 'WARNING', `[${step.name}:${markOf(step)}] : ${words.stopped}`);
  }
  writer.write(stopped, outsideSteps, 'WARNING', words.abort(by));
  writeEnd(writer, plan, facts, { at: stopped, result: 'ABORTED', stopped });
  return writer.pieces;
}

interface End {
  readonly at: number;
  readonly result: string;
  readonly stopped: number | undefined;
}

function writeEnd(writer: LineWriter, plan: Plan, facts: RunFacts, { at, result, stopped }: End): void {
  const { style } = facts;
  if (style.allTasksStatus) {
    writer.write(at, outsideSteps, 'INFO', '+++All Tasks Status+++');
    for (const [index, planned] of plan.steps.entries()) {
      const status = taskStatus(planned, stopped);
      if (status === undefined) continue;
      writer.write(at, outsideSteps, 'INFO', `state: ${taskState(planned.step, index)}, status: ${status}`);
    }
    writer.write(at, outsideSteps, 'INFO', '++++++++++++++++++++++');
  }
  writer.finished(at, result);
}
