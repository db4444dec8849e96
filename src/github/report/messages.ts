// Writes the step's messages: its last line with job, build, result, step, reason and link, and the lines about starting,
// signing in and errors.

import { budgets } from '../../budgets.ts';
import type { Finding } from '../../builds/diagnosis/diagnosis.ts';
import { UncertainStartError } from '../../builds/find-lost-start.ts';
import { LostContactError } from '../../builds/follow/events.ts';
import type { StartEvent } from '../../builds/start.ts';
import { isScheduleFailure, isUnknownResult, isUnknownWord } from '../../builds/status.ts';
import { ApiError } from '../../codearts/errors.ts';
import { toSingleLine } from '../../text.ts';
import type { Credentials } from '../inputs/sign-in-methods.ts';
import { type BuildReport, statusOf } from './build-report.ts';
import { duration } from './lists.ts';

/** Where a build failed. */
type Place = Pick<Finding, 'child' | 'step' | 'reason'>;

/** Short enough to be read at a glance. */
const short = (text: string) => toSingleLine(text, 400);

/**
 * Such as: Build #7 of shop-backend failed in step Maven构建: cannot find symbol (DEV.CB.0210043), after 1 min 3 s. See …
 */
export function finalMessage(report: BuildReport): string {
  if (report.exitMessage !== undefined) return withLink(report.exitMessage, report.buildUrl);
  const { seconds } = report.outcome;
  const took =
    seconds === undefined
      ? ''
      : `${report.result === 'success' ? ' ' : ', '}${duration(report.result, seconds)}`;
  const line = `Build #${report.buildNumber} of ${short(report.job)} ${whatHappened(report)}${took}.${advice(report)}`;
  return withLink(withLink(line, report.buildUrl), report.finding.helpUrl);
}

/** What to do, with a blank before it; empty where that depends on the build. */
export function advice(report: BuildReport): string {
  if (report.result !== 'failure' || !isScheduleFailure(statusOf(report))) return '';
  return ' Check in CodeArts that the executor of the build task is online and has capacity, then run the workflow again.';
}

/** The line with a link at its end, such as: … See URL and URL. The line alone where there is no link. */
export function withLink(line: string, url: string): string {
  if (url === '') return line;
  return / See \S+(?: and \S+)*$/.test(line) ? `${line} and ${url}` : `${line} See ${url}`;
}

/** For a step that is not to fail with its build. */
export function staysGreen(line: string): string {
  return `${line} The step stays green: fail-on-failure is false.`;
}

/** Above the lines of the log that show why. */
export function excerptTitle(finding: Place): string {
  const { child, step, reason } = finding;
  const log = child === undefined ? 'the log' : `the log of ${short(child)}`;
  const what = step === '' ? log : `step ${failedStep(finding)}`;
  return reason === '' || step === '' ? `The last lines of ${what}` : `Where ${what} failed`;
}

/** The `error` output: what happened and why, in one line; empty for a success. */
export function errorLine(report: BuildReport): string {
  const { result, exitMessage } = report;
  if (exitMessage !== undefined) return exitMessage;
  return result === 'success' || result === 'running' ? '' : sentence(report);
}

/** The last line without time and link. */
export function sentence(report: BuildReport): string {
  return `Build #${report.buildNumber} of ${short(report.job)} ${whatHappened(report)}.`;
}

function whatHappened(report: BuildReport): string {
  switch (report.result) {
    case 'success':
      return 'succeeded';
    case 'running':
      return 'is running; this step does not wait for it';
    case 'cancelled':
      return 'was cancelled with the workflow';
    case 'timed-out':
      return 'took longer than the build task allows and was stopped by CodeArts';
    case 'aborted':
      return stop(report);
    case 'failure':
      return failure(report);
  }
}

function stop({ stoppedBy, outcome }: BuildReport): string {
  const step = outcome.steps.find(({ status }) => status === 'stopped')?.name ?? '';
  const who = stoppedBy === '' ? '' : ` by ${short(stoppedBy)}`;
  return `was stopped in CodeArts${who}${inStep({ step })}`;
}

