// Measures how soon the step shows a line that a build writes, how soon it ends after the build, and how many calls that
// takes, in real time at default settings, with short and long round trips. Each line contains the time it was written.

import { timeOf } from '../src/builds/log/log-line.ts';
import { type ScenarioSource, type Simulator, startSimulator } from '../test/simulator/simulator.ts';
import { type Figure, percentile } from './figures.ts';
import { bursts, silence, silences, steadyText } from './logs.ts';
import { startStep } from './process-run.ts';

export interface LatencyOptions {
  /** The duration of each round trip, in milliseconds. */
  readonly roundTrips: readonly number[];
  /** How long each build runs. */
  readonly seconds: number;
  /** The number of parallel steps for each rhythm. */
  readonly steps: number;
}

interface Rhythm {
  readonly name: string;
  readonly scenario: ScenarioSource;
  /** Whether its log counts as active. */
  readonly flows: boolean;
  /** The maximum of calls a minute; undefined for a mixed rhythm. */
  readonly mostCalls?: number;
}

interface Seen {
  /** Milliseconds from writing to printing, for each line. */
  readonly lines: readonly number[];
  /** Milliseconds from the end of the build to the end of the step. */
  readonly end: number;
  readonly callsAMinute: number;
}

export async function latency({ roundTrips, seconds, steps }: LatencyOptions): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const ms of roundTrips) {
    const quiet = ms === Math.min(...roundTrips) ? quietRhythms(seconds) : [];
    figures.push(...(await atRoundTrip(ms, [...textRhythms(seconds), ...quiet], steps, seconds)));
  }
  return figures;
}

function textRhythms(seconds: number): Rhythm[] {
  return [
    { name: 'steady text', scenario: steadyText(seconds), flows: true, mostCalls: 40 },
    { name: 'bursts', scenario: bursts(seconds), flows: true, mostCalls: 40 },
    { name: 'after silences', scenario: silences(seconds), flows: false },
  ];
}

function quietRhythms(seconds: number): Rhythm[] {
  return [
    { name: 'silence', scenario: silence(seconds + 20), flows: false, mostCalls: 26 },
    { name: 'queue', scenario: silence(1, seconds + 20), flows: false, mostCalls: 13 },
  ];
}

async function atRoundTrip(
  ms: number,
  rhythms: readonly Rhythm[],
  steps: number,
  seconds: number,
): Promise<Figure[]> {
  const simulator = await startSimulator({ keepRequests: 1_000_000 });
  if (ms > 0) simulator.faults.add({ call: '*', kind: 'delay', ms, times: Number.POSITIVE_INFINITY });
  try {
    const seen = await Promise.all(
      rhythms.map(async (rhythm) => {
        const watched = Array.from({ length: steps }, (_, index) =>
          watch(simulator, rhythm, (index * 6_000) / steps, seconds),
        );
        return { rhythm, steps: await Promise.all(watched) };
      }),
    );
    const far = ms === 0 ? 'no round trip' : `round trip ${ms} ms`;
    const ends = seen.flatMap((one) => one.steps.map(({ end }) => end));
    return [
      ...seen.flatMap(({ rhythm, steps }) => lineFigures(rhythm, steps, far)),
      figure('build ended → step ended', `${far}, median`, percentile(ends, 0.5), 2_000, ends.length),
      figure('build ended → step ended', `${far}, p99`, percentile(ends, 0.99), 6_000, ends.length),
      // Less than a minute says nothing about calls per minute.
      ...(seconds < 60 ? [] : seen.flatMap(({ rhythm, steps }) => callFigures(rhythm, steps, far))),
    ];
  } finally {
    await simulator.close();
  }
}

async function watch(simulator: Simulator, rhythm: Rhythm, afterMs: number, seconds: number): Promise<Seen> {
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  const job = simulator.addJob({ name: rhythm.name, scenario: rhythm.scenario });
  const lines: number[] = [];
  let rest = '';
  const { done } = startStep({
    simulator,
    jobId: job.id,
    usage: false,
    onOutput(piece) {
      const now = Date.now();
      const texts = (rest + piece.toString('utf8')).split('\n');
      rest = texts.pop() ?? '';
      for (const text of texts) {
        const at = /\] (?:line at|burst|after silence)/.test(text) ? timeOf(text) : undefined;
        if (at !== undefined) lines.push(now - at);
      }
    },
  });
  const { endedAt } = await done;
  const [build] = simulator.builds(job.id);
  const end = endedAt - (build?.endedAt ?? Number.NaN);
  // The first seconds contain the calls of every start, and a build that has left the queue is polled more often.
  const from = (rhythm.name === 'queue' ? build?.createdAt : build?.startedAt) ?? 0;
  const begin = from + (rhythm.flows ? 3_000 : 15_000);
  const windowMs = Math.min(60_000, seconds * 1000 - 3_000);
  const calls = simulator.requests.filter(
    ({ path, at }) => path.includes(job.id) && at >= begin && at < begin + windowMs,
  );
  return { lines, end, callsAMinute: (calls.length * 60_000) / windowMs };
}

function lineFigures({ name, flows }: Rhythm, steps: readonly Seen[], far: string): Figure[] {
  const lines = steps.flatMap((step) => step.lines);
  if (lines.length === 0) return [];
  const part = 'line written → line shown';
  return [
    figure(part, `${name}, ${far}, median`, percentile(lines, 0.5), flows ? 1_200 : undefined, lines.length),
    figure(part, `${name}, ${far}, p99`, percentile(lines, 0.99), flows ? 2_500 : undefined, lines.length),
  ];
}

function callFigures({ name, mostCalls }: Rhythm, steps: readonly Seen[], far: string): Figure[] {
  if (mostCalls === undefined) return [];
  return [
    {
      part: 'calls of one step',
      what: `${name}, ${far}, the busiest step`,
      value: Math.max(...steps.map(({ callsAMinute }) => callsAMinute)),
      unit: 'a minute',
      target: { of: 'value', most: mostCalls },
    },
  ];
}

function figure(
  part: string,
  what: string,
  value: number,
  most: number | undefined,
  samples: number,
): Figure {
  return {
    part,
    what,
    value,
    unit: 'ms',
    note: `${samples} samples`,
    ...(most === undefined ? {} : { target: { of: 'value', most } }),
  };
}
