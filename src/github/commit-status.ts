// Publishes how the build stands as a status of the commit that it builds, which branch rules can require. Best
// effort: a status that can't be set is a warning, never a failed step. One plain call of GitHub's REST API
// (POST /repos/{owner}/{repo}/statuses/{sha}): a client library would be most of what the action loads.

import type { Result } from '../builds/outcome.ts';
import type { Clock } from '../clock.ts';
import { toSingleLine } from '../text.ts';

export type StatusState = 'pending' | 'success' | 'failure' | 'error';

/** As much of HTTP as this needs. */
export interface HttpClient {
  send(request: {
    readonly method: 'POST';
    readonly url: URL;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly signal: AbortSignal;
  }): Promise<{ readonly status: number; readonly body: string }>;
}

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

/** GitHub's limit. */
const longestDescription = 140;
const firstPauseMs = 1_000;

interface Refusal {
  readonly why: string;
  /** A server that is down now may take the next one; one that refuses will refuse that too. */
  readonly passing: boolean;
}

/** One status context on commits of the workflow's repository. */
export class CommitStatus {
  readonly #options: CommitStatusOptions;
  /** What was published last, or could not be. */
  #lastPublished = '';
  #gaveUp = false;

  constructor(options: CommitStatusOptions) {
    this.#options = options;
  }

  /**
   * @param sha empty while it is not known what is built: nothing is published then
   * @param signal aborts when it takes too long. A final status, which nothing mends later, is tried until then.
   */
  async publish(sha: string, facts: StatusFacts, signal: AbortSignal): Promise<void> {
    const { context, clock, warn } = this.#options;
    const body = JSON.stringify({
      state: facts.state,
      context,
      description: toSingleLine(facts.description, longestDescription),
      ...(/^https?:\/\//.test(facts.targetUrl) ? { target_url: facts.targetUrl } : {}),
    });
    if (sha === '' || this.#gaveUp || this.#lastPublished === sha + body) return;
    this.#lastPublished = sha + body;
    for (let pauseMs = firstPauseMs; ; pauseMs *= 2) {
      const refusal = await this.#post(sha, body, signal);
      if (refusal === undefined) return;
      const again = refusal.passing && facts.state !== 'pending' && !signal.aborted;
      if (again) await clock.sleep(pauseMs, signal).catch(() => {});
      if (again && !signal.aborted) continue;
      this.#gaveUp = !refusal.passing;
      const stays = facts.state === 'pending' ? '' : ' The commit may still show the build as running.';
      await warn(`The commit status ${context} was not set on ${sha.slice(0, 12)}: ${refusal.why}.${stays}`);
      return;
    }
  }

  async #post(sha: string, body: string, signal: AbortSignal): Promise<Refusal | undefined> {
    const { http, token, env } = this.#options;
    try {
      const { status, body: answer } = await http.send({
        method: 'POST',
        url: new URL(`${apiOf(env)}/repos/${env['GITHUB_REPOSITORY'] ?? ''}/statuses/${sha}`),
        headers: {
          accept: 'application/vnd.github+json',
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'user-agent': 'codearts-build-action',
          'x-github-api-version': '2022-11-28',
        },
        body,
        signal,
      });
      return status >= 200 && status <= 299 ? undefined : refusalOf(status, answer);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { why: signal.aborted ? 'GitHub did not answer in time' : why, passing: true };
    }
  }
}

/** How a build's result reads as a commit's status: `failure` is the code's fault, `error` is not. */
export function stateOf(result: Exclude<Result, 'running'>): StatusState {
  switch (result) {
    case 'success':
      return 'success';
    case 'failure':
      return 'failure';
    default:
      return 'error';
  }
}

function apiOf(env: CommitStatusOptions['env']): string {
  return (env['GITHUB_API_URL'] || 'https://api.github.com').replace(/\/+$/, '');
}

function refusalOf(status: number, answer: string): Refusal {
  if (status === 401) return { why: 'GitHub does not accept github-token (HTTP 401)', passing: false };
  const why = `GitHub answered HTTP ${status}${messageIn(answer)}`;
  if (status === 429 || (status === 403 && /rate limit/i.test(answer))) return { why, passing: true };
  if (status === 403 || status === 404) {
    return {
      why: `github-token may not set statuses (HTTP ${status}). Give the job the permission statuses: write (runs for forks and Dependabot can't have it)`,
      passing: false,
    };
  }
  return { why, passing: status >= 500 };
}

function messageIn(answer: string): string {
  try {
    const json: unknown = JSON.parse(answer);
    const message = typeof json === 'object' && json !== null ? Reflect.get(json, 'message') : undefined;
    return typeof message === 'string' ? `, ${toSingleLine(message, 200)}` : '';
  } catch {
    return '';
  }
}
