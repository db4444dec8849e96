// Runs the post step. It does nothing after a main step that came to its end. Otherwise it stops the build that the main
// step left running, or may have started without learning of it, and updates the commit status, so that nobody waits for
// it for ever. What fails here is a warning, never a failed job.

import * as v from 'valibot';
import { budgets } from './budgets.ts';
import { findStartedBuild } from './builds/find-lost-start.ts';
import { type StopResult, stopBuild } from './builds/stop.ts';
import type { BuildId, CodeArtsBuildClient } from './codearts/client.ts';
import { tryWithin } from './codearts/retry.ts';
import type { Deps, ExitCode, RuntimeDeps } from './deps.ts';
import { CommitStatus } from './github/commit-status.ts';
import { type Inputs, readInputs } from './github/inputs/inputs.ts';
import { formatBuildUrl } from './github/report/build-report.ts';
import { maskingRunner, type Runner, redactParameters } from './github/runner.ts';
import { readEvent } from './github/source/event.ts';
import { resolveSource } from './github/source/resolve-source.ts';
import { startRequest } from './github/source/source.ts';
import { type RunState, type RunStateOf, stateName } from './github/state.ts';
import { openClient } from './open-client.ts';

/** Runs the post step; 0 whatever happens. Prints one line or one warning, and ends within some two minutes. */
export async function cleanup(runtimeDeps: RuntimeDeps): Promise<ExitCode> {
  const deps: Deps = { ...runtimeDeps, runner: maskingRunner(runtimeDeps.runner) };
  const { runner, env } = deps;
  const state = loadRunState(runner);
  if (state?.phase === 'over') return 0;
  const { inputs, problems } = readInputs({ input: runner.input, exactInput: runner.exactInput, env });
  const obstacle = state
    ? problems[0]
    : "the state that the main step saved can't be read. Check the build task in CodeArts.";
  if (!state || obstacle !== undefined) {
    runner.warning(`A build may still be running and could not be stopped: ${obstacle}`);
    return 0;
  }
  if (!isOwnState(state, inputs)) {
    runner.warning(
      'Nothing was stopped: the state that the post step found is of another build than the inputs name.',
    );
    return 0;
  }
  if (inputs.commitStatus !== '') runner.mask(inputs.githubToken);
  const addMask = (secret: string) => runner.mask(secret);
  redactParameters(runner, inputs.parameters, env);
  const context = { deps, inputs, client: openClient(inputs, { ...deps, addMask }) };
  if (state.phase === 'running') await stopAndReport(context, state, 'The main step ended before its build');
  else if (inputs.stopOnCancel !== false) await findAndStop(context, state);
  else await runner.write('A build that the main step started keeps running: stop-on-cancel is false.\n');
  return 0;
}

const jobId = v.pipe(v.string(), v.regex(/^[a-z0-9]{32}$/));

const runState: v.GenericSchema<unknown, RunState> = v.variant('phase', [
  v.object({
    phase: v.literal('starting'),
    jobId,
    sentAt: v.number(),
    commitId: v.string(),
    sendsBranch: v.boolean(),
    startedBefore: v.exactOptional(v.number()),
  }),
  v.object({
    phase: v.literal('running'),
    jobId,
    buildNumber: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
    timedOut: v.exactOptional(v.boolean()),
  }),
  v.object({ phase: v.literal('over') }),
]);

/**
 * The state that the main step saved, checked: an earlier step of the job may have set the variable that it comes from.
 * `over` when there is none; undefined when it can't be read.
 */
function loadRunState(runner: Pick<Runner, 'state'>): RunState | undefined {
  const text = runner.state(stateName);
  if (text === '') return { phase: 'over' };
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), runState), text);
  return read.success ? read.output : undefined;
}

/** False where it is of another build than the inputs name. */
function isOwnState(state: RunStateOf<'running' | 'starting'>, { job, buildNumber }: Inputs): boolean {
  if (job.by === 'id' && state.jobId !== job.jobId) return false;
  return buildNumber === undefined || (state.phase === 'running' && state.buildNumber === buildNumber);
}

