// The children of a build that is over already and was not followed. Reference 7.2.

import type { BuildRecord } from '../../codearts/answers.ts';
import type { CodeArtsBuildClient } from '../../codearts/api.ts';
import { ApiError } from '../../codearts/errors.ts';
import { type RetryOptions, retry } from '../../codearts/retry.ts';
import { type Child, childOf, mayHaveChildren } from './child.ts';

const maxElapsedMs = 15_000;

/**
 * None of a build that has none, or whose graph is refused, or fails for 15 seconds. Each child is judged as one of a
 * build that is over. @throws the signal's reason
 */
export async function childrenOf({
  client,
  record,
  ...how
}: Omit<RetryOptions, 'maxElapsedMs'> & {
  readonly client: CodeArtsBuildClient;
  readonly record: BuildRecord;
}): Promise<readonly Child[]> {
  if (!mayHaveChildren(record) || record.recordId === '') return [];
  try {
    const attempt = () => client.flowGraph(record.recordId, how.signal);
    const { children } = await retry(attempt, { ...how, maxElapsedMs: maxElapsedMs });
    return children.map((child) => childOf(child, true));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return [];
  }
}
