// Maps what went wrong to its entry in docs/troubleshooting.md, and that to an address.

import { UncertainStartError } from '../../builds/find-lost-start.ts';
import { LostContactError } from '../../builds/follow/events.ts';
import { isScheduleFailure, isUnknownResult } from '../../builds/status.ts';
import { ApiError, type Failure, isTlsError } from '../../codearts/errors.ts';
import { type BuildReport, statusOf } from './build-report.ts';
import { withLink } from './messages.ts';

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
] as const;

export type HelpTopic = (typeof helpTopics)[number];

/** Undefined where the last line says all there is: a build that failed for a known reason. */
export function helpTopicForReport(report: BuildReport): HelpTopic | undefined {
  const { result, finding, message } = report;
  const status = statusOf(report);
  if (result === 'aborted') return 'aborted';
  if (result === 'timed-out') return 'timed-out';
  if (result !== 'failure') return undefined;
  if (isScheduleFailure(status)) return 'schedule-failure';
  if (isUnknownResult(status)) return 'unknown-result';
  return finding.reason === '' && message === '' ? 'failed-without-a-reason' : undefined;
}

/** For whatever ended the step that is not the build's own failure. */
export function topicForError(error: unknown): HelpTopic {
  if (error instanceof LostContactError) return 'lost-contact';
  if (error instanceof UncertainStartError) return 'uncertain-start';
  return error instanceof ApiError ? topicForFailure(error.failure) : 'action-failed';
}

function topicForFailure(failure: Failure): HelpTopic {
  if (failure.kind === 'rejected') {
    if (failure.jobDisabled) return 'disabled-task';
    return topicForCode(failure.code) ?? topicForStatus(failure.status);
  }
  if (failure.kind === 'invalid-response') return 'not-codearts';
  if (failure.kind === 'network') return isTlsError(failure) ? 'certificate' : 'unreachable';
  return 'signing-in';
}

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

function topicForStatus(status: number): HelpTopic {
  if (status === 401) return 'apigw-0301';
  if (status === 403) return 'apigw-0302';
  if (status === 404) return 'apigw-0101';
  return status === 429 ? 'apigw-0308' : 'other-refusals';
}

/** The line with a link to the topic after it; the line alone where there is none. */
export function withHelpLink(line: string, topic: HelpTopic | undefined, env: Env): string {
  return withLink(line, helpUrl(topic, env));
}

/** Empty where there is no topic, or where the runner does not say where the action came from (`uses: ./`). */
export function helpUrl(topic: HelpTopic | undefined, env: Env): string {
  const page = topic === undefined ? undefined : pageOf(env);
  return page === undefined ? '' : `${page}#${topic}`;
}

type Env = Readonly<Record<string, string | undefined>>;

function pageOf(env: Env): string | undefined {
  const repository = env['GITHUB_ACTION_REPOSITORY'] ?? '';
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) return undefined;
  const server = env['GITHUB_SERVER_URL'] ?? '';
  const host = /^https?:\/\/[\w.:-]+$/.test(server) ? server : 'https://github.com';
  // A ref that would need escaping is not worth it: the newest page says the same.
  const ref = /^[\w.-]+(?:\/[\w.-]+)*$/.exec(env['GITHUB_ACTION_REF'] ?? '')?.[0] ?? 'HEAD';
  return `${host}/${repository}/blob/${ref}/docs/troubleshooting.md`;
}
