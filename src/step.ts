// One build as this workflow step's: starts it or takes it up, follows it, and ends the step in one of five ways:
// the build is over, it took too long, it is not waited for, the workflow was cancelled, or something failed.
// Holds what is known of the build so far, so that each ending can tell it. The order of things is in run.ts.

import { nothingFound } from './build/diagnosis/diagnosis.ts';
import type { FollowEnd, LogEnd } from './build/events.ts';
import { follow } from './build/follow.ts';
import type { Result } from './build/outcome.ts';
import { type Started, startBuild } from './build/start.ts';
import { standingOf } from './build/status.ts';
import { type StopResult, stopBuild } from './build/stop.ts';
import { BuildLog } from './build-log.ts';
import type { BuildRecord } from './codearts/answers.ts';
import type { BuildId, CodeArtsBuild } from './codearts/client.ts';
import { CallError, type Failure, isPassing, isUnknownBuild } from './codearts/errors.ts';
import { persist } from './codearts/retry.ts';
import { type Concluding, conclude, endingOf } from './conclusion.ts';
import { Job } from './job.ts';
import { findTheJob, prepareStart } from './prepare.ts';
import { type News, Publicity } from './publicity.ts';
import { reusableBuild } from './reuse.ts';
import type { Deps, ExitCode } from './run.ts';
import { buildPage } from './workflow/build-page.ts';
import { faultLine, isKnownFault } from './workflow/fault-line.ts';
import type { Inputs } from './workflow/inputs.ts';
import { type Ending, lastWords } from './workflow/last-words.ts';
import { Narrator } from './workflow/narrator.ts';
import { setEnd, setIdentity, setRecord } from './workflow/outputs.ts';
import { signInLine } from './workflow/sign-in-words.ts';
import type { Source } from './workflow/source.ts';
import { startWords } from './workflow/start-words.ts';
import { saveRunState } from './workflow/state.ts';
import type { StepLog } from './workflow/step-log.ts';
import { type Entry, entryForError, withReadOn } from './workflow/troubleshooting.ts';

/** Milliseconds after the runner's signal within which the build must be stopped; it kills after 7.5 s. */
const stopAfterSignalMs = 5_000;
const stopAfterDeadlineMs = 60_000;
/** Milliseconds that a build which is not waited for may take to tell its record id. */
const recordPatienceMs = 15_000;

/** The log of a build that nobody followed. */
const unread: LogEnd = { state: 'off', length: 0, tail: '', guessed: undefined };

export class Step {
  readonly #deps: Deps;
  readonly #inputs: Inputs;
  readonly #client: CodeArtsBuild;
  readonly #buildLog: BuildLog;
  readonly #log: StepLog;
  readonly #publicity: Publicity;
  readonly #cancelledAt: () => number;

  #job = new Job('');
  #build: BuildId | undefined;
  #record: BuildRecord | undefined;
  #commitId = '';
  #buildUrl = '';
  #startedHere = false;

  /** @param connect opens the client; `hide` has the runner star a secret, whatever is being printed */
  constructor(deps: Deps, inputs: Inputs, connect: (hide: (secret: string) => void) => CodeArtsBuild) {
    this.#deps = deps;
    this.#inputs = inputs;
    this.#client = connect((secret) => this.#log.hide(secret));
    this.#buildLog = new BuildLog(deps, inputs, this.#client);
    this.#log = this.#buildLog.steps;
    this.#publicity = new Publicity(deps, inputs, this.#client, this.#log);
    let at = deps.clock.now();
    deps.cancelled.addEventListener('abort', () => (at = deps.clock.now()), { once: true });
    this.#cancelledAt = () => at;
  }

