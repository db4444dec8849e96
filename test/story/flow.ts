// Helps to test multi-task builds: which log was printed when, and which lines the server has.

import type { Build } from '../simulator/simulator.ts';
import type { StepRun } from './story.ts';

export interface Shown {
  /** The name of the child, empty for the parent. */
  readonly whose: string;
  readonly lines: string[];
}

/** The blocks of remote lines, each with the child that its heading names. */
export function shownLogs({ recorder }: StepRun): Shown[] {
  const shown: Shown[] = [{ whose: '', lines: [] }];
  let token = '';
  for (const line of recorder.stdout.split('\n')) {
    const opened = token === '' ? /^::stop-commands::(.+)$/.exec(line)?.[1] : undefined;
    const heading =
      /^── (?:log of (\S+?)(?: \(#\d+\))?(?:, already .*)?|rest of the parent build's log) ──$/.exec(line);
    // The lines after it are an excerpt.
    if (token === '' && /^(?:Where .+ failed|The last lines of .+):$/.test(line)) break;
    if (opened !== undefined) token = opened;
    else if (line === `::${token}::`) token = '';
    else if (token !== '') shown.at(-1)?.lines.push(line);
    else if (heading) {
      const whose = heading[1] ?? '';
      if (shown.at(-1)?.whose !== whose) shown.push({ whose, lines: [] });
    }
  }
  return shown.filter(({ lines }) => lines.length > 0);
}

/** The lines of a log on the server. */
export function linesOf(build: Build | undefined): string[] {
  const log = build?.log ?? '';
  return log === '' ? [] : log.replace(/\n$/, '').split('\n');
}

/** The build of a run and its children by name. */
export function familyOf({ world, jobId }: StepRun): { parent: Build; children: Map<string, Build> } {
  const [parent] = world.simulator.builds(jobId);
  if (!parent) throw new Error('no build was started');
  return { parent, children: new Map(parent.children.map((child) => [child.facts.name, child])) };
}

export function countBy(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
