/**
 * Turns a plan into the log's pieces: every line with its stamp, its step's marks around it and the moment it appears.
 * The forms are those of the reference's 4.27 sample and of logs seen live. Refuses to count bytes.
 */
import { type Language, logStamp } from './dates.ts';
import type { Line, LineLevel, Step } from './scenario.ts';
import type { Plan, PlannedStep } from './timeline.ts';

export interface TextPiece {
  readonly kind: 'text';
  /** Milliseconds after the run's start. */
  readonly at: number;
  readonly text: string;
  /** Only the DEBUG log has it. */
  readonly debug: boolean;
  /** Index of the step it belongs to; -1 for what stands outside the steps. */
  readonly step: number;
}

export interface FillPiece {
  readonly kind: 'fill';
  readonly at: number;
  readonly until: number;
  readonly bytes: number;
  readonly step: number;
}

export type Piece = TextPiece | FillPiece;

export interface RunFacts {
  readonly language: Language;
  /** When the run began, for the stamps. */
  readonly start: number;
  readonly speed: number;
  /** Set when somebody stopped the run. */
  readonly stop?: { readonly at: number; readonly by: string } | undefined;
  /** Fills in {{commit}} and its like. */
  readonly words: (text: string) => string;
  /** When children are awaited first: until when, after the run's start. */
  readonly waiting?: number | undefined;
}

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

export function logPieces(plan: Plan, facts: RunFacts): Piece[] {
  const pen = new Pen(facts);
  const words = marks[facts.language];
  pen.write(0, -1, 'INFO', facts.words('Build number: {{daily}} (#{{number}})'));
  pen.write(0, -1, 'INFO', words.allocated);
  if (facts.waiting !== undefined && facts.waiting > 0) pen.write(0, -1, 'INFO', words.waiting);
  pen.write(0, -1, 'DEBUG', facts.words('workspace=/home/slave/workspace/job_{{job}}_{{number}}'));
  for (const [index, planned] of plan.steps.entries()) {
    if (planned.runs) writeStep(pen, planned, index, facts);
  }
  const { stop } = facts;
  const stopped = stop === undefined ? undefined : stop.at - facts.start;
  if (stop === undefined || stopped === undefined || stopped >= plan.length) {
    pen.write(plan.length, -1, 'INFO', words.cleaned);
    writeEnd(pen, plan, plan.length, plan.result, undefined);
    return pen.pieces;
  }
  return stoppedPieces(pen, plan, stopped, stop.by, facts);
}

function writeStep(pen: Pen, planned: PlannedStep, index: number, facts: RunFacts): void {
  const { step, from, until } = planned;
  const words = marks[facts.language];
  const mark = `[${step.name}:${markOf(step)}] : `;
  pen.write(from, index, 'INFO', mark + words.start);
  for (const ready of words.ready) pen.write(from, index, 'INFO', mark + ready);
  const lines = step.lines ?? [];
  const timed = lines.map((line, place) => ({
    line,
    at: from + lineOffset(line, place, lines.length, step.seconds) * (1000 / facts.speed),
  }));
  // A line with a time of its own may overtake those that are spread out.
  timed.sort((one, other) => one.at - other.at);
  for (const { line, at } of timed) writeLine(pen, line, Math.min(at, until), planned, index, facts);
  if (step.result === 'error') {
    if (step.error !== undefined) {
      pen.write(until, index, 'ERROR', facts.words(`${mark}[${step.error.code}] ${step.error.message}`));
    }
    pen.write(until, index, 'ERROR', mark + words.failed);
    return;
  }
  pen.write(until, index, 'INFO', mark + words.complete);
}

function writeLine(
  pen: Pen,
  line: Line,
  at: number,
  planned: PlannedStep,
  index: number,
  facts: RunFacts,
): void {
  if (typeof line === 'string') {
    pen.write(at, index, 'INFO', facts.words(line));
  } else if ('fill' in line) {
    pen.pieces.push({
      kind: 'fill',
      at: planned.from,
      until: planned.until,
      bytes: line.fill,
      step: index,
    });
  } else {
    pen.write(at, index, line.level ?? 'INFO', facts.words(line.text), line.end ?? '\n');
  }
}

function lineOffset(line: Line, place: number, count: number, seconds: number): number {
  const at = typeof line === 'object' && 'at' in line ? line.at : undefined;
  return at ?? (seconds * (place + 1)) / (count + 1);
}

/** What was written before the stop, then how the stop itself is told. */
function stoppedPieces(pen: Pen, plan: Plan, stopped: number, by: string, facts: RunFacts): Piece[] {
  const words = marks[facts.language];
  const kept = pen.pieces.flatMap((piece): Piece[] => {
    if (piece.at > stopped) return [];
    if (piece.kind === 'text' || piece.until <= stopped) return [piece];
    const share = (stopped - piece.at) / (piece.until - piece.at);
    return [{ ...piece, until: stopped, bytes: Math.floor(piece.bytes * share) }];
  });
  const after = new Pen(facts);
  const running = plan.steps.findIndex((planned) => planned.from <= stopped && stopped < planned.until);
  const step = plan.steps[running]?.step;
  if (step !== undefined) {
    after.write(stopped, running, 'WARNING', `[${step.name}:${markOf(step)}] : ${words.stopped}`);
  }
  after.write(stopped, -1, 'WARNING', words.abort(by));
  writeEnd(after, plan, stopped, 'ABORTED', stopped);
  return [...kept, ...after.pieces];
}

function writeEnd(pen: Pen, plan: Plan, at: number, result: string, stopped: number | undefined): void {
  pen.write(at, -1, 'INFO', '+++All Tasks Status+++');
  for (const [index, planned] of plan.steps.entries()) {
    if (!planned.runs || (stopped !== undefined && planned.from > stopped)) continue;
    const cut = stopped !== undefined && stopped < planned.until;
    const status = cut ? 'aborted' : (planned.step.result ?? 'success');
    const mark = markOf(planned.step);
    pen.write(at, -1, 'INFO', `state: state_${snake(mark)}_${index}.${mark}, status: ${status}`);
  }
  pen.write(at, -1, 'INFO', '++++++++++++++++++++++');
  pen.write(at, -1, 'raw', `Finished: ${result}`);
}

const markOf = (step: Step): string => step.mark ?? 'external_plugin';
const snake = (mark: string): string => mark.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Writes lines with the stamp of their moment. */
class Pen {
  readonly pieces: Piece[] = [];
  readonly #facts: RunFacts;

  constructor(facts: RunFacts) {
    this.#facts = facts;
  }

  write(at: number, step: number, level: LineLevel, text: string, end = '\n'): void {
    const stamp = logStamp(Math.round(this.#facts.start + at), this.#facts.language);
    const head = level === 'raw' ? '' : level === 'stamp' ? `${stamp} ` : `${stamp} [${level}] `;
    const debug = level === 'DEBUG' || level === 'INTERNAL';
    // A log is a UTF-8 file: half a surrogate pair cannot be in it.
    this.pieces.push({ kind: 'text', at, text: (head + text + end).toWellFormed(), debug, step });
  }
}
