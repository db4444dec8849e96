// The children of a multi-task build in plain lines: that there are some, whose log comes next, and how they ended.
// Pure: words only.

import { type Child, type ChildState, isOver, secondsOf } from '../../builds/children/child.ts';
import type { BuildStep } from '../../codearts/build-schemas.ts';
import { formatSeconds, pluralize } from '../../text.ts';

const words: Readonly<Record<ChildState, string>> = {
  waiting: 'waiting',
  running: 'running',
  success: 'succeeded',
  failure: 'failed',
  aborted: 'was stopped',
  'timed-out': 'took too long',
  skipped: 'was skipped',
  unknown: 'ended, CodeArts does not say how',
};
const childSigns: Readonly<Record<ChildState, string>> = {
  waiting: '·',
  running: '▸',
  success: '✓',
  failure: '✗',
  aborted: '■',
  'timed-out': '✗',
  skipped: '·',
  unknown: '?',
};
const mostNames = 12;
const mostChildren = 200;

/** Once, as soon as children are known. */
export function announcement(children: readonly Child[]): string {
  const names = children.map(({ name }) => name);
  const shown = names.slice(0, mostNames).join(', ');
  const more = names.length - mostNames;
  return `A multi-task build with ${pluralize(names.length, 'child', 'children')} so far: ${shown}${more > 0 ? ` and ${more} more` : ''}.`;
}

/** Above a child's log, and under it where it ran meanwhile; such as: ── compile (#12) failed, 8 s ── */
export function heading(child: Child, more = ''): string {
  const number = child.buildNumber === 0 ? '' : ` (#${child.buildNumber})`;
  const seconds = isOver(child) ? secondsOf(child) : undefined;
  const took = seconds === undefined ? '' : `, ${formatSeconds(seconds)}`;
  return rule(`${child.name}${number} ${words[child.state]}${took}${more}`);
}

/** Above the rest of the build's own log. */
export const ownHeading = rule('the build itself, to its end');

function rule(text: string): string {
  return `── ${text} ──`;
}

/** How each child ended: a sign, the time, the name; of a failed one the step, of a skipped one the reason. */
export function childList(
  children: readonly (Child & { readonly failedStep?: string })[],
): readonly string[] {
  const shown = children.slice(0, mostChildren);
  const times = shown.map((child) => {
    const seconds = secondsOf(child);
    return seconds === undefined ? 'not run' : formatSeconds(seconds);
  });
  const width = Math.max(...times.map((time) => time.length));
  const lines = shown.map(
    (child, place) =>
      `  ${childSigns[child.state]} ${(times[place] ?? '').padStart(width)}  ${child.name}${why(child, children)}`,
  );
  const left = children.length - shown.length;
  if (children.length === 0) return [];
  return ['Children:', ...lines, ...(left > 0 ? [`  and ${left} more`] : [])];
}

function why(child: Child & { readonly failedStep?: string }, children: readonly Child[]): string {
  if (child.state === 'success') return '';
  if (child.state !== 'skipped') {
    return ` ${words[child.state]}${child.failedStep ? ` in step ${child.failedStep}` : ''}`;
  }
  const causes = children.filter(
    ({ recordId, state }) => child.needs.includes(recordId) && state !== 'success',
  );
  const told = causes.map(({ name, state }) => `${name} ${words[state]}`);
  return ` was skipped${told.length === 0 ? '' : `: ${told.join(', ')}`}`;
}

const mostSteps = 60;
const stepSigns: Readonly<Record<BuildStep['status'], string>> = {
  success: '✓',
  error: '✗',
  running: '▸',
  'not-run': '·',
};

/** Empty where there is nothing to compare: no step or one. */
export function stepList(steps: readonly BuildStep[]): readonly string[] {
  if (steps.length < 2) return [];
  const times = steps.map((step) =>
    step.status === 'not-run' ? 'not run' : formatSeconds(step.durationMs / 1000),
  );
  const width = Math.max(...times.map((time) => time.length));
  const lines = steps.map(
    (step, index) => `  ${stepSigns[step.status]} ${(times[index] ?? '').padStart(width)}  ${step.name}`,
  );
  const left = lines.length - mostSteps;
  return ['Steps:', ...(left > 0 ? [...lines.slice(0, mostSteps), `  and ${left} more`] : lines)];
}
