// What the post step does: nothing after a main step that came to its end; else it stops the build that was left,
// or that may have begun without the main step ever learning of it. What it can't do is a warning, never a red job.

import { searchFairly } from './build/start.ts';
import { stopBuild } from './build/stop.ts';
import type { CodeArtsBuild } from './codearts/client.ts';
import { connect } from './connect.ts';
import type { Deps, ExitCode } from './deps.ts';
import { chooseSource } from './workflow/choose-source.ts';
import { readEvent } from './workflow/event.ts';
import { type Inputs, readInputs } from './workflow/inputs.ts';
import { maskSecrets } from './workflow/secrets.ts';
import { startRequest } from './workflow/start-request.ts';
import { loadRunState, type RunStateOf } from './workflow/state.ts';

const withinMs = 60_000;

/**
 * Runs the post step; 0 whatever happens. What comes of it is one line or one warning. Ends within a minute or two.
 */
export async function cleanUp(deps: Deps): Promise<ExitCode> {
  const { runner, env } = deps;
  const state = loadRunState(runner);
  if (state?.phase === 'over') return 0;
  const { inputs, problems } = readInputs({ input: runner.input, exactInput: runner.exactInput, env });
  const unable = state
    ? problems[0]
    : "what the main step saved of it can't be read. Look at the job in CodeArts.";
  if (!state || unable !== undefined) {
    runner.warning(`A build that the main step started may still be running: ${unable}`);
    return 0;
  }
  if (inputs.stopOnCancel === false) {
    await runner.write('The build goes on: stop-on-cancel is false.\n');
    return 0;
  }
  const hide = (secret: string) => maskSecrets(runner, [secret]);
  const left = { deps, inputs, client: connect(inputs, { ...deps, hide }) };
  if (state.phase === 'running') await stop(left, state, 'The main step was killed');
  else await findAndStop(left, state);
  return 0;
}

/** What the main step left, and the means to see to it. */
interface Left {
  readonly deps: Deps;
  readonly inputs: Inputs;
  readonly client: CodeArtsBuild;
}

async function stop(
  { deps, client }: Left,
  { jobId, buildNumber }: Omit<RunStateOf<'running'>, 'phase'>,
  because: string,
): Promise<void> {
  const { runner, clock, random } = deps;
  const stopped = await stopBuild({ client, build: { jobId, buildNumber }, clock, random, withinMs });
  const build = `build #${buildNumber}`;
  switch (stopped.kind) {
    case 'stopped':
      return await runner.write(`${because}; ${build} was stopped.\n`);
    case 'already-over':
      return await runner.write(`${because}; ${build} was over already.\n`);
    case 'failed':
      runner.warning(
        `${because}; ${build} may still be running, for it could not be stopped: ${stopped.why}`,
      );
  }
}

/** The start was sent, and no answer noted: one build may be running, or none. */
async function findAndStop(left: Left, state: RunStateOf<'starting'>): Promise<void> {
  const { deps, inputs, client } = left;
  const { runner, env, clock, random, cancelled: signal } = deps;
  const { jobId, sentAt, tellsBranch, begunBy } = state;
  const because = 'The main step ended before it knew whether a build had started';
  const chosen = chooseSource(readEvent(env, deps.readFile), inputs.source);
  if (!chosen.ok) return runner.warning(`${because}, and one may be running: ${chosen.problem}`);
  const request = startRequest(jobId, inputs.parameters, chosen.source, tellsBranch);
  const commitId = state.commitId === '' ? undefined : state.commitId;
  try {
    const searching = { client, request, commitId, begunBy, clock, random, signal };
    const [one, ...others] = await searchFairly(searching, sentAt, sentAt);
    if (one && others.length === 0) return await stop(left, { jobId, buildNumber: one.buildNumber }, because);
    if (!one) return await runner.write(`${because}; no build of it is to be found.\n`);
    const names = [one, ...others].map(({ buildNumber }) => `#${buildNumber}`).join(', ');
    runner.warning(`${because}. One of these may be it, and none was stopped: ${names}.`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    runner.warning(`${because}, and one may be running: ${why}`);
  }
}
