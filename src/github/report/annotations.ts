// How a failure ends the step: the lines that tell it, where no folded group hides them, and the annotations. The last
// one is the last words, at the place of the first error where that is in a file of the repository: one look at the
// pull request tells what, where and why. GitHub keeps ten annotations of a step.

import type { Finding, LocatedError } from '../../builds/diagnosis/diagnosis.ts';
import type { Console } from '../console.ts';
import type { Annotation } from '../runner.ts';
import { excerptTitle, failedStep } from './messages.ts';
import { type Checkout, fileInRepository } from './source-files.ts';

export interface AnnotateOptions {
  readonly log: Console;
  readonly finding: Finding;
  readonly checkout: Checkout;
  readonly build: number;
  /** The step's last sentence. */
  readonly words: string;
  /** False: the step stays green, so that nothing may be marked as an error. */
  readonly red: boolean;
}

const mostAnnotations = 10;
const red = (line: string) => (line.includes('\u001b') ? line : `\u001b[31m${line}\u001b[0m`);

/** Says the failure's lines, then annotates: at most nine errors with a place, and last the last words. */
export async function annotate({
  log,
  finding,
  checkout,
  build,
  words,
  red: isRed,
}: AnnotateOptions): Promise<void> {
  await showExcerpt(log, finding);
  if (!isRed) {
    await log.info(`${words} The step stays green: fail-on-failure is false.`);
    return;
  }
  const [first, ...further] = located(finding.errors, checkout);
  const title = `CodeArts build #${build}${nameOf(finding)}`;
  // The first error with a place is not always the reason, and words must fit the place at which they stand.
  const isReason = first !== undefined && finding.reason.includes(first.message);
  const before = first && !isReason ? [first, ...further] : further;
  for (const { message, where } of before.slice(0, mostAnnotations - 1)) {
    await log.error(message, { ...where, title });
  }
  await log.error(words, isReason ? first.where : undefined);
}

function nameOf(finding: Finding): string {
  const name = failedStep(finding);
  return name === '' ? '' : `: ${name}`;
}

async function showExcerpt(log: Console, finding: Finding): Promise<void> {
  const { excerpt } = finding;
  if (excerpt.length === 0) return;
  await log.info(`${excerptTitle(finding)}:`);
  await log.writeExcerpt(excerpt.map(({ text, picked }) => (picked ? red(text) : text)));
}

interface Located {
  readonly message: string;
  readonly where: Annotation;
}

/** Errors in files of the repository, one a place. */
function located(errors: readonly LocatedError[], checkout: Checkout): Located[] {
  const found = new Map<string, Located>();
  for (const { message, places } of errors) {
    for (const place of places) {
      const file = fileInRepository(place, checkout);
      if (file === undefined) continue;
      const where = {
        file,
        startLine: place.line,
        ...(place.column === undefined ? {} : { startColumn: place.column }),
      };
      const key = JSON.stringify([file, place.line, message]);
      if (!found.has(key)) found.set(key, { message, where });
      break;
    }
  }
  return [...found.values()];
}
