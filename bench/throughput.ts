// Measures how fast the step prints a finished build's log, and in how much memory, compared with a reader that only reads the
// same pages with undici and writes their text to the same kind of pipe.

import { join } from 'node:path';
import { type Simulator, startSimulator } from '../test/simulator/simulator.ts';
import { type Figure, inTurn, median } from './figures.ts';
import { type LogKind, longLog } from './logs.ts';
import { type ProcessEnd, preloads, startProcess, startStep } from './process-run.ts';

const part = 'a finished log';

interface Measured {
  readonly label: string;
  readonly megabytes: number;
  readonly step: readonly ProcessEnd[];
  readonly reader: readonly ProcessEnd[];
}

export interface ThroughputOptions {
  readonly rounds: number;
  readonly logs: readonly (readonly [kind: LogKind, megabytes: number])[];
}

export const logsOf = {
  quick: [
    ['ASCII', 1],
    ['ASCII', 10],
    ['2-byte lines', 1],
  ],
  usual: [
    ['ASCII', 1],
    ['ASCII', 10],
    ['ASCII', 100],
    ['Chinese', 10],
    ['one line', 50],
    ['2-byte lines', 10],
  ],
  long: [
    ['ASCII', 1],
    ['ASCII', 10],
    ['ASCII', 100],
    ['ASCII', 1000],
    ['Chinese', 10],
    ['one line', 50],
    ['2-byte lines', 10],
  ],
} as const satisfies Record<string, ThroughputOptions['logs']>;

export async function throughput({ rounds, logs }: ThroughputOptions): Promise<Figure[]> {
  const measured: Measured[] = [];
  for (const [kind, megabytes] of logs) measured.push(await measure(kind, megabytes, rounds));
  const smallest = measured[0];
  return measured.flatMap((one) => [speed(one), memory(one, smallest)]).concat(growth(measured));
}

async function measure(kind: LogKind, megabytes: number, rounds: number): Promise<Measured> {
  const simulator = await startSimulator();
  try {
    const job = simulator.addJob({ name: 'log', scenario: longLog(kind, megabytes) });
    job.start({ at: Date.now() - 60_000 });
    const [step = [], reader = []] = await inTurn(rounds, [
      () => readByStep(simulator, job.id),
      () => readByReader(simulator, job.id),
    ]);
    check(step, megabytes);
    check(reader, megabytes);
    return { label: `${megabytes} MB ${kind}`, megabytes, step, reader };
  } finally {
    await simulator.close();
  }
}

async function readByStep(simulator: Simulator, jobId: string): Promise<ProcessEnd> {
  return await startStep({ simulator, jobId, inputs: { 'build-number': '1' } }).done;
}

async function readByReader(simulator: Simulator, jobId: string): Promise<ProcessEnd> {
  const url = `${simulator.url}/v3/jobs/${jobId}/1/real-time-log`;
  return await startProcess([join(preloads, 'reader.mjs'), url, simulator.token()]).done;
}

/** Measures how fast the log of a finished build is printed. */
function check(ends: readonly ProcessEnd[], megabytes: number): void {
  for (const { bytes } of ends) {
    if (bytes < megabytes * 1_000_000)
      throw new Error(`only ${bytes} bytes of a ${megabytes} MB log were shown`);
  }
}

function speed({ label, step, reader }: Measured): Figure {
  return {
    part,
    what: label,
    value: median(step.map(({ ms }) => ms)),
    baseline: median(reader.map(({ ms }) => ms)),
    unit: 'ms',
    target: { of: 'ratio', most: 2 },
    note: `step's CPU ${Math.round(median(step.map(({ cpuMs }) => cpuMs)))} ms, reader's ${Math.round(median(reader.map(({ cpuMs }) => cpuMs)))} ms`,
  };
}

function memory({ label, step }: Measured, smallest: Measured | undefined): Figure {
  const peak = (ends: readonly ProcessEnd[]) => median(ends.map(({ peakKb }) => peakKb)) / 1024;
  return {
    part,
    what: `  peak memory, ${label}`,
    value: peak(step),
    baseline: peak(smallest?.step ?? step),
    unit: 'MB',
    target: { of: 'ratio', most: 1.25 },
    note: 'baseline: the step with the smallest log',
  };
}

/** CPU time of each further MB, from one ASCII log to the next larger one: constant if the work is linear. */
function growth(measured: readonly Measured[]): Figure[] {
  const ascii = measured.filter(({ label }) => label.endsWith('ASCII'));
  const steps = ascii.slice(1).flatMap((one, index) => {
    const before = ascii[index];
    return before === undefined ? [] : [{ one, before, cost: costBetween(before, one) }];
  });
  const [first, ...later] = steps;
  if (first === undefined) return [];
  return later.map(({ one, before, cost }) => ({
    part,
    what: `  CPU for each MB, from ${before.megabytes} to ${one.megabytes} MB`,
    value: cost,
    baseline: first.cost,
    unit: 'ms',
    target: { of: 'ratio', most: 1.25 },
    note: `baseline: from ${first.before.megabytes} to ${first.one.megabytes} MB`,
  }));
}

function costBetween(smaller: Measured, larger: Measured): number {
  const cpu = ({ step }: Measured) => median(step.map(({ cpuMs }) => cpuMs));
  return (cpu(larger) - cpu(smaller)) / (larger.megabytes - smaller.megabytes);
}
