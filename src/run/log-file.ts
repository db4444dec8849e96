// Saves the build's log to the file of the input `log-file`, as it comes or as CodeArts has it; of a multi-task build the
// children's logs one after the other. Secrets in it are redacted, as the runner masks the step's output alone. A disk
// that is full must not fail a build. Reference 4.10.

import type { FileHandle } from 'node:fs/promises';
import { budgets } from '../budgets.ts';
import type { Child } from '../builds/children/child.ts';
import { ApiError, isNoLogYet } from '../codearts/errors.ts';
import { retry } from '../codearts/retry.ts';
import type { RunSetup } from '../deps.ts';
import type { LogSink } from '../github/console.ts';
import { openLogFile } from '../github/inputs/log-file-path.ts';
import { setLogFile } from '../github/outputs.ts';
import { logHeading, parentHeading } from '../github/report/lists.ts';
import type { MaskingRunner } from '../github/runner.ts';
import { messageOf } from '../text.ts';

/** Bytes that are saved of one download. */
const maxBytes = 4 * 1024 ** 3;

/** The file of this step's log; does nothing while it has no path. Never throws for the disk: it warns, once. */
export class LogFileSink implements LogSink {
  readonly #setup: RunSetup;
  #file: LogFile | undefined;
  /** Where in the file the log begins that is being written. */
  #partAt = 0;
  #inParent = true;
  /** The beginning of a line of the parent's log, which a child's came between. */
  #parentLine = '';

  constructor(setup: RunSetup) {
    this.#setup = setup;
  }

  /** @param path where the log is saved; undefined: nowhere */
  async open(path: string | undefined): Promise<void> {
    if (path === undefined) return;
    const { runner, env } = this.#setup.deps;
    try {
      this.#file = new LogFile(await openLogFile(path, env), runner);
      setLogFile(runner, path);
    } catch (error) {
      await this.#giveUp(error);
    }
  }

  /** True for an open file that nothing was written to. */
  get isEmpty(): boolean {
    return this.#file?.length === 0 && this.#parentLine === '';
  }

  /** Writes what is left, and ends the file. May be called twice. */
  async close(): Promise<void> {
    await this.#change(async (file) => {
      if (this.#parentLine !== '') await file.part(parentHeading);
      await file.text(this.#parentLine);
      await file.close();
    });
    this.#file = undefined;
  }

  async write(text: string): Promise<void> {
    await this.#change((file) => file.text(text));
  }

