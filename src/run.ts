// Runs the main step: reads what the workflow asks for, starts one build (or attaches to one), follows it and reports how
// it ended. All dependencies come in as `RuntimeDeps`, so that tests can replace them.

import { PreflightError } from './builds/job-definition.ts';
import type { Deps, ExitCode, RuntimeDeps } from './deps.ts';
import { Console } from './github/console.ts';
import { maskingRunner } from './github/runner.ts';
import { saveRunState } from './github/state.ts';
import { proxyProblems } from './huaweicloud/connections.ts';
import { environmentWarnings } from './huaweicloud/http.ts';
import { openClient } from './open-client.ts';
import type { RunContext } from './run/context.ts';
import { prepare, type RunSetup } from './run/prepare.ts';
import { type RunRequest, readRequest } from './run/request.ts';

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
  const { inputs, target, logPath } = request;
  for (const warning of environmentWarnings(deps.env)) deps.runner.warning(warning);

  const setup = setUp(deps, request);
  const { clock, cancelled } = deps;
  // The runner kills the step 10 seconds after its signal: what of that is left limits how long the build may take to stop.
  let cancelledAt = clock.now();
  cancelled.addEventListener('abort', () => (cancelledAt = clock.now()), { once: true });
  let context: RunContext | undefined;
  try {
    const job = await prepare(setup);
    const {
      attachToBuild,
      createContext,
      leaveBuildRunning,
      finishFollowedBuild,
      followBuild,
      handleTimeout,
      reuse,
      start,
    } = await loadDeferred();
    context = createContext(setup, job);
    await context.logOutput.logFile.open(logPath);
    if (target.kind === 'attach') {
      await attachToBuild(context, target.buildNumber);
    } else {
      const reused = inputs.reuseSuccessful ? await reuse(context, target.source) : undefined;
      if (reused !== undefined) return reused;
      await start(context, target.source, target.notices);
    }
    if (!inputs.wait) return await leaveBuildRunning(context);
    const end = await followBuild(context);
    if (end.kind === 'deadline') return await handleTimeout(context, end.log);
    return await finishFollowedBuild(context, end);
  } catch (error) {
    const { cancel, createContext, fail, reportProblems } = await loadDeferred();
    if (error instanceof PreflightError) {
      const { problems } = error;
      return await reportProblems(deps, { problems, topic: 'inputs-refused', writeSummary: inputs.summary });
    }
    context ??= createContext(setup);
    return cancelled.aborted ? await cancel(context, cancelledAt) : await fail(context, error);
  }
}

/** Masks the secrets of the inputs, and opens the console and the client. Sends nothing yet. */
function setUp(deps: Deps, { inputs, missingSecrets }: RunRequest): RunSetup {
  const { runner, randomToken: newToken, clock, random, cancelled: signal } = deps;
  const keepDates = inputs.logTimestamps === 'keep';
  const console = new Console(runner, { newToken, keepDates });
  const addMask = (secret: string) => console.addMask(secret);
  if (inputs.commitStatus !== '') runner.mask(inputs.githubToken);
  const client = openClient(inputs, { ...deps, missingSecrets, addMask });
  return { deps, inputs, console, client, calls: { clock, random, signal } };
}

function loadDeferred(): Promise<typeof import('./run/deferred.ts')> {
  return import('./run/deferred.ts');
}
