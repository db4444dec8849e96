// One build as this workflow step's: found, started or taken up, followed, and ended. The order of things is in run.ts;
// what is known so far in scene.ts; how it ends in conclusion.ts and endings.ts.

import type { FollowEnd, FollowEvent, LogEnd } from '../build/events.ts';
import { childrenOf } from '../build/flow/children-of.ts';
import { follow } from '../build/follow.ts';
import { type Started, startBuild } from '../build/start.ts';
import type { CodeArtsBuild } from '../codearts/client.ts';
import { CallError } from '../codearts/errors.ts';
import type { Deps, ExitCode } from '../deps.ts';
import { nothingMade } from '../workflow/handoff.ts';
import type { Inputs } from '../workflow/inputs.ts';
import { Narrator } from '../workflow/narrator.ts';
import { setIdentity } from '../workflow/outputs.ts';
import { signInLine } from '../workflow/sign-in-words.ts';
import { type Source, sourceWords } from '../workflow/source.ts';
import { startWords } from '../workflow/start-words.ts';
import { type RunStateOf, saveRunState } from '../workflow/state.ts';
import { StepLog } from '../workflow/step-log.ts';
import { BuildLog } from './build-log.ts';
import { conclude } from './conclusion.ts';
import { cancel, fail, leaveRunning, tookTooLong } from './endings.ts';
import { handOn } from './hand-on.ts';
import type { Start } from './job.ts';
import { takeNote } from './note.ts';
import { findTheJob, prepareStart } from './prepare.ts';
import { Publicity } from './publicity.ts';
import { reusableBuild } from './reuse.ts';
import { Known, type Scene } from './scene.ts';
import { Voices } from './voices.ts';

/** The log of a build that nobody followed. */
const unread: LogEnd = { state: 'off', length: 0, tail: '', guessed: undefined };

/**
 * The methods are called in the order in which they stand: prepare, reuse or start or takeUp, follow, one that ends.
 */
export class Step {
  readonly #scene: Scene;
  readonly #log: StepLog;
  readonly #cancelledAt: () => number;

  /** @param connect opens the client; `hide` has the runner star a secret, whatever is being printed */
  constructor(deps: Deps, inputs: Inputs, connect: (hide: (secret: string) => void) => CodeArtsBuild) {
    const voices = new Voices();
    const keepDates = inputs.logTimestamps === 'keep';
    const log = new StepLog(deps.runner, { newToken: deps.newToken, keepDates, keeper: voices });
    const client = connect((secret) => log.hide(secret));
    const buildLog = new BuildLog({ deps, inputs, client, log, voices });
    const publicity = new Publicity(deps, inputs, client, log);
    this.#log = log;
    this.#scene = { deps, inputs, client, buildLog, log, publicity, known: new Known() };
    let at = deps.clock.now();
    deps.cancelled.addEventListener('abort', () => (at = deps.clock.now()), { once: true });
    this.#cancelledAt = () => at;
  }

