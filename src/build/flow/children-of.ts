// The children of a build that is over already and was not followed. Reference 7.2.

import type { BuildRecord } from '../../codearts/answers.ts';
import type { CodeArtsBuild } from '../../codearts/api.ts';
import { CallError } from '../../codearts/errors.ts';
import { type Persistence, persist } from '../../codearts/retry.ts';
import { type Child, childOf, mayHaveChildren } from './child.ts';

const patienceMs = 15_000;

/**
 * None of a build that has none, or whose graph is refused, or fails for 15 seconds. Each child is judged as one of a
 * build that is over. @throws the signal's reason
 */
export async function childrenOf({
  client,
  record,
  ...how
}: Omit<Persistence, 'patienceMs'> & {
  readonly client: CodeArtsBuild;
  readonly record: BuildRecord;
}): Promise<readonly Child[]> {
  if (!mayHaveChildren(record) || record.recordId === '') return [];
  try {
    const attempt = () => client.flowGraph(record.recordId, how.signal);
    const { children } = await persist(attempt, { ...how, patienceMs });
    return children.map((child) => childOf(child, true));
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return [];
  }
}
