// Wraps @actions/core, the only file that uses it: inputs in; lines, outputs, state and masks out.

import * as core from '@actions/core';

export interface Annotation {
  readonly title?: string;
  readonly file?: string;
  readonly startLine?: number;
  readonly startColumn?: number;
}

export interface Runner {
  /** The input's value, trimmed; empty when it is not set. */
  input(name: string): string;
  /** The value as given, not trimmed. */
  exactInput(name: string): string;
  /** State that the main step saved for the post step; empty when there is none. */
  state(name: string): string;
  saveState(name: string, value: string): void;
  setOutput(name: string, value: string): void;
  /** From now on the runner masks this text in the log. */
  mask(secret: string): void;
  /** Writes text as it is; resolved once the runner's end of the pipe has room again. */
  write(text: string): Promise<void>;
  notice(message: string, where?: Annotation): void;
  warning(message: string, where?: Annotation): void;
  error(message: string, where?: Annotation): void;
  /** Adds Markdown to the job's summary, if the runner has summaries. */
  summary(markdown: string): Promise<void>;
  /** Why outputs or state could not be written; undefined while all could. */
  fileError(): string | undefined;
  /** True with step debug logging. */
  readonly debugging: boolean;
  debug(message: string): void;
}

/**
 * GitHub's runner, through @actions/core; the log is written without it, in order to wait until it is read. The
 * runner's own files may vanish while the step runs (a job that cleans its temporary folder): a build must not fail for
 * that.
 */
export function githubRunner(stdout: NodeJS.WritableStream): Runner {
  let fileError: string | undefined;
  const tryWrite = (write: () => void) => {
    try {
      write();
    } catch (error) {
      fileError ??= error instanceof Error ? error.message : String(error);
    }
  };
  return {
    input: (name) => core.getInput(name),
    exactInput: (name) => core.getInput(name, { trimWhitespace: false }),
    state: (name) => core.getState(name),
    saveState: (name, value) => tryWrite(() => core.saveState(name, value)),
    setOutput: (name, value) => tryWrite(() => core.setOutput(name, value)),
    fileError: () => fileError,
    mask: (secret) => core.setSecret(secret),
    write: (text) =>
      new Promise((resolve) => {
        if (stdout.write(text)) resolve();
        else stdout.once('drain', () => resolve());
      }),
    notice: (message, where) => core.notice(message, where),
    warning: (message, where) => core.warning(message, where),
    error: (message, where) => core.error(message, where),
    summary: async (markdown) => {
      if (process.env['GITHUB_STEP_SUMMARY']) await core.summary.addRaw(markdown, true).write();
    },
    debugging: core.isDebug(),
    debug: (message) => core.debug(message),
  };
}
