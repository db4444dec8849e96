// Decides where the log may be saved, and opens the file: below the workspace or the runner's temporary folder alone.
// The input may come from a pull request, and must not overwrite what else is on the runner: no links are followed, no
// pipes and devices are opened, and neither git's files nor the runner's own become a log.

import { constants, existsSync, lstatSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { quote } from '../../text.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export type LogFilePlace =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly problem: string };

/** Checks the path without touching anything. @param given the input: relative to the workspace, or absolute */
export function resolveLogPath(given: string, env: Environment): LogFilePlace {
  const path = resolve(rootsOf(env)[0] ?? '.', given);
  const fault = given.includes('\0') ? 'is not a path' : faultOf(given, path, env);
  if (fault === undefined) return { ok: true, path };
  return { ok: false, problem: `log-file: ${quote(given)} ${fault}.` };
}

/**
 * Opens the file and empties it; makes parent folders. The folders on its way may have changed since the path was
 * checked, so that they are checked again, and by the open file.
 * @throws the system's errors, or one that says what is wrong with the path
 */
export async function openLogFile(path: string, env: Environment): Promise<FileHandle> {
  throwIf(path, faultOf(path, path, env));
  mkdirSync(dirname(path), { recursive: true });
  throwIf(path, faultOf(path, path, env));
  // Windows has neither of the last two. A pipe would wait for a reader without O_NONBLOCK.
  const { O_CREAT, O_WRONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const handle = await open(path, O_CREAT | O_WRONLY | O_NOFOLLOW | O_NONBLOCK, 0o644);
  try {
    const [opened, found] = [await handle.stat(), statSync(realPath(path))];
    const isSame = opened.ino === found.ino && opened.dev === found.dev;
    throwIf(path, isSame ? faultOf(path, path, env) : 'was replaced while it was opened');
    await handle.truncate(0);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function throwIf(path: string, fault: string | undefined): void {
  if (fault !== undefined) throw new Error(`${quote(path)} ${fault}`);
}

function rootsOf(env: Environment): readonly string[] {
  return [env['GITHUB_WORKSPACE'], env['RUNNER_TEMP']].flatMap((root) => root || []);
}

/** What is wrong with the path, as the end of a sentence. */
function faultOf(given: string, path: string, env: Environment): string | undefined {
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  if (isFolder || /[\\/]$/.test(given)) return 'is a folder; expected the path of a file';
  const root = rootsOf(env).find((one) => isInside(realPath(path), realPath(one)));
  if (root === undefined) {
    return "is outside the workspace and the runner's temporary folder; expected a path such as logs/build.log";
  }
  const parts = relative(realPath(root), realPath(path)).split(/[\\/]/);
  if (parts.some((part) => /^(?:\.git|git~\d+)[. ]*$/i.test(part))) return "is one of git's own files";
  if (isRunnerFile(path, parts, env)) return "is one of the runner's own files";
  if (env['RUNNER_OS'] === 'Windows' && parts.some(isReservedOnWindows))
    return 'is a name that Windows reserves';
  const file = existsSync(path) ? lstatSync(path) : undefined;
  if (file && !file.isFile()) return 'is not a plain file';
  if (file && file.nlink > 1) return 'is a hard link to another file';
  return undefined;
}

/** Lines in these are commands for the runner. */
function isRunnerFile(path: string, parts: readonly string[], env: Environment): boolean {
  const names = ['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_PATH', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY'];
  const files = names.flatMap((name) => env[name] || []);
  return parts.includes('_runner_file_commands') || files.some((file) => realPath(file) === realPath(path));
}

/** Devices, streams of a file, and names that Windows shortens. */
function isReservedOnWindows(part: string): boolean {
  return /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(part) || /[:<>"|?*]|[. ]$/.test(part);
}

/** The path with every symbolic link on its way resolved, as far as it exists. */
function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  // A link to nowhere yet is one too: where it leads would be written.
  if (isLink(path)) return '';
  const parent = dirname(path);
  return parent === path ? path : join(realPath(parent), path.slice(parent.length));
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

function isInside(path: string, root: string): boolean {
  const way = relative(root, path);
  return path !== '' && way !== '' && !way.startsWith('..') && !isAbsolute(way);
}
