// The build's log in this step, as it comes and to its end: shown and saved. Decides where its text comes from, live or
// the full log. Of a multi-task build the children's logs are part of it, one at a time. Reference 4.10, 4.27.

import { byEnd, type Child, hasFailed, hasRun, isOver } from '../builds/children/child.ts';
import type { ChildLogEnd, LogEvent, LogStatus } from '../builds/follow/events.ts';
import { readMissing } from '../builds/log/full-log.ts';
import { StepTails } from '../builds/log/log-tails.ts';
import { isScheduleFailure } from '../builds/status.ts';
import type { CodeArtsBuildClient } from '../codearts/api.ts';
import type { BuildRecord } from '../codearts/build-schemas.ts';
import { isNoLogYet } from '../codearts/errors.ts';
import type { Deps } from '../deps.ts';
import type { Console, LogSink } from '../github/console.ts';
import type { Inputs } from '../github/inputs/inputs.ts';
import { heading, ownHeading } from '../github/report/lists.ts';
import { LogFileSink } from './log-file.ts';

const mostNamed = 20;

export interface BuildLogOptions {
  readonly deps: Deps;
  readonly inputs: Inputs;
  readonly client: CodeArtsBuildClient;
  /** What the step prints. */
  readonly log: Console;
  /** The keeper of what `log` prints of a build. */
  readonly texts: LogTails;
}

/** The log of this step's build, with its children's. */
export class LogOutput {
  readonly saved: LogFileSink;
  readonly #deps: Deps;
  readonly #inputs: Inputs;
  readonly #client: CodeArtsBuildClient;
  readonly #log: Console;
  readonly #texts: LogTails;
  /** The child whose text came last; undefined: the build's own did. */
  #current: Child | undefined;
  /** The record ids of the children whose logs have been told to their end. */
  readonly #completed = new Set<string>();

  constructor({ deps, inputs, client, log, texts }: BuildLogOptions) {
    this.#deps = deps;
    this.#inputs = inputs;
    this.#client = client;
    this.#log = log;
    this.#texts = texts;
    this.saved = new LogFileSink(deps, inputs, client, log);
  }

  /** What comes of the build's log, and of its children's. */
  async handle(event: LogEvent): Promise<void> {
    switch (event.kind) {
      case 'text':
        await this.#log.writeBuildOutput(event.text);
        return await this.saved.text(event.text);
      case 'log-source':
        return await this.#begin(event.child);
      case 'log-restarted':
        return await this.#restart(brokenOff);
      case 'child-log-ended':
        return await this.#childLogEnded(event.child, event.end);
    }
  }

