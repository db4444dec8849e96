// Builds the request that starts a build: job, parameters, and the source in CodeArts' terms. Sends no more than was
// asked for, because a server may reject each further field. Reference 4.6; `branch` and `build_type` are from later
// editions, and a job that is configured to build a tag needed them (seen live).

import { branchParameter, type StartRequest } from '../../codearts/api.ts';
import type { Parameter } from '../inputs/parameters.ts';
import { branchOf, type Source } from './source.ts';

/** @param sendsBranch false for a job that does not take this branch as its codeBranch */
export function startRequest(
  jobId: string,
  parameters: readonly Parameter[],
  source: Source,
  sendsBranch: boolean,
): StartRequest {
  const scm = scmOf(source);
  const branch = sendsBranch ? branchOf(source) : undefined;
  const named = parameters.some(({ name }) => name === branchParameter);
  return {
    jobId,
    parameters: branch && !named ? [...parameters, { name: branchParameter, value: branch }] : parameters,
    ...(scm ? { scm } : {}),
  };
}

function scmOf(source: Source): Record<string, string> | undefined {
  switch (source.kind) {
    case 'commit':
      return { build_commit_id: source.commitId };
    case 'tag':
      return { build_tag: source.tag };
    case 'branch':
      return { branch: source.branch, build_type: 'branch' };
    case 'job':
      return undefined;
  }
}
