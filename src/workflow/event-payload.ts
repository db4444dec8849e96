// What the product reads of a workflow event's payload, and nothing else of it. An outsider writes parts of a
// payload (branch names, repository names), so a value that is not what it should be counts as missing: reading
// never fails. Source: GitHub's "Webhook events and payloads".

import * as v from 'valibot';

/** A whole commit id. */
export const commitPattern = /^[0-9a-f]{40}$/i;

/** What git allows as a ref's name, and so nothing that could end a line or command the runner when printed. */
export const refPattern = /^(?![-/])(?!.*(?:\.\.|@\{|\/\/))[^\p{Cc}\s~^:?*[\\]{1,250}(?<![/.])$/u;

const maybe = <T extends v.GenericSchema>(schema: T) => v.fallback(v.optional(schema), undefined);

const commit = maybe(v.pipe(v.string(), v.regex(commitPattern), v.toLowerCase()));
const ref = maybe(v.pipe(v.string(), v.regex(refPattern)));
const repository = maybe(v.object({ full_name: maybe(v.pipe(v.string(), v.regex(/^[\w.-]+\/[\w.-]+$/))) }));
const pullRequests = maybe(v.array(v.object({ head: maybe(v.object({ ref })) })));
const checkSuite = maybe(v.object({ head_sha: commit, head_branch: ref, pull_requests: pullRequests }));

const payload = v.fallback(
  v.object({
    deleted: maybe(v.boolean()),
    repository: maybe(v.object({ default_branch: ref })),
    release: maybe(v.object({ tag_name: ref })),
    pull_request: maybe(
      v.object({
        number: maybe(v.number()),
        state: maybe(v.string()),
        head: maybe(v.object({ sha: commit, ref, repo: repository })),
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
    issue: maybe(v.object({ pull_request: maybe(v.object({})) })),
  }),
  {},
);

export type EventPayload = v.InferOutput<typeof payload>;

/** Takes anything; gives what of it makes sense. Commit ids come in lower case. */
export function readPayload(data: unknown): EventPayload {
  return v.parse(payload, data);
}