  async begin(child: Child | undefined): Promise<void> {
    await this.#change(async (file) => {
      if (this.#inParent) this.#parentLine = file.takeLine();
      this.#inParent = child === undefined;
      await file.part(logHeading(child));
      this.#partAt = file.length;
      if (!this.#inParent) return;
      await file.text(this.#parentLine);
      this.#parentLine = '';
    });
  }

  async restart(): Promise<void> {
    await this.#change((file) => file.startOver(this.#partAt));
  }

  async end(): Promise<void> {
    // The next log begins with a line of its own.
  }

  /**
   * Saves the whole log as CodeArts has it, where that is not what is printed.
   * @param hasLog false for a build that may well have none: then it is no warning that there is none
   */
  async download(recordId: string, hasLog: boolean, heading = ''): Promise<void> {
    const { inputs, client, console, calls } = this.#setup;
    const { clock, signal } = calls;
    if (!this.#file || recordId === '') return;
    if (heading !== '') await this.#change((file) => file.part(heading));
    const from = this.#file?.length ?? 0;
    const downloadOnce = async () => {
      await this.#change((file) => file.startOver(from));
      const until = clock.now() + budgets.wholeDownload;
      let length = 0;
      for await (const bytes of client.downloadLog(recordId, inputs.logLevel, signal)) {
        await this.#change((file) => file.bytes(bytes));
        // The disk is full.
        if (!this.#file) return;
        length += bytes.length;
        if (length <= maxBytes && clock.now() <= until) continue;
        return await console.warning('log-file: the log is not saved as a whole: it does not end.');
      }
    };
    try {
      await retry(downloadOnce, { ...calls, maxElapsedMs: budgets.download });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (!hasLog && isNoLogYet(error.failure)) return;
      await console.warning(`log-file: the log could not be saved: ${error.message}`);
    }
  }

  async #change(act: (file: LogFile) => Promise<void>): Promise<void> {
    if (!this.#file) return;
    try {
      await act(this.#file);
    } catch (error) {
      await this.#giveUp(error);
    }
  }

  /** Stops saving the log, and prints a warning. */
  async #giveUp(error: unknown): Promise<void> {
    await this.#file?.discard();
    this.#file = undefined;
    setLogFile(this.#setup.deps.runner, '');
    const why = messageOf(error);
    await this.#setup.console.warning(`log-file: the log is not saved: ${why}.`);
  }
}

/** A longer line is written in pieces. */
const longestLine = 256 * 1024;
/** So much of it is kept back then, as it may be a part of a secret. */
const keptBack = 64 * 1024;
const lineEnd = 0x0a;

/** Writes logs line by line, with secrets redacted. Lines without a secret keep every byte. */
export class LogFile {
  readonly #handle: FileHandle;
  readonly #secrets: Pick<MaskingRunner, 'redact' | 'cutBefore'>;
  /** Half a surrogate pair, until its other half comes. */
  #half = '';
  /** The beginning of a line whose end has not come. */
  #line: Buffer = Buffer.alloc(0);
  /** Bytes in the file. */
  #length = 0;

  constructor(handle: FileHandle, secrets: Pick<MaskingRunner, 'redact' | 'cutBefore'>) {
    this.#handle = handle;
    this.#secrets = secrets;
  }

  /** Bytes so far, of whole lines. */
  get length(): number {
    return this.#length;
  }

  /** Begins another log's part under a heading. */
  async part(heading: string): Promise<void> {
    const between = this.#line.length === 0 && this.#half === '' ? '' : '\n';
    await this.text(`${between}${heading}\n`);
  }

  /** Takes the line that has no end yet, to be written later. */
  takeLine(): string {
    const line = this.#line.toString() + this.#half;
    this.#line = Buffer.alloc(0);
    this.#half = '';
    return line;
  }

  /** @param text cut anywhere. @throws the system's errors */
  async text(text: string): Promise<void> {
    const whole = this.#half + text;
    this.#half = /[\ud800-\udbff]$/.test(whole) ? whole.slice(-1) : '';
    await this.bytes(Buffer.from(this.#half === '' ? whole : whole.slice(0, -1)));
  }

  /** @param bytes cut anywhere. @throws the system's errors */
  async bytes(bytes: Uint8Array): Promise<void> {
    const all = Buffer.concat([this.#line, bytes]);
    const end = all.lastIndexOf(lineEnd) + 1;
    this.#line = all.subarray(end);
    await this.#write(this.#redacted(all.subarray(0, end)));
    if (this.#line.length > longestLine) await this.#writePiece();
  }

  async #writePiece(): Promise<void> {
    const line = this.#line;
    let at = line.length - keptBack;
    while (isInsideCharacter(line[at])) at -= 1;
    const before = line.subarray(0, at).toString();
    const text = before + line.subarray(at).toString();
    const cut = this.#secrets.cutBefore(text, before.length);
    // What lies between the two places belongs to secrets: those are whole characters, whatever the line's other bytes.
    const moved = Buffer.byteLength(text.slice(Math.min(cut, before.length), Math.max(cut, before.length)));
    const end = cut < before.length ? at - moved : at + moved;
    this.#line = line.subarray(end);
    await this.#write(this.#redacted(line.subarray(0, end)));
  }

  #redacted(lines: Buffer): Buffer {
    const text = lines.toString();
    const redacted = this.#secrets.redact(text);
    return redacted === text ? lines : Buffer.from(redacted);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let from = 0; from < bytes.length; ) {
      const { bytesWritten } = await this.#handle.write(bytes, from, bytes.length - from, this.#length);
      from += bytesWritten;
      this.#length += bytesWritten;
    }
  }

  /** Drops what was written from there on: it is not the log. @param at bytes */
  async startOver(at = 0): Promise<void> {
    this.takeLine();
    this.#length = at;
    await this.#handle.truncate(at);
  }

  /** Writes the line that has no end, and closes the file. @throws the system's errors */
  async close(): Promise<void> {
    await this.#write(this.#redacted(Buffer.concat([this.#line, Buffer.from(this.#half)])));
    await this.#handle.close();
  }

  /** Closes the file after an error. */
  async discard(): Promise<void> {
    await this.#handle.close().catch(() => {});
  }
}

/** True for every byte of a character in UTF-8 but its first. */
function isInsideCharacter(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
