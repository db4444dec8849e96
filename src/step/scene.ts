// What every part of the step works with: the world, the inputs, the client, the log, and what is known of the build
// so far, in one place. Asks CodeArts nothing.

import { type Finding, nothingFound } from '../build/diagnosis/diagnosis.ts';
import type { Child } from '../build/flow/child.ts';
import type { Outcome, Result } from '../build/outcome.ts';
import type { BuildRecord } from '../codearts/answers.ts';
import type { BuildId, CodeArtsBuild } from '../codearts/client.ts';
import type { Deps } from '../deps.ts';
import type { Inputs } from '../workflow/inputs.ts';
import type { Ending } from '../workflow/last-words.ts';
import type { StepLog } from '../workflow/step-log.ts';
import type { BuildLog } from './build-log.ts';
import { Job } from './job.ts';
import type { News, Publicity } from './publicity.ts';

export interface Scene {
  readonly deps: Deps;
  readonly inputs: Inputs;
  readonly client: CodeArtsBuild;
  readonly buildLog: BuildLog;
  readonly log: StepLog;
  readonly publicity: Publicity;
  readonly known: Known;
}

interface OutcomeRead {
  readonly outcome: Outcome;
  readonly finding: Finding;
}

/** What is known of the build; filled as the step goes on. */
export class Known {
  job = new Job('');
  /** Undefined until a build was started or taken up. */
  build: BuildId | undefined;
  /** As it was last read. */
  record: BuildRecord | undefined;
  /** As they were last seen; none of a build that is no multi-task build. */
  children: readonly Child[] = [];
  /** The commit that was asked for; empty where the job or a branch decides, or the build was started elsewhere. */
  askedCommit = '';
  /** The commit that is built, as far as is known. */
  commitId = '';
  /** Empty while there is no link. */
  buildUrl = '';
  /** False for a build that was started elsewhere. */
  startedHere = false;

  /** @throws when asked before there is a build: a fault of the program */
  get theBuild(): BuildId {
    if (!this.build) throw new Error('there is no build yet');
    return this.build;
  }

  /** Where to look, as the end of a line with a blank before it; empty while there is no link. */
  get where(): string {
    return this.buildUrl === '' ? '' : ` See ${this.buildUrl}`;
  }

  /** Why a success does not count: another commit was built. Undefined: none was asked for, or it was built. */
  get otherCommit(): string | undefined {
    const built = this.record?.commitId.toLowerCase() ?? '';
    if (this.askedCommit === '' || built === '') return undefined;
    if (built.startsWith(this.askedCommit) || this.askedCommit.startsWith(built)) return undefined;
    return `it built ${built.slice(0, 12)}, not ${this.askedCommit.slice(0, 12)}, which it was asked to build. Check what the job builds; for a job that is not to build the workflow's commit, set source: job`;
  }

  /** The commit whose status tells of the build. */
  get commitWithStatus(): string {
    return this.askedCommit || this.commitId;
  }

  /**
   * What the last words are made of. Nothing of what the build itself wrote where its log is off.
   * @param read what was read of the build once it was over; left out where its own end is not known
   */
  ending(result: Result, inputs: Inputs, read?: OutcomeRead): Ending {
    const { theBuild, job, record, buildUrl } = this;
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
  news(ending: Ending): News {
    const { record, commitId, commitWithStatus, job, children } = this;
    return { ending, record, commitId, commitWithStatus, jobId: job.id, children };
  }
}
