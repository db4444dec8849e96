// `npm run e2e [-- --install-act] [--examples] [EXAMPLE…]`: runs .github/workflows/e2e.yml and every workflow of
// examples/ through act on this machine, and counts passed and failed expectations. With --examples or names of examples, it
// runs those alone. GitHub runs e2e.yml without this file.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { parse } from 'yaml';
import { actPackage, findAct, installAct } from './act.ts';
import { playExamples } from './examples/play.ts';
import { root } from './paths.ts';
import { type ActLine, formatLine, runAct } from './run-act.ts';

const workflow = '.github/workflows/e2e.yml';

interface Tally {
  passed: number;
  failed: number;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: {
      'install-act': { type: 'boolean', default: false },
      examples: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const act = findAct() ?? (values['install-act'] ? installAct() : undefined);
  if (act === undefined) {
    console.log('npm run e2e needs act, which is neither on the PATH nor where Go installs programs.');
    console.log(`If you have Go: npm run e2e -- --install-act, or go install ${actPackage}`);
    return report([{ passed: 0, failed: 1 }]);
  }
  if (positionals.length > 0 || values.examples) return report([await playExamples(act, positionals)]);
  return report([await runWorkflow(act), await playExamples(act)]);
}

function report(tallies: readonly Tally[]): number {
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
  const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0);
  console.log(`e2e: ${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

/** Prints act's output, and counts the jobs and the expectations of their steps (test/e2e/expect.ts). */
async function runWorkflow(act: string): Promise<Tally> {
  const tally: Tally = { passed: 0, failed: 0 };
  const unfinished = new Set(jobIds());
  const home = mkdtempSync(join(tmpdir(), 'codearts-e2e-'));
  const onLine = (line: ActLine): void => {
    console.log(formatLine(line));
    if (line.fromStep && line.text.startsWith('ok ')) tally.passed += 1;
    if (line.fromStep && line.text.startsWith('not ok ')) tally.failed += 1;
    if (line.jobResult === undefined) return;
    unfinished.delete(line.job);
    if (line.jobResult === 'success') tally.passed += 1;
    else tally.failed += 1;
  };
  try {
    const code = await runAct({ act, folder: root, home, parameters: ['push', '-W', workflow], onLine });
    for (const job of unfinished) console.log(`[${job}] did not finish`);
    tally.failed += unfinished.size;
    if (code !== 0 && tally.failed === 0) tally.failed = 1;
    return tally;
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

function jobIds(): readonly string[] {
  const file = v.object({ jobs: v.record(v.string(), v.unknown()) });
  return Object.keys(v.parse(file, parse(readFileSync(join(root, workflow), 'utf8'))).jobs);
}

process.exitCode = await main();
