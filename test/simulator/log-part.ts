/** What every part of a log can tell, however it is made, and the units it is counted in. Types only. */

/** `bytes` of UTF-8, or `characters` as Java and JavaScript count them (UTF-16 units). */
export type LogUnit = 'bytes' | 'characters';

/** A part of the log that knows its own size and when its text comes. */
export interface LogPart {
  readonly size: Readonly<Record<LogUnit, number>>;
  /** How much is written `elapsed` milliseconds after the run's start. */
  writtenAt(elapsed: number, unit: LogUnit): number;
  bytes(from: number, to: number): Buffer;
  characters(from: number, to: number): string;
}
