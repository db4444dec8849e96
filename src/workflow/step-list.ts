// The build's steps in a few plain lines, as CodeArts itself counts them: a sign, the time, the name. Pure.

import type { BuildStep } from '../codearts/answers.ts';
import { formatSeconds } from './duration.ts';

const mostSteps = 60;
const signs: Readonly<Record<BuildStep['status'], string>> = {
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
    (step, index) => `  ${signs[step.status]} ${(times[index] ?? '').padStart(width)}  ${step.name}`,
  );
  const left = lines.length - mostSteps;
  return ['Steps:', ...(left > 0 ? [...lines.slice(0, mostSteps), `  and ${left} more`] : lines)];
}
