// Declares the one report on a build, from which outputs, last line, annotations, summary and commit status are written.
// Its sentences and names are redacted already.

import type { Finding } from '../../builds/diagnosis/diagnosis.ts';
import type { Outcome, Result } from '../../builds/outcome.ts';
import type { BuildRecord } from '../../codearts/build-schemas.ts';

export interface BuildReport {
  /** The job's name; its id where the name is not known. */
  readonly job: string;
  readonly buildNumber: number;
  /** What the step makes of the build's end; `running` for a build that goes on. */
  readonly result: Result;
  /** As it was last read; undefined when it never was. */
  readonly record: BuildRecord | undefined;
  /** Empty while there is no link. */
  readonly buildUrl: string;
  /** The commit that is built, as far as is known. */
  readonly commitId: string;
  /** Its page on GitHub; empty where it may be in another repository. */
  readonly commitUrl: string;
  /** The commit whose status is about this build: the one that was asked for, else the one that is built. */
  readonly commitForStatus: string;
  /** CodeArts' own message on what went wrong; may be empty. */
  readonly message: string;
  /** The name of whoever stopped the build, as its log has it; empty where it has none. */
  readonly stoppedBy: string;
  /** Empty where the step ended before the build. */
  readonly outcome: Outcome;
  readonly finding: Finding;
  /** CodeArts' own page about the error; empty where it names none. */
  readonly helpUrl: string;
  /** What ended the step before the build's end was known, in one line; undefined: nothing did. */
  readonly exitMessage: string | undefined;
}

/** CodeArts' own word for how the build stands; empty while there is none. */
export function statusOf({ record }: Pick<BuildReport, 'record'>): string {
  return record?.status ?? '';
}