  /** Finds the job. Where a build is to be started, everything that keeps it from being started is told now. */
  async prepare(): Promise<void> {
    const { clock, random, cancelled: signal } = this.#deps;
    await this.#log.say(signInLine(this.#inputs.credentials));
    const starts = this.#inputs.buildNumber === undefined;
    const how = { clock, random, signal };
    const options = { client: this.#client, inputs: this.#inputs, log: this.#log, how };
    this.#job = starts ? await prepareStart(options) : await findTheJob(options);
  }

  /** Ends with a successful build of the same commit and parameters; undefined when a new one is needed. */
  async reuse(source: Source): Promise<ExitCode | undefined> {
    const { clock, random, runner, cancelled: signal } = this.#deps;
    const request = this.#job.request(this.#inputs.parameters, source);
    const options = { client: this.#client, request, source, clock, random, signal };
    const found = await reusableBuild(options, this.#job, this.#log);
    if (!found) return undefined;
    const { buildNumber, record } = found;
    this.#build = { jobId: this.#job.id, buildNumber };
    setIdentity(runner, { jobId: this.#job.id, buildNumber, dailyBuildNumber: '', reused: true });
    await this.#know(record);
    await this.#buildLog.complete(record.recordId, unread, this.#see());
    return await conclude(this.#concluding(record), 'success');
  }

  /** @param path where the log is saved; undefined: nowhere */
  async saveLogAt(path: string | undefined): Promise<void> {
    await this.#buildLog.open(path);
  }

  /** Starts exactly one build. The post step knows from before the call on that a build may run. */
  async start(source: Source, notices: readonly string[]): Promise<void> {
    const { runner, clock, random, cancelled } = this.#deps;
    const jobId = this.#job.id;
    const request = this.#job.request(this.#inputs.parameters, source);
    for (const notice of notices) runner.notice(notice);
    await this.#log.say(`Starting CodeArts job ${this.#job.title} for ${source.why}.`);
    this.#commitId = ('commitId' in source ? source.commitId : undefined) ?? '';
    const commitId = source.kind === 'commit' ? source.commitId : undefined;
    cancelled.throwIfAborted();
    const tellsBranch = this.#job.tellsBranch(source);
    saveRunState(runner, {
      phase: 'starting',
      jobId,
      sentAt: clock.now(),
      commitId: commitId ?? '',
      tellsBranch,
    });
    const told: Promise<void>[] = [];
    const started = await this.#startOrKnowNone({
      client: this.#client,
      request,
      commitId,
      clock,
      random,
      signal: cancelled,
      tell: (event) => told.push(this.#log.say(startWords(event))),
    });
    // Noted before anything that waits: a kill may come at any moment.
    this.#startedHere = true;
    this.#build = { jobId, buildNumber: started.buildNumber };
    saveRunState(runner, { phase: 'running', jobId, buildNumber: started.buildNumber });
    setIdentity(runner, { jobId, ...started });
    await Promise.all(told);
    await this.#log.say(
      `Build #${started.buildNumber} ${started.adopted ? 'was started, and is followed' : 'is started'}.`,
    );
    cancelled.throwIfAborted();
  }

  async #startOrKnowNone(options: Parameters<typeof startBuild>[0]): Promise<Started> {
    try {
      return await startBuild(options);
    } catch (error) {
      const none = error instanceof CallError || error === this.#deps.cancelled.reason;
      if (none) saveRunState(this.#deps.runner, { phase: 'over' });
      throw error;
    }
  }

  /** Takes up a build that was started elsewhere. */
  async takeUp(buildNumber: number): Promise<void> {
    const jobId = this.#job.id;
    this.#build = { jobId, buildNumber };
    if (this.#inputs.stopOnCancel) saveRunState(this.#deps.runner, { phase: 'running', jobId, buildNumber });
    setIdentity(this.#deps.runner, { jobId, buildNumber, dailyBuildNumber: '' });
    await this.#log.say(`Following build #${buildNumber} of CodeArts job ${this.#job.title}.`);
  }

  /** Shows the build while it runs, until it is over or has taken too long. */
  async follow(): Promise<FollowEnd> {
    const { clock, random, cancelled } = this.#deps;
    const showsLog = this.#inputs.log === 'stream';
    const text = (piece: string) => this.#buildLog.text(piece);
    const narrator = new Narrator({ log: this.#log, clock, showsLog, text });
    const events = follow({
      client: this.#client,
      build: this.#theBuild(),
      clock,
      random,
      signal: cancelled,
      deadline: clock.now() + this.#inputs.timeoutMs,
      pollIntervalMs: this.#inputs.pollIntervalMs,
      readLog: showsLog,
      justStarted: this.#startedHere,
    });
    for (let next = await events.next(); ; next = await events.next()) {
      if (next.done) return next.value;
      if (next.value.kind === 'record') await this.#know(next.value.record);
      await narrator.tell(next.value);
    }
  }

  /** Ends the step as the build has ended. */
  async see(end: FollowEnd): Promise<ExitCode> {
    if (end.kind === 'deadline') return await this.#tookTooLong();
    await this.#buildLog.complete(end.record.recordId, end.log, this.#see());
    return await conclude(this.#concluding(end.record), end.result);
  }

  /** `wait: false`: the build goes on without this step. */
  async leaveRunning(): Promise<ExitCode> {
    const { clock, random, runner, cancelled } = this.#deps;
    const build = this.#theBuild();
    saveRunState(runner, { phase: 'over' });
    try {
      const attempt = () => this.#client.record(build, cancelled);
      // The record of a build that was just started may take a moment to appear.
      const worthRetrying = (failure: Failure) => isPassing(failure) || isUnknownBuild(failure);
      const patience = { clock, random, signal: cancelled, patienceMs: recordPatienceMs, worthRetrying };
      await this.#know(await persist(attempt, patience));
    } catch (error) {
      // The build runs; that its record can't be read yet is no reason to fail.
      if (!(error instanceof CallError)) throw error;
      await this.#log.debug(error.message);
    }
    const ending = this.#ending('running');
    setEnd(runner, {
      result: 'running',
      status: ending.status,
      error: '',
      failedStep: '',
      outcome: undefined,
    });
    await this.#publicity.over(this.#news(ending));
    await this.#log.say(lastWords(ending));
    return 0;
  }

  /** The workflow was cancelled: the build is stopped unless it is to go on without it. */
  async cancel(): Promise<ExitCode> {
    const { runner } = this.#deps;
    if (!this.#build) {
      // Whether a build has begun after all is for the post step to find out.
      await this.#end('cancelled', 'Cancelled before a build was known to have started.');
      return 1;
    }
    await this.#log.remoteEnd();
    const standing = this.#record && standingOf(this.#record.status);
    if (standing?.kind === 'ended') {
      saveRunState(runner, { phase: 'over' });
      const after = `after build #${this.#build.buildNumber} had ended (${this.#record?.status})`;
      await this.#end(standing.result, `The workflow was cancelled ${after}.${this.#see()}`);
      return 1;
    }
    if (!(this.#inputs.stopOnCancel ?? this.#startedHere)) {
      saveRunState(runner, { phase: 'over' });
      await this.#end(
        'running',
        `The workflow was cancelled; build #${this.#build.buildNumber} goes on.${this.#see()}`,
      );
      return 1;
    }
    const spent = this.#deps.clock.now() - this.#cancelledAt();
    const stop = await this.#stop(Math.max(1_000, stopAfterSignalMs - spent));
    if (stop.kind === 'failed') {
      await this.#end(
        'running',
        `The workflow was cancelled, but build #${this.#build.buildNumber} could not be stopped: ${stop.why}${this.#see()}`,
        'cancel-does-not-stop',
      );
      return 1;
    }
    const how = stop.kind === 'stopped' ? 'was stopped' : 'was over already';
    await this.#end(
      'cancelled',
      `The workflow was cancelled; build #${this.#build.buildNumber} ${how}.${this.#see()}`,
    );
    return 1;
  }

  /** Something went wrong that is not the build's own failure. */
  async fail(error: unknown): Promise<ExitCode> {
    const { runner } = this.#deps;
    await this.#log.remoteEnd();
    if (this.#build) saveRunState(runner, { phase: 'over' });
    await this.#end(this.#build ? 'running' : '', this.#explain(error), entryForError(error));
    return 1;
  }

  #explain(error: unknown): string {
    const { buildNumber } = this.#build ?? {};
    const goesOn =
      buildNumber === undefined ? '' : ` Build #${buildNumber} may still be running.${this.#see()}`;
    if (error instanceof Error && error.stack && !isKnownFault(error)) this.#deps.runner.debug(error.stack);
    return `${faultLine(error)}${goesOn}`;
  }

  /** The time limit is over. A build that ended just before it was stopped counts as what it is. */
  async #tookTooLong(): Promise<ExitCode> {
    const { clock, random, cancelled } = this.#deps;
    await this.#log.remoteEnd();
    const stop = await this.#stop(stopAfterDeadlineMs);
    const minutes = this.#inputs.timeoutMs / 60_000;
    if (stop.kind === 'already-over') {
      const attempt = () => this.#client.record(this.#theBuild(), cancelled);
      const record = await persist(attempt, {
        clock,
        random,
        signal: cancelled,
        patienceMs: stopAfterDeadlineMs,
      });
      await this.#know(record);
      const standing = standingOf(record.status);
      if (standing.kind === 'ended') return await conclude(this.#concluding(record), standing.result);
    }
    const buildNumber = this.#theBuild().buildNumber;
    const what = stop.kind === 'failed' ? `and could not be stopped: ${stop.why}` : 'and was stopped.';
    const line = `Build #${buildNumber} took longer than timeout-minutes allows (${minutes}) ${what}${this.#see()}`;
    await this.#end('timed-out', line, 'timed-out');
    return this.#inputs.failOnFailure ? 1 : 0;
  }

  async #stop(withinMs: number): Promise<StopResult> {
    const { clock, random, runner } = this.#deps;
    const result = await stopBuild({
      client: this.#client,
      build: this.#theBuild(),
      clock,
      random,
      withinMs,
    });
    // A build that could not be stopped is left to the post step.
    if (result.kind !== 'failed') saveRunState(runner, { phase: 'over' });
    return result;
  }

  #concluding(record: BuildRecord): Concluding {
    return {
      deps: this.#deps,
      inputs: this.#inputs,
      client: this.#client,
      log: this.#buildLog,
      publicity: this.#publicity,
      build: this.#theBuild(),
      jobName: this.#job.name,
      record,
      commitId: this.#commitId,
      buildUrl: this.#buildUrl,
    };
  }

  /** Of a build whose own end is not known. */
  #ending(result: Result): Ending {
    const known = {
      inputs: this.#inputs,
      build: this.#theBuild(),
      jobName: this.#job.name,
      buildUrl: this.#buildUrl,
      record: this.#record,
    };
    return endingOf(known, result, undefined, nothingFound);
  }

  #news(ending: Ending): News {
    return { ending, record: this.#record, commitId: this.#commitId, jobId: this.#job.id };
  }

  /** Ends without a build's own end: an error line that is also the output. */
  async #end(result: Result | '', line: string, entry?: Entry): Promise<void> {
    const { runner, env } = this.#deps;
    runner.setOutput('result', result);
    runner.setOutput('error', line);
    await this.#buildLog.close();
    if (this.#build && result !== '') {
      const ending = this.#ending(result);
      await this.#publicity.over({ ...this.#news(ending), line });
    }
    await this.#log.error(withReadOn(line, entry, env));
  }

  /** Takes note of a record: the link, and the outputs that later steps find the build by. */
  async #know(record: BuildRecord): Promise<void> {
    const first = this.#record?.recordId !== record.recordId || this.#record.status !== record.status;
    this.#record = record;
    if (!first) return;
    const { jobId, buildNumber } = this.#theBuild();
    const { region, consoleUrl } = this.#inputs;
    const { projectId, recordId } = record;
    const known = this.#buildUrl !== '';
    this.#buildUrl = buildPage(consoleUrl, { region, projectId, jobId, buildNumber, recordId });
    this.#commitId = record.commitId || this.#commitId;
    setRecord(this.#deps.runner, {
      recordId,
      dailyBuildNumber: record.dailyBuildNumber,
      commitId: this.#commitId,
      buildUrl: this.#buildUrl,
      status: record.status,
    });
    if (!known && this.#buildUrl !== '') await this.#log.say(`See ${this.#buildUrl}`);
    if (standingOf(record.status).kind !== 'ended') {
      await this.#publicity.running(buildNumber, this.#commitId, this.#buildUrl);
    }
  }

  #see(): string {
    return this.#buildUrl === '' ? '' : ` See ${this.#buildUrl}`;
  }

  #theBuild(): BuildId {
    if (!this.#build) throw new Error('there is no build yet');
    return this.#build;
  }
}
