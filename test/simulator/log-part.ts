/** Defines the parts of a log and the units in which they are measured. */

/** `bytes` of UTF-8, or `characters` as Java and JavaScript count them (UTF-16 units). */
export type LogUnit = 'bytes' | 'characters';

/** A part of the log that knows its size and when its text appears. */
export interface LogPart {
  readonly size: Readonly<Record<LogUnit, number>>;
  /** How much has been written `elapsed` milliseconds after the start of the run. */
  writtenAt(elapsed: number, unit: LogUnit): number;
  bytes(from: number, to: number): Buffer;
  characters(from: number, to: number): string;
}
