// Ends the step of a failed build: prints the failure's lines where no folded group hides them, then annotates. The last
// annotation is the step's last line, at the place of the first error where that is in a file of the repository, so that
// the pull request shows what failed, where and why. GitHub keeps ten annotations of a step. No annotation names a file
// outside the repository, whatever the log says.

import { existsSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { LocatedError, Place } from '../../builds/diagnosis/places.ts';
import type { Console } from '../console.ts';
import type { Annotation } from '../runner.ts';
import { type BuildReport, excerptTitle, failedStep, staysGreen } from './build-report.ts';

export interface AnnotateOptions {
  readonly console: Console;
  readonly report: BuildReport;
  /** GITHUB_WORKSPACE; may be missing. */
  readonly workspace: string | undefined;
  readonly lastLine: string;
  /** False: the step stays green, so that nothing may be marked as an error. */
  readonly isRed: boolean;
}

const maxAnnotations = 10;
const inRed = (line: string) => (line.includes('\u001b') ? line : `\u001b[31m${line}\u001b[0m`);

/** Prints the failure's lines, then annotates: at most nine errors with a place, and the last line. */
export async function annotate(options: AnnotateOptions): Promise<void> {
  const { console, report, workspace, lastLine, isRed } = options;
  const { finding } = report;
  if (finding.excerpt.length > 0) {
    await console.info(`${excerptTitle(finding)}:`);
    await console.writeExcerpt(finding.excerpt.map(({ text, picked }) => (picked ? inRed(text) : text)));
  }
  if (!isRed) return await console.info(staysGreen(lastLine));
  const [first, ...further] = located(finding.errors, checkoutIn(workspace));
  const name = failedStep(finding);
  const title = `CodeArts build #${report.buildNumber}${name === '' ? '' : `: ${name}`}`;
  // The first error with a place is not always the reason, and an annotation must be about its place.
  const isReason = first !== undefined && finding.reason.includes(first.message);
  const before = first && !isReason ? [first, ...further] : further;
  for (const { message, where } of before.slice(0, maxAnnotations - 1)) {
    await console.error(message, { ...where, title });
  }
  await console.error(lastLine, isReason ? first.where : undefined);
}

interface Located {
  readonly message: string;
  readonly where: Annotation;
}

/** Errors in files of the repository, one a place. */
function located(errors: readonly LocatedError[], checkout: Checkout | undefined): Located[] {
  const found = new Map<string, Located>();
  for (const { message, places } of errors) {
    for (const place of places) {
      const file = fileInRepository(place, checkout);
      if (file === undefined) continue;
      const column = place.column === undefined ? {} : { startColumn: place.column };
      const where = { file, startLine: place.line, ...column };
      const key = JSON.stringify([file, place.line, message]);
      if (!found.has(key)) found.set(key, { message, where });
      break;
    }
  }
  return [...found.values()];
}

interface Checkout {
  /** @param path relative to the repository, with `/` */
  has(path: string): boolean;
}

/** The repository as the workflow has checked it out; undefined where its files are not on this runner. */
export function checkoutIn(workspace: string | undefined): Checkout | undefined {
  if (!workspace || !existsSync(join(workspace, '.git'))) return undefined;
  return { has: (path) => statSync(join(workspace, path), { throwIfNoEntry: false })?.isFile() ?? false };
}

/** Code that is not the repository's. */
const foreignFolder =
  /(?:^|\/)(?:node_modules|site-packages|dist-packages|vendor|\.m2|\.gradle|\.cargo|\.nuget|pkg\/mod|node:internal|go\/src)\//;
const libraries =
  /^(?:javax?|jdk|sun|kotlin|scala|org\.(?:junit|testng|opentest4j|hamcrest|assertj|mockito|gradle|apache))\./;
const longestPath = 500;
/** A path that can't be looked up must at least look like one. */
const ordinaryPath = /^[\p{L}\p{N}_@+ .()[\]-]+(?:\/[\p{L}\p{N}_@+ .()[\]-]+)*$/u;

/**
 * The file's path in the repository; undefined when the place is not known to be in it. Where the repository is checked
 * out, only files that are there are named.
 */
export function fileInRepository(place: Place, checkout: Checkout | undefined): string | undefined {
  const { file, type } = place;
  if (file.length > longestPath || foreignFolder.test(file)) return undefined;
  const classFiles = type === '' ? [] : javaPaths(place);
  if (checkout) return [...classFiles, ...pathsOf(place)].find((path) => checkout.has(path));
  if (type === '') return mostLikelyPath(place);
  // Only the names of test classes show which folder they are in, and that they are no library's.
  return /(?:Test|Tests|IT)(?:$|\$)/.test(type) && !libraries.test(type) ? classFiles[0] : undefined;
}

/**
 * A path that can't be looked up is taken where it is below the workspace, or relative and has a folder: a bare name may
 * be in any folder.
 */
function mostLikelyPath({ file, inWorkspace }: Place): string | undefined {
  const path = file.replace(/^(?:\.\/)+/, '');
  if (/^\/|^[A-Za-z]:/.test(path) || path.split('/').includes('..') || !ordinaryPath.test(path))
    return undefined;
  return inWorkspace || path.includes('/') ? path : undefined;
}

/** The path and its ends, the longest first: the tool may have run in a folder, or under a folder of its own. */
function pathsOf({ file, inWorkspace }: Place): string[] {
  const path = file.replace(/^file:\/\//, '');
  // Without `.` and `..`: tools name files from the folder in which they run.
  const parts = posix.join('/', path).slice(1).split('/');
  const ends = parts.map((_, index) => parts.slice(index).join('/'));
  if (!path.startsWith('/')) return ends;
  // A single name at the end of an absolute path outside the workspace would match by accident.
  return ends.slice(1, inWorkspace ? ends.length : -1);
}

/** A stack trace names the class instead of the folder. */
function javaPaths({ type, file }: Place): string[] {
  const folder = type.split('.').slice(0, -1).join('/');
  const path = folder === '' ? file : `${folder}/${file}`;
  const language = /\.(kt|scala|groovy)$/.exec(file)?.[1] ?? 'java';
  const folders = new Set([language === 'kt' ? 'kotlin' : language, 'java']);
  return [...folders].flatMap((name) => ['test', 'main'].map((kind) => `src/${kind}/${name}/${path}`));
}
