// One start, told as a whole: what was there before it, what goes wrong, what it came to. Time jumps; each case can
// count the starts that reached the server.

import { type StartEvent, type Started, startBuild } from '../../src/builds/start.ts';
import type { CodeArtsBuildClient } from '../../src/codearts/api.ts';
import type { StartedBuild } from '../../src/codearts/build-schemas.ts';
import type { Fault, Job } from '../simulator/simulator.ts';
import { type Connected, connected } from './client.ts';

export const commit = 'a3dacedeadbeefdeadbeefdeadbeefdeadbeef12';
/** The answer is lost, and the build begun. */
export const lost: Fault = { call: 'start', kind: 'reset-after' };
/** The answer is lost, and the service has not begun anything. */
export const withoutEffect: Fault = { call: 'start', kind: 'busy' };

interface Around {
  readonly cancel: () => void;
  readonly job: Job;
  readonly world: Connected;
}

export interface Attempt {
  readonly faults?: readonly Fault[];
  readonly parameters?: Readonly<Record<string, string>>;
  readonly commitId?: string | undefined;
  /** What is to be built; the commit when left out. */
  readonly scm?: Readonly<Record<string, string>>;
  readonly recordAfterSeconds?: number;
  readonly endpoint?: string;
  /** Milliseconds by which the gateway's clock is ahead. */
  readonly skewMs?: number;
  readonly random?: number;
  /** What is there before the start. */
  readonly before?: (job: Job, now: number) => void;
  /** Called with each event, and a way to cancel. */
  readonly on?: (event: StartEvent, around: Around) => void;
  /** Answers in place of the server. */
  readonly calls?: (around: Around) => Partial<Pick<CodeArtsBuildClient, 'start' | 'builds'>>;
  readonly cancelAfterMs?: number;
}

export interface Attempted {
  readonly started: Started | undefined;
  readonly error: unknown;
  readonly events: readonly StartEvent[];
  readonly world: Connected;
  readonly job: Job;
  readonly tookMs: number;
}

export const cancelled = new Error('cancelled');

export async function attempt(what: Attempt): Promise<Attempted> {
  const { endpoint, skewMs = 0, recordAfterSeconds = 0, parameters = {}, random = 0.5 } = what;
  const world = await connected({ endpoint, skewMs });
  const { simulator, time, client } = world;
  const scenario = {
    name: 'short',
    description: 'a build of a minute',
    recordAfterSeconds,
    steps: [{ name: 'Run', seconds: 60, lines: ['one'] }],
  };
  const job = simulator.addJob({ name: 'shop', scenario, parameters: [{ name: 'leg' }] });
  what.before?.(job, time.now());
  for (const fault of what.faults ?? []) simulator.faults.add(fault);
  const events: StartEvent[] = [];
  const ending = new AbortController();
  const around = { cancel: () => ending.abort(cancelled), job, world };
  if (what.cancelAfterMs === 0) around.cancel();
  else if (what.cancelAfterMs !== undefined) void time.sleep(what.cancelAfterMs).then(around.cancel);
  const begun = time.now();
  const options = {
    client: Object.assign(client, what.calls?.(around)),
    request: {
      jobId: job.id,
      parameters: Object.entries(parameters).map(([name, value]) => ({ name, value })),
      scm: what.scm ?? { build_type: 'commitId', build_commit_id: commit },
    },
    commitId: 'commitId' in what ? what.commitId : commit,
    clock: time,
    random: () => random,
    signal: ending.signal,
    onEvent: (event: StartEvent) => {
      events.push(event);
      what.on?.(event, around);
    },
  };
  const [started, error] = await startBuild(options).then(
    (value): [Started, undefined] => [value, undefined],
    (reason: unknown): [undefined, unknown] => [undefined, reason],
  );
  return { started, error, events, world, job, tookMs: time.now() - begun };
}

export const kinds = ({ events }: Attempted) => events.map(({ kind }) => kind);
export const starts = ({ world }: Attempted) => world.simulator.count('start');

/** Begins a build on the server, and answers as the server would. */
export function begin(job: Job): StartedBuild {
  const { number, facts } = job.start({ commit });
  return { buildNumber: number, dailyBuildNumber: facts.dailyNumber };
}

/** Never answers; ends when its signal does. */
export function unanswered(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
}
