// Reaches GitHub's runner: inputs in; lines, outputs, state and masks out. This is the only file that uses @actions/core.
// The runner masks secrets in the log alone, so every other text that leaves the step is redacted here: outputs, summary,
// commit status, saved log. A text must be redacted before it is escaped, folded or cut: afterwards a secret in it can't
// be recognised. Control characters are removed from annotations and outputs, which may be read in a terminal or as an
// environment variable.

import * as core from '@actions/core';
import { isUnknownWord } from '../builds/status.ts';
import { messageOf, withoutControls, withoutControlsInLines } from '../text.ts';
import { Secrets } from './secrets.ts';

/** Values of parameters are redacted from this length on, whether or not they are secret. */
const shortestParameter = 6;

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
  notice(message: string): void;
  warning(message: string): void;
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
      fileError ??= messageOf(error);
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
    notice: (message) => core.notice(message),
    warning: (message) => core.warning(message),
    error: (message, where) => core.error(message, where),
    summary: async (markdown) => {
      if (process.env['GITHUB_STEP_SUMMARY']) await core.summary.addRaw(markdown, true).write();
    },
    debugging: core.isDebug(),
    debug: (message) => core.debug(message),
  };
}

/** A runner that knows the secrets of the step. */
export interface MaskingRunner extends Runner, Pick<Secrets, 'redact' | 'redactCut' | 'cutBefore'> {
  /** Has the runner mask this secret in the log, and redacts it everywhere else. */
  mask(secret: string): void;
  /** Redacts this text wherever the runner masks nothing. The log shows it. */
  addRedaction(text: string): void;
}

/**
 * The outputs that are sentences or names for people; beside them, a status that CodeArts is not known to have.
 * Addresses and names of artifacts must stay as they are.
 */
const redactedOutputs = new Set(['error', 'failed-step']);

/** Wraps the runner so that nothing leaves it with a secret, or with a control character. */
export function maskingRunner(runner: Runner): MaskingRunner {
  const secrets = new Secrets();
  const printable = (message: string) => withoutControls(secrets.redactCut(message));
  return {
    debugging: runner.debugging,
    input: (name) => runner.input(name),
    exactInput: (name) => runner.exactInput(name),
    state: (name) => runner.state(name),
    fileError: () => runner.fileError(),
    saveState: (name, value) => runner.saveState(name, value),
    setOutput(name, value) {
      const isForPeople = redactedOutputs.has(name) || (name === 'status' && isUnknownWord(value));
      const shown = isForPeople ? secrets.redact(value) : value;
      runner.setOutput(name, withoutControlsInLines(shown));
    },
    mask(secret) {
      for (const form of secrets.add(secret)) runner.mask(form);
    },
    addRedaction: (text) => void secrets.add(text, shortestParameter),
    redact: (text) => secrets.redact(text),
    redactCut: (text) => secrets.redactCut(text),
    cutBefore: (text, at) => secrets.cutBefore(text, at),
    write: (text) => runner.write(text),
    notice: (message) => runner.notice(printable(message)),
    warning: (message) => runner.warning(printable(message)),
    error(message, where) {
      const title = where?.title === undefined ? {} : { title: printable(where.title) };
      runner.error(printable(message), where && { ...where, ...title });
    },
    summary: (markdown) => runner.summary(markdown),
    debug: (message) => runner.debug(withoutControlsInLines(message)),
  };
}

/**
 * Redacts the values that the workflow gives as parameters, whether or not the job calls them sensitive: they may be
 * secrets that GitHub masks in the log alone. Public values, and version numbers, are left alone.
 */
export function redactParameters(
  runner: MaskingRunner,
  parameters: readonly { readonly value: string }[],
  env: Readonly<Record<string, string | undefined>>,
): void {
  const publicValues = new Set(publicVariables.map((name) => env[name]));
  for (const { value } of parameters) {
    if (!publicValues.has(value) && !versionNumber.test(value)) runner.addRedaction(value);
  }
}

/** These values GitHub shows to everybody who sees the run. */
const publicVariables = [
  'GITHUB_ACTOR',
  'GITHUB_BASE_REF',
  'GITHUB_HEAD_REF',
  'GITHUB_REF',
  'GITHUB_REF_NAME',
  'GITHUB_REPOSITORY',
  'GITHUB_RUN_ID',
  'GITHUB_SHA',
  'GITHUB_WORKFLOW',
];

/** Such as 1.4.57, v2.0.0-rc.1 or 20260131.1. */
const versionNumber = /^v?\d{1,8}(?:\.\d{1,8}){1,3}(?:[-+][0-9a-z.]{1,16})?$/i;
