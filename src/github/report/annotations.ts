// Ends the step of a failed build: prints the failure's lines where no folded group hides them, then annotates. The last
// annotation is the step's last line, at the place of the first error where that is in a file of the repository: one
// look at the pull request tells what, where and why. GitHub keeps ten annotations of a step.

import type { Finding, LocatedError } from '../../builds/diagnosis/diagnosis.ts';
import type { Console } from '../console.ts';
import type { Annotation } from '../runner.ts';
import type { BuildReport } from './build-report.ts';
import { excerptTitle, failedStep } from './messages.ts';
import { type Checkout, fileInRepository } from './source-files.ts';

export interface AnnotateOptions {
  readonly console: Console;
  readonly report: BuildReport;
  readonly checkout: Checkout;
  readonly lastLine: string;
  /** False: the step stays green, so that nothing may be marked as an error. */
  readonly isRed: boolean;
}

const maxAnnotations = 10;
const red = (line: string) => (line.includes('\u001b') ? line : `\u001b[31m${line}\u001b[0m`);

/** Prints the failure's lines, then annotates: at most nine errors with a place, and the last line. */
export async function annotate({
  console,
  report,
  checkout,
  lastLine,
  isRed,
}: AnnotateOptions): Promise<void> {
  const { finding } = report;
  await showExcerpt(console, finding);
  if (!isRed) {
    await console.info(`${lastLine} The step stays green: fail-on-failure is false.`);
    return;
  }
  const [first, ...further] = located(finding.errors, checkout);
  const name = failedStep(finding);
  const title = `CodeArts build #${report.buildNumber}${name === '' ? '' : `: ${name}`}`;
  // The first error with a place is not always the reason, and an annotation must fit the place where it stands.
  const isReason = first !== undefined && finding.reason.includes(first.message);
  const before = first && !isReason ? [first, ...further] : further;
  for (const { message, where } of before.slice(0, maxAnnotations - 1)) {
    await console.error(message, { ...where, title });
  }
  await console.error(lastLine, isReason ? first.where : undefined);
}

async function showExcerpt(console: Console, finding: Finding): Promise<void> {
  const { excerpt } = finding;
  if (excerpt.length === 0) return;
  await console.info(`${excerptTitle(finding)}:`);
  await console.writeExcerpt(excerpt.map(({ text, picked }) => (picked ? red(text) : text)));
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
