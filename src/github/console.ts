// Prints what the step shows. A build's log is text from outside and must not command the runner: workflow commands are
// off (stop-commands with a random token) while it is printed, and on again before any line of the action's. Each CodeArts step
// is a group; the two stop-commands lines, which the runner shows, stand inside it. How the runner and the web view treat
// lines: actions/runner, ActionCommandManager.cs and OutputManager.cs.

import type { Child } from '../builds/children/child.ts';
import { findLinesContaining, LineReader } from '../builds/log/lines.ts';
import {
  markerHints,
  parseStepMarkers,
  type StepMarker,
  timeOf,
  withoutDates,
} from '../builds/log/log-line.ts';
import { formatSeconds, printableLines, toSingleLine, withoutControls } from '../text.ts';
import { type PrintedLog, StepResults, StepTails } from './printed-log.ts';
import { labels, logHeading } from './report/lists.ts';
import type { Annotation, MaskingRunner } from './runner.ts';
import { type ClosedGroup, type GroupChange, StepGroups } from './step-groups.ts';

export interface ConsoleOptions {
  /** A text that nobody can guess, for each stretch of the build's lines. */
  readonly newToken: () => string;
  /** False: the dates that CodeArts writes in front of lines are left out. */
  readonly keepDates: boolean;
}

/** One log among those that are printed. */
interface LogStream extends PrintedLog {
  /** The child's whose log it is, put in front of its steps; empty: the build's own. */
  readonly name: string;
  readonly reader: LineReader;
  readonly groups: StepGroups;
}

