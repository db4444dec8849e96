// Where the log may be saved: below the workspace or the runner's temporary folder alone. The input may come from a
// pull request, and must not overwrite what else is on the runner.

import { existsSync, lstatSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { quote } from '../../text.ts';

export type LogFilePlace =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly problem: string };

/** Where the file goes. Touches nothing. @param given the input: relative to the workspace, or absolute */
export function resolveLogPath(
  given: string,
  env: Readonly<Record<string, string | undefined>>,
): LogFilePlace {
  const refuse = (fault: string): LogFilePlace => ({ ok: false, problem: `log-file: ${fault}.` });
  const shown = quote(given);
  if (given.includes('\0')) return refuse(`${shown} is not a path`);
  const roots = [env['GITHUB_WORKSPACE'], env['RUNNER_TEMP']].flatMap((root) => root || []);
  const path = resolve(roots[0] ?? '.', given);
  if (/[\\/]$/.test(given) || isFolder(path))
    return refuse(`${shown} is a folder; expected the path of a file`);
  if (roots.some((root) => isInside(realPath(path), realPath(root)))) return { ok: true, path };
  return refuse(
    `${shown} is outside the workspace and the runner's temporary folder; expected a path such as logs/build.log`,
  );
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

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}
