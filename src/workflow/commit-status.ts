// Publishes how the build stands as a status of the commit that it builds, which branch rules can require. Best
// effort: a status that can't be set is a warning, never a failed step. One plain call of GitHub's REST API
// (POST /repos/{owner}/{repo}/statuses/{sha}): a client library would be most of what the action loads.

import type { Result } from '../build/outcome.ts';

export type StatusState = 'pending' | 'success' | 'failure' | 'error';

/** As much of HTTP as this needs. */
export interface Poster {
  send(request: {
    readonly method: 'POST';
    readonly url: URL;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly signal?: AbortSignal | undefined;
  }): Promise<{ readonly status: number; readonly body: string }>;
}

export interface CommitStatusOptions {
  readonly http: Poster;
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

const longestDescription = 140;

export class CommitStatus {
  readonly #options: CommitStatusOptions;
  #published = '';
  #gaveUp = false;

  constructor(options: CommitStatusOptions) {
    this.#options = options;
  }

  /** @param sha empty while it is not known what is built: nothing is published then */
  async publish(sha: string, facts: StatusFacts, signal?: AbortSignal): Promise<void> {
    const { http, token, context, env, warn } = this.#options;
    const body = JSON.stringify({
      state: facts.state,
      context,
      description: described(facts.description),
      ...(/^https?:\/\//.test(facts.targetUrl) ? { target_url: facts.targetUrl } : {}),
    });
    if (sha === '' || this.#gaveUp || this.#published === sha + body) return;
    this.#published = sha + body;
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
      if (status >= 200 && status <= 299) return;
      // A server that is down now may take the next status; one that refuses will refuse that too.
      this.#gaveUp = status < 500;
      await warn(refusal(context, sha, status, answer));
    } catch (error) {
      if (signal?.aborted) return;
      const why = error instanceof Error ? error.message : String(error);
      await warn(`The commit status ${context} was not set: ${why}.`);
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

function described(text: string): string {
  const folded = text.replace(/\s+/g, ' ').trim();
  const characters = [...folded];
  return characters.length > longestDescription
    ? `${characters.slice(0, longestDescription - 1).join('')}…`
    : folded;
}

function refusal(context: string, sha: string, status: number, answer: string): string {
  const what = `The commit status ${context} was not set on ${sha.slice(0, 12)}`;
  if (status === 401) return `${what}: GitHub does not accept github-token (HTTP 401).`;
  if (status === 403 || status === 404) {
    return `${what}: github-token may not (HTTP ${status}). Give the job the permission statuses: write (runs for forks and Dependabot can't have it).`;
  }
  return `${what}: GitHub answered HTTP ${status}${messageIn(answer)}.`;
}

function messageIn(answer: string): string {
  try {
    const json: unknown = JSON.parse(answer);
    const message = typeof json === 'object' && json !== null ? Reflect.get(json, 'message') : undefined;
    return typeof message === 'string' ? `, ${message.replace(/\s+/g, ' ').slice(0, 200)}` : '';
  } catch {
    return '';
  }
}
