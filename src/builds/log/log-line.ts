// Reads what CodeArts writes into the lines of a build's log: dates, levels, step tags, where a step begins and ends, its
// own errors, and the end of the log. Knows both languages and the forms of published logs. Reference 4.27's sample, and
// seen live.

import { isEngineStep } from '../../codearts/step-schemas.ts';
import { withoutTerminalSequences } from '../../text.ts';

/** What CodeArts writes about the build itself. `at`: epoch milliseconds, as the line says; undefined without a date. */
export type StepMarker =
  /** CodeArts' own lines at the beginning of a log. */
  | { readonly kind: 'starting' }
  | { readonly kind: 'begins'; readonly step: string; readonly at: number | undefined }
  | {
      readonly kind: 'ends';
      readonly step: string;
      /** The command of the step, such as external_pre_checkout; empty where the marker names none. */
      readonly command: string;
      readonly at: number | undefined;
      readonly state: MarkedState;
    }
  /** CodeArts' own error. `step` and `code` are empty where it names none. */
  | { readonly kind: 'error'; readonly step: string; readonly code: string }
  /** The build is over: the block that lists how all steps ended, onCompleted, or the last line. */
  | { readonly kind: 'completed'; readonly at: number | undefined }
  /** A line of the engine's that concerns no step of the job. */
  | { readonly kind: 'engine' };

/** How a step ended, in the words of its marker; `unknown` where they are not known here. */
export type MarkedState = 'success' | 'failure' | 'stopped' | 'unknown';

/** One record of a log, which is a line or a part of one. */
export interface LogRecord {
  /** Without date, level, tag and terminal codes. */
  readonly text: string;
  /** Empty where it has none, as most of what tools write. */
  readonly level: string;
  /** `engine`: says nothing about the build's own work. `step`: CodeArts' words on a step. `tool`: what a tool wrote. */
  readonly source: 'engine' | 'step' | 'tool';
  /** The step in CodeArts' tag `[step:command] : `; empty without one. */
  readonly step: string;
}

const time = String.raw`[A-Za-z0-9/, ]+ \d\d:\d\d:\d\d\.\d{3} GMT[+-]\d\d:\d\d`;
const date = String.raw`\[(${time})\] ?`;
const dateForm = new RegExp(`^${date}`);
const everyDate = new RegExp(dateForm, 'gm');
const betweenRecords = new RegExp(String.raw`(?<=[^ ]) (?=\[${time}\])`);
/** The date of a record; those of 2019 have no time zone. */
const anyDate = new RegExp(String.raw`^(?:${date}|\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\] )`);
const levelForm = /^\[(INFO|WARNING|WARN|DEBUG|ERROR|INTERNAL)\] ?/;
const tagForm = /^(?:\[([^\]]*?)(?::[^\]:]*)?\])? ?: ?/;
// A step may be called anything, so that its name reaches as far as it can.
const markForm =
  /^\[(.+?)(?::([^\]:]*))?\] ?: ?(?:该步骤(.{2,12}?)|This step is (\w+)|(Failed) to complete this step)[。.]?\s*$/;
/** `Finished: WORD`, with or without a date and a level; a tool may print such a line, too. */
const lastLine = /^(?:\[[^\]]+\] ?)?(?:\[INFO\] *:? *)?Finished: [A-Z][A-Z_]*$/;
/** CodeArts' lines about the build as a whole. */
const buildForm =
  /^ *(?:: )?(?:(?<starting>Started by user |Resume disabled by user|\[JobStatusPlugin\] onStarted: )|(?<completed>\+{3,}All Tasks Status\+{3,}\s*$|\[JobStatusPlugin\] onCompleted: )|Finished: [A-Z][A-Z_]*$)/;
const engineText =
  /^(?:Started by user |Resume disabled by user|Finished: [A-Z_]+$|\[JobStatusPlugin\]|state: \S+, status: |\+{3,}|Failed to complete this step|\$ docker stop --time=\d+ [0-9a-f]{12,64}$)/;

/**
 * A line with none of these has no marker, and is spared a closer look. Of six characters at most: V8 looks for such with
 * the speed of memchr.
 */
export const markerHints: readonly string[] = [
  'Starte',
  'Resume',
  'Finish',
  '该步骤',
  'This s',
  'Failed',
  '+++All',
  'ERROR]',
  '[INTER',
  ']  : ',
];

/** The records of a line: the service sometimes writes two into one, each with its date. */
function recordsIn(line: string): string[] {
  return line.includes(' GMT', 30) ? line.split(betweenRecords) : [line];
}

/** The markers in a line. */
export function parseStepMarkers(line: string): StepMarker[] {
  return recordsIn(line).flatMap((record) => markerOf(record) ?? []);
}

