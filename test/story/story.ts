// Runs a whole step in this process: the real code over real sockets against a simulator, with virtual time and seeded
// random numbers. Returns everything that a test needs to know about the run as one object.

// These modules are loaded here because virtual time does not wait for a module that the action loads later.
import { readFileSync } from 'node:fs';
import '@actions/github';
import '../../src/run/deferred.ts';
import { onTestFinished } from 'vitest';
import { cleanup } from '../../src/cleanup.ts';
import type { ExitCode, RuntimeDeps } from '../../src/deps.ts';
import { type HttpOptions, openHttp } from '../../src/huaweicloud/http.ts';
import { run } from '../../src/run.ts';
import {
  type JobDefinition,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../simulator/simulator.ts';
import { Recorder } from './recorder.ts';
import { VirtualTime } from './virtual-time.ts';

export const commit = 'a3dacedeadbeefdeadbeefdeadbeefdeadbeef12';

export interface World {
  readonly time: VirtualTime;
  readonly simulator: Simulator;
}

/** `EDITION=v1 npx vitest run test/story` runs the stories on a service that no longer has the older calls. */
export const editions = process.env['EDITION'] === 'v1' ? 'new' : 'both';

/** Starts a simulator that closes when the test ends, with the virtual time that it shares with the steps. */
export async function openWorld(options: SimulatorOptions = {}): Promise<World> {
  const time = new VirtualTime();
  const simulator = await startSimulator({ clock: time, editions, ...options });
  onTestFinished(() => simulator.close());
  return { time, simulator };
}

export interface StoryOptions {
  readonly world?: World;
  readonly job?: Partial<JobDefinition>;
  /** The id of an existing job. */
  readonly jobId?: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly event?: { readonly name: string; readonly payload: unknown };
  readonly seed?: number;
  readonly http?: HttpOptions;
  readonly cancelled?: AbortSignal;
  readonly debugging?: boolean;
  /** Called with the step's recorder before the run. */
  readonly watch?: (recorder: Recorder, world: World) => void;
}

export interface StepRun {
  readonly code: ExitCode;
  readonly recorder: Recorder;
  readonly world: World;
  readonly jobId: string;
  readonly output: (name: string) => string;
  /** The last line that the step printed. */
  readonly lastLine: string;
}

export async function runStep(
  options: StoryOptions = {},
  entry: (deps: RuntimeDeps) => Promise<ExitCode> = run,
): Promise<StepRun> {
  const world = options.world ?? (await openWorld());
  const { simulator, time } = world;
  const jobId = options.jobId ?? simulator.addJob({ name: 'shop-backend', ...options.job }).id;
  const recorder = new Recorder(
    {
      region: 'cn-north-4',
      endpoint: simulator.url,
      'access-key': simulator.accessKey.ak,
      'secret-key': simulator.accessKey.sk,
      'job-id': jobId,
      ...options.inputs,
    },
    options.debugging,
  );
  options.watch?.(recorder, world);
  const deps = depsOf(options, recorder, time);
  const code = await entry(deps);
  deps.http.close();
  const lines = recorder.stdout.trimEnd().split('\n');
  return {
    code,
    recorder,
    world,
    jobId,
    output: (name) => recorder.outputs.get(name) ?? '',
    lastLine: lines.at(-1) ?? '',
  };
}

/** Runs the post step after a main step, with its inputs and the state that it saved. */
export async function runPostStep(main: StepRun, options: StoryOptions = {}): Promise<StepRun> {
  const watch = (recorder: Recorder) => {
    for (const [name, value] of main.recorder.states) recorder.states.set(name, value);
  };
  return await runStep({ ...options, world: main.world, jobId: main.jobId, watch }, cleanup);
}

function depsOf(options: StoryOptions, recorder: Recorder, time: VirtualTime): RuntimeDeps {
  const event = options.event ?? { name: 'push', payload: { after: commit, ref: 'refs/heads/main' } };
  return {
    runner: recorder,
    env: {
      GITHUB_EVENT_NAME: event.name,
      GITHUB_EVENT_PATH: 'event.json',
      GITHUB_SHA: commit,
      GITHUB_REF: 'refs/heads/main',
      GITHUB_REPOSITORY: 'octo/shop',
      RUNNER_TEMP: '/temp',
      ...options.env,
    },
    readFile: (path) => (path === 'event.json' ? JSON.stringify(event.payload) : readFileSync(path, 'utf8')),
    writeFile: (path, text) => void recorder.files.set(path, text),
    http: time.watch(
      openHttp({
        env: options.env ?? {},
        ...(options.http ?? { answerTimeoutMs: 1_000, connectTimeoutMs: 1_000 }),
      }),
    ),
    clock: time,
    random: seeded(options.seed ?? 1),
    randomToken: tokens(),
    cancelled: options.cancelled ?? new AbortController().signal,
  };
}

/** Generates random numbers with mulberry32, which is good enough for jitter. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function tokens(): () => string {
  let count = 0;
  return () => `token-${++count}`;
}
