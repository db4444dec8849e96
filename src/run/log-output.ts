// Prints and saves the build's log as it comes, and says what may be missing of it. Of a multi-task build the children's
// logs are part of it, one at a time: here alone it is decided whose log is printed. Reference 4.10, 4.27.

import { byEnd, type Child, hasFailed, hasRun, isOver } from '../builds/children/child.ts';
import { readMissingLog } from '../builds/log/full-log.ts';
import type { LogEnd, LogEvent, LogStatus } from '../builds/log/log-events.ts';
import type { LogSink } from '../builds/log/log-sink.ts';
import { StepTails } from '../builds/log/log-tails.ts';
import { isScheduleFailure } from '../builds/status.ts';
import type { CodeArtsBuildClient } from '../codearts/api.ts';
import type { BuildRecord } from '../codearts/build-schemas.ts';
import type { Deps } from '../deps.ts';
import type { Console, TailKeeper } from '../github/console.ts';
import type { Inputs } from '../github/inputs/inputs.ts';
import { closingHeading, logHeading, parentHeading } from '../github/report/lists.ts';
import { LogFileSink } from './log-file.ts';

const mostNamed = 20;

export interface LogOutputOptions {
  readonly deps: Deps;
  readonly inputs: Inputs;
  readonly client: CodeArtsBuildClient;
  /** What the step prints. */
  readonly console: Console;
  /** The keeper of what `log` prints of a build. */
  readonly tails: LogTails;
}

/** The log of this step's build, with its children's. */
export class LogOutput {
  readonly logFile: LogFileSink;
  readonly #deps: Deps;
  readonly #inputs: Inputs;
  readonly #client: CodeArtsBuildClient;
  readonly #console: Console;
  readonly #texts: LogTails;
  /** The child whose text came last; undefined: the build's own did. */
  #current: Child | undefined;
  /** The record ids of the children whose logs were read to their end. */
  readonly #completed = new Set<string>();

  constructor({ deps, inputs, client, console, tails }: LogOutputOptions) {
    this.#deps = deps;
    this.#inputs = inputs;
    this.#client = client;
    this.#console = console;
    this.#texts = tails;
    this.logFile = new LogFileSink(deps, inputs, client, console);
  }

  /**
   * Prints and saves what comes of the build's log, and of its children's.
   * @param where the end of a line that says where else to look
   */
  async handle(event: LogEvent, where: string): Promise<void> {
    switch (event.kind) {
      case 'text':
        return await this.#each((sink) => sink.write(event.text));
      case 'log-source':
        return await this.begin(event.child);
      case 'log-restarted':
        return await this.#each((sink) => sink.restart());
      case 'log-ended':
        return await this.#end(event.child, event.end, where);
    }
  }

