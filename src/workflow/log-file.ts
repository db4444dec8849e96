// The build's complete log as a file that the workflow can upload. Written while the log comes, so that a step which
// is cancelled or fails has it too.

import { constants, mkdirSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';

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