  /** Finds the job. Where a build is to be started, everything that keeps it from being started is told now. */
  async prepare(): Promise<void> {
    const { deps, inputs, client, known } = this.#scene;
    const { clock, random, cancelled: signal } = deps;
    await this.#log.say(signInLine(inputs.credentials));
    const starts = inputs.buildNumber === undefined;
    const options = { client, inputs, log: this.#log, how: { clock, random, signal } };
    known.job = starts ? await prepareStart(options) : await findTheJob(options);
  }

  /** @param path where the log is saved; undefined: nowhere */
  async saveLogAt(path: string | undefined): Promise<void> {
    await this.#scene.buildLog.saved.open(path);
  }

  /** Ends with a successful build of the same commit and parameters; undefined when a new one is needed. */
  async reuse(source: Source): Promise<ExitCode | undefined> {
    const { deps, inputs, client, buildLog, known } = this.#scene;
    const { clock, random, runner, cancelled: signal } = deps;
    const { request } = known.job.startOf(inputs.parameters, source);
    const options = { client, request, source, clock, random, signal };
    const found = await reusableBuild(options, known.job, this.#log);
    if (!found) return undefined;
    const { buildNumber, record } = found;
    known.build = { jobId: known.job.id, buildNumber };
    setIdentity(runner, { ...known.build, dailyBuildNumber: '', reused: true });
    await takeNote(this.#scene, record);
    known.children = await childrenOf({ client, record, clock, random, signal });
    await buildLog.complete(record.recordId, unread, known.where, known.children);
    return await conclude(this.#scene, record, 'success');
  }

  /** Starts exactly one build. The post step knows from before the call on that a build may run. */
  async start(source: Source, notices: readonly string[]): Promise<void> {
    const { deps, inputs, known } = this.#scene;
    const { runner, clock, cancelled } = deps;
    const jobId = known.job.id;
    for (const notice of notices) runner.notice(notice);
    await this.#log.say(`Starting CodeArts job ${known.job.title} for ${sourceWords(source)}.`);
    const start = known.job.startOf(inputs.parameters, source);
    const { commitId = '', tellsBranch } = start;
    known.askedCommit = commitId;
    known.commitId = ('commitId' in source ? source.commitId : undefined) ?? '';
    cancelled.throwIfAborted();
    const starting = { phase: 'starting', jobId, sentAt: clock.now(), commitId, tellsBranch } as const;
    saveRunState(runner, starting);
    const told: Promise<void>[] = [];
    const started = await this.#startOrKnowNone(start, told, starting);
    // Noted before anything that waits: a kill may come at any moment.
    known.startedHere = true;
    known.build = { jobId, buildNumber: started.buildNumber };
    saveRunState(runner, { phase: 'running', ...known.build });
    setIdentity(runner, { jobId, ...started });
    await Promise.all(told);
    await handOn(deps, this.#log, known.build, nothingMade);
    await this.#log.say(
      `Build #${started.buildNumber} ${started.adopted ? 'was started, and is followed' : 'started'}.`,
    );
    cancelled.throwIfAborted();
  }

  async #startOrKnowNone(
    { request, commitId }: Start,
    told: Promise<void>[],
    starting: RunStateOf<'starting'>,
  ): Promise<Started> {
    const { deps, client } = this.#scene;
    const { clock, random, runner, cancelled: signal } = deps;
    try {
      return await startBuild({
        client,
        request,
        commitId,
        clock,
        random,
        signal,
        tell: (event) => told.push(this.#log.say(startWords(event))),
      });
    } catch (error) {
      if (error instanceof CallError || error === signal.reason) saveRunState(runner, { phase: 'over' });
      // What begins from now on is not this step's: the post step, hours later, must not stop it.
      else saveRunState(runner, { ...starting, begunBy: clock.now() });
      throw error;
    }
  }

  /** Takes up a build that was started elsewhere. */
  async takeUp(buildNumber: number): Promise<void> {
    const { deps, inputs, known } = this.#scene;
    known.build = { jobId: known.job.id, buildNumber };
    if (inputs.stopOnCancel) saveRunState(deps.runner, { phase: 'running', ...known.build });
    setIdentity(deps.runner, { ...known.build, dailyBuildNumber: '' });
    await handOn(deps, this.#log, known.build, nothingMade);
    await this.#log.say(`Following build #${buildNumber} of CodeArts job ${known.job.title}.`);
  }

  /** Shows the build while it runs, until it is over or has taken too long. */
  async follow(): Promise<FollowEnd> {
    const { deps, inputs, client, known } = this.#scene;
    const { clock, random, cancelled: signal } = deps;
    const showsLog = inputs.log === 'stream';
    const narrator = new Narrator({ log: this.#log, clock, showsLog });
    const events = follow({
      client,
      build: known.theBuild,
      clock,
      random,
      signal,
      deadline: clock.now() + inputs.timeoutMs,
      pollIntervalMs: inputs.pollIntervalMs,
      readLog: showsLog,
      justStarted: known.startedHere,
    });
    for (let next = await events.next(); ; next = await events.next()) {
      if (next.done) return next.value;
      await this.#take(next.value, narrator);
    }
  }

  async #take(event: FollowEvent, narrator: Narrator): Promise<void> {
    const { buildLog, known } = this.#scene;
    switch (event.kind) {
      case 'text':
      case 'floor':
      case 'told-anew':
      case 'child-told':
        if (event.kind === 'text') narrator.heardText();
        return await buildLog.hear(event);
      case 'record':
        await takeNote(this.#scene, event.record);
        break;
      case 'children':
        known.children = event.children;
    }
    await narrator.tell(event);
  }

  /** Ends the step as the build has ended. */
  async endWith(end: FollowEnd): Promise<ExitCode> {
    if (end.kind === 'deadline') return await tookTooLong(this.#scene, end.log);
    const { buildLog, known } = this.#scene;
    await buildLog.complete(end.record.recordId, end.log, known.where, end.children);
    return await conclude(this.#scene, end.record, end.result);
  }

  /** Ends the step while the build goes on. */
  async leaveRunning(): Promise<ExitCode> {
    return await leaveRunning(this.#scene);
  }

  /** Ends the step because the workflow was cancelled. */
  async cancel(): Promise<ExitCode> {
    return await cancel(this.#scene, this.#cancelledAt());
  }

  /** Ends the step because something went wrong that is not the build's own failure. */
  async fail(error: unknown): Promise<ExitCode> {
    return await fail(this.#scene, error);
  }
}