/** The records of a line, each with where it comes from. */
export function parseLogLine(line: string): LogRecord[] {
  return recordsIn(withoutTerminalSequences(line)).map(parseRecord);
}

function markerOf(record: string): StepMarker | undefined {
  const { level, rest } = withoutLevel(record);
  const { groups } = buildForm.exec(rest) ?? {};
  if (groups?.['completed'] !== undefined) return { kind: 'completed', at: timeOf(record) };
  if (groups?.['starting'] !== undefined) return { kind: 'starting' };
  if (groups || level === 'INTERNAL') return { kind: 'engine' };
  const mark = markOf(rest);
  if (mark) return { ...mark, at: timeOf(record) };
  const [tag, step = ''] = (level !== '' && tagForm.exec(rest)) || [];
  if (tag !== undefined && level === 'ERROR') return { kind: 'error', step, code: codeIn(rest) };
  return tag !== undefined && step === '' ? { kind: 'engine' } : undefined;
}

function markOf(text: string) {
  const [, step, command = '', chinese, english, failed] = markForm.exec(text) ?? [];
  const words = chinese ?? english ?? failed;
  if (step === undefined || words === undefined) return undefined;
  if (words === '开始执行' || words === 'start') return { kind: 'begins', step } as const;
  return { kind: 'ends', step, command, state: stateIn(words) } as const;
}

function stateIn(words: string): MarkedState {
  if (/完成|成功|complete|success/i.test(words)) return 'success';
  if (/失败|错误|fail|error/i.test(words)) return 'failure';
  if (/终止|停止|取消|abort|stop|cancel/i.test(words)) return 'stopped';
  return 'unknown';
}

function parseRecord(record: string): LogRecord {
  const { level, rest } = withoutLevel(record);
  const [tag, step = ''] = (level !== '' && tagForm.exec(rest)) || [];
  const text = rest.slice(tag?.length ?? 0);
  const isEngine = markOf(rest) !== undefined || engineText.test(text);
  const source = isEngine ? 'engine' : sourceOf(tag, level, step, text);
  return { text, level, source, step };
}

function sourceOf(tag: string | undefined, level: string, step: string, text: string): LogRecord['source'] {
  if (tag === undefined) return level === 'INTERNAL' ? 'engine' : 'tool';
  if (level === 'ERROR') return 'step';
  if (level === 'INTERNAL') return text.includes('errorMessage: ') ? 'step' : 'engine';
  // At these levels CodeArts reports its own progress, and warns of its own machines.
  return level === 'INFO' || level === 'DEBUG' || step === '' || isEngineStep(step) ? 'engine' : 'step';
}

/** A line without what CodeArts writes in front, and without terminal codes. */
export function withoutPrefix(line: string): string {
  return parseRecord(withoutTerminalSequences(line)).text;
}

function withoutLevel(record: string): { readonly level: string; readonly rest: string } {
  const dated = withoutDate(record);
  const [prefix = '', level = ''] = levelForm.exec(dated) ?? [];
  return { level, rest: dated.slice(prefix.length) };
}

/** When a line was written, as it says itself: epoch milliseconds. */
export function timeOf(line: string): number | undefined {
  const at = Date.parse(dateForm.exec(line)?.[1] ?? '');
  return Number.isNaN(at) ? undefined : at;
}

function withoutDate(line: string): string {
  return line.replace(anyDate, '');
}

/** Several lines, each without its date. */
export function withoutDates(lines: string): string {
  return lines.replace(everyDate, '');
}

const code = /\bDEV\.CB\.\d+\b/;
const wordsForm = /(?:^\[?DEV\.CB\.\d+\]?[,:：，]?\s*|\b[Ee]rror ?[Mm]essage: )(?<message>\S.*)$/;

/** CodeArts' error code, such as DEV.CB.0210043; empty when the text has none. */
export function codeIn(text: string): string {
  return code.exec(text)?.[0] ?? '';
}

/** CodeArts' words without its code. */
export function wordsIn(text: string): string {
  return wordsForm.exec(text)?.groups?.['message'] ?? text;
}

/** In CodeArts' line about the build's end; the last line follows up to seconds later. */
export const completedText = '[JobStatusPlugin] onCompleted: ';
/** UTF-16 units in which the last two lines have room. */
const reach = 512;

/** True when this end of a log may be its last. */
export function hasLastLine(tail: string): boolean {
  const end = tail.slice(-reach).trimEnd();
  return lastLine.test(end.slice(end.lastIndexOf('\n') + 1));
}

/** True when this beginning of a log is CodeArts' own line about the start of the build. */
export function saysStarted(head: string): boolean {
  return head.slice(0, reach).includes('[JobStatusPlugin] onStarted: ');
}

/** True when this end of a log says that the build is over. */
export function saysCompleted(tail: string): boolean {
  return hasLastLine(tail) || tail.slice(-reach).includes(completedText);
}
