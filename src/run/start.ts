// Starts this step's build, exactly one, or attaches to one that was started elsewhere. The state for the post step is
// saved before anything that waits: the runner may kill the step at any moment.

import { emptyOutcome } from '../builds/outcome.ts';
import { explainRejection, type Started, type StartOptions, startBuild } from '../builds/start.ts';
import { ApiError } from '../codearts/errors.ts';
import { setIdentity } from '../github/outputs.ts';
import { startEventMessage } from '../github/report/messages.ts';
import { describeSource, type Source } from '../github/source/source.ts';
import { type RunStateOf, saveRunState } from '../github/state.ts';
import { capitalize } from '../text.ts';
import type { RunContext } from './context.ts';
import type { StartPlan } from './prepare.ts';
import { publishLists } from './report.ts';

/**
 * Starts this step's build. From before the call on, the state for the post step says that a build may run.
 * @throws ApiError or the signal's reason when none was started, UncertainStartError when one may have been; the
 * signal's reason too when the workflow was cancelled just after the start
 */
export async function start(context: RunContext, source: Source, notices: readonly string[]): Promise<void> {
  const { deps, inputs, console, state } = context;
  const { runner, clock, cancelled } = deps;
  const jobId = state.job.id;
  for (const notice of notices) runner.notice(notice);
  await console.info(`Starting build task ${state.job.title} for ${describeSource(source)}.`);
  const plan = state.job.planStart(inputs.parameters, source);
  const { commitId = '', sendsBranch } = plan;
  state.startRequested(source);
  cancelled.throwIfAborted();
  const starting = { phase: 'starting', jobId, sentAt: clock.now(), commitId, sendsBranch } as const;
  saveRunState(runner, starting);
  // startBuild reports between its calls and does not wait until a line is printed.
  const printing: Promise<void>[] = [];
  const started = await startOrRecordFailure(context, plan, printing, starting);
  const build = { jobId, buildNumber: started.buildNumber };
  state.started(build);
  saveRunState(runner, { phase: 'running', ...build });
  setIdentity(runner, { jobId, ...started });
  await Promise.all(printing);
  publishLists(context, emptyOutcome);
  const number = `build #${started.buildNumber}`;
  await console.info(
    started.adopted
      ? `Found ${number}, started by the unconfirmed request; following it.`
      : `${capitalize(number)} started.`,
  );
  cancelled.throwIfAborted();
}

async function startOrRecordFailure(
  { deps, inputs, client, console, state, calls }: RunContext,
  { request, commitId }: StartPlan,
  printing: Promise<void>[],
  starting: RunStateOf<'starting'>,
): Promise<Started> {
  const { runner, clock } = deps;
  const onEvent: StartOptions['onEvent'] = (event) => printing.push(console.info(startEventMessage(event)));
  try {
    return await startBuild({ client, request, commitId, ...calls, onEvent });
  } catch (error) {
    // With one of these startBuild says that there is no build; with any other error one may run.
    if (error instanceof ApiError || error === calls.signal.reason) {
      saveRunState(runner, { phase: 'over' });
      if (error instanceof ApiError) {
        throw await explainRejection(error, { client, ...calls }, state.job.id, inputs.job.projectId);
      }
    } else {
      state.startFailedUncertainly();
      // A build that begins from now on is not this step's, and the post step must not stop it, even hours later.
      saveRunState(runner, { ...starting, startedBefore: clock.now() });
    }
    throw error;
  }
}

/**
 * Attaches to a build that was started elsewhere. The post step learns of it only where the build is to be stopped with
 * the workflow.
 */
export async function attachToBuild(context: RunContext, buildNumber: number): Promise<void> {
  const { deps, inputs, console, state } = context;
  const build = { jobId: state.job.id, buildNumber };
  state.attached(build);
  if (inputs.stopOnCancel) saveRunState(deps.runner, { phase: 'running', ...build });
  setIdentity(deps.runner, { ...build, dailyBuildNumber: '' });
  publishLists(context, emptyOutcome);
  await console.info(`Following build #${buildNumber} of build task ${state.job.title}.`);
}
