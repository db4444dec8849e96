// Removes what build tools write before the lines of the tools that they run.

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
