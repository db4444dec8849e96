// Follows one build with a hundred thousand status checks, to test that its log is complete and memory does not grow.

import { createHash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startSimulator } from '../simulator/simulator.ts';
import { runStep } from '../story/story.ts';
import { VirtualTime } from '../story/virtual-time.ts';

export interface LongBuild {
  readonly requests: number;
  readonly hours: number;
  /** Megabytes of memory in use after the first tenth and at the end. */
  readonly heaps: readonly [first: number, last: number];
  readonly differences: readonly string[];
}

/** @param polls the minimum number of polls */
export async function followLong(polls: number): Promise<LongBuild> {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  const heap = () => {
    if (typeof collect === 'function') collect();
    return process.memoryUsage().heapUsed / 1_048_576;
  };
  const time = new VirtualTime();
  const simulator = await startSimulator({ clock: time, keepRequests: 10 });
  // The log is polled every second, and the record every three seconds.
  const seconds = Math.ceil(polls * 0.8);
  const steps = [{ name: 'Run', seconds, lines: [{ fill: polls * 120 }] }];
  const job = simulator.addJob({
    name: 'long',
    scenario: { name: 'long', description: 'runs for days', steps },
  });
  const shown = createHash('sha256');
  const heaps: [number, number] = [0, 0];
  let next = polls / 10;
  let token = '';
  try {
    const step = await runStep({
      world: { time, simulator },
      jobId: job.id,
      inputs: { 'poll-interval': '1', 'timeout-minutes': String(Math.ceil(seconds / 60) + 60) },
      watch: (recorder) => {
        recorder.write = async (text) => {
          for (const line of text.split(/(?<=\n)/)) {
            const opened = token === '' ? /^::stop-commands::(.+)\n$/.exec(line)?.[1] : undefined;
            if (opened !== undefined) token = opened;
            else if (line === `::${token}::\n`) token = '';
            else if (token !== '') shown.update(line);
          }
          if (simulator.count() < next) return;
          heaps[next === polls / 10 ? 0 : 1] = heap();
          next += polls / 10;
        };
      },
    });
    const written = createHash('sha256').update(job.builds[0]?.log ?? '');
    const requests = simulator.count();
    const differences = [
      ...(step.code === 0 ? [] : [`the step ended red: ${step.output('error')}`]),
      ...(requests < polls ? [`only ${requests} requests were made`] : []),
      ...(shown.digest('hex') === written.digest('hex')
        ? []
        : ['the log that was shown is not the one that was written']),
      ...(heaps[1] - heaps[0] > 10
        ? [`memory grew from ${heaps[0].toFixed(1)} to ${heaps[1].toFixed(1)} MB`]
        : []),
    ];
    return { requests, hours: seconds / 3_600, heaps, differences };
  } finally {
    await simulator.close();
  }
}
