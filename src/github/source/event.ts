// Reads the event that the workflow runs for, from the runner's environment and the payload file, and whether GitHub
// withholds the repository's secrets from it. Not by the context of @actions/github: its one export loads octokit too.

import * as v from 'valibot';

/** From GITHUB_EVENT_NAME, the file at GITHUB_EVENT_PATH, GITHUB_SHA, GITHUB_REF and GITHUB_REPOSITORY. */
export interface WorkflowEvent {
  readonly name: string;
  readonly payload: EventPayload;
  readonly sha: string;
  readonly ref: string;
  readonly repository: string;
}

/** @param readFile reads the payload; a missing or broken one is an empty payload */
export function readEvent(
  env: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => string,
): WorkflowEvent {
  return {
    name: env['GITHUB_EVENT_NAME'] ?? '',
    payload: readPayload(payloadAt(env['GITHUB_EVENT_PATH'], readFile)),
    sha: env['GITHUB_SHA'] ?? '',
    ref: env['GITHUB_REF'] ?? '',
    repository: env['GITHUB_REPOSITORY'] ?? '',
  };
}

function payloadAt(path: string | undefined, readFile: (path: string) => string): unknown {
  if (!path) return {};
  try {
    return JSON.parse(readFile(path));
  } catch {
    return {};
  }
}

/** A whole commit id. */
export const commitPattern = /^[0-9a-f]{40}$/i;

/** What git allows as a ref's name, and so nothing that could end a line or command the runner when printed. */
export const refPattern = /^(?![-/])(?!.*(?:\.\.|@\{|\/\/))[^\p{Cc}\s~^:?*[\\]{1,250}(?<![/.])$/u;

const maybe = <T extends v.GenericSchema>(schema: T) => v.fallback(v.optional(schema), undefined);

const commit = maybe(v.pipe(v.string(), v.regex(commitPattern), v.toLowerCase()));
const ref = maybe(v.pipe(v.string(), v.regex(refPattern)));
const repository = maybe(
  v.object({
    id: maybe(v.number()),
    full_name: maybe(v.pipe(v.string(), v.regex(/^[\w.-]+\/[\w.-]+$/))),
    default_branch: ref,
  }),
);
const pullRequests = maybe(v.array(v.object({ head: maybe(v.object({ ref })) })));
const checkSuite = maybe(v.object({ head_sha: commit, head_branch: ref, pull_requests: pullRequests }));

const payload = v.fallback(
  v.object({
    deleted: maybe(v.boolean()),
    repository,
    release: maybe(v.object({ tag_name: ref })),
    pull_request: maybe(
      v.object({
        number: maybe(v.number()),
        state: maybe(v.string()),
        merged: maybe(v.boolean()),
        merge_commit_sha: commit,
        head: maybe(v.object({ sha: commit, ref, repo: repository })),
        base: maybe(v.object({ ref })),
      }),
    ),
    merge_group: maybe(v.object({ head_sha: commit, base_ref: ref })),
    workflow_run: maybe(
      v.object({
        event: maybe(v.string()),
        head_sha: commit,
        head_branch: ref,
        head_repository: repository,
        pull_requests: pullRequests,
      }),
    ),
    check_suite: checkSuite,
    check_run: maybe(v.object({ head_sha: commit, pull_requests: pullRequests, check_suite: checkSuite })),
    issue: maybe(v.object({ number: maybe(v.number()), pull_request: maybe(v.object({})) })),
    /** Of the event `status`. */
    sha: commit,
    branches: maybe(v.array(v.object({ name: ref }))),
  }),
  {},
);

export type EventPayload = v.InferOutput<typeof payload>;

/** Reads what is valid of any payload, and leaves out the rest. Commit ids are in lower case. */
export function readPayload(data: unknown): EventPayload {
  return v.parse(payload, data);
}

export type RepositoryFacts = EventPayload['repository'];
export type PullRequests = NonNullable<EventPayload['check_suite']>['pull_requests'];

/**
 * Whether it is the repository that the workflow runs for. The ids decide: a run that is repeated after the repository
 * was renamed has the new name in GITHUB_REPOSITORY, and the old one in its payload.
 */
export function isOwnRepository(event: WorkflowEvent, repository: RepositoryFacts): boolean {
  const own = event.payload.repository;
  if (repository?.id !== undefined && own?.id !== undefined) return repository.id === own.id;
  const name = repository?.full_name?.toLowerCase();
  return name !== undefined && name === event.repository.toLowerCase();
}

/** Runs for forks get no secrets with these, and only with these. Source: GitHub's "Events that trigger workflows". */
export const eventsWithoutSecrets: ReadonlySet<string> = new Set([
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
]);
/** Source: GitHub's "Dependabot on GitHub Actions". */
const dependabotEvents = new Set([
  ...eventsWithoutSecrets,
  'push',
  'create',
  'deployment',
  'deployment_status',
]);

/** Why a run gets no secrets. */
export type MissingSecretsReason = 'fork' | 'dependabot';

/**
 * Undefined where GitHub passes them, as far as the event says. For messages only: a repository can be set up to pass
 * its secrets on. @param actor GITHUB_ACTOR
 */
export function missingSecretsReason(
  event: WorkflowEvent,
  actor: string | undefined,
): MissingSecretsReason | undefined {
  if (actor === 'dependabot[bot]' && dependabotEvents.has(event.name)) return 'dependabot';
  if (!eventsWithoutSecrets.has(event.name)) return undefined;
  const head = event.payload.pull_request?.head;
  return head === undefined || isOwnRepository(event, head.repo) ? undefined : 'fork';
}
