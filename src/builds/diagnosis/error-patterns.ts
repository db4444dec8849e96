// Looks a line up in the tables of patterns. The tables stand in patterns/, one file for each family of tools.

import { dockerContexts, dockerErrors } from './patterns/docker.ts';
import { dotnetContexts, dotnetErrors } from './patterns/dotnet.ts';
import { generalErrors } from './patterns/general.ts';
import { goContexts, goErrors } from './patterns/go.ts';
import { javascriptContexts, javascriptErrors } from './patterns/javascript.ts';
import { jvmContexts, jvmErrors } from './patterns/jvm.ts';
import { nativeContexts, nativeErrors } from './patterns/native.ts';
import type { ContextPattern, ErrorPattern, Section } from './patterns/pattern.ts';
import { phpContexts, phpErrors } from './patterns/php.ts';
import { pythonContexts, pythonErrors } from './patterns/python.ts';
import { rustContexts, rustErrors } from './patterns/rust.ts';
import { shellErrors } from './patterns/shell.ts';

/** The first one that fits a line is taken. */
export const errorPatterns: readonly ErrorPattern[] = [
  ...jvmErrors,
  ...javascriptErrors,
  ...nativeErrors,
  ...goErrors,
  ...rustErrors,
  ...pythonErrors,
  ...phpErrors,
  ...dotnetErrors,
  ...dockerErrors,
  ...shellErrors,
  ...generalErrors,
];

export const contextPatterns: readonly ContextPattern[] = [
  ...jvmContexts,
  ...javascriptContexts,
  ...nativeContexts,
  ...goContexts,
  ...rustContexts,
  ...pythonContexts,
  ...phpContexts,
  ...dotnetContexts,
  ...dockerContexts,
];

/**
 * What a line must contain to be looked up: most lines of a log have none of it, and trying every pattern on each of
 * them would take seconds for a large log.
 */
const hints =
  /error|err!|ERR_|fail|exception|fatal|panic|crash|killed|fault|aborted|timeout|terminated|denied|undefined|unknown|missing|not |no such|cannot|could|must |requires |non-zero|overflowed|reformat|implicitly|错误|失败|未找到|没有|权限|空间|不是|[✖✘×●❯➤]|\*\*\*|-->|File "|Time elapsed: |:\d|\(\d+[,:)-]|line:? \d|\d\) | @ |^\* |^E {3}|^ {7}.*:$|\.(?:[cm]?[jt]sx?|vue|svelte|s?css|less)$/i;

/** Whether a line may be an error or say something about one; meant for lines outside a section. */
export function mayMatch(line: string): boolean {
  return hints.test(line);
}

export interface Match<Pattern> {
  readonly pattern: Pattern;
  readonly groups: Readonly<Partial<Record<string, string>>>;
}

/** @param isOpen whether one of the lines just before opened this section */
export function matchError(
  line: string,
  isOpen: (section: Section) => boolean,
): Match<ErrorPattern> | undefined {
  for (const pattern of errorPatterns) {
    if (pattern.needs !== undefined && !isOpen(pattern.needs)) continue;
    const found = pattern.expression.exec(line);
    if (found && !pattern.except?.test(line)) return { pattern, groups: found.groups ?? {} };
  }
  return undefined;
}

export function matchContext(line: string): Match<ContextPattern> | undefined {
  for (const pattern of contextPatterns) {
    const found = pattern.expression.exec(line);
    if (found) return { pattern, groups: found.groups ?? {} };
  }
  return undefined;
}