// The web view takes `##[group]`, `##[error]` and their like at a line's start for the runner's own, commands off or
// not. An escape code that changes nothing to the eye keeps it from doing so.
const guard = '\u001b[0m';
const forgedStart = /^(?=##\[|\[(?:end)?group\])/;
const hints = [...markerHints, '##[', 'group]'];

/** Takes the logs of a build, one at a time. */
export interface LogSink {
  /**
   * What is written from now on is this log's, under a heading. The parent's goes on where it was, also inside a line.
   * @param child whose log it is; undefined for the parent's
   */
  begin(child: Child | undefined): Promise<void>;
  /** @param text cut anywhere */
  write(text: string): Promise<void>;
  /** What was written of this log is not its beginning: it comes again, as a whole. */
  restart(): Promise<void>;
  /** Nothing more comes of this log. */
  end(): Promise<void>;
}

/**
 * Prints what one step shows, in the order of the calls. A method's promise settles when the runner has taken the text.
 */
export class Console implements LogSink {
  readonly #runner: MaskingRunner;
  readonly #options: ConsoleOptions;
  #parent: LogStream;
  #current: LogStream;
  #token = '';

  constructor(runner: MaskingRunner, options: ConsoleOptions) {
    this.#runner = runner;
    this.#options = options;
    this.#parent = this.#openStream('');
    this.#current = this.#parent;
  }

  #openStream(name: string, steps: readonly string[] = []): LogStream {
    const results = new StepResults();
    const reader = new LineReader(this.#runner.cutBefore);
    return { name, reader, results, tails: new StepTails(), groups: new StepGroups(results, steps) };
  }

  /** Takes the names of the job's steps, in order, before any text of the log: not every step is marked in it. */
  expectSteps(names: readonly string[]): void {
    this.#parent = this.#openStream('', names);
    this.#current = this.#parent;
  }

  /** Prints the lines that this text completes. */
  async write(text: string): Promise<void> {
    await this.#print(this.#current.reader.push(text));
  }

  /** What is left of a child's log is printed first: it does not come back. */
  async begin(child: Child | undefined): Promise<void> {
    if (this.#current !== this.#parent) await this.#print(this.#current.reader.end());
    await this.#runner.write(this.#closeGroup());
    this.#current = child ? this.#openStream(child.name) : this.#parent;
    await this.info(logHeading(child));
  }

  async restart(): Promise<void> {
    await this.end();
    await this.info(restarted);
  }

  /** Prints what is left of the log as a line, and closes its group. */
  async end(): Promise<void> {
    await this.#print(this.#current.reader.end());
    await this.#runner.write(this.#closeGroup());
  }

  /** Ends every log. Half a line of the build's own log, which a child's came after, gets a heading of its own. */
  async endBuildOutput(): Promise<void> {
    if (this.#current !== this.#parent && this.#parent.reader.hasRest) {
      await this.begin(undefined);
    }
    await this.end();
  }

  /** Opens the group of a step: what is written next belongs to it, whether or not the log says so. */
  async openStep(step: string): Promise<void> {
    await this.#runner.write(
      this.#changeGroup(this.#current.groups.beforeMarker({ kind: 'begins', step, at: undefined })),
    );
  }

  /** What is kept of the build's own log. */
  get parentLog(): PrintedLog {
    return this.#parent;
  }

  /** What is kept of the log that was printed last. */
  get currentLog(): PrintedLog {
    return this.#current;
  }

  /**
   * Prints lines of the log once more, outside any group. They are quoted so that no problem matcher of the job (of
   * setup-node, setup-go, …) makes the same annotation of a line a second time.
   */
  async writeExcerpt(lines: readonly string[]): Promise<void> {
    const text = lines
      .map((line) => `${quoteLine(printableLines(line.replace(/[\r\n]+/g, ' ')))}\n`)
      .join('');
    await this.#runner.write(this.#closeGroup() + this.#disableCommands() + text + this.#enableCommands());
  }

  /** Prints a line of the action's. Text from outside in it can't command the runner. */
  async info(line: string): Promise<void> {
    await this.#runner.write(`${this.#beforeActionLine()}${escapeCommands(this.#runner.redactCut(line))}\n`);
  }

  /** Prints a notice annotation. */
  async notice(message: string): Promise<void> {
    await this.#runner.write(this.#beforeActionLine());
    this.#runner.notice(message);
  }

  /** Prints a warning annotation. */
  async warning(message: string): Promise<void> {
    await this.#runner.write(this.#beforeActionLine());
    this.#runner.warning(message);
  }

  /** Prints an error annotation. */
  async error(message: string, where?: Annotation): Promise<void> {
    await this.#runner.write(this.#beforeActionLine());
    this.#runner.error(message, where);
  }

  /** Has the runner mask a secret from now on, in every form, also in the middle of the build's log. */
  addMask(secret: string): void {
    // While commands are off the runner would print this one, with the secret. Nothing can come in between: the text is
    // written at once, and only the promise waits.
    void this.#runner.write(this.#enableCommands());
    this.#runner.mask(secret);
  }

  /** Prints a line that only step debug logging shows. */
  async debug(message: string): Promise<void> {
    if (!this.#runner.debugging) return;
    await this.#runner.write(this.#beforeActionLine());
    this.#runner.debug(message);
  }

  async #print(read: string): Promise<void> {
    if (read === '') return;
    // Before anything else: what a terminal sequence hides at a line's start may be taken for a command without it.
    const lines = printableLines(read);
    let out = '';
    let from = 0;
    for (const { start, end } of findLinesContaining(lines, hints)) {
      const line = lines.slice(start, end);
      const markers = parseStepMarkers(line);
      const forged = forgedStart.test(this.#options.keepDates ? line : withoutDates(line));
      if (markers.length === 0 && !forged) continue;
      out += this.#buildLines(lines.slice(from, start));
      out += this.#buildLines(`${line}\n`, markers, forged ? guard : '');
      from = end + 1;
    }
    out += this.#buildLines(lines.slice(from));
    await this.#runner.write(out);
  }

  #buildLines(lines: string, markers: readonly StepMarker[] = [], before = ''): string {
    if (lines === '') return '';
    const { groups, tails } = this.#current;
    const changes =
      markers.length > 0
        ? markers.map((marker) => groups.beforeMarker(marker))
        : [groups.beforeText(timeOf(lines))];
    const heading = changes.map((change) => this.#changeGroup(change)).join('');
    tails.add(lines);
    const text = this.#options.keepDates ? lines : withoutDates(lines);
    return heading + this.#disableCommands() + before + text;
  }

  #changeGroup({ closed, opened }: GroupChange): string {
    const end = closed ? this.#groupEnd(closed) : '';
    if (!opened) return end;
    if (!opened.byEngine) this.#current.tails.enter(opened.step);
    // What else a command must escape, no title holds: it is a single line.
    const title = this.#titleOf(opened.step).replaceAll('%', '%25');
    return `${end}${this.#enableCommands()}::group::${title}\n`;
  }

  /** Turns workflow commands off. */
  #disableCommands(): string {
    if (this.#token !== '') return '';
    this.#token = this.#options.newToken();
    return `::stop-commands::${this.#token}\n`;
  }

  /** Turns them on again. */
  #enableCommands(): string {
    if (this.#token === '') return '';
    const text = `::${this.#token}::\n`;
    this.#token = '';
    return text;
  }

  /** Comes before a line of the action's: the group of a step that has ended is closed. */
  #beforeActionLine(): string {
    return this.#current.groups.mayClose ? this.#closeGroup() : this.#enableCommands();
  }

  #closeGroup(): string {
    const closed = this.#current.groups.close();
    return closed ? this.#groupEnd(closed) : this.#enableCommands();
  }

  #groupEnd(closed: ClosedGroup): string {
    this.#current.tails.enter('');
    return `${this.#enableCommands()}::endgroup::\n${resultLine(this.#titleOf(closed.step), closed)}`;
  }

  /** GitHub has no groups inside groups: a child's steps carry its name. */
  #titleOf(step: string): string {
    const child = this.#current.name;
    const title = [child, step].filter((name) => name !== '').map((name) => toSingleLine(name, longestName));
    return this.#runner.redactCut(title.join(' ▸ '));
  }
}

const restarted =
  'The live log lacked lines or broke off, and it is not known where the full log continues. The full log:';

const longestName = 200;

/** Writes the line under a closed group that says how its step ended: the group's own title can't. */
function resultLine(
  step: string,
  { state, beganAt = Number.NaN, endedAt = Number.NaN }: ClosedGroup,
): string {
  const ms = endedAt - beganAt;
  const took = ms >= 0 ? `, ${formatSeconds(ms / 1000)}` : '';
  const name = escapeCommands(step);
  if (state === 'unknown') return took === '' ? '' : `${name}${took}\n`;
  const { sign, verb } = labels[state];
  return `${sign} ${name}${state === 'success' ? '' : ` ${verb}`}${took}\n`;
}

/** Keeps problem matchers from matching: most want a path at the line's start, the others a number right after a colon or bracket. */
function quoteLine(line: string): string {
  return `│ ${line.replace(/[:(](?=\d)/g, '$&\u2060')}`;
}

// What .NET's TrimStart takes for blanks before a command: JavaScript's and U+0085.
const blanksThenColons = /^[\s\u0085]*::/;

/** Changes a line so that neither of the runner's two parsers takes it for a command. */
export function escapeCommands(line: string): string {
  const folded = withoutControls(line).replaceAll('##[', '## [');
  return blanksThenColons.test(folded) ? folded.replace('::', '\u200B::') : folded;
}
