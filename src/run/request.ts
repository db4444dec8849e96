// Reads what the workflow asks for: inputs, the source to build, where the log is saved. Finds every problem before the
// first request.

import type { Deps } from '../deps.ts';
import { type Inputs, placeNotices, readInputs } from '../github/inputs/inputs.ts';
import { resolveLogPath } from '../github/inputs/log-file-path.ts';
import type { HelpTopic } from '../github/report/messages.ts';
import { redactParameters } from '../github/runner.ts';
import {
  type MissingSecretsReason,
  missingSecretsReason,
  readEvent,
  type WorkflowEvent,
} from '../github/source/event.ts';
import { resolveSource } from '../github/source/resolve-source.ts';
import type { Source, SourceResult } from '../github/source/source.ts';

/** A build to attach to, or a source to build. */
export type Target =
  | { readonly kind: 'attach'; readonly buildNumber: number }
  | { readonly kind: 'build'; readonly source: Source; readonly notices: readonly string[] };

export interface Problems {
  /** Each in one line. */
  readonly problems: readonly string[];
  readonly topic: HelpTopic;
  readonly writeSummary: boolean;
}

export interface RunRequest {
  readonly inputs: Inputs;
  readonly target: Target;
  /** Absolute; undefined: the log is not saved. */
  readonly logPath: string | undefined;
  readonly missingSecrets: MissingSecretsReason | undefined;
}

/**
 * Prints what is worth a notice; what is wrong is returned.
 * @param proxyProblems what is wrong with the proxy's variables
 */
export function readRequest(deps: Deps, proxyProblems: readonly string[]): RunRequest | Problems {
  const { runner, env } = deps;
  const event = readEvent(env, deps.readFile);
  const missingSecrets = missingSecretsReason(event, env['GITHUB_ACTOR']);
  const read = readInputs({ input: runner.input, exactInput: runner.exactInput, env }, missingSecrets);
  const { inputs } = read;
  redactParameters(runner, inputs.parameters, env);
  const target = findTarget(inputs, event);
  const logFile = inputs.logFile === '' ? undefined : resolveLogPath(inputs.logFile, env);
  const problems = [...read.problems, ...proxyProblems];
  if (logFile?.ok === false) problems.push(logFile.problem);
  if (target.kind === 'none') problems.push(target.problem);
  if (target.kind === 'none' || problems.length > 0) {
    const topic = topicOf(problems.length, read.lacksCredentials, target);
    return { problems, topic, writeSummary: inputs.summary };
  }
  for (const notice of placeNotices(inputs)) runner.notice(notice);
  return { inputs, target, logPath: logFile?.ok ? logFile.path : undefined, missingSecrets };
}

type NoTarget = Pick<Extract<SourceResult, { ok: false }>, 'problem' | 'reason'> & { readonly kind: 'none' };

/** With `build-number`, what the event would have built does not matter. */
function findTarget({ buildNumber, source }: Inputs, event: WorkflowEvent): Target | NoTarget {
  if (buildNumber !== undefined) return { kind: 'attach', buildNumber };
  const resolved = resolveSource(event, source);
  return resolved.ok ? { ...resolved, kind: 'build' } : { ...resolved, kind: 'none' };
}

/** The docs of a single problem; those of inputs in general where there are several. */
function topicOf(count: number, lacksCredentials: boolean, target: Target | NoTarget): HelpTopic {
  if (count > 1) return 'inputs-refused';
  if (lacksCredentials) return 'secrets-empty';
  return target.kind === 'none' && target.reason !== 'bad-input' ? 'commit-refused' : 'inputs-refused';
}
