// Creates the simulated builds of the benchmark: with long logs of several kinds, and with lines in a rhythm.

import type { ScenarioSource } from '../test/simulator/simulator.ts';

type Line = NonNullable<ScenarioSource['steps'][number]['lines']>[number];

/** A build of one step, which makes a package. `seconds` is how long it runs. */
function build(name: string, seconds: number, lines: readonly Line[], queueSeconds = 0): ScenarioSource {
  return {
    name,
    description: name,
    queueSeconds,
    steps: [{ name: 'Measure', mark: 'external_shell', seconds, lines: [...lines] }],
    // The artifacts of a build that has none would be requested twice.
    artifacts: { package: { name: 'measured.tar.gz', uri: '/measured/1/measured.tar.gz' } },
  };
}

export type LogKind = 'ASCII' | 'Chinese' | 'one line' | '2-byte lines';

/** A finished build with a log of that size. */
export function longLog(kind: LogKind, megabytes: number): ScenarioSource {
  const name = `${kind} ${megabytes}`.toLowerCase().replaceAll(/\W+/g, '-');
  const bytes = megabytes * 1_000_000;
  if (kind === 'ASCII') return build(name, 2, [{ fill: bytes }]);
  const [text, width] = samples[kind];
  return build(name, 2, [{ text: text.repeat(Math.ceil(bytes / width)), level: 'raw', at: 0 }]);
}

const chinese = '[INFO] 正在编译模块 订单服务，共 128 个源文件，已用时 3 秒……完成\n';
const samples = {
  Chinese: [chinese, Buffer.byteLength(chinese)],
  'one line': ['0123456789abcdef', 16],
  '2-byte lines': ['x\n', 2],
} as const satisfies Record<Exclude<LogKind, 'ASCII'>, readonly [string, number]>;

/** Four lines a second. */
export function steadyText(seconds: number): ScenarioSource {
  return build(
    'steady',
    seconds,
    every(seconds, 0.25, (at) => [{ text: `line at ${at}`, at }]),
  );
}

/** Fifty lines within half a second, every seven seconds. */
export function bursts(seconds: number): ScenarioSource {
  const burst = (from: number): Line[] =>
    every(0.5, 0.01, (at) => [{ text: `burst ${from}`, at: from + at }]);
  return build('bursts', seconds, every(seconds - 1, 7, burst));
}

/** A line every nineteen seconds. */
export function silences(seconds: number): ScenarioSource {
  return build(
    'silences',
    seconds,
    every(seconds - 1, 19, (at) => [{ text: `after silence, ${at}`, at }]),
  );
}

/** Only the markers that every build has. */
export function silence(seconds: number, queueSeconds = 0): ScenarioSource {
  return build('silence', seconds, [], queueSeconds);
}

function every(seconds: number, step: number, lines: (at: number) => Line[]): Line[] {
  const count = Math.floor(seconds / step);
  return Array.from({ length: count }, (_, index) => lines(Math.round(index * step * 1000) / 1000)).flat();
}
