// What the tests of the source share: events with every part set, and looking at a result without narrowing it.

import { readPayload, type WorkflowEvent } from '../../../src/github/source/event.ts';
import { resolveSource, type SourceInputs } from '../../../src/github/source/resolve-source.ts';
import type { SourceResult } from '../../../src/github/source/source.ts';

export const sha = 'a'.repeat(40);
export const head = 'b'.repeat(40);
export const zero = '0'.repeat(40);

/** An event of octo-org/octo-repo that runs for commit `sha` of main. */
export function event(name: string, payload: unknown = {}, more: Partial<WorkflowEvent> = {}): WorkflowEvent {
  const repository = 'octo-org/octo-repo';
  return { name, payload: readPayload(payload), sha, ref: 'refs/heads/main', repository, ...more };
}

const noInputs: SourceInputs = { source: 'workflow', commitId: '', branch: '', tag: '', allowForks: false };

export function choose(which: WorkflowEvent, choice: Partial<SourceInputs> = {}): SourceResult {
  return resolveSource(which, { ...noInputs, ...choice });
}

/** What is built, without the words. */
export function built(which: WorkflowEvent, choice: Partial<SourceInputs> = {}): object {
  const result = choose(which, choice);
  if (!result.ok) throw new Error(result.problem);
  const { why: _, ...source } = result.source;
  return source;
}

export function problem(which: WorkflowEvent, choice: Partial<SourceInputs> = {}): string {
  const result = choose(which, choice);
  return result.ok ? `no problem: ${JSON.stringify(result.source)}` : result.problem;
}

export function notices(which: WorkflowEvent, choice: Partial<SourceInputs> = {}): string {
  const result = choose(which, choice);
  return result.ok ? result.notices.join('\n') : `a problem: ${result.problem}`;
}

/** A payload with pull request 7, its head commit `head` on feature/x of the repository `from`; null: deleted. */
export function pullRequest(from: string | null = 'octo-org/octo-repo', more: object = {}): object {
  const repo = from === null ? null : { full_name: from };
  return { pull_request: { number: 7, state: 'open', head: { sha: head, ref: 'feature/x', repo }, ...more } };
}
