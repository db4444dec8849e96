// Runs one start in virtual time: the builds before it, the faults during it, and its result. Each case can count the
// starts that reached the server.

import { type StartEvent, type Started, startBuild } from '../../src/builds/start.ts';
import type { StartedBuild } from '../../src/codearts/build-schemas.ts';
import type { CodeArtsBuildClient } from '../../src/codearts/client.ts';
import type { Fault, Job } from '../simulator/simulator.ts';
import { type Connected, connected } from './client.ts';

export const commit = 'a3dacedeadbeefdeadbeefdeadbeefdeadbeef12';
/** The response is lost, but the build is created. */
export const lost: Fault = { call: 'start', kind: 'reset-after' };
/** The response is lost, and no build is created. */
export const withoutEffect: Fault = { call: 'start', kind: 'busy' };

interface StartContext {
  readonly cancel: () => void;
  readonly job: Job;
  readonly world: Connected;
}

export interface StartCase {
  readonly faults?: readonly Fault[];
  readonly parameters?: Readonly<Record<string, string>>;
  readonly commitId?: string | undefined;
  /** What to build. Default: the commit. */
  readonly scm?: Readonly<Record<string, string>>;
  readonly recordAfterSeconds?: number;
  readonly endpoint?: string;
  /** Milliseconds by which the gateway's clock is ahead. */
  readonly skewMs?: number;
  readonly random?: number;
  /** Prepares the simulator before the start. */
  readonly before?: (job: Job, now: number) => void;
  /** Called with each event and a function that cancels. */
  readonly on?: (event: StartEvent, context: StartContext) => void;
  /** Responds in place of the server. */
  readonly calls?: (context: StartContext) => Partial<Pick<CodeArtsBuildClient, 'start' | 'builds'>>;
  readonly cancelAfterMs?: number;
}

export interface StartResult {
  readonly started: Started | undefined;
  readonly error: unknown;
  readonly events: readonly StartEvent[];
  readonly world: Connected;
  readonly job: Job;
  readonly tookMs: number;
}

export const cancelled = new Error('cancelled');

export async function runStart(given: StartCase): Promise<StartResult> {
  const { endpoint, skewMs = 0, recordAfterSeconds = 0, parameters = {}, random = 0.5 } = given;
  const world = await connected({ endpoint, skewMs });
  const { simulator, time, client } = world;
  const scenario = {
    name: 'short',
    description: 'a build of a minute',
    recordAfterSeconds,
    steps: [{ name: 'Run', seconds: 60, lines: ['one'] }],
  };
  const job = simulator.addJob({ name: 'shop', scenario, parameters: [{ name: 'leg' }] });
  given.before?.(job, time.now());
  for (const fault of given.faults ?? []) simulator.faults.add(fault);
  const events: StartEvent[] = [];
  const controller = new AbortController();
  const context = { cancel: () => controller.abort(cancelled), job, world };
  if (given.cancelAfterMs === 0) context.cancel();
  else if (given.cancelAfterMs !== undefined) void time.sleep(given.cancelAfterMs).then(context.cancel);
  const startedAt = time.now();
  const options = {
    client: Object.assign(client, given.calls?.(context)),
    request: {
      jobId: job.id,
      parameters: Object.entries(parameters).map(([name, value]) => ({ name, value })),
      scm: given.scm ?? { build_type: 'commitId', build_commit_id: commit },
    },
    commitId: 'commitId' in given ? given.commitId : commit,
    clock: time,
    random: () => random,
    signal: controller.signal,
    onEvent: (event: StartEvent) => {
      events.push(event);
      given.on?.(event, context);
    },
  };
  const [started, error] = await startBuild(options).then(
    (value): [Started, undefined] => [value, undefined],
    (reason: unknown): [undefined, unknown] => [undefined, reason],
  );
  return { started, error, events, world, job, tookMs: time.now() - startedAt };
}

export const kinds = ({ events }: StartResult) => events.map(({ kind }) => kind);
export const starts = ({ world }: StartResult) => world.simulator.count('start');

/** Starts a build on the server and responds as the server would. */
export function begin(job: Job): StartedBuild {
  const { number, facts } = job.start({ commit });
  return { buildNumber: number, dailyBuildNumber: facts.dailyNumber };
}

/** Never responds; rejects when its signal is aborted. */
export function unanswered(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
}
