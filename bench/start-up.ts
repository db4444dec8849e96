// How long the step takes from its process's start to its first request, what it holds in memory by then, and how
// large dist/ is. Against bare Node, which every action pays for.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../scripts/bundle.ts';
import { startSimulator } from '../test/simulator/simulator.ts';
import { type Figure, inTurn, median, percentile } from './figures.ts';
import { startProcess, startStep } from './process-run.ts';

const part = 'start-up';
/** google-github-actions/auth takes 75 ms to its first request where bare Node takes 23. */
const peer = 75 / 23;

export async function startUp(rounds: number): Promise<Figure[]> {
  const simulator = await startSimulator();
  const folder = mkdtempSync(join(tmpdir(), 'codearts-bench-'));
  const empty = join(folder, 'empty.cjs');
  writeFileSync(empty, '');
  const job = simulator.addJob({ name: 'start-up', scenario: 'success' });
  let onRequest = () => {};
  // Strikes nothing: it only tells that a request has come.
  const tell = () => {
    onRequest();
    return false;
  };
  simulator.faults.add({ call: '*', kind: 'delay', ms: 0, times: Number.POSITIVE_INFINITY, when: tell });

  const bare = async () => (await startProcess([empty], { usage: false }).done).ms;
  const step = async () => {
    const asked = new Promise<number>((resolve) => (onRequest = () => resolve(performance.now())));
    const running = startStep({ simulator, jobId: job.id, usage: false });
    const ms = (await asked) - running.startedAt;
    running.kill();
    return ms;
  };
  const memory = async (work: 'bare' | 'step') => {
    const inputs = { wait: 'false', log: 'off' };
    const running = work === 'bare' ? startProcess([empty]) : startStep({ simulator, jobId: job.id, inputs });
    return (await running.done).peakKb / 1024;
  };
  try {
    await inTurn(2, [bare, step]);
    const [bareMs = [], stepMs = []] = await inTurn(rounds, [bare, step]);
    onRequest = () => {};
    const [bareMb = [], stepMb = []] = await inTurn(5, [() => memory('bare'), () => memory('step')]);
    // A tenth of the runs is faster: those that nothing else on the machine has disturbed.
    const quiet = (samples: readonly number[]) => percentile(samples, 0.1);
    return [
      {
        part,
        what: 'process start to first request, undisturbed',
        value: quiet(stepMs),
        baseline: quiet(bareMs),
        unit: 'ms',
        note: 'baseline: bare Node to its end',
      },
      {
        part,
        what: 'process start to first request, median',
        value: median(stepMs),
        baseline: median(bareMs),
        unit: 'ms',
        target: { of: 'ratio', most: Number(peer.toFixed(2)) },
        note: `${rounds} runs`,
      },
      {
        part,
        what: 'memory of a step that only starts',
        value: median(stepMb),
        baseline: median(bareMb),
        unit: 'MB',
      },
      ...(await sizes()),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await simulator.close();
  }
}

async function sizes(): Promise<Figure[]> {
  const { files, shares } = await bundle();
  return [
    ...[...files].map(([name, bytes]) => kilobytes(`dist/${name}`, bytes.length)),
    ...[...shares].map(([name, bytes]) => kilobytes(`  loaded by main, not minified: ${name}`, bytes)),
  ];
}

function kilobytes(what: string, bytes: number): Figure {
  return { part, what, value: bytes / 1024, unit: 'KB' };
}
