// Whether GitHub keeps the repository's secrets from a run, as far as its event tells: pull requests from forks, and
// whatever Dependabot sets off. Only words depend on `secretless`: a
// repository can be set up to hand its secrets on. Whether a fork is refused depends on `withoutSecrets` as well.
// Source: GitHub's "Events that trigger workflows" (pull requests from forks) and "Dependabot on GitHub Actions".

import { readPayload, type WorkflowEvent } from './event.ts';

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

/** Why GitHub gives a run no secrets. */
export type MissingSecretsReason = 'fork' | 'dependabot';

/** Undefined where it gives them, as far as can be told. @param actor GITHUB_ACTOR */
export function missingSecretsReason(
  event: WorkflowEvent,
  actor: string | undefined,
): MissingSecretsReason | undefined {
  if (actor === 'dependabot[bot]' && dependabotEvents.has(event.name)) return 'dependabot';
  if (!eventsWithoutSecrets.has(event.name)) return undefined;
  const head = readPayload(event.payload).pull_request?.head;
  if (head === undefined) return undefined;
  const from = head.repo?.full_name?.toLowerCase();
  return from === event.repository.toLowerCase() ? undefined : 'fork';
}
