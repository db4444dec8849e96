// What the step prints. A build's log is text from outside: whatever it says, it must not command the runner. So
// workflow commands are off (stop-commands with a random token) while remote lines are printed, and on again before
// anything of our own: a stretch of remote lines never holds a line of ours. Each CodeArts step is a group.

import { type Line, LineSplitter } from '../build/lines.ts';
import { stepMark } from '../build/step-marks.ts';
import { formatSeconds } from './duration.ts';
import type { Annotation, Runner } from './runner.ts';

/** In front of every further piece of a line that was too long for one. */
const continuation = '↪ ';

interface OpenGroup {
  readonly step: string;
  readonly beganAt: number | undefined;
}

export class StepLog {
  readonly #runner: Runner;
  readonly #newToken: () => string;
  readonly #onLine: (line: string) => void;
  #splitter = new LineSplitter();
  #token = '';
  #group: OpenGroup | undefined;
  /** Whose lines are printed: a child's name; empty: the build's own. */
  #voice = '';
  /** The beginning of a line of the build's own that a child's log came between. */
  #own: LineSplitter | undefined;

  /**
   * @param newToken a text that nobody can guess, for each stretch of remote lines
   * @param onLine is told each line of the log (of a long one its first piece)
   */
  constructor(runner: Runner, newToken: () => string, onLine: (line: string) => void) {
    this.#runner = runner;
    this.#newToken = newToken;
    this.#onLine = onLine;
  }

  /** Prints the lines that this text of the build's log completes. */
  async remote(text: string): Promise<void> {
    await this.#print(this.#splitter.push(text));
  }

  /** The log that is printed is complete: what is left of it is a line, and its group ends. */
  async voiceEnd(): Promise<void> {
    await this.#print(this.#splitter.end());
    this.#splitter = new LineSplitter();
    await this.#runner.write(this.#release() + this.#closeGroup(undefined));
  }

  /** Nothing of the build's logs is still to come: what is left of them are lines, and open groups end. */
  async remoteEnd(): Promise<void> {
    await this.#print(this.#splitter.end());
    if (this.#voice !== '' && this.#own) await this.#print(this.#own.end());
    this.#splitter = new LineSplitter();
    this.#own = undefined;
    await this.#runner.write(this.#release() + this.#closeGroup(undefined));
  }

  /**
   * The lines that come next are another log's. A child's log has ended when another comes; the build's own goes on
   * where it was, be it inside a line.
   * @param name the child's, which stands in front of its steps; empty: the build's own log
   */
  async voice(name: string): Promise<void> {
    if (this.#voice === '') this.#own = this.#splitter;
    else await this.#print(this.#splitter.end());
    await this.#runner.write(this.#release() + this.#closeGroup(undefined));
    this.#splitter = (name === '' ? this.#own : undefined) ?? new LineSplitter();
    this.#voice = name;
  }

  /** Prints a line of our own. Text from outside in it can't command the runner. */
  async say(line: string): Promise<void> {
    await this.#runner.write(`${this.#release()}${harmless(line)}\n`);
  }

  /** Says it as a warning annotation. */
  async warning(message: string): Promise<void> {
    await this.#runner.write(this.#release());
    this.#runner.warning(message);
  }

  /** Says it as an error annotation. */
  async error(message: string, where?: Annotation): Promise<void> {
    await this.#runner.write(this.#release());
    this.#runner.error(message, where);
  }

  /** For those who look into the action itself: shown with step debug logging only. */
  async debug(message: string): Promise<void> {
    if (!this.#runner.debugging) return;
    await this.#runner.write(this.#release());
    this.#runner.debug(message);
  }

  async #print(lines: Iterable<Line>): Promise<void> {
    let out = '';
    for (const line of lines) {
      if (!line.continued) this.#onLine(line.text);
      const mark = line.continued ? undefined : stepMark(line.text);
      if (mark?.kind === 'begins' && mark.step !== this.#group?.step) {
        out += this.#release() + this.#closeGroup(mark.at);
        out += `::group::${escapeData(titleOf(mark.step, this.#voice))}\n`;
        this.#group = { step: mark.step, beganAt: mark.at };
      }
      if (mark?.kind === 'all-over' && this.#group) out += this.#release() + this.#closeGroup(mark.at);
      if (this.#token === '') {
        this.#token = this.#newToken();
        out += `::stop-commands::${this.#token}\n`;
      }
      out += line.continued ? `${continuation}${line.text}\n` : `${line.text}\n`;
      if (mark?.kind === 'ends' && mark.step === this.#group?.step) {
        out += this.#release() + this.#closeGroup(mark.at);
      }
    }
    if (out !== '') await this.#runner.write(out);
  }

  /** Commands are on again after this text. */
  #release(): string {
    if (this.#token === '') return '';
    const text = `::${this.#token}::\n`;
    this.#token = '';
    return text;
  }

  #closeGroup(endedAt: number | undefined): string {
    if (!this.#group) return '';
    const { step, beganAt } = this.#group;
    this.#group = undefined;
    const took =
      beganAt === undefined || endedAt === undefined || endedAt < beganAt
        ? ''
        : `${harmless(titleOf(step, this.#voice))}: ${formatSeconds((endedAt - beganAt) / 1000)}\n`;
    return `::endgroup::\n${took}`;
  }
}

/** GitHub has no groups inside groups: a child's steps carry its name. */
function titleOf(step: string, child: string): string {
  return child === '' ? step : `${child} ▸ ${step}`;
}

/** A line that neither of the runner's two parsers takes for a command. */
export function harmless(line: string): string {
  const folded = line.replace(/[\r\n]+/g, ' ').replaceAll('##[', '## [');
  return folded.trimStart().startsWith('::') ? `\u200B${folded.trimStart()}` : folded;
}

/** Escapes what a workflow command's data may not hold. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
