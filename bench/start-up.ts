// Measures how long the main step takes from its process's start to its first request, how long a post step takes that has
// nothing to do, what memory a step holds, and how large dist/ is. Compares with bare Node, which every action pays for,
// and with the dist/ that was committed before.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMetadata } from '../scripts/action-metadata.ts';
import { bundle } from '../scripts/bundle.ts';
import { root } from '../scripts/paths.ts';
import { type Simulator, startSimulator } from '../test/simulator/simulator.ts';
import { type Figure, inTurn, median, percentile } from './figures.ts';
import { startProcess, startStep } from './process-run.ts';

const part = 'start-up';
/** Multiples of bare Node. google-github-actions/auth takes 3.3 to its first request. */
const mostToFirstRequest = 3;
const mostToNothing = 1.2;

export async function startUp(rounds: number): Promise<Figure[]> {
  const simulator = await startSimulator();
  const folder = mkdtempSync(join(tmpdir(), 'codearts-bench-'));
  const empty = join(folder, 'empty.cjs');
  writeFileSync(empty, '');
  const job = simulator.addJob({ name: 'start-up', scenario: 'success' });
  const memory = async (work: 'bare' | 'step') => {
    const inputs = { wait: 'false', log: 'off' };
    const running = work === 'bare' ? startProcess([empty]) : startStep({ simulator, jobId: job.id, inputs });
    return (await running.done).peakKb / 1024;
  };
  try {
    const works = worksOf(simulator, job.id, { empty, before: actionBefore(folder) });
    await inTurn(2, works);
    const [bareMs = [], stepMs = [], beforeMs = [], postMs = []] = await inTurn(rounds, works);
    const [bareMb = [], stepMb = []] = await inTurn(5, [() => memory('bare'), () => memory('step')]);
    // A tenth of the runs is faster, because no other process disturbed them.
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
        target: { of: 'ratio', most: mostToFirstRequest },
        note: `${rounds} runs`,
      },
      {
        part,
        what: 'the same against the dist/ committed before',
        value: median(stepMs),
        baseline: median(beforeMs),
        unit: 'ms',
      },
      {
        part,
        what: 'post step with nothing to do, median',
        value: median(postMs),
        baseline: median(bareMs),
        unit: 'ms',
        target: { of: 'ratio', most: mostToNothing },
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

/** Bare Node, the main step to its first request, the same of the action before, a post step with nothing to do: ms. */
function worksOf(
  simulator: Simulator,
  jobId: string,
  { empty, before }: { readonly empty: string; readonly before: string },
): readonly (() => Promise<number>)[] {
  let onRequest = () => {};
  simulator.onRequest('*', 'every', () => onRequest());
  const step = async (action: string) => {
    const asked = new Promise<number>((resolve) => (onRequest = () => resolve(performance.now())));
    const running = startStep({ simulator, jobId, usage: false, action });
    const ms = (await asked) - running.startedAt;
    running.kill();
    return ms;
  };
  const script = join(root, readMetadata().runs.post);
  const bare = async () => (await startProcess([empty], { usage: false }).done).ms;
  const post = async () => (await startProcess([script], { usage: false, env: { STATE_build: '' } }).done).ms;
  return [bare, () => step(root), () => step(before), post];
}

/**
 * The action as it was before this dist/: the last commit's where dist/ has changed since, else the one before. Returns
 * the folder of its action.yml.
 */
function actionBefore(folder: string): string {
  const git = (...args: readonly string[]) =>
    execFileSync('git', args, { cwd: root, maxBuffer: 64 * 1024 * 1024 });
  const changed = git('status', '--porcelain', 'dist').length > 0;
  const commits = git('log', '-2', '--format=%H', '--', 'dist').toString('utf8').trim().split('\n');
  const commit = changed ? 'HEAD' : (commits.at(-1) ?? 'HEAD');
  const action = join(folder, 'before');
  mkdirSync(action);
  execFileSync('tar', ['-x', '-C', action], { input: git('archive', commit, 'action.yml', 'dist') });
  return action;
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
