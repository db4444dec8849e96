// Looks a line up in the lists of patterns, and removes what build tools write before the lines of the tools that they
// run. The lists are in patterns/, one file for each family of tools.

import { compiledPatterns } from './patterns/compiled.ts';
import { generalPatterns } from './patterns/general.ts';
import type { ContextPattern, ErrorPattern, MatchGroups, Section } from './patterns/pattern.ts';
import { scriptingPatterns } from './patterns/scripting.ts';

const patterns = [...scriptingPatterns, ...compiledPatterns, ...generalPatterns];

export const errorPatterns = patterns.filter((pattern) => 'weight' in pattern);
export const contextPatterns = patterns.filter((pattern) => 'position' in pattern);

/**
 * What a line must contain to be looked up: most lines of a log have none of it, and trying every pattern on each of
 * them would take seconds for a large log.
 */
const hints =
  /error|err!|ERR_|fail|exception|fatal|panic|crash|killed|fault|aborted|timeout|terminated|denied|undefined|unknown|missing|not |no such|cannot|could|must |requires |non-zero|overflowed|reformat|implicitly|错误|失败|未找到|没有|权限|空间|不是|[✖✘×●❯➤]|\*\*\*|-->|File "|Time elapsed: |:\d|\(\d+[,:)-]|line:? \d|\d\) | @ |^\* |^E {3}|^FILE: |^ {7}.*:$|\.(?:[cm]?[jt]sx?|vue|svelte|s?css|less)$/i;

/** Whether a line may be an error or say something about one; meant for lines outside a section. */
export function mayMatch(line: string): boolean {
  return hints.test(line);
}

export interface Match<Pattern> {
  readonly pattern: Pattern;
  readonly groups: MatchGroups;
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

/** BuildKit's step and seconds, MSBuild's project number, Ant's task: no tool's own line begins like this. */
const nesting = /^(?:#\d+ \d+\.\d+ |\s*\d+>|\s+\[[\w.-]+\] )/;
/** Names of packages and tasks by turbo, pnpm, lerna, concurrently and Compose: other lines may begin like this too. */
const runner = /^(?:[@\w./-]+(?:[ :][\w-]+){0,3}: |\[[\w:@/.-]+\] |[\w.-]+ +\| )(?=\S)/;

export function withoutNesting(line: string): string {
  return line.replace(nesting, '');
}

export function withoutRunner(line: string): string {
  return line.replace(runner, '');
}
