// Defines what the samples of an error pattern are.

export interface Samples {
  /** Lines that the pattern must match, as tools print them. */
  readonly matches: readonly [string, string, ...string[]];
  /** Lines of similar form that it must not match. */
  readonly others: readonly [string, ...string[]];
}

/** By the pattern's name. */
export type SampleTable = Readonly<Record<string, Samples>>;
