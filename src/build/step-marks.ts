// Reads what CodeArts writes into a log about the build itself: where a step begins and ends, and when a line was
// written. Both languages and both date forms (line forms: reference 4.27's sample, and seen live).

export interface StepMark {
  readonly kind: 'begins' | 'ends' | 'all-over';
  /** The step's name as people know it; empty where all steps are over. */
  readonly step: string;
  /** Epoch milliseconds; undefined where the line has no date. */
  readonly at: number | undefined;
}

// A failed step's end is no line that was seen; whatever word stands for it, it is an end.
const markForm =
  /\[([^\]]+?)(?::[^\]:]*)?\] ?: ?(该步骤开始执行|该步骤执行[^。]{1,8}|This step is start|This step is \w+)[。.]?\s*$/;
const allOver = '+++All Tasks Status+++';

/** The mark that a line is, if it is one. */
export function stepMark(line: string): StepMark | undefined {
  // Most lines are none: spare them the pattern.
  if (line.includes(allOver)) return { kind: 'all-over', step: '', at: timeOf(line) };
  if (!line.includes('步骤') && !line.includes('This step is')) return undefined;
  const [, step, words] = markForm.exec(line) ?? [];
  if (step === undefined || words === undefined) return undefined;
  const begins = words === '该步骤开始执行' || words === 'This step is start';
  return { kind: begins ? 'begins' : 'ends', step, at: timeOf(line) };
}

const dateForm = /^\[([A-Za-z0-9/, ]+ \d\d:\d\d:\d\d\.\d{3} GMT[+-]\d\d:\d\d)\]/;

/** When a line was written, as it says itself: epoch milliseconds. */
export function timeOf(line: string): number | undefined {
  const [, date] = dateForm.exec(line) ?? [];
  if (date === undefined) return undefined;
  const at = Date.parse(date);
  return Number.isNaN(at) ? undefined : at;
}

/** The line without its date and level, as the tool wrote it. */
export function withoutPrefix(line: string): string {
  return line.replace(dateForm, '').replace(/^\s*\[(?:INFO|WARNING|WARN|DEBUG|ERROR|INTERNAL)\]\s?/, '');
}

const lastLine = /(?:^|\n)[^\n]*\bFinished: [A-Z_]+\s*$/;

/** True when this end of a log holds the line that comes last: how the build finished (seen live). */
export function hasLastLine(tail: string): boolean {
  return lastLine.test(tail);
}
