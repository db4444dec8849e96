// One build as this workflow step's: the parts that work on it, and what can be done with it. The order of things is in
// run.ts; each thing has a file of its own here.

import type { FollowEnd } from '../build/events.ts';
import type { CodeArtsBuildClient } from '../codearts/api.ts';
import type { Deps, ExitCode } from '../deps.ts';
import type { Inputs } from '../workflow/inputs.ts';
import { signInMessage } from '../workflow/sign-in-words.ts';
import type { Source } from '../workflow/source.ts';
import { Console } from '../workflow/step-log.ts';
import { LogOutput } from './build-log.ts';
import { finishBuild } from './conclusion.ts';
import { cancel, fail, detach, handleTimeout } from './endings.ts';
import { followBuild } from './follow.ts';
import { LogTails } from './heard-texts.ts';
import { findTheJob, prepareStart } from './prepare.ts';
import { Publisher } from './publicity.ts';
import { reuse } from './reuse.ts';
import { BuildState, type RunContext } from './scene.ts';
import { start, attach } from './start.ts';

/**
 * Prepared first, and told where to save the log; then takeUp, or reuse and, where that gives undefined, start; then
 * leaveRunning, or follow and endWith. When one of these throws: cancel or fail.
 */
export class Step {
  readonly #scene: RunContext;
  /** When the workflow was cancelled: epoch milliseconds. */
  #cancelledAt = 0;

  /** @param connect opens the client; `hide` has the runner star a secret, whatever is being printed */
  constructor(deps: Deps, inputs: Inputs, connect: (hide: (secret: string) => void) => CodeArtsBuildClient) {
    const texts = new LogTails();
    const keepDates = inputs.logTimestamps === 'keep';
    const log = new Console(deps.runner, { newToken: deps.randomToken, keepDates, keeper: texts });
    const client = connect((secret) => log.addMask(secret));
    const buildLog = new LogOutput({ deps, inputs, client, log, texts });
    const publicity = new Publisher(deps, inputs, client, log);
    this.#scene = { deps, inputs, client, logOutput: buildLog, console: log, tails: texts, publisher: publicity, state: new BuildState() };
    const { cancelled, clock } = deps;
    this.#cancelledAt = clock.now();
    cancelled.addEventListener('abort', () => (this.#cancelledAt = clock.now()), { once: true });
  }

  /** Finds the job. Where a build is to be started, everything that keeps it from being started is told now. */
  async prepare(): Promise<void> {
    const { deps, inputs, client, console: log, state: known } = this.#scene;
    const { clock, random, cancelled: signal } = deps;
    await log.info(signInMessage(inputs.credentials));
    const starts = inputs.buildNumber === undefined;
    const options = { client, inputs, log, how: { clock, random, signal } };
    known.job = starts ? await prepareStart(options) : await findTheJob(options);
  }

  /** @param path where the log is saved; undefined: nowhere */
  async saveLogAt(path: string | undefined): Promise<void> {
    await this.#scene.logOutput.saved.open(path);
  }

  /** Ends with a successful build of the same commit and parameters; undefined when a new one is needed. */
  async reuse(source: Source): Promise<ExitCode | undefined> {
    return await reuse(this.#scene, source);
  }

  /** Starts exactly one build. */
  async start(source: Source, notices: readonly string[]): Promise<void> {
    await start(this.#scene, source, notices);
  }

  /** Takes up a build that was started elsewhere. */
  async takeUp(buildNumber: number): Promise<void> {
    await attach(this.#scene, buildNumber);
  }

  /** Shows the build while it runs, until it is over or has taken too long. */
  async follow(): Promise<FollowEnd> {
    return await followBuild(this.#scene);
  }

  /** Ends the step as the build has ended. */
  async endWith(end: FollowEnd): Promise<ExitCode> {
    if (end.kind === 'deadline') return await handleTimeout(this.#scene, end.log);
    const { logOutput: buildLog, state: known } = this.#scene;
    await buildLog.complete(end.record, end.log, known.seeLink, end.children);
    return await finishBuild(this.#scene, end.record, end.result);
  }

  /** Ends the step while the build goes on. */
  async leaveRunning(): Promise<ExitCode> {
    return await detach(this.#scene);
  }

  /** Ends the step because the workflow was cancelled. */
  async cancel(): Promise<ExitCode> {
    return await cancel(this.#scene, this.#cancelledAt);
  }

  /** Ends the step because something went wrong that is not the build's own failure. */
  async fail(error: unknown): Promise<ExitCode> {
    return await fail(this.#scene, error);
  }
}
