// Follows many builds at once in one process, against a service that limits their calls per minute, all together and of each
// kind. Time is simulated and skips waits; requests go over sockets.

import { follow } from '../src/builds/follow/follow.ts';
import { CodeArtsBuildClient } from '../src/codearts/client.ts';
import { ApiError } from '../src/codearts/errors.ts';
import { fixedAuthenticator, keyProof } from '../src/huaweicloud/authenticator.ts';
import { type Http, openHttp } from '../src/huaweicloud/http.ts';
import { seededRandom } from '../test/simulator/identifiers.ts';
import { type RateLimit, readScenario, type Simulator, startSimulator } from '../test/simulator/simulator.ts';
import { VirtualTime } from '../test/story/virtual-time.ts';
import { type Figure, percentile, type Unit } from './figures.ts';
import { limited } from './limited.ts';

export interface FleetOptions {
  readonly steps: number;
  /** The calls of each kind that the service allows in a minute, for all builds together. */
  readonly callsPerMinute: number;
  readonly style: '429' | 'CB.00060211';
  readonly by: 'follow' | 'fixed poll';
}

const minuteMs = 60_000;

interface Followed {
  readonly status: string;
  /** When the step had seen the end of its build and had its log, in milliseconds of the shared time. */
  readonly seenAt: number;
  /** UTF-16 units of log. */
  readonly length: number;
  readonly logEnd: string;
}

interface World {
  readonly time: VirtualTime;
  readonly simulator: Simulator;
  readonly jobId: string;
  readonly client: CodeArtsBuildClient;
  readonly http: Http;
}

type Follower = (world: World, buildNumber: number) => Promise<Followed>;

const followers: Record<FleetOptions['by'], Follower> = { follow: byFollow, 'fixed poll': byFixedPoll };

export interface FleetResult {
  /** Builds whose follower reported a wrong result. */
  readonly wrongEnds: number;
  /** Logs that were read to their end with a gap or a repetition. */
  readonly brokenLogs: number;
  /** Logs that the step would complete from the full log. */
  readonly unreadLogs: number;
  /** All calls that the service received. */
  readonly calls: number;
  /** The share of calls after the first minute that were rejected, 0 to 1. */
  readonly rejected: number;
  /** Milliseconds from the end of each build until its follower saw it. */
  readonly delays: readonly number[];
  /** The longest time without a response for a follower, in milliseconds. */
  readonly longestSilence: number;
}

/** Follows all builds to their ends. */
export async function runFleet({ steps, callsPerMinute, style, by }: FleetOptions): Promise<FleetResult> {
  const world = await openWorld({ callsPerMinute, style });
  const { simulator, time, jobId } = world;
  try {
    const beganAt = time.now();
    const job = simulator.addJob({ id: jobId, name: 'fleet', scenario: ({ number }) => scenarioOf(number) });
    const builds = Array.from({ length: steps }, () => job.start());
    const followed = await Promise.all(
      builds.map(async (build) => ({ build, ...(await followers[by](world, build.number)) })),
    );
    const delays = followed.map(({ build, seenAt }) => seenAt - (build.endedAt ?? Number.POSITIVE_INFINITY));
    const complete = followed.filter(({ logEnd }) => logEnd === 'complete');
    const later = simulator.requests.filter(({ at }) => at >= beganAt + minuteMs);
    return {
      wrongEnds: followed.filter(({ build, status }) => status !== build.status).length,
      brokenLogs: complete.filter(({ build, length }) => length !== build.log.length).length,
      unreadLogs: followed.length - complete.length,
      calls: simulator.requests.length,
      rejected: later.filter(({ status }) => status !== 200).length / later.length,
      delays,
      longestSilence: longestSilence(simulator, beganAt),
    };
  } finally {
    world.http.close();
    await simulator.close();
  }
}

