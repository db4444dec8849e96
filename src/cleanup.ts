// What the post step does: nothing after a main step that came to its end; else it stops the build that was left,
// or that may have begun without the main step ever learning of it, and the commit's status stays pending no longer.
// What it can't do is a warning, never a red job.

import { findStartedBuild } from './builds/find-lost-start.ts';
import { type StopResult, stopBuild } from './builds/stop.ts';
import type { BuildId, CodeArtsBuildClient } from './codearts/api.ts';
import { tryWithin } from './codearts/retry.ts';
import type { Deps, ExitCode, RuntimeDeps } from './deps.ts';
import { CommitStatus } from './github/commit-status.ts';
import { type Inputs, readInputs } from './github/inputs/inputs.ts';
import { maskingRunner, redactParameters } from './github/masking.ts';
import { formatBuildUrl } from './github/report/build-url.ts';
import { readEvent } from './github/source/event.ts';
import { resolveSource } from './github/source/resolve-source.ts';
import { startRequest } from './github/source/start-request.ts';
import { loadRunState, type RunStateOf } from './github/state.ts';
import { openClient } from './open-client.ts';

const withinMs = 60_000;
/** Milliseconds for the commit's status, and for the link that goes with it. */
const statusMs = 10_000;
const recordMs = 3_000;

/**
 * Runs the post step; 0 whatever happens. What comes of it is one line or one warning. Ends within some two minutes.
 */
export async function cleanup(runtimeDeps: RuntimeDeps): Promise<ExitCode> {
  const deps: Deps = { ...runtimeDeps, runner: maskingRunner(runtimeDeps.runner) };
  const { runner, env } = deps;
  const state = loadRunState(runner);
  if (state?.phase === 'over') return 0;
  const { inputs, problems } = readInputs({ input: runner.input, exactInput: runner.exactInput, env });
  const obstacle = state
    ? problems[0]
    : "what the main step noted of it can't be read. Look at the job in CodeArts.";
  if (!state || obstacle !== undefined) {
    runner.warning(`A build may still be running, and could not be stopped: ${obstacle}`);
    return 0;
  }
  const hide = (secret: string) => runner.mask(secret);
  redactParameters(runner, inputs.parameters, env);
  const context = { deps, inputs, client: openClient(inputs, { ...deps, hide }) };
  if (state.phase === 'running')
    await stopAndReport(context, state, 'The main step did not see its build to the end');
  else if (inputs.stopOnCancel !== false) await findAndStop(context, state);
  else await runner.write('A build that the main step started goes on: stop-on-cancel is false.\n');
  return 0;
}

/** What the main step left, and the means to see to it. */
interface CleanupContext {
  readonly deps: Deps;
  readonly inputs: Inputs;
  readonly client: CodeArtsBuildClient;
}

/** Stops the build unless it is to go on, and says what became of it, in the log and on the commit. */
async function stopAndReport(
  context: CleanupContext,
  { jobId, buildNumber }: BuildId,
  because: string,
): Promise<void> {
  const { deps, inputs, client } = context;
  const { runner, clock, random } = deps;
  const build = { jobId, buildNumber };
  // Not said means stop: a build that was only followed is noted only where it is to be stopped (run/start.ts).
  if (inputs.stopOnCancel === false) {
    await runner.write(`${because}; build #${buildNumber} goes on: stop-on-cancel is false.\n`);
    return await updateCommitStatus(context, build, `${because}; build #${buildNumber} goes on.`);
  }
  const stopped = await stopBuild({ client, build, clock, random, withinMs });
  const line = `${because}; build #${buildNumber} ${describeStop(stopped)}`;
  if (stopped.kind === 'failed') runner.warning(line);
  else await runner.write(`${line}\n`);
  await updateCommitStatus(context, build, line);
}

function describeStop(stopped: StopResult): string {
  switch (stopped.kind) {
    case 'stopped':
      return 'was stopped.';
    case 'already-over':
      return 'was over already.';
    case 'failed':
      return `may still be running, for it could not be stopped: ${stopped.why}`;
  }
}

/** The main step may have left the status pending: whoever waits for it must not wait for ever. */
async function updateCommitStatus(
  { deps, inputs, client }: CleanupContext,
  build: BuildId,
  line: string,
): Promise<void> {
  if (inputs.commitStatus === '') return;
  const { runner, env, http, clock } = deps;
  runner.mask(inputs.githubToken);
  const warn = async (message: string) => runner.warning(message);
  const options = { http, clock, token: inputs.githubToken, context: inputs.commitStatus, env, warn };
  const record = await tryWithin(clock, recordMs, (signal) => client.record(build, signal));
  const commitId = askedCommit(deps, inputs) || (record?.commitId ?? '');
  const targetUrl = record
    ? formatBuildUrl(inputs.consoleUrl, { region: inputs.region, ...build, ...record })
    : '';
  const facts = { state: 'error', description: runner.redact(line), targetUrl } as const;
  await tryWithin(clock, statusMs, (signal) => new CommitStatus(options).publish(commitId, facts, signal));
}

/** The commit that the main step's build was asked for; empty where CodeArts decides. */
function askedCommit({ env, readFile }: Deps, inputs: Inputs): string {
  if (inputs.buildNumber !== undefined) return '';
  const chosen = resolveSource(readEvent(env, readFile), inputs.source);
  return chosen.ok && chosen.source.kind === 'commit' ? chosen.source.commitId : '';
}

/** The start was sent, and no answer noted: one build may be running, or none. */
async function findAndStop(context: CleanupContext, state: RunStateOf<'starting'>): Promise<void> {
  const { deps, inputs, client } = context;
  const { runner, env, clock, random, cancelled: signal } = deps;
  const { jobId, sentAt, sendsBranch, startedBefore } = state;
  const because = 'The main step ended before it knew whether a build had started';
  const chosen = resolveSource(readEvent(env, deps.readFile), inputs.source);
  if (!chosen.ok) return runner.warning(`${because}, and one may be running: ${chosen.problem}`);
  const request = startRequest(jobId, inputs.parameters, chosen.source, sendsBranch);
  const commitId = state.commitId === '' ? undefined : state.commitId;
  try {
    const searching = {
      client,
      request,
      commitId,
      startedBefore,
      clock,
      random,
      signal,
      maxElapsedMs: withinMs,
    };
    const [one, ...others] = await findStartedBuild(searching, sentAt, sentAt);
    if (one && others.length === 0)
      return await stopAndReport(context, { jobId, buildNumber: one.buildNumber }, because);
    if (!one) return await runner.write(`${because}; no build of it is to be found.\n`);
    const names = [one, ...others].map(({ buildNumber }) => `#${buildNumber}`).join(', ');
    runner.warning(
      `${because}. One of these may be it, and none was stopped: ${names}. Look at them in CodeArts, and stop the one that should not run.`,
    );
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    runner.warning(`${because}, and one may be running: ${why}`);
  }
}
