// Runs the main step: reads the inputs, starts one build (or attaches to one), follows it and reports how it ended.
// All dependencies come in as `Deps`, so that tests can replace them.

import { PreflightError } from './builds/job.ts';
import type { Deps, ExitCode, RuntimeDeps } from './deps.ts';
import { placeNotices, readInputs } from './github/inputs/inputs.ts';
import { resolveLogPath } from './github/inputs/log-file-path.ts';
import { maskingRunner, redactParameters } from './github/masking.ts';
import { type HelpTopic, withHelpLink } from './github/report/help-links.ts';
import { readEvent } from './github/source/event.ts';
import { missingSecretsReason } from './github/source/missing-secrets.ts';
import { resolveSource } from './github/source/resolve-source.ts';
import type { SourceResult } from './github/source/source.ts';
import { environmentWarnings } from './huaweicloud/http.ts';
import { proxyProblems } from './huaweicloud/proxy.ts';
import { openClient } from './open-client.ts';
import { createContext } from './run/context.ts';
import { cancel, detach, fail, handleTimeout } from './run/early-exit.ts';
import { finishFollowedBuild } from './run/finish.ts';
import { followBuild } from './run/follow.ts';
import { prepare } from './run/prepare.ts';
import { writeProblemsSummary } from './run/report.ts';
import { reuse } from './run/reuse.ts';
import { attach, start } from './run/start.ts';

/**
 * Runs the main step. Every expected error is reported as the step's last line and exit code 1.
 * @throws only for a bug in the action itself, which runtime.ts reports
 */
export async function run(runtimeDeps: RuntimeDeps): Promise<ExitCode> {
  const deps: Deps = { ...runtimeDeps, runner: maskingRunner(runtimeDeps.runner) };
  const { runner, env, clock, cancelled } = deps;
  const event = readEvent(env, deps.readFile);
  const missingSecrets = missingSecretsReason(event, env['GITHUB_ACTOR']);
  const read = readInputs({ input: runner.input, exactInput: runner.exactInput, env }, missingSecrets);
  const { inputs } = read;
  redactParameters(runner, inputs.parameters, env);
  const resolved = resolveSource(event, inputs.source);
  const logFile = inputs.logFile === '' ? undefined : resolveLogPath(inputs.logFile, env);
  const problems = [...read.problems, ...proxyProblems(env)];
  if (logFile?.ok === false) problems.push(logFile.problem);
  if (!resolved.ok && inputs.buildNumber === undefined) problems.push(resolved.problem);
  if (problems.length > 0) {
    const topic = topicOf(problems.length, read.lacksCredentials, resolved);
    return await reportProblems(deps, problems, topic, inputs.summary);
  }

  const context = createContext(deps, inputs, (addMask) =>
    openClient(inputs, { ...deps, secretless: missingSecrets, hide: addMask }),
  );
  let cancelledAt = clock.now();
  cancelled.addEventListener('abort', () => (cancelledAt = clock.now()), { once: true });
  for (const warning of environmentWarnings(env)) runner.warning(warning);
  for (const notice of placeNotices(inputs)) runner.notice(notice);
  try {
    await prepare(context);
    await context.logOutput.saved.open(logFile?.ok ? logFile.path : undefined);
    if (inputs.buildNumber !== undefined) await attach(context, inputs.buildNumber);
    else if (resolved.ok) {
      const reused = inputs.reuseSuccessful ? await reuse(context, resolved.source) : undefined;
      if (reused !== undefined) return reused;
      await start(context, resolved.source, resolved.notices);
    }
    if (!inputs.wait) return await detach(context);
    const end = await followBuild(context);
    if (end.kind === 'deadline') return await handleTimeout(context, end.log);
    return await finishFollowedBuild(context, end);
  } catch (error) {
    if (error instanceof PreflightError)
      return await reportProblems(deps, error.problems, 'inputs-refused', inputs.summary);
    return cancelled.aborted ? await cancel(context, cancelledAt) : await fail(context, error);
  }
}

/** The docs of a single problem; those of inputs in general where there are several. */
function topicOf(count: number, lacksCredentials: boolean, resolved: SourceResult): HelpTopic {
  if (count > 1) return 'inputs-refused';
  if (lacksCredentials) return 'secrets-empty';
  return resolved.ok || resolved.reason === 'bad-input' ? 'inputs-refused' : 'commit-refused';
}

/** Each problem is an error of its own; only the last one gets the link to the docs. */
async function reportProblems(
  deps: Deps,
  problems: readonly string[],
  topic: HelpTopic,
  writeSummary: boolean,
): Promise<ExitCode> {
  const { runner, env } = deps;
  const sentences = problems.map((problem) => (/[.…?]$/.test(problem) ? problem : `${problem}.`));
  runner.setOutput('error', sentences.join(' '));
  if (writeSummary) await writeProblemsSummary(deps, sentences, topic);
  for (const [place, sentence] of sentences.entries()) {
    const isLast = place === sentences.length - 1;
    runner.error(isLast ? withHelpLink(sentence, topic, env) : sentence);
  }
  return 1;
}
