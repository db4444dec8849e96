// Runs the main step: reads what the workflow asks for, starts one build (or attaches to one), follows it and reports how
// it ended. All dependencies come in as `RuntimeDeps`, so that tests can replace them.

import { PreflightError } from './builds/job.ts';
import type { Deps, ExitCode, RuntimeDeps } from './deps.ts';
import { maskingRunner } from './github/masking.ts';
import { saveRunState } from './github/state.ts';
import { environmentWarnings } from './huaweicloud/http.ts';
import { proxyProblems } from './huaweicloud/proxy.ts';
import { openClient } from './open-client.ts';
import { createContext } from './run/context.ts';
import { prepare } from './run/prepare.ts';
import { readRequest } from './run/request.ts';

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
  const request = readRequest(deps, proxyProblems(deps.env));
  if ('problems' in request) {
    const { reportProblems } = await loadDeferred();
    return await reportProblems(deps, request);
  }
  const { inputs, target, logPath, missingSecrets } = request;
  for (const warning of environmentWarnings(deps.env)) deps.runner.warning(warning);

  const context = createContext(deps, inputs, (addMask) =>
    openClient(inputs, { ...deps, missingSecrets, addMask }),
  );
  const { clock, cancelled } = deps;
  let cancelledAt = clock.now();
  cancelled.addEventListener('abort', () => (cancelledAt = clock.now()), { once: true });
  try {
    await prepare(context);
    await context.logOutput.logFile.open(logPath);
    const { attach, detach, finishFollowedBuild, followBuild, handleTimeout, reuse, start } =
      await loadDeferred();
    if (target.kind === 'attach') {
      await attach(context, target.buildNumber);
    } else {
      const reused = inputs.reuseSuccessful ? await reuse(context, target.source) : undefined;
      if (reused !== undefined) return reused;
      await start(context, target.source, target.notices);
    }
    if (!inputs.wait) return await detach(context);
    const end = await followBuild(context);
    if (end.kind === 'deadline') return await handleTimeout(context, end.log);
    return await finishFollowedBuild(context, end);
  } catch (error) {
    const { cancel, fail, reportProblems } = await loadDeferred();
    if (error instanceof PreflightError) {
      const { problems } = error;
      return await reportProblems(deps, { problems, topic: 'inputs-refused', writeSummary: inputs.summary });
    }
    return cancelled.aborted ? await cancel(context, cancelledAt) : await fail(context, error);
  }
}

function loadDeferred(): Promise<typeof import('./run/deferred.ts')> {
  return import('./run/deferred.ts');
}
