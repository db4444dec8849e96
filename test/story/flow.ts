// What tests of multi-task builds ask of a run: which log was shown when, and what the server has written.

import type { Build } from '../simulator/simulator.ts';
import type { Told } from './story.ts';

export interface Shown {
  /** A child's name; empty: the build's own. */
  readonly whose: string;
  readonly lines: string[];
}

/** The stretches of remote lines, each with whose they are, as the headings say. */
export function shownLogs({ recorder }: Told): Shown[] {
  const shown: Shown[] = [{ whose: '', lines: [] }];
  let token = '';
  for (const line of recorder.stdout.split('\n')) {
    const opened = token === '' ? /^::stop-commands::(.+)$/.exec(line)?.[1] : undefined;
    const heading =
      /^── (?:log of (\S+?)(?: \(#\d+\))?(?:, already .*)?|rest of the parent build's log) ──$/.exec(line);
    // What comes then is quoted once more.
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

/** What the server has as a log, as lines. */
export function linesOf(build: Build | undefined): string[] {
  const log = build?.log ?? '';
  return log === '' ? [] : log.replace(/\n$/, '').split('\n');
}

/** The build that a run was about, and its children by name. */
export function familyOf({ world, jobId }: Told): { parent: Build; children: Map<string, Build> } {
  const [parent] = world.simulator.builds(jobId);
  if (!parent) throw new Error('no build was started');
  return { parent, children: new Map(parent.children.map((child) => [child.facts.name, child])) };
}

export function countBy(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
