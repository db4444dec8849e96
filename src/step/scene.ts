// What every part of the step works with: the world, the inputs, the client, the log, and what is known of the build
// so far, in one place. Asks CodeArts nothing.

import type { Child } from '../build/flow/child.ts';
import type { BuildRecord } from '../codearts/answers.ts';
import type { BuildId, CodeArtsBuildClient } from '../codearts/api.ts';
import type { Deps } from '../deps.ts';
import type { Inputs } from '../workflow/inputs.ts';
import type { Console } from '../workflow/step-log.ts';
import type { LogOutput } from './build-log.ts';
import type { LogTails } from './heard-texts.ts';
import { Job } from './job.ts';
import type { Publisher } from './publicity.ts';

export interface RunContext {
  readonly deps: Deps;
  readonly inputs: Inputs;
  readonly client: CodeArtsBuildClient;
  readonly logOutput: LogOutput;
  readonly console: Console;
  /** What `log` has printed of the build, for as long as it may explain a failure. */
  readonly tails: LogTails;
  readonly publisher: Publisher;
  readonly state: BuildState;
}

/** What is known of the build; filled as the step goes on. */
export class BuildState {
  job = new Job('');
  /** Undefined until a build was started or taken up. */
  build: BuildId | undefined;
  /** As it was last read. */
  record: BuildRecord | undefined;
  /** As they were last seen; none of a build that is no multi-task build. */
  children: readonly Child[] = [];
  /** The commit that was asked for; empty where the job or a branch decides, or the build was started elsewhere. */
  requestedCommit = '';
  /** The tag, or the branch, that was asked for; empty as well where a commit was. */
  requestedTag = '';
  requestedBranch = '';
  /** The commit that is built, as far as is known. */
  commitId = '';
  /** Empty while there is no link. */
  buildUrl = '';
  /** True when a start was not confirmed, and its build, if any, not found. */
  startUncertain = false;
  /** False for a build that was started elsewhere. */
  startedByUs = false;

  /** @throws when asked before there is a build: a fault of the program */
  get requiredBuild(): BuildId {
    if (!this.build) throw new Error('there is no build yet');
    return this.build;
  }

  /** Where to look, as the end of a line with a blank before it; empty while there is no link. */
  get seeLink(): string {
    return this.buildUrl === '' ? '' : ` See ${this.buildUrl}`;
  }

  /** The commit whose status tells of the build. */
  get commitForStatus(): string {
    return this.requestedCommit || this.commitId;
  }
}
