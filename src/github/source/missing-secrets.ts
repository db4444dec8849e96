// Decides whether GitHub keeps the repository's secrets from a run, as far as its event says: pull requests from forks,
// and whatever Dependabot triggers. Only messages depend on `missingSecretsReason`, as a repository can be set up to
// pass its secrets on; whether a fork is refused depends on `eventsWithoutSecrets` as well.
// Source: GitHub's "Events that trigger workflows" (pull requests from forks) and "Dependabot on GitHub Actions".

import { isOwnRepository, readPayload, type WorkflowEvent } from './event.ts';

/**
 * Where a fork is behind one of these, GitHub keeps the secrets from it; it refuses nothing else to a stranger's code.
 */
export const eventsWithoutSecrets: ReadonlySet<string> = new Set([
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
]);
const dependabotEvents = new Set([
  ...eventsWithoutSecrets,
  'push',
  'create',
  'deployment',
  'deployment_status',
]);

/** Why a run gets no secrets. */
export type MissingSecretsReason = 'fork' | 'dependabot';

/** Undefined where GitHub passes them, as far as is known. @param actor GITHUB_ACTOR */
export function missingSecretsReason(
  event: WorkflowEvent,
  actor: string | undefined,
): MissingSecretsReason | undefined {
  if (actor === 'dependabot[bot]' && dependabotEvents.has(event.name)) return 'dependabot';
  if (!eventsWithoutSecrets.has(event.name)) return undefined;
  const payload = readPayload(event.payload);
  const head = payload.pull_request?.head;
  if (head === undefined) return undefined;
  return isOwnRepository(event, payload, head.repo) ? undefined : 'fork';
}
