// What is known of a build when the step ends, in the shapes that the last words and all others who are told want it in.

import { type Finding, nothingFound } from '../build/diagnosis/diagnosis.ts';
import type { Outcome, Result } from '../build/outcome.ts';
import type { Inputs } from '../workflow/inputs.ts';
import type { Ending } from '../workflow/last-words.ts';
import type { News } from './publicity.ts';
import type { Known } from './scene.ts';

interface OutcomeRead {
  readonly outcome: Outcome;
  readonly finding: Finding;
}

/**
 * What the last words are made of. Nothing of what the build itself wrote where its log is off.
 * @param read what was read of the build once it was over; left out where its own end is not known
 */
export function endingOf(known: Known, inputs: Inputs, result: Result, read?: OutcomeRead): Ending {
  const { theBuild, job, record, buildUrl } = known;
  return {
    job: read?.outcome.jobName || job.name || `job ${theBuild.jobId}`,
    buildNumber: theBuild.buildNumber,
    result,
    status: record?.status ?? '',
    seconds: read?.outcome.seconds,
    finding: read?.finding ?? nothingFound,
    message: inputs.log === 'off' ? '' : (record?.message ?? ''),
    buildUrl,
  };
}

/** What is told of the build beside the log. */
export function newsOf(known: Known, ending: Ending): News {
  const { record, commitId, commitForStatus, job, children } = known;
  return { ending, record, commitId, commitForStatus, jobId: job.id, children };
}

/** Why a success does not count: another commit was built. Undefined: none was asked for, or it was built. */
export function otherCommit({ record, askedCommit }: Known): string | undefined {
  const built = record?.commitId.toLowerCase() ?? '';
  if (askedCommit === '' || built === '') return undefined;
  if (built.startsWith(askedCommit) || askedCommit.startsWith(built)) return undefined;
  return `it built ${built.slice(0, 12)}, not ${askedCommit.slice(0, 12)}, which it was asked to build. Check what the job builds; for a job that is not to build the workflow's commit, set source: job`;
}
