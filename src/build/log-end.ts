// By what the end of a log is known (seen live): CodeArts lists how all steps ended, then says how the build did.

const lastLine = /(?:^|\n)[^\n]*\bFinished: [A-Z_]+\s*$/;

/**
 * True when this end of a log may be its last: a line tells how the build finished (seen live). A tool may say so, too.
 */
export function hasLastLine(tail: string): boolean {
  return lastLine.test(tail);
}

/** True when this end of a log is its last: CodeArts' list of all steps stands before the line that comes last. */
export function isWholeEnd(tail: string): boolean {
  return tail.includes('+++All Tasks Status+++') && hasLastLine(tail);
}
