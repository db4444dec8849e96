/** Places the lines of a step in time and names the parts of its marks, the same for every log form. */
import type { Line, Step } from '../scenario.ts';
import type { PlannedStep } from '../timeline.ts';
import type { Piece, RunFacts } from './line-writer.ts';

/** Steps that CodeArts adds itself; history-details does not list them. Their lines carry these indexes. */
export const engineSteps = { prepare: -2, cacheCheck: -3, waitForDependencies: -4 } as const;

/** The second half of a step's mark: `[name:mark]`. */
export const markOf = (step: Step): string => step.mark ?? 'external_plugin';

/** The name of a task in the list of all tasks' states. */
export const taskState = (step: Step, index: number): string => {
  const mark = markOf(step);
  return `state_${snake(mark)}_${index}.${mark}`;
};

const snake = (mark: string): string => mark.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

export interface TimedLine {
  readonly line: Line;
  /** When it appears, in milliseconds after the start of the run. */
  readonly at: number;
}

/** The lines of a step in the order of their times; those without a time of their own spread evenly over the step. */
export function timedLines(lines: readonly Line[], planned: PlannedStep, speed: number): TimedLine[] {
  const { step, from, until } = planned;
  const timed = lines.map((line, place) => ({
    line,
    at: from + lineOffset(line, place, lines.length, step.seconds) * (1000 / speed),
  }));
  timed.sort((one, other) => one.at - other.at);
  return timed.map(({ line, at }) => ({ line, at: Math.min(at, until) }));
}

function lineOffset(line: Line, place: number, count: number, seconds: number): number {
  const at = typeof line === 'object' && 'at' in line ? line.at : undefined;
  return at ?? (seconds * (place + 1)) / (count + 1);
}

/** What was written before a stop, with a long stretch cut at the stop. */
export function writtenBefore(pieces: readonly Piece[], stopped: number): Piece[] {
  return pieces.flatMap((piece): Piece[] => {
    if (piece.at > stopped) return [];
    if (piece.kind === 'text' || piece.until <= stopped) return [piece];
    const share = (stopped - piece.at) / (piece.until - piece.at);
    return [{ ...piece, until: stopped, bytes: Math.floor(piece.bytes * share) }];
  });
}

/** When the run was stopped, in milliseconds after its start; undefined when it ended by itself. */
export function stoppedAt(facts: RunFacts, length: number): number | undefined {
  if (facts.stop === undefined) return undefined;
  const stopped = facts.stop.at - facts.start;
  return stopped >= length ? undefined : stopped;
}

/** The state of a task at the end of the run, in the words of the list of all tasks. */
export function taskStatus(planned: PlannedStep, stopped: number | undefined): string | undefined {
  if (!planned.runs || (stopped !== undefined && planned.from > stopped)) return undefined;
  const cut = stopped !== undefined && stopped < planned.until;
  return cut ? 'aborted' : (planned.step.result ?? 'success');
}