function failure(report: BuildReport): string {
  const { finding, message } = report;
  const status = statusOf(report);
  if (isScheduleFailure(status)) return `never got a build machine${because('', message)}`;
  if (isUnknownWord(status)) return `ended with the status ${status}, which this action does not know`;
  if (isUnknownResult(status))
    return 'ended with result UNKNOWN: CodeArts could not tell whether it succeeded';
  const code = finding.code === '' ? '' : ` (${short(finding.code)})`;
  return `failed${inStep(finding)}${because(finding.reason, message)}${code}`;
}

function inStep(finding: Pick<Place, 'child' | 'step'>): string {
  const [child, step] = [finding.child && short(finding.child), short(finding.step)];
  if (child === undefined) return step === '' ? '' : ` in step ${step}`;
  return step === '' ? ` in ${child}` : ` in ${child}, step ${step}`;
}

/** The step that failed, with the name of the child whose step it is; empty where neither is known. */
export function failedStep({ child, step }: Pick<Place, 'child' | 'step'>): string {
  return [child ?? '', step]
    .filter((name) => name !== '')
    .map(short)
    .join(' ▸ ');
}

function because(reason: string, message: string): string {
  const why = short(reason || message).replace(/[.。]$/, '');
  return why === '' ? '' : `: ${why}`;
}

/** One line for the log. */
export function startEventMessage(event: StartEvent): string {
  switch (event.kind) {
    case 'none-found':
      return 'No build from that request was found; starting again.';
    case 'searching':
      return `${withoutResponse(event.error)} Checking whether the build was started.`;
    case 'trying-again':
      return `${event.error.message} Retrying.`;
  }
}

/** "Could not start the build" may be wrong: the request may have arrived. */
function withoutResponse({ failure, message }: ApiError): string {
  return failure.kind === 'network' ? `CodeArts did not confirm the start (${failure.code}).` : message;
}

/** False for a bug in the action. */
export function isExpectedError(error: unknown): boolean {
  return (
    error instanceof LostContactError || error instanceof ApiError || error instanceof UncertainStartError
  );
}

/** One line for people, whatever was thrown. */
export function errorMessage(error: unknown): string {
  const what = error instanceof Error ? error.message : String(error);
  if (error instanceof LostContactError)
    return `No response from CodeArts for ${budgets.contact / 60_000} minutes: ${what}`;
  return isExpectedError(error)
    ? what
    : `Unexpected error in the action: ${what.replace(/\.$/, '')}. Please report this.`;
}

/** Such as: Signing in with the access key from the inputs access-key and secret-key. */
export function signInMessage({ kind, from }: Credentials): string {
  const what: Readonly<Record<Credentials['kind'], string>> = {
    token: 'the token',
    'access-key': 'the access key',
    password: 'the password of an IAM user',
    'identity-provider': "GitHub's OIDC token, at the identity provider",
    agency: 'an OIDC token, as the agency',
  };
  return `Signing in with ${what[kind]} from ${from}.`;
}

/**
 * What to do about a 401.
 * @param worked true when these credentials were accepted earlier in the run
 */
export function unauthorizedRemedy(credentials: Credentials, worked: boolean): string {
  if (worked) {
    return `The credentials (${credentials.from}) worked earlier in this step but are now rejected: they have expired or were revoked.${lasting(credentials)}`;
  }
  switch (credentials.kind) {
    case 'token':
      return "Check auth-token: it must not have expired, and must be for the project of the build task's region, not for the whole account.";
    case 'access-key':
      return credentials.securityToken === ''
        ? `Check the access key (${credentials.from}): AK and SK must belong together, to this region's account, and be enabled; temporary keys need security-token too.`
        : `Check the temporary access key (${credentials.from}): all three must be of one issue, and not have expired.`;
    case 'password':
    case 'identity-provider':
      return 'IAM issued a token that CodeArts does not accept: check region, iam-project-id and iam-endpoint.';
    case 'agency':
      return "STS issued keys that CodeArts does not accept: check region and sts-endpoint, and that the agency belongs to the build task's account.";
  }
}

function lasting(credentials: Credentials): string {
  const fixed =
    credentials.kind === 'token' || (credentials.kind === 'access-key' && credentials.securityToken !== '');
  return fixed
    ? ' For builds that outlast them use oidc-provider-urn, identity-provider, iam-user with iam-password, or permanent keys.'
    : '';
}
