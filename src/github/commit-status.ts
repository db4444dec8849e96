// Sets a commit status that shows how the build is doing, which branch rules can require. A status that can't be set is
// a warning, never a failed step. Octokit is loaded only when a status is set, and sends over the action's own HTTP
// client, so that proxies and certificate checks hold for GitHub as well.

import type { getOctokit } from '@actions/github';
import * as v from 'valibot';
import type { Result } from '../builds/outcome.ts';
import type { Clock } from '../clock.ts';
import { isConfidentialUrl } from '../huaweicloud/regions.ts';
import { messageOf, toSingleLine } from '../text.ts';

export type StatusState = 'pending' | 'success' | 'failure' | 'error';

/** The part of the HTTP client that a commit status needs. */
export interface HttpClient {
  send(request: {
    readonly method: 'POST';
    readonly url: URL;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly signal?: AbortSignal | undefined;
  }): Promise<{
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  }>;
}

type Octokit = ReturnType<typeof getOctokit>;
type NewStatus = NonNullable<Parameters<Octokit['rest']['repos']['createCommitStatus']>[0]>;

export interface CommitStatusOptions {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly token: string;
  /** The status' name. */
  readonly context: string;
  /** GITHUB_API_URL and GITHUB_REPOSITORY. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly warn: (message: string) => Promise<void>;
}

export interface StatusFacts {
  readonly state: StatusState;
  readonly description: string;
  /** Empty: none. */
  readonly targetUrl: string;
}

/** GitHub's limit on a description, in characters. */
const maxDescription = 140;
const firstBackoffMs = 1_000;

interface Failure {
  readonly why: string;
  /** False for a rejection: GitHub would reject the next status as well. */
  readonly transient: boolean;
  /** Of a rate limit. */
  readonly retryAfterMs?: number | undefined;
}

/** Sets the status of one name on commits of the workflow's repository. */
export class CommitStatus {
  readonly #options: CommitStatusOptions;
  #octokit: Promise<Octokit> | undefined;
  /** The status that was set last, or could not be set. */
  #lastPublished = '';
  #gaveUp = false;

  constructor(options: CommitStatusOptions) {
    this.#options = options;
  }

  /**
   * @param sha empty while it is not known what is built: then no status is set
   * @param signal aborts when it takes too long; a final status is retried until then
   */
  async publish(sha: string, facts: StatusFacts, signal: AbortSignal): Promise<void> {
    const { context, clock, warn, env } = this.#options;
    const { state } = facts;
    const [owner = '', repo = ''] = (env['GITHUB_REPOSITORY'] ?? '').split('/');
    const status = {
      owner,
      repo,
      sha,
      state,
      context,
      description: toSingleLine(facts.description, maxDescription),
      target_url: facts.targetUrl || null,
    };
    const key = JSON.stringify(status);
    if (sha === '' || this.#gaveUp || this.#lastPublished === key) return;
    this.#lastPublished = key;
    const api = apiUrl(env);
    // An invalid address fails when it is used.
    if (URL.canParse(api) && !isConfidentialUrl(new URL(api))) {
      this.#gaveUp = true;
      return await warn(
        `The commit status ${context} was not set: GITHUB_API_URL is a plain http address, to which github-token is not sent.`,
      );
    }
    for (let backoffMs = firstBackoffMs; ; backoffMs *= 2) {
      const failure = await this.#send(status, signal);
      if (failure === undefined) return;
      if (failure.transient && state !== 'pending' && !signal.aborted) {
        await clock.sleep(failure.retryAfterMs ?? backoffMs, signal).catch(() => {});
        if (!signal.aborted) continue;
      }
      this.#gaveUp = !failure.transient;
      const hint = state === 'pending' ? '' : ' The commit may still show the build as running.';
      return await warn(
        `The commit status ${context} was not set on ${sha.slice(0, 12)}: ${failure.why}.${hint}`,
      );
    }
  }

  /** Returns undefined when the status was set. */
  async #send(status: NewStatus, signal: AbortSignal): Promise<Failure | undefined> {
    try {
      this.#octokit ??= loadOctokit(this.#options);
      const { rest } = await this.#octokit;
      await rest.repos.createCommitStatus({ ...status, request: { signal } });
      return undefined;
    } catch (error) {
      if (signal.aborted) return { why: 'GitHub did not answer in time', transient: true };
      return failureOf(error);
    }
  }
}

async function loadOctokit({ http, token, env }: CommitStatusOptions): Promise<Octokit> {
  const { getOctokit } = await import('@actions/github');
  const fetch = async (url: string, init: FetchInit): Promise<Response> => {
    const { method, headers, body = '', signal } = init;
    if (method !== 'POST') throw new Error(`the commit status sends no ${method} request`);
    const answer = await http.send({ method, url: new URL(url), headers, body, signal });
    return new Response(answer.body, { status: answer.status, headers: answer.headers });
  };
  const silent = () => {};
  return getOctokit(token, {
    baseUrl: apiUrl(env).replace(/\/+$/, ''),
    userAgent: 'codearts-build-action',
    request: { fetch },
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
}

function apiUrl(env: CommitStatusOptions['env']): string {
  return env['GITHUB_API_URL'] || 'https://api.github.com';
}

/** What Octokit calls `fetch` with. */
interface FetchInit {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
}

/** Translates a build's result: `failure` is the code's fault, `error` is not. */
export function stateOf(result: Exclude<Result, 'running'>): StatusState {
  return result === 'success' || result === 'failure' ? result : 'error';
}

function failureOf(error: unknown): Failure {
  const message = messageOf(error);
  const response = v.safeParse(octokitError, error);
  if (!response.success) {
    // Octokit wraps what the HTTP client threw.
    const { cause } = error instanceof Error ? error : {};
    return { why: cause instanceof Error ? cause.message : message, transient: true };
  }
  const { status, headers } = response.output.response;
  if (status === 401) return { why: 'GitHub does not accept github-token (HTTP 401)', transient: false };
  const why = `GitHub answered HTTP ${status}, ${toSingleLine(message, 200)}`;
  if (status === 429 || (status === 403 && /rate limit/i.test(message))) {
    // GitHub's "Best practices for using the REST API".
    const seconds = Number(headers['retry-after']);
    return { why, transient: true, retryAfterMs: seconds >= 0 ? seconds * 1000 : undefined };
  }
  if (status === 403 || status === 404) {
    return {
      why: `github-token may not set statuses (HTTP ${status}). Give the job the permission statuses: write (runs for forks and Dependabot can't have it)`,
      transient: false,
    };
  }
  return { why, transient: status >= 500 };
}

const octokitError = v.object({
  response: v.object({ status: v.number(), headers: v.object({ 'retry-after': v.optional(v.unknown()) }) }),
});
