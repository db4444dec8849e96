// Serves the part of GitHub's REST API that the commit status needs, on loopback: accepts or rejects statuses as asked.

import { createServer } from 'node:http';
import { listen } from '../loopback.ts';

export interface PostedStatus {
  readonly path: string;
  readonly token: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface GitHubApi {
  /** For GITHUB_API_URL. */
  readonly url: string;
  readonly statuses: readonly PostedStatus[];
}

/**
 * @param answers the HTTP status of each response; the last one is repeated
 * @param headers the headers of each response
 */
export async function openGitHubApi(
  answers: number | readonly number[] = 201,
  message = '',
  headers: Readonly<Record<string, string>> = {},
): Promise<GitHubApi> {
  const statuses: PostedStatus[] = [];
  const all = [answers].flat();
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    statuses.push({
      path: `${request.method} ${request.url}`,
      token: request.headers.authorization ?? '',
      body: JSON.parse(Buffer.concat(pieces).toString('utf8')),
    });
    const answer = all[Math.min(statuses.length, all.length) - 1] ?? 201;
    response
      .writeHead(answer, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify({ message }));
  });
  return { url: `${await listen(server)}/api/v3`, statuses };
}
