// Holds what every chapter of a run works with: dependencies, inputs, client, console, and what is known of the build.

import type { Child } from '../builds/children/child.ts';
import type { BuildId, CodeArtsBuildClient } from '../codearts/api.ts';
import type { BuildRecord } from '../codearts/build-schemas.ts';
import type { Deps } from '../deps.ts';
import { Console } from '../github/console.ts';
import type { Inputs } from '../github/inputs/inputs.ts';
import { Job } from './job.ts';
import { LogOutput, LogTails } from './log-output.ts';
import { Publisher } from './publisher.ts';

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

/**
 * Builds the context of one run.
 * @param openClient opens the API client; its `addMask` has the runner mask a secret, whatever is being printed
 */
export function createContext(
  deps: Deps,
  inputs: Inputs,
  openClient: (addMask: (secret: string) => void) => CodeArtsBuildClient,
): RunContext {
  const tails = new LogTails();
  const keepDates = inputs.logTimestamps === 'keep';
  const { runner, randomToken: newToken } = deps;
  const { cutBefore } = runner;
  const console = new Console(runner, { newToken, keepDates, keeper: tails, cutBefore });
  const client = openClient((secret) => console.addMask(secret));
  return {
    deps,
    inputs,
    client,
    console,
    tails,
    logOutput: new LogOutput({ deps, inputs, client, log: console, texts: tails }),
    publisher: new Publisher(deps, inputs, client, console),
    state: new BuildState(),
  };
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
