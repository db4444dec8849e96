// Defines the figures of a benchmark run, with their names, baselines and targets, and the arithmetic on samples.

export interface Figure {
  /** The part of the report. */
  readonly part: string;
  readonly what: string;
  readonly value: number;
  readonly unit: Unit;
  /** The same work done by a program that does nothing else, measured in the same run. */
  readonly baseline?: number;
  /** The maximum of the value, or of its ratio to the baseline. */
  readonly target?: { readonly of: 'value' | 'ratio'; readonly most: number };
  readonly note?: string;
}

/** Empty for a count. */
export type Unit = 'ms' | 's' | 'MB' | 'KB' | 'a minute' | '%' | '×' | '';

export function ratio({ value, baseline }: Figure): number | undefined {
  return baseline === undefined ? undefined : value / baseline;
}

/** Whether the figure meets its target; undefined if it has none. */
export function isMet(figure: Figure): boolean | undefined {
  const { target, value } = figure;
  if (target === undefined) return undefined;
  return (target.of === 'value' ? value : (ratio(figure) ?? value)) <= target.most;
}

/** @param share 0.5 for the median. Returns the nearest sample, never an interpolated value. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const index = Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1));
  return sorted[index] ?? Number.NaN;
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

/** Runs the functions in turn, so that a disturbance affects all of them. Returns their samples in the same order. */
export async function inTurn<T>(rounds: number, works: readonly (() => Promise<T>)[]): Promise<T[][]> {
  const samples: T[][] = works.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, work] of works.entries()) samples[index]?.push(await work());
  }
  return samples;
}
