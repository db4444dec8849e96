// Holds what every part of a run works with: dependencies, inputs, client, console, and what is known of the build.

import type { Child } from '../builds/children/child.ts';
import { type BuildRecord, sameCommit } from '../codearts/build-schemas.ts';
import type { BuildId } from '../codearts/client.ts';
import type { JobDefinition } from '../codearts/job-schemas.ts';
import type { RunSetup } from '../deps.ts';
import { CommitStatus } from '../github/commit-status.ts';
import type { Inputs } from '../github/inputs/inputs.ts';
import { formatBuildUrl } from '../github/report/build-report.ts';
import { commitOf, type Source } from '../github/source/source.ts';
import { LogOutput } from './log-output.ts';

/** The job whose build this is. */
export interface TargetJob {
  /** Empty where none was found. */
  readonly id: string;
  /** Empty while it is not known. */
  readonly name: string;
  /** Undefined where it is not needed, or could not be read. */
  readonly definition?: JobDefinition | undefined;
}

export interface RunContext extends RunSetup {
  readonly logOutput: LogOutput;
  /** Undefined where no status is to be set. */
  readonly commitStatus: CommitStatus | undefined;
  /** The only part that changes, and only through its methods. */
  readonly state: Readonly<BuildState>;
}

export function createContext(setup: RunSetup, job: TargetJob = { id: '', name: '' }): RunContext {
  const state = new BuildState(setup.inputs, job);
  return { ...setup, logOutput: new LogOutput(setup, state), commitStatus: openCommitStatus(setup), state };
}

function openCommitStatus({ deps, inputs, console, calls }: RunSetup): CommitStatus | undefined {
  const { http, env } = deps;
  const { commitStatus: context, githubToken: token } = inputs;
  if (context === '') return undefined;
  const warn = (message: string) => console.warning(message);
  return new CommitStatus({ http, clock: calls.clock, token, context, env, warn });
}

/** What is known of the build, from the job that is to run to the record it ended with. */
export class BuildState {
  readonly job: TargetJob;
  readonly #inputs: Pick<Inputs, 'region' | 'consoleUrl' | 'job'>;
  #build: BuildId | undefined;
  startedByUs = false;
  /** True when a start was not confirmed, and its build, if any, was not found. */
  startUncertain = false;
  /** True when this step has stopped the build. */
  wasStopped = false;
  /** As it was last read; undefined before. */
  record: BuildRecord | undefined;
  /** As they were last read; none of a build that is no multi-task build. */
  children: readonly Child[] = [];
  /** What this step asked for; all empty where the job decides, or the build was started elsewhere. */
  requested = { commitId: '', tag: '', branch: '' };
  /** The commit that is built, as far as is known. */
  commitId = '';

  constructor(inputs: Pick<Inputs, 'region' | 'consoleUrl' | 'job'>, job: TargetJob) {
    this.#inputs = inputs;
    this.job = job;
  }

  /** Keeps what is asked for, before a build of this source is started or an earlier one is reused. */
  startRequested(source: Source): void {
    this.requested = {
      commitId: source.kind === 'commit' ? source.commitId : '',
      tag: source.kind === 'tag' ? source.tag : '',
      branch: source.kind === 'branch' ? source.branch : '',
    };
    this.commitId = commitOf(source) ?? '';
  }

  startFailedUncertainly(): void {
    this.startUncertain = true;
  }

  /** Keeps the build that this step has started, once its start is confirmed. */
  markStarted(build: BuildId): void {
    this.#build = build;
    this.startedByUs = true;
  }

  /** Keeps a build that was started elsewhere. */
  markAttached(build: BuildId): void {
    this.#build = build;
  }

  /** Keeps the record as it was read, and returns whether its id, project, status or commit is new. */
  update(record: BuildRecord): boolean {
    const before = this.record;
    this.record = record;
    // The record may abbreviate the commit, and need not do so each time.
    const { commitId } = record;
    const isFuller = commitId.length > this.commitId.length || !sameCommit(commitId, this.commitId);
    if (commitId !== '' && isFuller) this.commitId = commitId;
    return (
      before?.recordId !== record.recordId ||
      before.projectId !== record.projectId ||
      before.status !== record.status ||
      before.commitId !== record.commitId
    );
  }

  updateChildren(children: readonly Child[]): void {
    this.children = children;
  }

  markStopped(): void {
    this.wasStopped = true;
  }

  get hasBuild(): boolean {
    return this.#build !== undefined;
  }

  /** @throws when there is no build yet: a bug in the action */
  get build(): BuildId {
    if (!this.#build) throw new Error('there is no build yet');
    return this.#build;
  }

  /** Empty until it is known. */
  get recordId(): string {
    return this.record?.recordId ?? '';
  }

  /** The commit whose status is about the build. */
  get commitForStatus(): string {
    return this.requested.commitId || this.commitId;
  }

  /** Empty until the record is known, and where the record lacks what the link needs. */
  get buildUrl(): string {
    if (!this.#build || !this.record) return '';
    const { region, consoleUrl, job } = this.#inputs;
    return formatBuildUrl(consoleUrl, {
      region,
      project_id: this.record.projectId || (job.projectId ?? ''),
      job_id: this.#build.jobId,
      build_number: String(this.#build.buildNumber),
      record_id: this.recordId,
    });
  }

  /** A link for the end of a line, with a blank before it; empty while there is none. */
  get seeLink(): string {
    const { buildUrl } = this;
    return buildUrl === '' ? '' : ` See ${buildUrl}`;
  }
}
