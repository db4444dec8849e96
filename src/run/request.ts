// Reads what the workflow asks for: inputs, the source to build, where the log is saved. Finds every problem before the
// first request.

import type { Deps } from '../deps.ts';
import { type Inputs, placeNotices, readInputs } from '../github/inputs/inputs.ts';
import { resolveLogPath } from '../github/inputs/log-file-path.ts';
import { redactParameters } from '../github/masking.ts';
import type { HelpTopic } from '../github/report/help-links.ts';
import { type MissingSecretsReason, missingSecretsReason, readEvent } from '../github/source/event.ts';
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
  const source = resolveSource(event, inputs.source);
  const logFile = inputs.logFile === '' ? undefined : resolveLogPath(inputs.logFile, env);
  const problems = [...read.problems, ...proxyProblems];
  if (logFile?.ok === false) problems.push(logFile.problem);
  const target = targetOf(inputs, source);
  if (target === undefined && !source.ok) problems.push(source.problem);
  if (target === undefined || problems.length > 0) {
    const topic = topicOf(problems.length, read.lacksCredentials, source);
    return { problems, topic, writeSummary: inputs.summary };
  }
  for (const notice of placeNotices(inputs)) runner.notice(notice);
  return { inputs, target, logPath: logFile?.ok ? logFile.path : undefined, missingSecrets };
}

function targetOf({ buildNumber }: Inputs, resolved: SourceResult): Target | undefined {
  if (buildNumber !== undefined) return { kind: 'attach', buildNumber };
  return resolved.ok ? { kind: 'build', source: resolved.source, notices: resolved.notices } : undefined;
}

/** The docs of a single problem; those of inputs in general where there are several. */
function topicOf(count: number, lacksCredentials: boolean, source: SourceResult): HelpTopic {
  if (count > 1) return 'inputs-refused';
  if (lacksCredentials) return 'secrets-empty';
  return source.ok || source.reason === 'bad-input' ? 'inputs-refused' : 'commit-refused';
}
