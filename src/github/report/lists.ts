// Says how the state of a build, a child or a step is shown, lists steps and children in plain lines, and writes the
// headings of logs.

import { type Child, type ChildState, hasRun, isOver, secondsOf } from '../../builds/children/child.ts';
import type { ChildOutcome, Result } from '../../builds/outcome.ts';
import type { BuildStep } from '../../codearts/step-schemas.ts';
import { firstOf, formatSeconds, pluralize } from '../../text.ts';

export type State = ChildState | Result | BuildStep['status'];

/** The kind of state, which decides the colour. */
export type Style = 'success' | 'failure' | 'stopped' | 'active' | 'inactive';

export interface Label {
  /** Printed before a name in plain text. */
  readonly sign: string;
  readonly emoji: string;
  /** In a table or a drawing. */
  readonly word: string;
  /** In a sentence, after the name. */
  readonly verb: string;
  readonly style: Style;
}

const failed: Label = { sign: '✗', emoji: '❌', word: 'failed', verb: 'failed', style: 'failure' };
const stopped: Label = { sign: '■', emoji: '⏹️', word: 'stopped', verb: 'was stopped', style: 'stopped' };

export const labels: Readonly<Record<State, Label>> = {
  success: { sign: '✓', emoji: '✅', word: 'succeeded', verb: 'succeeded', style: 'success' },
  failure: failed,
  error: failed,
  'timed-out': { sign: '✗', emoji: '⌛', word: 'timed out', verb: 'timed out', style: 'failure' },
  aborted: stopped,
  stopped,
  cancelled: { sign: '■', emoji: '⏹️', word: 'cancelled', verb: 'was cancelled', style: 'stopped' },
  running: { sign: '▸', emoji: '▶️', word: 'running', verb: 'is running', style: 'active' },
  waiting: { sign: '·', emoji: '⚪', word: 'waiting', verb: 'is waiting', style: 'inactive' },
  skipped: { sign: '·', emoji: '⚪', word: 'skipped', verb: 'was skipped', style: 'inactive' },
  'not-run': { sign: '·', emoji: '⚪', word: 'not run', verb: 'did not run', style: 'inactive' },
  unknown: {
    sign: '?',
    emoji: '❔',
    word: 'unknown',
    verb: 'ended with an unknown result',
    style: 'stopped',
  },
};

const maxNames = 12;
const maxChildren = 200;
const maxSteps = 60;

/** Writes the line that is printed once, as soon as children are known. */
export function announcement(children: readonly Child[]): string {
  const names = children.map(({ name }) => name);
  return `A multi-task build with ${pluralize(names.length, 'child', 'children')} so far: ${firstOf(names, maxNames)}.`;
}

/** Stands above the rest of the build's own log. */
export const parentHeading = rule("rest of the parent build's log");

/** Writes the line above a log, such as: ── log of compile (#12), already failed after 8 s ── */
export function logHeading(child: Child | undefined): string {
  if (!child) return parentHeading;
  const ended = isOver(child)
    ? `, already ${labels[child.state].verb.replace(/^was /, '')}${took(child)}`
    : '';
  return rule(`log of ${nameOf(child)}${ended}`);
}

/** Writes the line below a child's log, such as: ── compile (#12) failed after 8 s; it has no log ── */
export function closingHeading(child: Child, note = ''): string {
  return rule(`${nameOf(child)} ${labels[child.state].verb}${took(child)}${note}`);
}

function nameOf({ name, buildNumber }: Child): string {
  return buildNumber === 0 ? name : `${name} (#${buildNumber})`;
}

function took(child: Child): string {
  const seconds = isOver(child) ? secondsOf(child) : undefined;
  return seconds === undefined ? '' : ` ${duration(child.state, seconds)}`;
}

/** A success takes its time; all else ends after it: in 5 s, after 5 s. */
export function duration(state: State, seconds: number): string {
  return `${state === 'success' ? 'in' : 'after'} ${formatSeconds(seconds)}`;
}

function rule(text: string): string {
  return `── ${text} ──`;
}

/** Lists how each child ended: sign, time and name; of a failed one the step, of a skipped one the reason. */
export function childList(children: readonly ChildOutcome[]): readonly string[] {
  const rows = children.slice(0, maxChildren).map((child) => {
    const seconds = secondsOf(child);
    const unknown = hasRun(child) ? '' : labels['not-run'].word;
    const time = seconds === undefined ? unknown : formatSeconds(seconds);
    return { state: child.state, time, text: `${child.name}${endOf(child, children)}` };
  });
  return list('Children:', rows, children.length);
}

function endOf(child: ChildOutcome, children: readonly Child[]): string {
  if (child.state === 'success') return '';
  const { verb } = labels[child.state];
  if (child.state !== 'skipped') return ` ${verb}${child.failedStep ? ` in step ${child.failedStep}` : ''}`;
  const causes = children
    .filter(({ recordId, state }) => child.needs.includes(recordId) && state !== 'success')
    .map(({ name, state }) => `${name} ${labels[state].verb}`);
  return ` ${verb}${causes.length === 0 ? '' : `: ${causes.join(', ')}`}`;
}

/** Lists how each step ended; empty where there is nothing to compare: no step or one. */
export function stepList(steps: readonly BuildStep[]): readonly string[] {
  if (steps.length < 2) return [];
  const rows = steps.slice(0, maxSteps).map(({ name, status, durationMs }) => ({
    state: status,
    time: status === 'not-run' ? labels[status].word : formatSeconds(durationMs / 1000),
    text: name,
  }));
  return list('Steps:', rows, steps.length);
}

interface Row {
  readonly state: State;
  readonly time: string;
  readonly text: string;
}

function list(title: string, rows: readonly Row[], total: number): readonly string[] {
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map(({ time }) => time.length));
  const lines = rows.map(
    ({ state, time, text }) => `  ${labels[state].sign} ${time.padStart(width)}  ${text}`,
  );
  const left = total - rows.length;
  return [title, ...lines, ...(left > 0 ? [`  and ${left} more`] : [])];
}
