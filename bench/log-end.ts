// Measures how soon following ends after a build, and with how many calls, for each form of a log's end and each
// behaviour of the live log. Time is the simulator's and jumps over waits; requests go over sockets.

import { follow } from '../src/builds/follow/follow.ts';
import { CodeArtsBuildClient } from '../src/codearts/client.ts';
import { fixedAuthenticator, keyProof } from '../src/huaweicloud/authenticator.ts';
import { openHttp } from '../src/huaweicloud/http.ts';
import { seededRandom } from '../test/simulator/identifiers.ts';
import { type Fault, type ScenarioSource, startSimulator } from '../test/simulator/simulator.ts';
import { VirtualTime } from '../test/story/virtual-time.ts';
import { type Figure, median, percentile } from './figures.ts';

type LogStyle = NonNullable<ScenarioSource['log']>;

const forms: Readonly<Record<string, LogStyle>> = {
  'custom executor': { form: 'custom-executor' },
  'public executor': { form: 'public-executor' },
  'public executor, no list of tasks': { form: 'public-executor', allTasksStatus: false },
  'older form': { form: 'older' },
};

interface Behaviour {
  readonly name: string;
  readonly scenario?: Partial<ScenarioSource>;
  readonly log?: LogStyle;
  readonly faults?: readonly Fault[];
  /** The last line comes with the end of the build. */
  readonly endsAtOnce?: true;
}

const always = Number.POSITIVE_INFINITY;
const behaviours: readonly Behaviour[] = [
  { name: 'ends at once', endsAtOnce: true },
  {
    name: 'ends at once, promises more for ever',
    faults: [{ call: 'log', kind: 'has-more-always', times: always }],
    endsAtOnce: true,
  },
  {
    name: 'ends at once, never promises more',
    faults: [{ call: 'log', kind: 'has-more-never', times: always }],
    endsAtOnce: true,
  },
  { name: 'lags 3 s', scenario: { logLagSeconds: 3 } },
  { name: 'lags 8 s', scenario: { logLagSeconds: 8 } },
  { name: 'lags 15 s', scenario: { logLagSeconds: 15 } },
  { name: 'has its last line 15 s late', log: { finishedAfterSeconds: 15 } },
  { name: 'never says Finished', log: { finished: 'absent' } },
];

interface Ended {
  /** From the build's end to the end of following. */
  readonly seconds: number;
  /** After the build's end. */
  readonly calls: number;
}

/** @param seeds how many builds of each kind are followed */
export async function logEnd(seeds: number): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [form, log] of Object.entries(forms)) {
    for (const behaviour of behaviours) {
      const ends: Ended[] = [];
      for (let seed = 1; seed <= seeds; seed += 1) ends.push(await followOne(log, behaviour, seed));
      figures.push(...figuresOf(form, behaviour, ends));
    }
  }
  return figures;
}

function figuresOf(form: string, { name, endsAtOnce }: Behaviour, ends: readonly Ended[]): Figure[] {
  const seconds = ends.map((end) => end.seconds);
  const part = `end of the build → end of following, ${form}`;
  const target = (most: number) => (endsAtOnce ? { target: { of: 'value' as const, most } } : {});
  const note = `${median(ends.map(({ calls }) => calls))} calls`;
  return [
    { part, what: `${name}, median`, value: median(seconds), unit: 's', note, ...target(1.5) },
    { part, what: `${name}, p99`, value: percentile(seconds, 0.99), unit: 's', ...target(4) },
  ];
}

function scenarioOf(style: LogStyle, { scenario, log }: Behaviour, seed: number): ScenarioSource {
  // The end does not coincide with a poll.
  const seconds = 20 + (seed % 37) / 10;
  const lines = Array.from({ length: 20 }, (_, line) => `line ${line}`);
  return {
    name: 'log-end',
    description: 'writes a line a second',
    ...scenario,
    log: { ...style, ...log },
    steps: [{ name: 'Compile', mark: 'external_post_maven', seconds, lines }],
  };
}

async function followOne(style: LogStyle, behaviour: Behaviour, seed: number): Promise<Ended> {
  const time = new VirtualTime();
  const simulator = await startSimulator({ clock: time });
  const http = openHttp();
  try {
    for (const fault of behaviour.faults ?? []) simulator.faults.add(fault);
    const job = simulator.addJob({ name: 'log-end', scenario: scenarioOf(style, behaviour, seed) });
    const build = job.start();
    const { ak: accessKey, sk: secretKey } = simulator.accessKey;
    const events = follow({
      client: new CodeArtsBuildClient({
        endpoint: simulator.url,
        authenticator: fixedAuthenticator(keyProof({ accessKey, secretKey })),
        http: time.watch(http),
        clock: time,
        redact: (text) => text,
      }),
      build: { jobId: job.id, buildNumber: build.number },
      calls: { clock: time, random: seededRandom(seed), signal: new AbortController().signal },
      deadline: time.now() + 3_600_000,
      pollIntervalMs: 5_000,
      readLog: true,
      justStarted: true,
    });
    while (!(await events.next()).done);
    const endedAt = build.endedAt ?? Number.NaN;
    const calls = simulator.requests.filter(({ at }) => at >= endedAt).length;
    return { seconds: (time.now() - endedAt) / 1_000, calls };
  } finally {
    http.close();
    await simulator.close();
  }
}
