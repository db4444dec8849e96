// The step's outputs: their names, and how what is known of a build becomes their text. Each is set as soon as it
// is known, so that a cancelled or failed step still has it. Decides nothing about the build.

import type { Outcome, Result } from '../build/outcome.ts';
import type { Runner } from './runner.ts';

export interface Identity {
  readonly jobId: string;
  readonly buildNumber: number;
  readonly dailyBuildNumber: string;
  /** True for a successful build that is taken instead of a new one. */
  readonly reused?: boolean;
}

/** Right after the start: enough for later steps to find the build, whatever happens to this one. */
export function setIdentity(
  runner: Runner,
  { jobId, buildNumber, dailyBuildNumber, reused }: Identity,
): void {
  runner.setOutput('job-id', jobId);
  runner.setOutput('build-number', String(buildNumber));
  runner.setOutput('daily-build-number', dailyBuildNumber);
  runner.setOutput('reused', String(reused ?? false));
  runner.setOutput('result', 'running' satisfies Result);
}

/** As soon as the file is there. @param path absolute; empty: the log is not saved after all */
export function setLogFile(runner: Runner, path: string): void {
  runner.setOutput('log-file', path);
}

export interface RecordFacts {
  readonly recordId: string;
  readonly dailyBuildNumber: string;
  readonly commitId: string;
  readonly buildUrl: string;
  /** CodeArts' own word. */
  readonly status: string;
}

/** With the build's record at hand. */
export function setRecord(runner: Runner, facts: RecordFacts): void {
  runner.setOutput('record-id', facts.recordId);
  if (facts.dailyBuildNumber !== '') runner.setOutput('daily-build-number', facts.dailyBuildNumber);
  runner.setOutput('commit-id', facts.commitId);
  runner.setOutput('build-url', facts.buildUrl);
  runner.setOutput('status', facts.status);
}

export interface ResultOutputs {
  /** Empty when it is not known that there was a build. */
  readonly result: Result | '';
  /** CodeArts' own word; empty while there is none. */
  readonly status: string;
  /** One line; empty when nothing went wrong. */
  readonly error: string;
  readonly failedStep: string;
  readonly outcome: Outcome | undefined;
}

/** When the step is about to end. What it made is handed on by handoff.ts. */
export function setResultOutputs(runner: Runner, end: ResultOutputs): void {
  runner.setOutput('result', end.result);
  runner.setOutput('status', end.status);
  runner.setOutput('duration', end.outcome?.seconds === undefined ? '' : String(end.outcome.seconds));
  runner.setOutput('failed-step', end.failedStep);
  runner.setOutput('error', end.error);
}
