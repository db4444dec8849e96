// Reads what CodeArts writes into a log about the build itself: where a step begins and ends, what the engine says, and
// when a line was written. Knows both languages and both forms of a date (reference 4.27's sample, and seen live).

export type StepMarker =
  | { readonly kind: 'begins'; readonly step: string; readonly at: number | undefined }
  | {
      readonly kind: 'ends';
      readonly step: string;
      /** The command of the step, such as external_pre_checkout; empty where the marker names none. */
      readonly command: string;
      readonly at: number | undefined;
      readonly state: MarkedState;
    }
  /** CodeArts' own error. `step` is empty where it names none. */
  | { readonly kind: 'error'; readonly step: string }
  /** The build is over: the block that lists how all steps ended, onCompleted, or the last line. */
  | { readonly kind: 'completed'; readonly at: number | undefined }
  /** A line of the engine's that concerns no step of the job. */
  | { readonly kind: 'engine' };

/** How a step ended, in the words of its marker; `unknown` where they are not known here. */
export type MarkedState = 'success' | 'failure' | 'stopped' | 'unknown';

const date = String.raw`\[([A-Za-z0-9/, ]+ \d\d:\d\d:\d\d\.\d{3} GMT[+-]\d\d:\d\d)\] ?`;
const dateForm = new RegExp(`^${date}`);
const levelForm = /^\[(INFO|WARNING|WARN|DEBUG|ERROR|INTERNAL)\] ?/;
// A step may be called anything, so that its name reaches as far as it can.
const markForm =
  /^\[(.+?)(?::([^\]:]*))?\] ?: ?(?:该步骤(.{2,12}?)|This step is (\w+)|(Failed) to complete this step)[。.]?\s*$/;
const errorForm = /^\[(.+?)(?::[^\]:]*)?\] ?: /;
const completedForm = /^(?:: )?(?:\+{3,}All Tasks Status\+{3,}|\[JobStatusPlugin\] onCompleted: .*)\s*$/;

/** Steps that the engine adds to every job. */
const engineSteps = new Set(['PRE_ENV', 'POST_ENV', 'Cache Check', 'wait_job_depends']);

/** True for a step that no author of a job made. */
export function isEngineStep(step: string): boolean {
  return engineSteps.has(step);
}

/**
 * A line with none of these has no marker, and is spared a closer look. Of six characters at most: V8 looks for such with
 * the speed of memchr.
 */
export const markerHints: readonly string[] = [
  '该步骤',
  'This s',
  'Failed',
  '+++All',
  'ERROR]',
  '[INTER',
  ']  : ',
];

/** The markers in a line: the service sometimes writes two records into one, each with its date. */
export function parseStepMarkers(line: string): StepMarker[] {
  return recordsOf(line).flatMap((record) => parseRecord(record) ?? []);
}

const nextRecord = new RegExp(`(?<=[^ ]) (?=${date})`);

function recordsOf(line: string): string[] {
  if (!line.includes(' GMT', 30)) return [line];
  const records: string[] = [];
  let rest = line;
  for (let found = nextRecord.exec(rest); found; found = nextRecord.exec(rest)) {
    records.push(rest.slice(0, found.index));
    rest = rest.slice(found.index + 1);
  }
  return [...records, rest];
}

function parseRecord(record: string): StepMarker | undefined {
  const dated = withoutDate(record);
  const [prefix, level] = levelForm.exec(dated) ?? [];
  const text = dated.slice(prefix?.length ?? 0);
  if (completedForm.test(text.trimStart())) return { kind: 'completed', at: timeOf(record) };
  if (level === 'INTERNAL') return { kind: 'engine' };
  if (level !== undefined && /^ ?: /.test(text))
    return level === 'ERROR' ? { kind: 'error', step: '' } : { kind: 'engine' };
  const [, step, command = '', chinese, english, failed] = markForm.exec(text) ?? [];
  const mark = chinese ?? english ?? failed;
  if (step === undefined || mark === undefined) {
    const [, failedStep] = (level === 'ERROR' && errorForm.exec(text)) || [];
    return failedStep === undefined ? undefined : { kind: 'error', step: failedStep };
  }
  if (mark === '开始执行' || mark === 'start') return { kind: 'begins', step, at: timeOf(record) };
  return { kind: 'ends', step, command, at: timeOf(record), state: stateIn(mark) };
}

function stateIn(words: string): MarkedState {
  if (/完成|成功|complete|success/i.test(words)) return 'success';
  if (/失败|错误|fail|error/i.test(words)) return 'failure';
  if (/终止|停止|取消|abort|stop|cancel/i.test(words)) return 'stopped';
  return 'unknown';
}

/** When a line was written, as it says itself: epoch milliseconds. */
export function timeOf(line: string): number | undefined {
  const [, date] = dateForm.exec(line) ?? [];
  if (date === undefined) return undefined;
  const at = Date.parse(date);
  return Number.isNaN(at) ? undefined : at;
}

/** The line without its date. */
export function withoutDate(line: string): string {
  return line.replace(dateForm, '');
}

const everyDate = new RegExp(dateForm, 'gm');

/** Several lines, each without its date. */
export function withoutDates(lines: string): string {
  return lines.replace(everyDate, '');
}
