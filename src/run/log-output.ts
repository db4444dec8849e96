// Prints and saves the build's log as it comes, and says what may be missing of it. Of a multi-task build the children's
// logs are part of it, one at a time: a change of child begins a new heading. Reference 4.10, 4.27.

import { byEnd, type Child, hasFailed, hasRun, isOver } from '../builds/children/child.ts';
import { isWhole, type LogEnd, type LogEvent, type LogProgress } from '../builds/events.ts';
import { readMissingLog } from '../builds/log/full-log.ts';
import { isScheduleFailure } from '../builds/status.ts';
import type { BuildRecord } from '../codearts/build-schemas.ts';
import type { RunSetup } from '../deps.ts';
import type { LogSink } from '../github/console.ts';
import type { Inputs } from '../github/inputs/inputs.ts';
import type { PrintedLog } from '../github/printed-log.ts';
import { closingHeading, logHeading } from '../github/report/lists.ts';
import { capitalize, firstOf } from '../text.ts';
import { LogFileSink } from './log-file.ts';

const maxNamed = 20;
/** UTF-16 units that are printed before a cancellation is looked for; as long as CodeArts' longest answers. */
const maxAtOnce = 1024 * 1024;
/** The first failed child is diagnosed; a few are kept, as the service may say later which one was first. */
const maxFailedKept = 3;
/** Milliseconds for which the log of a build that was stopped is read. */
const maxMsAfterStop = 5 * 60_000;

/** What is known by now of the build whose log this is. */
interface LoggedBuild {
  readonly record: BuildRecord | undefined;
  readonly children: readonly Child[];
  /** The end of a line that says where else to look. */
  readonly seeLink: string;
}

/** The log of this step's build, with its children's. */
export class LogOutput {
  readonly logFile: LogFileSink;
  readonly #setup: RunSetup;
  readonly #build: LoggedBuild;
  readonly #sinks: readonly LogSink[];
  /** The child whose text came last; undefined: the build's own did. */
  #current: Child | undefined;
  /** The record ids of the children whose logs were read to their end. */
  readonly #completed = new Set<string>();
  /** A warning has said why the log of a child is missing: one for thirty children is enough. */
  #warnedOfChild = false;
  /** By the children's record ids. */
  readonly #failed = new Map<string, PrintedLog>();

  constructor(setup: RunSetup, build: LoggedBuild) {
    this.#setup = setup;
    this.#build = build;
    this.logFile = new LogFileSink(setup);
    this.#sinks = savesWhatIsPrinted(setup.inputs) ? [setup.console, this.logFile] : [setup.console];
  }