interface CleanupContext {
  readonly deps: Deps;
  readonly inputs: Inputs;
  readonly client: CodeArtsBuildClient;
}

/** Stops the build unless it is to go on, and reports that in the log and on the commit. */
async function stopAndReport(
  context: CleanupContext,
  { jobId, buildNumber, timedOut = false }: BuildId & { readonly timedOut?: boolean },
  because: string,
): Promise<void> {
  const { deps, inputs, client } = context;
  const { runner, clock, random } = deps;
  const build = { jobId, buildNumber };
  // Undefined means stop: run/start-build.ts saves a build that it attached to only where it is to be stopped.
  if (inputs.stopOnCancel === false && !timedOut) {
    await runner.write(`${because}; build #${buildNumber} keeps running: stop-on-cancel is false.\n`);
    return await updateCommitStatus(context, build, `${because}; build #${buildNumber} keeps running.`);
  }
  const stopped = await stopBuild({ client, build, clock, random, withinMs: budgets.stop });
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
      return 'had already ended.';
    case 'failed':
      return `may still be running: it could not be stopped. ${stopped.why}`;
  }
}

/** The main step may have left the status pending. */
async function updateCommitStatus(
  { deps, inputs, client }: CleanupContext,
  build: BuildId,
  line: string,
): Promise<void> {
  if (inputs.commitStatus === '') return;
  const { runner, env, http, clock } = deps;
  const warn = async (message: string) => runner.warning(message);
  const options = { http, clock, token: inputs.githubToken, context: inputs.commitStatus, env, warn };
  const record = await tryWithin(clock, budgets.cleanupRecord, (signal) => client.record(build, signal));
  const commitId = requestedCommit(deps, inputs) || (record?.commitId ?? '');
  const { region, consoleUrl, job } = inputs;
  const projectId = record?.projectId || (job.projectId ?? '');
  const recordId = record?.recordId ?? '';
  const targetUrl = record ? formatBuildUrl(consoleUrl, { ...build, region, projectId, recordId }) : '';
  const facts = { state: 'error', description: runner.redact(line), targetUrl } as const;
  await tryWithin(clock, budgets.finalStatus, (signal) =>
    new CommitStatus(options).publish(commitId, facts, signal),
  );
}

/** The commit that the main step asked for; empty where CodeArts decides. */
function requestedCommit({ env, readFile }: Deps, inputs: Inputs): string {
  if (inputs.buildNumber !== undefined) return '';
  const resolved = resolveSource(readEvent(env, readFile), inputs.source);
  return resolved.ok && resolved.source.kind === 'commit' ? resolved.source.commitId : '';
}

/** A start was requested and its response never saved: one build may be running, or none. */
async function findAndStop(context: CleanupContext, state: RunStateOf<'starting'>): Promise<void> {
  const { deps, inputs, client } = context;
  const { runner, env, clock, random, cancelled: signal } = deps;
  const { jobId, sentAt, sendsBranch, startedBefore } = state;
  const because = 'The main step ended before it knew whether a build had started';
  const resolved = resolveSource(readEvent(env, deps.readFile), inputs.source);
  if (!resolved.ok) return runner.warning(`${because}, and one may be running: ${resolved.problem}`);
  const request = startRequest(jobId, inputs.parameters, resolved.source, sendsBranch);
  const commitId = state.commitId === '' ? undefined : state.commitId;
  try {
    const expected = { request, commitId, startedBefore };
    const calls = { client, clock, random, signal, maxElapsedMs: budgets.stop };
    const found = await findStartedBuild({ ...expected, ...calls }, sentAt, sentAt);
    const [one] = found;
    if (!one) return await runner.write(`${because}; no build from that request was found.\n`);
    const { buildNumber } = one;
    if (found.length === 1) return await stopAndReport(context, { jobId, buildNumber }, because);
    const names = found.map((build) => `#${build.buildNumber}`).join(', ');
    runner.warning(
      `${because}. One of these builds may be it, and none was stopped: ${names}. Check them in CodeArts and stop the one that should not run.`,
    );
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    runner.warning(`${because}, and one may be running: ${why}`);
  }
}
