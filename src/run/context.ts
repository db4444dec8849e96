// Holds what every part of a run works with: dependencies, inputs, client, console, and what is known of the build.

import type { Child } from '../builds/children/child.ts';
import { type BuildRecord, sameCommit } from '../codearts/build-schemas.ts';
import type { BuildId } from '../codearts/client.ts';
import { CommitStatus } from '../github/commit-status.ts';
import type { Inputs } from '../github/inputs/inputs.ts';
import { formatBuildUrl } from '../github/report/build-report.ts';
import { commitOf, type Source } from '../github/source/source.ts';
import { LogOutput } from './log-output.ts';
import { type RunSetup, TargetJob } from './prepare.ts';

export interface RunContext extends RunSetup {
  readonly logOutput: LogOutput;
  /** Undefined where no status is to be set. */
  readonly commitStatus: CommitStatus | undefined;
  /** The only part that changes, and only through its methods. */
  readonly state: BuildState;
}

/**
 * Builds the context of one run.
 * @param job undefined where none was found
 */
export function createContext(setup: RunSetup, job = new TargetJob('')): RunContext {
  return {
    ...setup,
    logOutput: new LogOutput(setup),
    commitStatus: openCommitStatus(setup),
    state: new BuildState(setup.inputs, job),
  };
}

function openCommitStatus({ deps, inputs, console }: RunSetup): CommitStatus | undefined {
  const { http, clock, env } = deps;
  const { commitStatus, githubToken } = inputs;
  if (commitStatus === '') return undefined;
  const warn = (message: string) => console.warning(message);
  return new CommitStatus({ http, clock, token: githubToken, context: commitStatus, env, warn });
}

/** What is known of the build, from the job that is to run to the record it ended with. */
export class BuildState {
  /** Its id is empty where none was found. */
  readonly job: TargetJob;
  readonly #inputs: Pick<Inputs, 'region' | 'consoleUrl' | 'job'>;
  #build: BuildId | undefined;
  #startedByUs = false;
  #startUncertain = false;
  #wasStopped = false;
  #source: Source | undefined;
  #record: BuildRecord | undefined;
  #commitId = '';
  #children: readonly Child[] = [];

  constructor(inputs: Pick<Inputs, 'region' | 'consoleUrl' | 'job'>, job: TargetJob) {
    this.#inputs = inputs;
    this.job = job;
  }

  /** A build of this source is about to be started, or an earlier one is reused. */
  startRequested(source: Source): void {
    this.#source = source;
    this.#commitId = commitOf(source) ?? '';
  }

  /** A start was not confirmed, and its build, if any, was not found. */
  startFailedUncertainly(): void {
    this.#startUncertain = true;
  }

  /** This step's own start was confirmed. */
  started(build: BuildId): void {
    this.#build = build;
    this.#startedByUs = true;
  }

  /** The build was started elsewhere. */
  attached(build: BuildId): void {
    this.#build = build;
  }

  /** The record was read. Returns whether its id, project, status or commit is new. */
  update(record: BuildRecord): boolean {
    const before = this.#record;
    this.#record = record;
    // The record may abbreviate the commit, and need not do so each time.
    const { commitId } = record;
    const isFuller = commitId.length > this.#commitId.length || !sameCommit(commitId, this.#commitId);
    if (commitId !== '' && isFuller) this.#commitId = commitId;
    return (
      before?.recordId !== record.recordId ||
      before.projectId !== record.projectId ||
      before.status !== record.status ||
      before.commitId !== record.commitId
    );
  }

  /** This step has stopped the build. */
  stopped(): void {
    this.#wasStopped = true;
  }

  /** The children of a multi-task build were read. */
  updateChildren(children: readonly Child[]): void {
    this.#children = children;
  }

  get hasBuild(): boolean {
    return this.#build !== undefined;
  }

  /** @throws when there is no build yet: a bug in the action */
  get build(): BuildId {
    if (!this.#build) throw new Error('there is no build yet');
    return this.#build;
  }

  get startedByUs(): boolean {
    return this.#startedByUs;
  }

  get wasStopped(): boolean {
    return this.#wasStopped;
  }

  get startUncertain(): boolean {
    return this.#startUncertain;
  }

  /** As it was last read; undefined before. */
  get record(): BuildRecord | undefined {
    return this.#record;
  }

  /** As they were last read; none of a build that is no multi-task build. */
  get children(): readonly Child[] {
    return this.#children;
  }

  /** What this step asked for; all empty where the build task decides, or the build was started elsewhere. */
  get requested(): { readonly commitId: string; readonly tag: string; readonly branch: string } {
    const source = this.#source;
    return {
      commitId: source?.kind === 'commit' ? source.commitId : '',
      tag: source?.kind === 'tag' ? source.tag : '',
      branch: source?.kind === 'branch' ? source.branch : '',
    };
  }

  /** The commit that is built, as far as is known. */
  get commitId(): string {
    return this.#commitId;
  }

  /** The commit whose status is about the build. */
  get commitForStatus(): string {
    return this.requested.commitId || this.#commitId;
  }

  /** Empty until the record is known, and where the record lacks what the link needs. */
  get buildUrl(): string {
    if (!this.#build || !this.#record) return '';
    const { recordId } = this.#record;
    const { region, consoleUrl, job } = this.#inputs;
    const projectId = this.#record.projectId || (job.projectId ?? '');
    return formatBuildUrl(consoleUrl, { region, projectId, recordId, ...this.#build });
  }

  /** A link for the end of a line, with a blank before it; empty while there is none. */
  get seeLink(): string {
    const { buildUrl } = this;
    return buildUrl === '' ? '' : ` See ${buildUrl}`;
  }
}