  /** Prints and saves what comes of the build's log, and of its children's. */
  async handle(event: LogEvent): Promise<void> {
    if (event.kind === 'log-ended') {
      if (event.child) return await this.#childLogEnded(event.child, event.end);
      return await this.#reportMissingText("the build's log", event.end, this.#build.seeLink);
    }
    if (event.child?.recordId !== this.#current?.recordId) await this.beginLog(event.child);
    if (event.kind === 'text') await this.#write(event.text);
    else await this.#each((sink) => sink.restart());
  }

  /** Begins the log of this child, which is printed and saved next; undefined: goes on with the build's own. */
  async beginLog(child: Child | undefined): Promise<void> {
    this.#current = child;
    await this.#each((sink) => sink.begin(child));
  }

  /** Ends the log of the child that was printed last. */
  async endLog(child: Child): Promise<void> {
    await this.#each((sink) => sink.end());
    if (hasFailed(child) && this.#failed.size < maxFailedKept) {
      this.#failed.set(child.recordId, this.#setup.console.currentLog);
    }
  }

  /** Returns what is kept of a failed child's log, if it was printed; without a child, of the build's own. */
  printedLog(child: Child | undefined): PrintedLog | undefined {
    return child ? this.#failed.get(child.recordId) : this.#setup.console.parentLog;
  }

  /** Ends every log: what was not printed is saved where that is asked for. */
  async finish(): Promise<void> {
    const { inputs, console } = this.#setup;
    await console.endBuildOutput();
    if (!savesWhatIsPrinted(inputs)) await this.download();
  }

  /** Saves the logs as CodeArts has them. */
  async download(): Promise<void> {
    const { record, children } = this.#build;
    if (!record) return;
    await this.logFile.download(record.recordId, mayHaveLog(record));
    for (const child of children.filter(hasRun).toSorted(byEnd)) {
      await this.logFile.download(child.recordId, true, logHeading(child));
    }
  }

  /**
   * Prints and saves what the build wrote until it was stopped while its log was read.
   * @param read how far it was read; undefined where it was not to be read
   * @throws the signal's reason
   */
  async completeAfterStop(read: LogProgress | undefined): Promise<void> {
    const { client, calls } = this.#setup;
    const { record } = this.#build;
    if (record && read && read.state !== 'complete') {
      const until = calls.clock.now() + maxMsAfterStop;
      const rest = readMissingLog({ client, calls, recordId: record.recordId, log: read, until });
      for await (const part of rest) await this.handle({ ...part, child: undefined });
    }
    await this.finish();
  }

  /** Names the children whose logs were not read to their end, where logs are printed as they come. */
  async listIncompleteChildLogs(): Promise<void> {
    const { inputs, console } = this.#setup;
    const names = this.#build.children
      .filter((child) => hasRun(child) && !this.#completed.has(child.recordId))
      .map(({ name }) => name);
    if (inputs.log !== 'stream' || names.length === 0) return;
    const listed = firstOf(names, maxNamed);
    await console.info(`CodeArts may have more of the logs of these children than is shown here: ${listed}`);
  }

  /** An answer may be so long that a cancellation would wait for seconds until all of it is printed. */
  async #write(text: string): Promise<void> {
    const { clock, signal } = this.#setup.calls;
    for (let from = 0; from < text.length; from += maxAtOnce) {
      if (from > 0) await clock.sleep(0, signal);
      const part = text.slice(from, from + maxAtOnce);
      await this.#each((sink) => sink.write(part));
    }
  }

  async #each(act: (sink: LogSink) => Promise<void>): Promise<void> {
    for (const sink of this.#sinks) await act(sink);
  }

  async #childLogEnded(child: Child, end: LogEnd): Promise<void> {
    const { console } = this.#setup;
    if (isWhole(end)) this.#completed.add(child.recordId);
    const printed = this.#current?.recordId === child.recordId ? this.#current : undefined;
    if (printed) await this.endLog(child);
    const isUnavailable = end.state === 'unavailable';
    if (isUnavailable && this.#warnedOfChild) {
      await console.info(`The log of ${child.name} is missing here as well.`);
    } else await this.#reportMissingText(`the log of ${child.name}`, end, '');
    this.#warnedOfChild ||= isUnavailable;
    // The heading above its log has said already how it ended.
    if (printed && isOver(printed)) return;
    const without = end.state === 'missing' ? '; it has no log' : '; its log could not be read';
    await console.info(closingHeading(child, printed ? '' : without));
  }

  /** A build without a log is common: only one that may lack text is reported. */
  async #reportMissingText(log: string, { state, cause }: LogEnd, seeLink: string): Promise<void> {
    const { console } = this.#setup;
    if (state === 'complete' || state === 'missing') return;
    const { what, why } = missingText[state];
    const line = `${what(log)} here: ${cause?.message ?? why}${seeLink}`;
    const isSure = state === 'changed' || state === 'interrupted' || state === 'unavailable';
    await (isSure ? console.warning(line) : console.info(line));
  }
}

const maybeEnd = (log: string) => `The end of ${log} may be missing`;
const maybeLines = (log: string) => `Lines of ${log} may be missing`;
/** What is missing of a log, and why where no error says so. */
const missingText = {
  unfinished: { what: maybeEnd, why: "CodeArts' last line, Finished, has not come." },
  'too-long': { what: maybeEnd, why: 'it does not end.' },
  shorter: { what: maybeLines, why: 'CodeArts returned less of it for download than was printed.' },
  changed: { what: maybeLines, why: 'the full log became another one while it was read.' },
  interrupted: { what: (log: string) => `The end of ${log} is missing`, why: 'it could not be read.' },
  unavailable: { what: (log: string) => `${capitalize(log)} is missing`, why: 'it could not be read.' },
};

/** Otherwise the file is downloaded after the build's end. */
function savesWhatIsPrinted({ log, logLevel }: Inputs): boolean {
  return logLevel === 'INFO' && log === 'stream';
}

/** Returns false for a build that never got a machine, or was stopped before: it may well have no log. */
function mayHaveLog({ status, startedAt }: BuildRecord): boolean {
  return startedAt !== undefined && !isScheduleFailure(status);
}
