// What the post step does: nothing after a main step that came to its end; else it stops the build that was left,
// or that may have begun without the main step ever learning of it. Never turns a job red.

import { searchFairly } from './build/start.ts';
import { stopBuild } from './build/stop.ts';
import { connect } from './connect.ts';
import type { Deps, ExitCode } from './deps.ts';
import { readEvent } from './workflow/event.ts';
import { readInputs } from './workflow/inputs.ts';
import { maskSecrets } from './workflow/secrets.ts';
import { chooseSource } from './workflow/source.ts';
import { startRequest } from './workflow/start-request.ts';
import { loadRunState } from './workflow/state.ts';
import { harmless } from './workflow/step-log.ts';

const withinMs = 60_000;

export async function cleanUp(deps: Deps): Promise<ExitCode> {
  const { runner, env, clock, random, cancelled } = deps;
  const state = loadRunState(runner);
  if (state.phase === 'over') return 0;
  const say = (line: string) => runner.write(`${harmless(line)}\n`);
  const { inputs, problems } = readInputs({ input: runner.input, exactInput: runner.exactInput, env });
  if (problems.length > 0) return 0;
  if (inputs.stopOnCancel === false) {
    await say('The build goes on: stop-on-cancel is false.');
    return 0;
  }
  const hide = (secret: string) => maskSecrets(runner, [secret]);
  const client = connect(inputs, { ...deps, hide });
  const { jobId } = state;

  const stop = async (buildNumber: number) => {
    const build = { jobId, buildNumber };
    const result = await stopBuild({ client, build, clock, random, withinMs });
    if (result.kind === 'stopped') await say(`The main step was killed; build #${buildNumber} was stopped.`);
    if (result.kind === 'already-over')
      await say(`The main step was killed; build #${buildNumber} was over already.`);
    if (result.kind === 'failed') runner.warning(`Build #${buildNumber} may still be running: ${result.why}`);
  };
  if (state.phase === 'running') {
    await stop(state.buildNumber);
    return 0;
  }

  const chosen = chooseSource(readEvent(env, deps.readFile), inputs.source);
  if (!chosen.ok) return 0;
  const request = startRequest(jobId, inputs.parameters, chosen.source, state.tellsBranch);
  const commitId = state.commitId === '' ? undefined : state.commitId;
  try {
    const searching = { client, request, commitId, clock, random, signal: cancelled };
    const found = await searchFairly(searching, state.sentAt, state.sentAt);
    const [one, ...others] = found;
    if (one && others.length === 0) await stop(one.buildNumber);
    if (others.length > 0) {
      const names = found.map((build) => `#${build.buildNumber}`).join(', ');
      runner.warning(
        `The main step ended while it started a build. One of these may be it, and none was stopped: ${names}.`,
      );
    }
  } catch (error) {
    runner.warning(
      `The main step ended while it started a build, which may be running: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return 0;
}
