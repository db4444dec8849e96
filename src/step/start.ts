// Starts this step's build, exactly one, or takes up one that runs. The post step is told of it before anything that
// waits: a kill may come at any moment.

import { type Started, startBuild } from '../build/start.ts';
import { CallError } from '../codearts/errors.ts';
import { nothingMade } from '../workflow/handoff.ts';
import { setIdentity } from '../workflow/outputs.ts';
import { commitOf, type Source, sourceWords } from '../workflow/source.ts';
import { startWords } from '../workflow/start-words.ts';
import { type RunStateOf, saveRunState } from '../workflow/state.ts';
import { handOn } from './hand-on.ts';
import type { Start } from './job.ts';
import type { Scene } from './scene.ts';

/**
 * The post step knows from before the call on that a build may run.
 * @throws CallError or the signal's reason when none was started, UncertainStartError when one may have been; the
 * signal's reason too when the workflow was cancelled just after the start
 */
export async function start(scene: Scene, source: Source, notices: readonly string[]): Promise<void> {
  const { deps, inputs, log, known } = scene;
  const { runner, clock, cancelled } = deps;
  const jobId = known.job.id;
  for (const notice of notices) runner.notice(notice);
  await log.say(`Starting CodeArts job ${known.job.title} for ${sourceWords(source)}.`);
  const asked = known.job.startOf(inputs.parameters, source);
  const { commitId = '', tellsBranch } = asked;
  known.askedCommit = commitId;
  known.askedTag = source.kind === 'tag' ? source.tag : '';
  known.askedBranch = source.kind === 'branch' ? source.branch : '';
  known.commitId = commitOf(source) ?? '';
  cancelled.throwIfAborted();
  const starting = { phase: 'starting', jobId, sentAt: clock.now(), commitId, tellsBranch } as const;
  saveRunState(runner, starting);
  const told: Promise<void>[] = [];
  const started = await startOrKnowNone(scene, asked, told, starting);
  known.startedHere = true;
  known.build = { jobId, buildNumber: started.buildNumber };
  saveRunState(runner, { phase: 'running', ...known.build });
  setIdentity(runner, { jobId, ...started });
  await Promise.all(told);
  await handOn(deps, log, known.build, nothingMade);
  const number = `Build #${started.buildNumber}`;
  await log.say(
    started.adopted
      ? `${number} is the one that the unconfirmed start began; it is followed.`
      : `${number} started.`,
  );
  cancelled.throwIfAborted();
}

async function startOrKnowNone(
  { deps, client, log, known }: Scene,
  { request, commitId }: Start,
  told: Promise<void>[],
  starting: RunStateOf<'starting'>,
): Promise<Started> {
  const { clock, random, runner, cancelled: signal } = deps;
  const tell: Parameters<typeof startBuild>[0]['tell'] = (event) => told.push(log.say(startWords(event)));
  try {
    return await startBuild({ client, request, commitId, clock, random, signal, tell });
  } catch (error) {
    // With one of these startBuild says that there is no build; with any other error one may run.
    if (error instanceof CallError || error === signal.reason) {
      saveRunState(runner, { phase: 'over' });
    } else {
      known.mayHaveStarted = true;
      // What begins from now on is not this step's: the post step, hours later, must not stop it.
      saveRunState(runner, { ...starting, begunBy: clock.now() });
    }
    throw error;
  }
}

/** Takes up a build that was started elsewhere: the post step is told of it only where it is to be stopped. */
export async function takeUp({ deps, inputs, log, known }: Scene, buildNumber: number): Promise<void> {
  known.build = { jobId: known.job.id, buildNumber };
  if (inputs.stopOnCancel) saveRunState(deps.runner, { phase: 'running', ...known.build });
  setIdentity(deps.runner, { ...known.build, dailyBuildNumber: '' });
  await handOn(deps, log, known.build, nothingMade);
  await log.say(`Following build #${buildNumber} of CodeArts job ${known.job.title}.`);
}