export async function fleet(options: FleetOptions): Promise<Figure[]> {
  const { steps, style, by } = options;
  const result = await runFleet(options);
  const part = `fleet of ${steps}, ${style}, ${by === 'follow' ? 'as the step follows' : 'a fixed poll every 5 s'}`;
  const figure = (what: string, value: number, unit: Unit, most?: number): Figure => ({
    part,
    what,
    value,
    unit,
    ...(most === undefined || by !== 'follow' ? {} : { target: { of: 'value', most } }),
  });
  return [
    figure('builds not followed to their right end', result.wrongEnds, '', 0),
    figure('logs with a gap or a repeat', result.brokenLogs, '', 0),
    figure('logs completed from the full log', result.unreadLogs, ''),
    figure('calls', result.calls, ''),
    figure('calls rejected after the first minute', 100 * result.rejected, '%', 5),
    figure('build ended → seen, median', percentile(result.delays, 0.5) / 1000, 's'),
    figure('build ended → seen, worst', Math.max(...result.delays) / 1000, 's', 180),
    figure('longest time that a step got no answer', result.longestSilence / 1000, 's', 180),
  ];
}

async function openWorld(rateLimit: RateLimit): Promise<World> {
  const time = new VirtualTime();
  const simulator = await startSimulator({ clock: time, rateLimit, keepRequests: 1_000_000 });
  const http = time.watch(limited(openHttp(), 64));
  const { ak: accessKey, sk: secretKey } = simulator.accessKey;
  const client = new CodeArtsBuildClient({
    endpoint: simulator.url,
    authenticator: fixedAuthenticator(keyProof({ accessKey, secretKey })),
    http,
    clock: time,
    redact: (text) => text,
  });
  return { time, simulator, jobId: 'f'.repeat(32), client, http };
}

/** Builds that are queued for up to five minutes and then write for ten to twenty minutes. Every seventh fails. */
function scenarioOf(number: number) {
  const next = seededRandom(number);
  const seconds = 600 + Math.floor(next() * 600);
  const queueSeconds = Math.floor(next() * 300);
  const lines = Array.from(
    { length: Math.floor(seconds / 5) },
    (_, line) => `line ${line} of build ${number}`,
  );
  const fails = number % 7 === 0;
  const step = { name: 'Compile', seconds, lines, result: fails ? ('error' as const) : ('success' as const) };
  const description = 'one of many';
  return readScenario({ name: 'fleet', description, queueSeconds, steps: [step] }, 'fleet');
}

async function byFollow({ time, client, jobId }: World, buildNumber: number): Promise<Followed> {
  const events = follow({
    client,
    build: { jobId, buildNumber },
    calls: { clock: time, random: seededRandom(buildNumber), signal: new AbortController().signal },
    deadline: time.now() + 6 * 60 * minuteMs,
    pollIntervalMs: 5_000,
    readLog: true,
    justStarted: true,
  });
  let length = 0;
  let logEnd = '';
  for (;;) {
    const next = await events.next();
    if (!next.done) {
      if (next.value.kind === 'text') length += next.value.text.length;
      if (next.value.kind === 'log-ended') logEnd = next.value.end.state;
      continue;
    }
    const end = next.value;
    if (end.kind !== 'ended') return { status: end.kind, seenAt: time.now(), length: 0, logEnd: end.kind };
    return { status: end.record.status, seenAt: time.now(), length, logEnd };
  }
}

/** Polls like a simple program: status and log every five seconds, regardless of the responses. */
async function byFixedPoll({ time, client, jobId }: World, buildNumber: number): Promise<Followed> {
  const build = { jobId, buildNumber };
  const random = seededRandom(buildNumber);
  let offset = '0';
  let length = 0;
  let status = '';
  await time.sleep(random() * 5_000);
  for (;;) {
    const record = await client.record(build).catch(unlessRejected);
    if (record && !/running|inqueue/i.test(record.status)) status = record.status;
    const answer = await client.log(build, offset).catch(unlessRejected);
    if (answer) {
      offset = answer.offset;
      length += answer.content.length;
      if (status !== '' && !answer.hasMore) return { status, seenAt: time.now(), length, logEnd: 'complete' };
    }
    await time.sleep(5_000);
  }
}

function unlessRejected(error: unknown): undefined {
  if (!(error instanceof ApiError)) throw error;
}

/** The longest time between two successful responses to the same follower, in milliseconds. */
function longestSilence(simulator: Simulator, beganAt: number): number {
  const last = new Map<string, number>();
  let longest = 0;
  for (const { path, at, status } of simulator.requests) {
    if (status !== 200) continue;
    const build = /\/jobs\/[^/]+\/(\d+)\//.exec(path)?.[1] ?? '';
    longest = Math.max(longest, at - (last.get(build) ?? beganAt));
    last.set(build, at);
  }
  return longest;
}
