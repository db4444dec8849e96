// The story of a run: read the inputs, start one build (or take up one that runs), follow it, end as it ends.
// Everything it uses comes in as `Deps`; reads no environment, opens nothing.

import { NotStartableError } from './build/not-startable.ts';
import { connect } from './connect.ts';
import type { Deps, ExitCode } from './deps.ts';
import { proxyProblems } from './huaweicloud/proxy.ts';
import { Step } from './step/step.ts';
import { chooseSource } from './workflow/choose-source.ts';
import { readEvent } from './workflow/event.ts';
import { placeNotices, readInputs } from './workflow/inputs.ts';
import { placeLogFile } from './workflow/log-file-place.ts';
import { maskingRunner } from './workflow/masking-runner.ts';
import { secretless } from './workflow/secretless.ts';
import { type Entry, withReadOn } from './workflow/troubleshooting.ts';

/** Runs the main step to its end. Whatever goes wrong is the step's last line, and 1. @throws for a
 * fault of the action itself alone, which process.ts turns into the last line
 */
export async function run(world: Deps): Promise<ExitCode> {
  const deps: Deps = { ...world, runner: maskingRunner(world.runner) };
  const { runner, env } = deps;
  const event = readEvent(env, deps.readFile);
  const without = secretless(event, env['GITHUB_ACTOR']);
  const read = readInputs({ input: runner.input, exactInput: runner.exactInput, env }, without);
  const { inputs } = read;
  const chosen = chooseSource(event, inputs.source);
  const logFile = inputs.logFile === '' ? undefined : placeLogFile(inputs.logFile, env);
  const problems = [...read.problems, ...proxyProblems(env)];
  if (logFile?.ok === false) problems.push(logFile.problem);
  if (!chosen.ok && inputs.buildNumber === undefined) problems.push(chosen.problem);
  if (problems.length > 0) {
    const commitAlone = !chosen.ok && problems.length === 1 && problems[0] === chosen.problem;
    return refuse(deps, problems, commitAlone ? 'commit-refused' : 'inputs-refused');
  }

  const step = new Step(deps, inputs, (hide) => connect(inputs, { ...deps, secretless: without, hide }));
  for (const notice of placeNotices(inputs)) runner.notice(notice);
  try {
    await step.prepare();
    await step.saveLogAt(logFile?.ok ? logFile.path : undefined);
    if (inputs.buildNumber !== undefined) await step.takeUp(inputs.buildNumber);
    else if (chosen.ok) {
      const reused = inputs.reuseSuccessful ? await step.reuse(chosen.source) : undefined;
      if (reused !== undefined) return reused;
      await step.start(chosen.source, chosen.notices);
    }
    if (!inputs.wait) return await step.leaveRunning();
    return await step.endWith(await step.follow());
  } catch (error) {
    if (error instanceof NotStartableError) return refuse(deps, error.problems, 'inputs-refused');
    return deps.cancelled.aborted ? await step.cancel() : await step.fail(error);
  }
}

/** Where to read on is said once, after the last problem. */
function refuse({ runner, env }: Deps, problems: readonly string[], entry: Entry): ExitCode {
  const sentences = problems.map((problem) => (/[.…?]$/.test(problem) ? problem : `${problem}.`));
  const last = sentences.length - 1;
  for (const [at, sentence] of sentences.entries()) {
    runner.error(at === last ? withReadOn(sentence, entry, env) : sentence);
  }
  runner.setOutput('error', sentences.join(' '));
  return 1;
}
