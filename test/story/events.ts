// Defines workflow events as the runner passes them, for the repository octo/shop of the stories.

import { commit } from './story.ts';

export interface StoryEvent {
  readonly name: string;
  readonly payload: unknown;
}

/** A pull request from a branch of the repository or of a fork, whose head is the story's commit. */
export function pullRequest({ fork, event = 'pull_request' }: { fork: boolean; event?: string }): StoryEvent {
  const head = { sha: commit, ref: 'fix', repo: { full_name: fork ? 'stranger/shop' : 'octo/shop' } };
  return { name: event, payload: { action: 'opened', pull_request: { number: 7, state: 'open', head } } };
}

/** A workflow run that was triggered by another run. */
export function workflowRun({ fork }: { fork: boolean }): StoryEvent {
  const workflow_run = {
    event: 'pull_request',
    head_sha: commit,
    head_branch: 'fix',
    head_repository: { full_name: fork ? 'stranger/shop' : 'octo/shop' },
    pull_requests: [],
  };
  return { name: 'workflow_run', payload: { action: 'completed', workflow_run } };
}
