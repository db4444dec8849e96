// Which file of the repository a path in a build's log means. The build ran on another machine, in a folder of its
// own: /home/slave/workspace/shop/src/App.java there is src/App.java here. Never names a file outside the repository:
// what a log says is text from outside.

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { withoutBuildFolder } from '../../builds/diagnosis/build-folder.ts';
import type { Place } from '../../builds/diagnosis/diagnosis.ts';

export interface Checkout {
  /** True when the repository's files are on this runner. */
  readonly present: boolean;
  /** @param path relative to the repository, with `/` */
  has(path: string): boolean;
}

/** The repository as the workflow may have checked it out. @param workspace GITHUB_WORKSPACE; may be missing */
export function checkoutIn(workspace: string | undefined): Checkout {
  const present = workspace !== undefined && workspace !== '' && existsSync(join(workspace, '.git'));
  return {
    present,
    has: (path) => present && (statSync(join(workspace, path), { throwIfNoEntry: false })?.isFile() ?? false),
  };
}

/** Code that is not the repository's. */
const foreign =
  /(?:^|\/)(?:node_modules|site-packages|dist-packages|vendor|\.m2|\.gradle|pkg\/mod|node:internal)\//;
const javaRoots = ['src/test/java', 'src/main/java', 'src/test/kotlin', 'src/main/kotlin'];
const libraries =
  /^(?:javax?|jdk|sun|kotlin|org\.(?:junit|testng|opentest4j|hamcrest|assertj|mockito|gradle|apache))\./;
const longestPath = 500;
/** A path that was never seen on disk must at least look like one. */
const ordinary = /^[\p{L}\p{N}_@+ .()[\]-]+(?:\/[\p{L}\p{N}_@+ .()[\]-]+)*$/u;

/**
 * The file's path in the repository; undefined when the place is not known to be in it. Where the repository is checked
 * out, only files that are there are named.
 */
export function fileInRepository(place: Place, checkout: Checkout): string | undefined {
  const { file } = place;
  if (file.length > longestPath || foreign.test(file)) return undefined;
  const candidates = (place.type === '' ? [] : javaPaths(place)).concat(pathsOf(file));
  if (checkout.present) return candidates.find((path) => checkout.has(path));
  if (place.type === '') return mostPlausible(file);
  // Of classes, only the names of tests tell which folder they are in, and that they are no library's.
  return /(?:Test|Tests|IT)(?:$|\$)/.test(place.type) && !libraries.test(place.type)
    ? javaPaths(place)[0]
    : undefined;
}

/** A path that can't be looked for is taken at its word where it is below the build's own folder or relative. */
function mostPlausible(file: string): string | undefined {
  const path = withoutBuildFolder(file).replace(/^\.\//, '');
  if (path.startsWith('/') || path.split('/').includes('..')) return undefined;
  return path.includes('/') && ordinary.test(path) ? path : undefined;
}

/** The path and, for a folder that the build was in, its ends; the longest first. */
function pathsOf(file: string): string[] {
  const own = withoutBuildFolder(file) !== file;
  const path = normal(withoutBuildFolder(file));
  if (path === undefined) return [];
  const absolute = path.startsWith('/');
  const parts = path.split('/').filter((part) => part !== '');
  // An end of a strange absolute path must be long enough to be no accident.
  const least = own || !absolute ? 1 : 2;
  const ends = parts.map((_, index) => parts.slice(index)).filter((end) => end.length >= least);
  if (absolute) return ends.slice(1).map((end) => end.join('/'));
  return ends.map((end) => end.join('/'));
}

/**
 * With `/`, without `.` and `..`: tools name files from the folder in which they ran. Undefined when nothing is left.
 */
function normal(path: string): string | undefined {
  const parts: string[] = [];
  for (const part of path
    .replaceAll('\\', '/')
    .replace(/^file:\/\//, '')
    .split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  const joined = parts.join('/');
  return joined === '' || joined === '/' ? undefined : joined;
}

/** A stack trace names the class instead of the folder. */
function javaPaths({ type, file }: Place): string[] {
  const folder = type.split('.').slice(0, -1).join('/');
  const path = folder === '' ? file : `${folder}/${file}`;
  return javaRoots.map((root) => `${root}/${path}`);
}