  /**
   * The build is over: what the live log left out is shown and saved.
   * @param where the end of a line that says where else to look
   * @throws the signal's reason
   */
  async complete(
    record: BuildRecord,
    log: LogStatus,
    where: string,
    children: readonly Child[],
  ): Promise<void> {
    const { recordId } = record;
    if (log.state !== 'off') {
      await this.#showRest(recordId, log, where);
      await this.#log.endBuildOutput();
    }
    if (this.#inputs.logLevel === 'INFO' && log.state !== 'off') return;
    await this.saved.download(recordId, mayHaveLog(record));
    for (const child of children.filter(hasRun).toSorted(byEnd)) {
      await this.saved.download(child.recordId, true, heading(child));
    }
  }

  /** Names the children whose logs were not told to their end, where logs are shown as they come. */
  async listIncompleteChildLogs(children: readonly Child[]): Promise<void> {
    const left = children.filter((child) => hasRun(child) && !this.#completed.has(child.recordId));
    if (this.#inputs.log !== 'stream' || left.length === 0) return;
    const names = left.slice(0, mostNamed).map(({ name }) => name);
    const more = left.length - names.length;
    const those = `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
    await this.#log.info(`CodeArts may have more of the logs of these children than is shown here: ${those}`);
  }

  async #begin(child: Child | undefined): Promise<void> {
    const title = child ? heading(child) : ownHeading;
    await this.#log.begin(child?.name ?? '');
    await this.#log.info(title);
    this.#texts.begin(child);
    await this.saved.begin(title, child === undefined);
    this.#current = child;
  }

  async #childLogEnded(child: Child, end: ChildLogEnd): Promise<void> {
    if (end.kind !== 'cut') this.#completed.add(child.recordId);
    const spoke = this.#current?.recordId === child.recordId ? this.#current : undefined;
    if (spoke) {
      await this.#log.endLog();
      this.#texts.end(child, this.#log.failedStep);
    }
    if (end.kind === 'cut') {
      await this.#log.warning(
        `The log of ${child.name} may not be complete here: ${end.error?.message ?? another}`,
      );
    } else if (end.kind === 'unfinished') {
      await this.#log.info(`The end of the log of ${child.name} may be missing here: ${noLastLine}`);
    }
    if (!spoke)
      await this.#log.info(
        heading(child, end.kind === 'cut' ? '; its log could not be read' : '; it has no log'),
      );
    else if (!isOver(spoke)) await this.#log.info(heading(child));
  }

  async #restart(line: string): Promise<void> {
    // What the log broke off with may be half a line: the first one of the new telling is no part of it.
    await this.#log.endLog();
    await this.#log.info(line);
    await this.saved.restart();
  }

  async #showRest(recordId: string, log: LogStatus, where: string): Promise<void> {
    const { clock, random, cancelled } = this.#deps;
    const options = { client: this.#client, recordId, clock, random, signal: cancelled };
    const broken = log.state === 'lost' || log.guessed !== undefined;
    let rest = await this.#showAll(readMissing({ ...options, log }));
    if (rest.kind === 'differs') {
      const whole = { state: 'doubtful', length: 0, tail: '', guessed: undefined } as const;
      const anew = log.guessed ? contradicted : brokenOff;
      rest = await this.#showAll(readMissing({ ...options, log: whole }), anew);
    }
    if (rest.kind === 'differs') return await this.#log.warning(`${mayBeMissing}: ${changed}${where}`);
    if (rest.kind === 'unfinished') return await this.#log.info(`${mayBeMissing}: ${noLastLine}${where}`);
    if (rest.kind === 'shorter') return await this.#log.info(`${mayBeMissing}: ${tooShort}${where}`);
    if (rest.kind !== 'unavailable') return;
    const { error } = rest;
    const why = `${error?.message ?? 'CodeArts gave the build no record id to download it with.'}${where}`;
    if (broken) await this.#log.warning(`The end of the build's log is missing here: ${why}`);
    // A build without a log is common; one whose log is kept from us, or cut without a word, is told.
    else if (log.length === 0 && (!error || isNoLogYet(error.failure))) return;
    else if (log.state === 'absent') await this.#log.warning(`The build's log is missing here: ${why}`);
    else await this.#log.info(`${mayBeMissing}: ${why}`);
  }

  /** @param anew said before the first text, which begins the log once more */
  async #showAll<R>(texts: AsyncGenerator<string, R>, anew?: string): Promise<R> {
    let begun = false;
    for (let next = await texts.next(); ; next = await texts.next()) {
      if (next.done) return next.value;
      if (this.#current) await this.#begin(undefined);
      if (anew !== undefined && !begun) await this.#restart(anew);
      begun = true;
      await this.handle({ kind: 'text', text: next.value });
    }
  }
}

const mayBeMissing = "The end of the build's log may be missing here";
const noLastLine = "CodeArts' last line, Finished, has not come.";
const changed = 'the full log became another one while it was read.';
const another = 'what CodeArts gives for download is shorter, or changed while it was read.';
const tooShort = 'CodeArts gave less of it for download than was shown.';
const brokenOff = "The live log broke off, and where the full log goes on can't be told. The full log:";
const contradicted =
  "CodeArts' live log contradicted itself: lines above may be missing or repeated. The full log:";

/** False for a build that never got a machine, or was stopped before: it may well have no log. */
function mayHaveLog({ status, startedAt }: BuildRecord): boolean {
  return startedAt !== undefined && !isScheduleFailure(status);
}

export interface Heard {
  readonly texts: StepTails;
  /** The step that failed, as the log's marks tell; empty when they don't. */
  readonly failedStep: string;
}

/** The first failed child is diagnosed; a few, as the service may tell later which one was first. */
const mostFailed = 3;

/** The texts of this step's logs, for as long as they may explain a failure. */
export class LogTails implements LogSink {
  readonly #own = new StepTails();
  readonly #failed = new Map<string, Heard>();
  #current = this.#own;

  /** See LogKeeper. */
  enter(step: string): void {
    this.#current.enter(step);
  }

  /** See LogKeeper. */
  add(lines: string): void {
    this.#current.add(lines);
  }

  /** What comes next is this child's; undefined: the build's own. */
  begin(child: Child | undefined): void {
    this.#current = child ? new StepTails() : this.#own;
  }

  /** The child that spoke last has been heard to its end. */
  end(child: Child, failedStep: string): void {
    if (!hasFailed(child) || this.#failed.size >= mostFailed) return;
    this.#failed.set(child.recordId, { texts: this.#current, failedStep });
  }

  /** What a failed child has said; undefined: nothing that was kept. */
  ofChild(child: Child): Heard | undefined {
    return this.#failed.get(child.recordId);
  }

  /** What the build's own log has said. */
  get own(): StepTails {
    return this.#own;
  }
}
