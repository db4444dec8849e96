// The story of a run: read the inputs, start one build (or take up one that runs), follow it, end as it ends.
// Everything it uses comes in as `Deps`; reads no environment, opens nothing.

import { PreflightError } from './build/not-startable.ts';
import { openClient } from './connect.ts';
import type { Deps, ExitCode } from './deps.ts';
import { proxyProblems } from './huaweicloud/proxy.ts';
import { Step } from './step/step.ts';
import { resolveSource } from './workflow/choose-source.ts';
import { readEvent } from './workflow/event.ts';
import { placeNotices, readInputs } from './workflow/inputs.ts';
import { resolveLogPath } from './workflow/log-file-place.ts';
import { maskingRunner } from './workflow/masking-runner.ts';
import { missingSecretsReason } from './workflow/secretless.ts';
import { type HelpTopic, withHelpLink } from './workflow/troubleshooting.ts';

/** Runs the main step to its end. Whatever goes wrong is the step's last line, and 1. @throws for a
 * fault of the action itself alone, which process.ts turns into the last line
 */
export async function run(runtimeDeps: Deps): Promise<ExitCode> {
  const deps: Deps = { ...runtimeDeps, runner: maskingRunner(runtimeDeps.runner) };
  const { runner, env } = deps;
  const event = readEvent(env, deps.readFile);
  const missingSecrets = missingSecretsReason(event, env['GITHUB_ACTOR']);
  const read = readInputs({ input: runner.input, exactInput: runner.exactInput, env }, missingSecrets);
  const { inputs } = read;
  const resolved = resolveSource(event, inputs.source);
  const logFile = inputs.logFile === '' ? undefined : resolveLogPath(inputs.logFile, env);
  const problems = [...read.problems, ...proxyProblems(env)];
  if (logFile?.ok === false) problems.push(logFile.problem);
  if (!resolved.ok && inputs.buildNumber === undefined) problems.push(resolved.problem);
  if (problems.length > 0) {
    const commitAlone = !resolved.ok && problems.length === 1 && problems[0] === resolved.problem;
    return reportProblems(deps, problems, commitAlone ? 'commit-refused' : 'inputs-refused');
  }

  const step = new Step(deps, inputs, (hide) => openClient(inputs, { ...deps, secretless: missingSecrets, hide }));
  for (const notice of placeNotices(inputs)) runner.notice(notice);
  try {
    await step.prepare();
    await step.saveLogAt(logFile?.ok ? logFile.path : undefined);
    if (inputs.buildNumber !== undefined) await step.takeUp(inputs.buildNumber);
    else if (resolved.ok) {
      const reused = inputs.reuseSuccessful ? await step.reuse(resolved.source) : undefined;
      if (reused !== undefined) return reused;
      await step.start(resolved.source, resolved.notices);
    }
    if (!inputs.wait) return await step.leaveRunning();
    return await step.endWith(await step.follow());
  } catch (error) {
    if (error instanceof PreflightError) return reportProblems(deps, error.problems, 'inputs-refused');
    return deps.cancelled.aborted ? await step.cancel() : await step.fail(error);
  }
}

/** Where to read on is said once, after the last problem. */
function reportProblems({ runner, env }: Deps, problems: readonly string[], entry: HelpTopic): ExitCode {
  const sentences = problems.map((problem) => (/[.…?]$/.test(problem) ? problem : `${problem}.`));
  const last = sentences.length - 1;
  for (const [at, sentence] of sentences.entries()) {
    runner.error(at === last ? withHelpLink(sentence, entry, env) : sentence);
  }
  runner.setOutput('error', sentences.join(' '));
  return 1;
}
