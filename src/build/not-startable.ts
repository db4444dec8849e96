// That a build can't be started as it was asked for, found out before anything ran. Its own file, so that whoever
// shows it to people need not load what found it out.

/** `problems`: each one line for people, with the input that it is about. */
export class PreflightError extends Error {
  override readonly name = 'NotStartableError';
  /** Every reason, each in one line for people. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join(' '));
    this.problems = problems;
  }
}
