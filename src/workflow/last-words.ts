// The last thing the step says of a build: one sentence with job, build, result, step, reason and link.
// Pure: words only.

import type { Finding } from '../build/diagnosis/diagnosis.ts';
import type { Result } from '../build/outcome.ts';
import { isUnknownResult, isScheduleFailure } from '../build/status.ts';
import { toSingleLine } from '../one-line.ts';
import { formatSeconds } from './duration.ts';

/** Read at a glance. */
const short = (text: string) => toSingleLine(text, 400);

export interface Ending {
  /** The job's name; its id where the name is not known. */
  readonly job: string;
  readonly buildNumber: number;
  readonly result: Result;
  /** CodeArts' own word. */
  readonly status: string;
  readonly seconds: number | undefined;
  readonly finding: Pick<Finding, 'child' | 'step' | 'code' | 'reason'>;
  /** The service's own word on what went wrong; may be empty. */
  readonly message: string;
  readonly buildUrl: string;
}

/**
 * Such as: Build #7 of shop-backend failed in step Maven构建: cannot find symbol (DEV.CB.0210043), after 1 min 3 s. See …
 */
export function finalMessage(ending: Ending): string {
  const took = ending.seconds === undefined ? '' : `, after ${formatSeconds(ending.seconds)}`;
  const link = ending.buildUrl === '' ? '' : ` See ${ending.buildUrl}`;
  return `Build #${ending.buildNumber} of ${short(ending.job)} ${whatHappened(ending)}${took}.${link}`;
}

/** Above the lines of the log that tell why. */
export function excerptTitle(finding: Ending['finding']): string {
  const { child, step, reason } = finding;
  const log = child === undefined ? 'the log' : `the log of ${short(child)}`;
  const what = step === '' ? log : `step ${failedStep(finding)}`;
  return reason === '' || step === '' ? `The last lines of ${what}` : `Where ${what} failed`;
}

/** The `error` output: what happened and why, in one line; empty for a success. */
export function errorLine(ending: Ending): string {
  return ending.result === 'success' || ending.result === 'running' ? '' : sentence(ending);
}

/** The last words without time and link. */
export function sentence(ending: Ending): string {
  return `Build #${ending.buildNumber} of ${short(ending.job)} ${whatHappened(ending)}.`;
}

function whatHappened(ending: Ending): string {
  switch (ending.result) {
    case 'success':
      return 'succeeded';
    case 'running':
      return 'is running; this step does not wait for it';
    case 'cancelled':
      return 'was cancelled with the workflow';
    case 'timed-out':
      return 'took longer than its job allows and was stopped by CodeArts';
    case 'aborted':
      return `was stopped in CodeArts${inStep(ending.finding)}`;
    case 'failure':
      return failure(ending);
  }
}

function failure({ status, finding, message }: Ending): string {
  if (isScheduleFailure(status)) return `never got a build machine${because('', message)}`;
  if (isUnknownResult(status)) return 'ended, and CodeArts does not know how';
  const code = finding.code === '' ? '' : ` (${short(finding.code)})`;
  return `failed${inStep(finding)}${because(finding.reason, message)}${code}`;
}

function inStep(finding: Ending['finding']): string {
  const [child, step] = [finding.child && short(finding.child), short(finding.step)];
  if (child === undefined) return step === '' ? '' : ` in step ${step}`;
  return step === '' ? ` in ${child}` : ` in ${child}, step ${step}`;
}

/** The step that failed, with the name of the child whose step it is; empty where neither is known. */
export function failedStep({ child, step }: Ending['finding']): string {
  return [child ?? '', step]
    .filter((name) => name !== '')
    .map(short)
    .join(' ▸ ');
}

function because(reason: string, message: string): string {
  const why = short(reason || message).replace(/[.。]$/, '');
  return why === '' ? '' : `: ${why}`;
}
