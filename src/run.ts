// Runs the main step, chapter by chapter: run/preflight.ts reads what the workflow asks for and checks it,
// run/start-build.ts starts one build (or attaches to one), run/follow-build.ts follows it and ends the step as the build
// ended, run/early-exit.ts ends it in any other case.

import type { Deps, ExitCode, RuntimeDeps } from './deps.ts';
import { maskingRunner } from './github/runner.ts';
import { saveRunState } from './github/state.ts';
import { proxyProblems } from './huaweicloud/connections.ts';
import { environmentWarnings } from './huaweicloud/http.ts';
import { openSetup } from './open-setup.ts';
import type { RunContext } from './run/context.ts';
import { findTargetJob, readPlan } from './run/preflight.ts';

/**
 * Runs the main step. Every expected error is reported as the step's last line and exit code 1.
 * @throws only for a bug in the action itself, which runtime.ts reports
 */
export async function run(runtimeDeps: RuntimeDeps): Promise<ExitCode> {
  const runner = maskingRunner(runtimeDeps.runner);
  const code = await runStep({ ...runtimeDeps, runner });
  const fileError = runner.fileError();
  if (fileError !== undefined) {
    runner.warning(
      `Later steps don't get all outputs of this step, as the runner's file for them can't be written: ${fileError}.`,
    );
  }
  return code;
}

async function runStep(deps: Deps): Promise<ExitCode> {
  // The post step must not take what another step left under the same name for this step's.
  saveRunState(deps.runner, { phase: 'over' });
  const plan = readPlan(deps, proxyProblems(deps.env));
  if ('problems' in plan) {
    const { reportProblems } = await loadDeferred();
    return await reportProblems(deps, plan);
  }
  const { inputs, target, logPath } = plan;
  const setup = openSetup(deps, inputs, plan.missingSecrets);
  for (const warning of environmentWarnings(deps.env)) await setup.console.warning(warning);

  const { clock, signal } = setup.calls;
  // Stopping the build has to end before the runner kills the step, so its time counts from the runner's signal.
  let cancelledAt: number | undefined;
  signal.addEventListener('abort', () => (cancelledAt = clock.now()), { once: true });
  let context: RunContext | undefined;
  try {
    const job = await findTargetJob(setup);
    const deferred = await loadDeferred();
    context = deferred.createContext(setup, job);
    await context.logOutput.logFile.open(logPath);
    if ('buildNumber' in target) {
      await deferred.attachToBuild(context, target.buildNumber);
    } else {
      const record = inputs.reuseSuccessful ? await deferred.reuseBuild(context, target.source) : undefined;
      if (record) return await deferred.finishReusedBuild(context, record);
      await deferred.startNewBuild(context, target);
    }
    if (!inputs.wait) return await deferred.endWithoutWaiting(context);
    const end = await deferred.followBuild(context);
    if (end.kind === 'deadline') return await deferred.endTimedOut(context, end.log);
    return await deferred.finishFollowedBuild(context, end);
  } catch (error) {
    const { createContext, endCancelled, endFailed } = await loadDeferred();
    context ??= createContext(setup);
    if (signal.aborted) return await endCancelled(context, cancelledAt ?? clock.now());
    return await endFailed(context, error);
  }
}

function loadDeferred(): Promise<typeof import('./run/deferred.ts')> {
  return import('./run/deferred.ts');
}
