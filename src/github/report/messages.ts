// Writes the lines about starting, signing in and errors, and links what went wrong to its entry in
// docs/troubleshooting.md.

import { budgets } from '../../budgets.ts';
import { LostContactError } from '../../builds/events.ts';
import { UncertainStartError } from '../../builds/find-lost-start.ts';
import type { StartEvent } from '../../builds/start.ts';
import { isScheduleFailure, isUnknownResult } from '../../builds/status.ts';
import { ApiError, type Failure, isTlsError } from '../../codearts/errors.ts';
import type { Credentials } from '../../huaweicloud/credentials.ts';
import { messageOf } from '../../text.ts';
import { type BuildReport, statusOf, withLink } from './build-report.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Writes one line for the log. */
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

/** After a lost response, "could not start the build" may be wrong: the request may have arrived. */
function withoutResponse({ failure, message }: ApiError): string {
  return failure.kind === 'network' ? `CodeArts did not confirm the start (${failure.code}).` : message;
}

/** Returns false for a bug in the action. */
export function isExpectedError(error: unknown): boolean {
  return (
    error instanceof LostContactError || error instanceof ApiError || error instanceof UncertainStartError
  );
}

/** Writes one line for people, whatever was thrown. */
export function errorMessage(error: unknown): string {
  const what = messageOf(error);
  if (error instanceof LostContactError)
    return `No response from CodeArts for ${budgets.contact / 60_000} minutes: ${what}`;
  return isExpectedError(error)
    ? what
    : `Unexpected error in the action: ${what.replace(/\.$/, '')}. Please report this.`;
}

/** Writes a line such as: Signing in with the access key from the inputs access-key and secret-key. */
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
 * Says what to do about a 401.
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

/** The anchors of docs/troubleshooting.md that errors link to; the page has more. */
export const helpTopics = [
  'apigw-0101',
  'apigw-0301',
  'apigw-0302',
  'apigw-0308',
  'cb-00030004',
  'cb-00031006',
  'cb-00031059',
  'cb-00031105',
  'cb-00060100',
  'cb-00060101',
  'cb-00060200',
  'cb-00060201',
  'cb-00060202',
  'cb-00060211',
  'cb-00060214',
  'dev-cb-032302',
  'aborted',
  'action-failed',
  'cancel-does-not-stop',
  'cancelled-while-starting',
  'certificate',
  'commit-refused',
  'disabled-task',
  'failed-without-a-reason',
  'inputs-refused',
  'lost-contact',
  'not-codearts',
  'other-refusals',
  'schedule-failure',
  'secrets-empty',
  'signing-in',
  'timed-out',
  'uncertain-start',
  'unknown-result',
  'unreachable',
  'wrong-commit',
] as const;

export type HelpTopic = (typeof helpTopics)[number];

/** Returns undefined where the last line says all there is: a build that failed for a known reason. */
export function helpTopicForReport(report: BuildReport): HelpTopic | undefined {
  const { result, finding, message } = report;
  const status = statusOf(report);
  if (result === 'aborted') return 'aborted';
  if (result === 'timed-out') return 'timed-out';
  if (result !== 'failure') return undefined;
  if (report.mismatch !== '') return 'wrong-commit';
  if (isScheduleFailure(status)) return 'schedule-failure';
  if (isUnknownResult(status)) return 'unknown-result';
  return finding.reason === '' && message === '' ? 'failed-without-a-reason' : undefined;
}

/** Returns the topic of what ended the step, where that is not the build's own failure. */
export function topicForError(error: unknown): HelpTopic {
  if (error instanceof LostContactError) return 'lost-contact';
  if (error instanceof UncertainStartError) return 'uncertain-start';
  return error instanceof ApiError ? topicForFailure(error.failure) : 'action-failed';
}

function topicForFailure(failure: Failure): HelpTopic {
  switch (failure.kind) {
    case 'rejected':
      if (failure.jobDisabled) return 'disabled-task';
      return topicForCode(failure.code) ?? topicsByStatus[failure.status] ?? 'other-refusals';
    case 'invalid-response':
      return 'not-codearts';
    case 'network':
      return isTlsError(failure) ? 'certificate' : 'unreachable';
    case 'auth':
      return 'signing-in';
  }
}

const topicsByStatus: Readonly<Record<number, HelpTopic>> = {
  401: 'apigw-0301',
  403: 'apigw-0302',
  404: 'apigw-0101',
  429: 'apigw-0308',
};

/**
 * `APIGW.0301` has the anchor `apigw-0301`. CodeArts spells some codes with DEV before them, and some gateways APIG.
 */
export function topicForCode(code: string): HelpTopic | undefined {
  const anchor = code
    .toLowerCase()
    .replaceAll('.', '-')
    .replace(/^devcb-/, 'cb-')
    .replace(/^apig-/, 'apigw-');
  return helpTopics.find((topic) => topic === anchor);
}

/** Adds a link to the topic at the line's end. Leaves the line alone where there is none. */
export function withHelpLink(line: string, topic: HelpTopic | undefined, env: Env): string {
  return withLink(line, helpUrl(topic, env));
}

/** Returns '' where there is no topic, or the runner does not say where the action came from (`uses: ./`). */
export function helpUrl(topic: HelpTopic | undefined, env: Env): string {
  const repository = env['GITHUB_ACTION_REPOSITORY'] ?? '';
  if (topic === undefined || !/^[\w.-]+\/[\w.-]+$/.test(repository)) return '';
  const server = env['GITHUB_SERVER_URL'] ?? '';
  const host = /^https?:\/\/[\w.:-]+$/.test(server) ? server : 'https://github.com';
  // A ref that would need escaping is not worth it: the newest page says the same.
  const ref = /^[\w.-]+(?:\/[\w.-]+)*$/.exec(env['GITHUB_ACTION_REF'] ?? '')?.[0] ?? 'HEAD';
  return `${host}/${repository}/blob/${ref}/docs/troubleshooting.md#${topic}`;
}
