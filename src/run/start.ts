// Starts this step's build, exactly one, or takes up one that runs. The post step is told of it before anything that
// waits: a kill may come at any moment.

import { type Started, startBuild } from '../builds/start.ts';
import { ApiError } from '../codearts/errors.ts';
import { emptyLists, setIdentity } from '../github/outputs.ts';
import { startEventMessage } from '../github/report/messages.ts';
import { commitOf, describeSource, type Source } from '../github/source/source.ts';
import { type RunStateOf, saveRunState } from '../github/state.ts';
import type { RunContext } from './context.ts';
import type { StartPlan } from './job.ts';
import { publishLists } from './report.ts';

/**
 * The post step knows from before the call on that a build may run.
 * @throws ApiError or the signal's reason when none was started, UncertainStartError when one may have been; the
 * signal's reason too when the workflow was cancelled just after the start
 */
export async function start(context: RunContext, source: Source, notices: readonly string[]): Promise<void> {
  const { deps, inputs, console: log, state } = context;
  const { runner, clock, cancelled } = deps;
  const jobId = state.job.id;
  for (const notice of notices) runner.notice(notice);
  await log.info(`Starting CodeArts job ${state.job.title} for ${describeSource(source)}.`);
  const asked = state.job.planStart(inputs.parameters, source);
  const { commitId = '', sendsBranch } = asked;
  state.requestedCommit = commitId;
  state.requestedTag = source.kind === 'tag' ? source.tag : '';
  state.requestedBranch = source.kind === 'branch' ? source.branch : '';
  state.commitId = commitOf(source) ?? '';
  cancelled.throwIfAborted();
  const starting = { phase: 'starting', jobId, sentAt: clock.now(), commitId, sendsBranch } as const;
  saveRunState(runner, starting);
  const told: Promise<void>[] = [];
  const started = await startOrRecordFailure(context, asked, told, starting);
  state.startedByUs = true;
  state.build = { jobId, buildNumber: started.buildNumber };
  saveRunState(runner, { phase: 'running', ...state.build });
  setIdentity(runner, { jobId, ...started });
  await Promise.all(told);
  await publishLists(deps, log, state.build, emptyLists);
  const number = `Build #${started.buildNumber}`;
  await log.info(
    started.adopted
      ? `${number} is the one that the unconfirmed start began; it is followed.`
      : `${number} started.`,
  );
  cancelled.throwIfAborted();
}

async function startOrRecordFailure(
  { deps, client, console: log, state }: RunContext,
  { request, commitId }: StartPlan,
  told: Promise<void>[],
  starting: RunStateOf<'starting'>,
): Promise<Started> {
  const { clock, random, runner, cancelled: signal } = deps;
  const tell: Parameters<typeof startBuild>[0]['onEvent'] = (event) =>
    told.push(log.info(startEventMessage(event)));
  try {
    return await startBuild({ client, request, commitId, clock, random, signal, onEvent: tell });
  } catch (error) {
    // With one of these startBuild says that there is no build; with any other error one may run.
    if (error instanceof ApiError || error === signal.reason) {
      saveRunState(runner, { phase: 'over' });
    } else {
      state.startUncertain = true;
      // What begins from now on is not this step's: the post step, hours later, must not stop it.
      saveRunState(runner, { ...starting, startedBefore: clock.now() });
    }
    throw error;
  }
}

/** Takes up a build that was started elsewhere: the post step is told of it only where it is to be stopped. */
export async function attach(
  { deps, inputs, console: log, state }: RunContext,
  buildNumber: number,
): Promise<void> {
  state.build = { jobId: state.job.id, buildNumber };
  if (inputs.stopOnCancel) saveRunState(deps.runner, { phase: 'running', ...state.build });
  setIdentity(deps.runner, { ...state.build, dailyBuildNumber: '' });
  await publishLists(deps, log, state.build, emptyLists);
  await log.info(`Following build #${buildNumber} of CodeArts job ${state.job.title}.`);
}
