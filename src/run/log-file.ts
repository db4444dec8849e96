// The file that `log-file` asks for: the build's log as it comes, or as CodeArts has it; of a multi-task build the
// children's logs one after the other. A disk that is full must not fail a build. Reference 4.10.

import { constants, mkdirSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CodeArtsBuildClient } from '../codearts/api.ts';
import { ApiError, isNoLogYet } from '../codearts/errors.ts';
import { retry } from '../codearts/retry.ts';
import type { Deps } from '../deps.ts';
import type { Console } from '../github/console.ts';
import type { Inputs } from '../github/inputs/inputs.ts';
import { setLogFile } from '../github/outputs.ts';

/** The build is over: what is still to be had of its log is worth a minute. */
const maxElapsedMs = 60_000;

/** The file of this step's log; does nothing while it has no path. Never throws for the disk: it warns, once. */
export class LogFileSink {
  readonly #deps: Deps;
  readonly #inputs: Inputs;
  readonly #client: CodeArtsBuildClient;
  readonly #steps: Console;
  #file: LogFile | undefined;
  /** Where in the file the log begins that is being written. */
  #partAt = 0;
  #ownPart = true;
  /** The beginning of a line of the build's own log that a child's came between. */
  #ownLine = '';

  constructor(deps: Deps, inputs: Inputs, client: CodeArtsBuildClient, steps: Console) {
    this.#deps = deps;
    this.#inputs = inputs;
    this.#client = client;
    this.#steps = steps;
  }

  /** @param path where the log is saved; undefined: nowhere */
  async open(path: string | undefined): Promise<void> {
    if (path === undefined) return;
    await this.#guardWrite(async () => {
      this.#file = await LogFile.open(path);
      setLogFile(this.#deps.runner, path);
    });
  }

  /** Writes what is left, and ends the file. May be called twice. */
  async close(): Promise<void> {
    await this.#guardWrite(async () => {
      if (this.#ownLine !== '') await this.#file?.text(this.#ownLine);
      await this.#file?.close();
    });
    this.#file = undefined;
  }

  /** Text of the log that is being shown, cut anywhere. */
  async text(text: string): Promise<void> {
    if (this.#takesText) await this.#guardWrite(async () => await this.#file?.text(text));
  }

  /** Another log comes. @param own it is the build's own, which goes on where it was, be it inside a line */
  async begin(heading: string, own: boolean): Promise<void> {
    if (!this.#takesText) return;
    await this.#guardWrite(async () => {
      const file = this.#file;
      if (!file) return;
      if (this.#ownPart) this.#ownLine = await file.takeLine();
      this.#ownPart = own;
      await file.part(heading);
      this.#partAt = file.length;
      if (!own) return;
      await file.text(this.#ownLine);
      this.#ownLine = '';
    });
  }

  /** The log that is being written comes anew, from its beginning. */
  async restart(): Promise<void> {
    if (this.#takesText) await this.#guardWrite(async () => await this.#file?.startOver(this.#partAt));
  }

  /**
   * The whole log as CodeArts has it, where what was shown is not what the file is to hold.
   * @param hasLog false for a build that may well have none: that it can't be had is no news then
   */
  async download(recordId: string, hasLog: boolean, heading = ''): Promise<void> {
    const { clock, random, cancelled } = this.#deps;
    const file = this.#file;
    if (!file || recordId === '') return;
    if (heading !== '') await this.#guardWrite(() => file.part(heading));
    const from = file.length;
    const attempt = async () => {
      if (this.#file !== file) return;
      await this.#guardWrite(() => file.startOver(from));
      for await (const bytes of this.#client.downloadLog(recordId, this.#inputs.logLevel, cancelled)) {
        await this.#guardWrite(async () => await this.#file?.bytes(bytes));
      }
    };
    try {
      await retry(attempt, { clock, random, signal: cancelled, maxElapsedMs: maxElapsedMs });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (hasLog || !isNoLogYet(error.failure)) {
        await this.#steps.warning(`log-file: the log could not be saved: ${error.message}`);
      }
    }
  }

  /** Whether the file gets what is shown. */
  get #takesText(): boolean {
    return this.#inputs.logLevel === 'INFO';
  }

  /** When it can't be written, the log is no longer saved, and that is said. */
  async #guardWrite(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#file = undefined;
      setLogFile(this.#deps.runner, '');
      const why = error instanceof Error ? error.message : String(error);
      await this.#steps.warning(`log-file: the log is not saved: ${why}.`);
    }
  }
}

/** A line of more characters than this is not moved to another place. */
const longestLine = 256 * 1024;

/** Writes text in the order in which it comes. */
export class LogFile {
  readonly #handle: FileHandle;
  /** Half a surrogate pair, until its other half comes. */
  #half = '';
  #length = 0;
  /** The text since the last line end; undefined when it is too long to be worth moving. */
  #line: string | undefined = '';

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Makes parent folders, and empties a file that is there. @throws the system's errors */
  static async open(path: string): Promise<LogFile> {
    mkdirSync(dirname(path), { recursive: true });
    const { O_CREAT, O_WRONLY, O_TRUNC, O_NOFOLLOW } = constants;
    // Windows has no O_NOFOLLOW.
    const handle = await open(path, O_CREAT | O_WRONLY | O_TRUNC | (O_NOFOLLOW ?? 0), 0o644);
    return new LogFile(handle);
  }

  /** Bytes so far. */
  get length(): number {
    return this.#length;
  }

  /** Begins another log's part under a line of ours. */
  async part(heading: string): Promise<void> {
    const between = this.#line === '' ? '' : '\n';
    await this.text(`${between}${heading}\n`);
  }

  /** Takes the line that has no end yet back out of the file, for later. */
  async takeLine(): Promise<string> {
    const line = this.#line ?? '';
    await this.startOver(this.#length - Buffer.byteLength(line.slice(0, line.length - this.#half.length)));
    return line;
  }

  /** @param text cut anywhere. @throws the system's errors */
  async text(text: string): Promise<void> {
    const last = text.lastIndexOf('\n');
    const line = last === -1 ? (this.#line ?? '') + text : text.slice(last + 1);
    this.#line = last === -1 && this.#line === undefined ? undefined : line;
    if (line.length > longestLine) this.#line = undefined;
    const whole = this.#half + text;
    this.#half = /[\ud800-\udbff]$/.test(whole) ? whole.slice(-1) : '';
    await this.bytes(Buffer.from(this.#half === '' ? whole : whole.slice(0, -1)));
  }

  /** Writes them at the end. @throws the system's errors */
  async bytes(bytes: Uint8Array): Promise<void> {
    for (let from = 0; from < bytes.length; ) {
      const { bytesWritten } = await this.#handle.write(bytes, from, bytes.length - from, this.#length);
      from += bytesWritten;
      this.#length += bytesWritten;
    }
  }

  /** What was written from there on turned out to be another text than the log. @param at bytes */
  async startOver(at = 0): Promise<void> {
    this.#half = '';
    this.#line = '';
    this.#length = at;
    await this.#handle.truncate(at);
  }

  /** Nothing can be written afterwards. @throws the system's errors */
  async close(): Promise<void> {
    if (this.#half !== '') await this.bytes(Buffer.from(this.#half));
    await this.#handle.close();
  }
}