  /** Nothing more comes of any log: what was not printed is saved where that is asked for. */
  async end(record: BuildRecord, children: readonly Child[]): Promise<void> {
    await this.#console.endBuildOutput();
    if (this.#inputs.logLevel !== 'INFO' || this.#inputs.log !== 'stream') await this.save(record, children);
  }

  /** Saves the logs as CodeArts has them. */
  async save(record: BuildRecord, children: readonly Child[]): Promise<void> {
    await this.logFile.download(record.recordId, mayHaveLog(record));
    for (const child of children.filter(hasRun).toSorted(byEnd)) {
      await this.logFile.download(child.recordId, true, logHeading(child));
    }
  }

  /**
   * The build was stopped while its log was read: prints and saves what it wrote by then.
   * @param log how far it was read
   * @throws the signal's reason
   */
  async complete(
    record: BuildRecord,
    log: LogStatus,
    { seeLink, children }: { readonly seeLink: string; readonly children: readonly Child[] },
  ): Promise<void> {
    const { clock, random, cancelled: signal } = this.#deps;
    const { recordId } = record;
    const until = clock.now() + mostMsAfterStop;
    const events = readMissingLog({ client: this.#client, recordId, log, clock, random, signal, until });
    for (let next = await events.next(); ; next = await events.next()) {
      if (next.done) {
        await this.#end(undefined, next.value, seeLink);
        break;
      }
      if (this.#current) await this.begin(undefined);
      if (next.value.kind === 'restarted') await this.#each((sink) => sink.restart());
      else await this.handle(next.value, seeLink);
    }
    await this.end(record, children);
  }

  /** Names the children whose logs were not read to their end, where logs are printed as they come. */
  async listIncompleteChildLogs(children: readonly Child[]): Promise<void> {
    const left = children.filter((child) => hasRun(child) && !this.#completed.has(child.recordId));
    if (this.#inputs.log !== 'stream' || left.length === 0) return;
    const names = left.slice(0, mostNamed).map(({ name }) => name);
    const more = left.length - names.length;
    const those = `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
    await this.#console.info(
      `CodeArts may have more of the logs of these children than is shown here: ${those}`,
    );
  }

  /** What comes next is this child's log; undefined: the build's own. */
  async begin(child: Child | undefined): Promise<void> {
    const heading = child ? logHeading(child) : parentHeading;
    this.#texts.begin(child);
    this.#current = child;
    await this.#each((sink) => sink.begin({ child, heading }));
  }

  /** Nothing more comes of the child's log that was printed last. */
  async endLog(child: Child): Promise<void> {
    await this.#each((sink) => sink.end());
    this.#texts.end(child, this.#console.failedStep);
  }

  async #each(act: (sink: LogSink) => Promise<void>): Promise<void> {
    for (const sink of [this.#console, this.logFile]) await act(sink);
  }

  async #end(child: Child | undefined, end: LogEnd, where: string): Promise<void> {
    if (!child) return await this.#reportEnd("the build's log", end, where);
    if (wholeEnds.has(end.kind)) this.#completed.add(child.recordId);
    const printed = this.#current?.recordId === child.recordId ? this.#current : undefined;
    if (printed) await this.endLog(child);
    await this.#reportEnd(`the log of ${child.name}`, end, '');
    if (!printed)
      await this.#console.info(
        closingHeading(child, end.kind === 'missing' ? '; it has no log' : '; its log could not be read'),
      );
    // Its heading said that it was running.
    else if (!isOver(printed)) await this.#console.info(closingHeading(child));
  }

  /** A build without a log is common: only one that may lack text is reported. */
  async #reportEnd(log: string, end: LogEnd, where: string): Promise<void> {
    if (end.kind === 'complete' || end.kind === 'missing') return;
    if (end.kind !== 'unavailable') {
      const what = end.kind === 'shorter' || end.kind === 'changed' ? `Lines of ${log}` : `The end of ${log}`;
      const line = `${what} may be missing here: ${reasons[end.kind]}${where}`;
      return await (end.kind === 'changed' ? this.#console.warning(line) : this.#console.info(line));
    }
    const why = `${end.error?.message ?? 'CodeArts gave no record id to download it with.'}${where}`;
    if (end.lacks === 'perhaps-end')
      return await this.#console.info(`The end of ${log} may be missing here: ${why}`);
    const what = end.lacks === 'all' ? `T${log.slice(1)}` : `The end of ${log}`;
    await this.#console.warning(`${what} is missing here: ${why}`);
  }
}

const wholeEnds = new Set<LogEnd['kind']>(['complete', 'missing', 'unfinished']);
const reasons = {
  unfinished: "CodeArts' last line, Finished, has not come.",
  shorter: 'CodeArts gave less of it for download than was printed.',
  changed: 'the full log became another one while it was read.',
  'too-long': 'it does not end.',
};
/** Milliseconds for which the log of a build that was stopped is read. */
const mostMsAfterStop = 5 * 60_000;

/** False for a build that never got a machine, or was stopped before: it may well have no log. */
function mayHaveLog({ status, startedAt }: BuildRecord): boolean {
  return startedAt !== undefined && !isScheduleFailure(status);
}

/** What was kept of a failed child's log. */
export interface FailedTail {
  readonly tails: StepTails;
  /** The step that failed by the log's markers; empty when they name none. */
  readonly failedStep: string;
}

/** The first failed child is diagnosed; a few are kept, as the service may say later which one was first. */
const mostFailed = 3;

/** The texts of this step's logs, for as long as they may explain a failure. */
export class LogTails implements TailKeeper {
  readonly #own = new StepTails();
  readonly #failed = new Map<string, FailedTail>();
  #current = this.#own;

  /** See TailKeeper. */
  enter(step: string): void {
    this.#current.enter(step);
  }

  /** See TailKeeper. */
  add(lines: string): void {
    this.#current.add(lines);
  }

  /** What comes next is this child's; undefined: the build's own. */
  begin(child: Child | undefined): void {
    this.#current = child ? new StepTails() : this.#own;
  }

  /** Nothing more comes of this child's log, which came last. */
  end(child: Child, failedStep: string): void {
    if (!hasFailed(child) || this.#failed.size >= mostFailed) return;
    this.#failed.set(child.recordId, { tails: this.#current, failedStep });
  }

  /** What was kept of a failed child's log. */
  ofChild(child: Child): FailedTail | undefined {
    return this.#failed.get(child.recordId);
  }

  /** What was kept of the build's own log. */
  get own(): StepTails {
    return this.#own;
  }
}
