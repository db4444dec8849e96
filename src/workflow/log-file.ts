// The build's complete log as a file that the workflow can upload. Written while the log comes, so that a step which
// is cancelled or fails has it too. Only below the workspace or the runner's temporary folder: an input may come from
// a pull request, and must not overwrite what else is on the runner.

import { constants, existsSync, lstatSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';

export type LogFilePlace =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly problem: string };

/** Where the file goes. Touches nothing. @param given the input: relative to the workspace, or absolute */
export function placeLogFile(given: string, env: Readonly<Record<string, string | undefined>>): LogFilePlace {
  const refuse = (fault: string): LogFilePlace => ({ ok: false, problem: `log-file: ${fault}.` });
  const shown = JSON.stringify(given.length > 100 ? `${given.slice(0, 99)}…` : given);
  if (given.includes('\0')) return refuse(`${shown} is not a path`);
  const roots = [env['GITHUB_WORKSPACE'], env['RUNNER_TEMP']].flatMap((root) => root || []);
  const path = resolve(roots[0] ?? '.', given);
  if (/[\\/]$/.test(given) || isFolder(path))
    return refuse(`${shown} is a folder; expected the path of a file`);
  if (roots.some((root) => isBelow(truePath(path), truePath(root)))) return { ok: true, path };
  return refuse(
    `${shown} is outside the workspace and the runner's temporary folder; expected a path such as logs/build.log`,
  );
}

/** The path with every symbolic link on its way resolved, as far as it exists. */
function truePath(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  // A link to nowhere yet is one too: where it leads would be written.
  if (isLink(path)) return '';
  const parent = dirname(path);
  return parent === path ? path : join(truePath(parent), path.slice(parent.length));
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

function isBelow(path: string, root: string): boolean {
  const way = relative(root, path);
  return path !== '' && way !== '' && !way.startsWith('..') && !isAbsolute(way);
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/** Writes text in the order in which it comes. */
export class LogFile {
  readonly path: string;
  readonly #handle: FileHandle;
  /** Half a surrogate pair, until its other half comes. */
  #half = '';
  #length = 0;

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  /** Makes parent folders, and empties a file that is there. @throws the system's errors */
  static async open(path: string): Promise<LogFile> {
    mkdirSync(dirname(path), { recursive: true });
    const { O_CREAT, O_WRONLY, O_TRUNC, O_NOFOLLOW } = constants;
    // Windows has no O_NOFOLLOW.
    const handle = await open(path, O_CREAT | O_WRONLY | O_TRUNC | (O_NOFOLLOW ?? 0), 0o644);
    return new LogFile(path, handle);
  }

  async text(text: string): Promise<void> {
    const whole = this.#half + text;
    this.#half = /[\ud800-\udbff]$/.test(whole) ? whole.slice(-1) : '';
    await this.bytes(Buffer.from(this.#half === '' ? whole : whole.slice(0, -1)));
  }

  async bytes(bytes: Uint8Array): Promise<void> {
    for (let from = 0; from < bytes.length; ) {
      const { bytesWritten } = await this.#handle.write(bytes, from, bytes.length - from, this.#length);
      from += bytesWritten;
      this.#length += bytesWritten;
    }
  }

  /** What was written so far turned out to be another text than the log. */
  async startOver(): Promise<void> {
    this.#half = '';
    this.#length = 0;
    await this.#handle.truncate(0);
  }

  async close(): Promise<void> {
    if (this.#half !== '') await this.bytes(Buffer.from(this.#half));
    await this.#handle.close();
  }
}
