// Runs the post step. It does nothing after a main step that came to its end. Otherwise it stops the build that the main
// step left running, or may have started without learning of it, and updates the commit status, so that nobody waits for
// it for ever. What fails here is a warning, never a failed job.

import * as v from 'valibot';
import { budgets } from './budgets.ts';
import { findStartedBuild } from './builds/find-lost-start.ts';
import { type StopResult, stopBuild } from './builds/stop.ts';
import type { BuildId } from './codearts/client.ts';
import { tryWithin } from './codearts/time-budget.ts';
import type { Deps, ExitCode, RuntimeDeps } from './deps.ts';
import { type Inputs, readInputs } from './github/inputs/inputs.ts';
import { maskingRunner, type Runner, redactParameters } from './github/runner.ts';
import { readEvent } from './github/source/event.ts';
import { resolveSource } from './github/source/resolve-source.ts';
import { type SourceResult, startRequest } from './github/source/source.ts';
import { type RunState, type RunStateOf, stateName } from './github/state.ts';
import { openSetup } from './open-setup.ts';
import { createContext, type RunContext } from './run/context.ts';
import { setStatus } from './run/report.ts';
import { messageOf } from './text.ts';

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
  redactParameters(runner, inputs.parameters, env);
  const context = createContext(openSetup(deps, inputs), { id: state.jobId, name: '' });
  const source = resolveSource(readEvent(env, deps.readFile), inputs.source);
  if (source.ok && inputs.buildNumber === undefined) context.state.startRequested(source.source);
  if (state.phase === 'starting') await findAndStop(context, state, source);
  else await stopAndReport(context, state, 'The main step ended before its build');
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
 * Reads and checks the state that the main step saved: an earlier step of the job may have set the variable that it comes from.
 * `over` when there is none; undefined when it can't be read.
 */
function loadRunState(runner: Pick<Runner, 'state'>): RunState | undefined {
  const text = runner.state(stateName);
  if (text === '') return { phase: 'over' };
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), runState), text);
  return read.success ? read.output : undefined;
}

/** Returns false where the state is of another build than the inputs name. */
function isOwnState(state: RunStateOf<'running' | 'starting'>, { job, buildNumber }: Inputs): boolean {
  if (job.by === 'id' && state.jobId !== job.jobId) return false;
  return buildNumber === undefined || (state.phase === 'running' && state.buildNumber === buildNumber);
}

/** Finds the build of a start whose response was not saved, and stops it. There may be none. */
async function findAndStop(
  context: RunContext,
  saved: RunStateOf<'starting'>,
  resolved: SourceResult,
): Promise<void> {
  const { inputs, client, console, calls } = context;
  const { jobId, sentAt, sendsBranch, startedBefore } = saved;
  if (inputs.stopOnCancel === false) {
    return await console.info('A build that the main step started keeps running: stop-on-cancel is false.');
  }
  const because = 'The main step ended before it knew whether a build had started';
  if (!resolved.ok) return await console.warning(`${because}, and one may be running: ${resolved.problem}`);
  const request = startRequest(jobId, inputs.parameters, resolved.source, sendsBranch);
  const expected = { request, commitId: saved.commitId || undefined, startedBefore };
  try {
    const found = await findStartedBuild(
      { client, ...expected, ...calls, maxElapsedMs: budgets.stop },
      sentAt,
      sentAt,
    );
    const [one, ...others] = found.map(({ buildNumber }) => buildNumber);
    if (one === undefined) return await console.info(`${because}; no build from that request was found.`);
    if (others.length === 0) return await stopAndReport(context, { jobId, buildNumber: one }, because);
    const names = [one, ...others].map((number) => `#${number}`).join(', ');
    await console.warning(
      `${because}. One of these builds may be it, and none was stopped: ${names}. Check them in CodeArts and stop the one that should not run.`,
    );
  } catch (error) {
    const why = messageOf(error);
    await console.warning(`${because}, and one may be running: ${why}`);
  }
}

/** Stops the build unless it is to go on, and reports that in the log and on the commit. */
async function stopAndReport(
  context: RunContext,
  { jobId, buildNumber, timedOut = false }: BuildId & { readonly timedOut?: boolean },
  because: string,
): Promise<void> {
  const { inputs, client, console, calls } = context;
  const { clock, random } = calls;
  const build = { jobId, buildNumber };
  const prefix = `${because}; build #${buildNumber}`;
  // Undefined means stop: run/start-build.ts saves a build that it attached to only where it is to be stopped.
  if (inputs.stopOnCancel === false && !timedOut) {
    await console.info(`${prefix} keeps running: stop-on-cancel is false.`);
    return await updateCommitStatus(context, build, `${prefix} keeps running.`);
  }
  const stopped = await stopBuild({ client, build, clock, random, withinMs: budgets.stop });
  const line = `${prefix} ${describeStop(stopped)}`;
  await (stopped.kind === 'failed' ? console.warning(line) : console.info(line));
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

/** Replaces the commit status, which the main step may have left pending. */
async function updateCommitStatus(context: RunContext, build: BuildId, line: string): Promise<void> {
  const { deps, client, commitStatus, state, calls } = context;
  if (!commitStatus) return;
  state.markAttached(build);
  const record = await tryWithin(calls.clock, budgets.cleanupRecord, (signal) =>
    client.record(build, signal),
  );
  if (record) state.update(record);
  await setStatus(context, 'error', deps.runner.redact(line));
}
