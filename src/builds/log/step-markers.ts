// Reads what CodeArts writes into a log about the build itself: where a step begins and ends, and when a line was
// written. Both languages and both date forms (reference 4.27's sample, and seen live). Prints nothing.

export type StepMarker =
  | { readonly kind: 'begins'; readonly step: string; readonly at: number | undefined }
  | {
      readonly kind: 'ends';
      readonly step: string;
      readonly at: number | undefined;
      readonly state: MarkedState;
    }
  /** The block that lists how all steps ended. */
  | { readonly kind: 'summary'; readonly at: number | undefined };

/** How a step ended, in the words of its mark; `unknown` where they are not known here. */
export type MarkedState = 'success' | 'failure' | 'stopped' | 'unknown';

const dateForm = /^\[([A-Za-z0-9/, ]+ \d\d:\d\d:\d\d\.\d{3} GMT[+-]\d\d:\d\d)\] ?/;
const levelForm = /^\[(?:INFO|WARNING|WARN|DEBUG|ERROR|INTERNAL)\] ?/;
// A step may be called anything, so that the first part reaches as far as it can. `[step:sub]`: one step is made of
// several commands. What a step's end is called when it failed was never seen: whatever word stands there, it is one.
const markForm = /^\[(.+?)(?::[^\]:]*)?\] ?: ?(?:该步骤(.{2,12}?)|This step is (\w+))[。.]?\s*$/;
const allOverForm = /^\+{3}All Tasks Status\+{3}\s*$/;

/**
 * A line with none of these is no mark, and is spared a closer look. Of six characters at most: V8 looks for such with
 * the speed of memchr.
 */
export const markerHints: readonly string[] = ['该步骤', 'This s', '+++All'];

/** The mark that a line is, if it is one. */
export function parseStepMarker(line: string): StepMarker | undefined {
  const text = withoutPrefix(line);
  if (allOverForm.test(text)) return { kind: 'summary', at: timeOf(line) };
  const [, step, chinese, english] = markForm.exec(text) ?? [];
  const words = chinese ?? english;
  if (step === undefined || words === undefined) return undefined;
  if (words === '开始执行' || words === 'start') return { kind: 'begins', step, at: timeOf(line) };
  return { kind: 'ends', step, at: timeOf(line), state: stateIn(words) };
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

/** The line without its date and level, as the tool wrote it. */
export function withoutPrefix(line: string): string {
  return withoutDate(line).replace(levelForm, '');
}
