// `npm run e2e [-- --install-act]`: runs .github/workflows/e2e.yml through act on this machine, without containers, and counts what its
// steps expected. The workflow is GitHub's to run as well; nothing in it knows of this file.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import * as v from 'valibot';
import { parse } from 'yaml';
import { actPackage, findAct, installAct } from './act.ts';
import { root } from './paths.ts';

const workflow = '.github/workflows/e2e.yml';

/** What act says of itself: one JSON object a line. */
const message = v.object({
  msg: v.string(),
  jobID: v.optional(v.string(), 'act'),
  raw_output: v.optional(v.boolean(), false),
  jobResult: v.optional(v.string()),
});

interface Tally {
  passed: number;
  failed: number;
  readonly unfinished: Set<string>;
}

async function main(): Promise<number> {
  const act = findAct() ?? (process.argv.includes('--install-act') ? installAct() : undefined);
  if (act === undefined) {
    console.log(`npm run e2e needs act, which is neither on the PATH nor where Go installs programs.`);
    console.log(`With Go at hand: npm run e2e -- --install-act, or ${actPackage} by go install.`);
    return report(0, 1);
  }
  const tally: Tally = { passed: 0, failed: 0, unfinished: new Set(jobIds()) };
  const code = await runAct(act, (line) => count(line, tally));
  for (const job of tally.unfinished) console.log(`[${job}] did not run to its end`);
  tally.failed += tally.unfinished.size;
  return report(tally.passed, code !== 0 && tally.failed === 0 ? 1 : tally.failed);
}

function report(passed: number, failed: number): number {
  console.log(`e2e: ${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

function jobIds(): readonly string[] {
  const file = v.object({ jobs: v.record(v.string(), v.unknown()) });
  return Object.keys(v.parse(file, parse(readFileSync(join(root, workflow), 'utf8'))).jobs);
}

/** Prints what act says, and counts jobs and what their steps expected (test/e2e/expect.ts). */
function count(line: string, tally: Tally): void {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), message), line);
  if (!read.success) {
    console.log(line);
    return;
  }
  const { msg, jobID, raw_output: fromStep, jobResult } = read.output;
  for (const text of msg.trimEnd().split(/\r?\n/)) console.log(`[${jobID}] ${fromStep ? '| ' : ''}${text}`);
  if (fromStep && msg.startsWith('ok ')) tally.passed += 1;
  if (fromStep && msg.startsWith('not ok ')) tally.failed += 1;
  if (jobResult !== undefined) {
    tally.unfinished.delete(jobID);
    if (jobResult === 'success') tally.passed += 1;
    else tally.failed += 1;
  }
}

/** In self-hosted mode steps run as plain processes in a copy of the working tree below `home`. */
async function runAct(act: string, onLine: (line: string) => void): Promise<number> {
  const home = mkdtempSync(join(tmpdir(), 'codearts-e2e-'));
  const parameters = ['push', '-W', workflow, '-P', 'ubuntu-latest=-self-hosted', '--no-cache-server'];
  try {
    const child = spawn(act, [...parameters, '--action-cache-path', home, '--json'], {
      cwd: root,
      env: environment(home),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const lines = [child.stdout, child.stderr].map(async (stream) => {
      for await (const line of createInterface({ input: stream })) onLine(line);
    });
    const code = new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exitCode) => resolve(exitCode ?? 1));
    });
    await Promise.all(lines);
    return await code;
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * act hands its own environment on to the steps: nothing of npm's run, of an outer workflow or of an account may be in
 * it. `node` is what act runs the action with, so this Node comes first.
 */
function environment(home: string): NodeJS.ProcessEnv {
  const foreign =
    /^(?:npm_(?:lifecycle|package|command|execpath|node_execpath|config_local_prefix)|INIT_CWD$|NODE_|GITHUB_|RUNNER_|ACTIONS_|INPUT_|STATE_|HUAWEI|CLOUD_SDK)/;
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  const path = `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`;
  return { ...Object.fromEntries(kept), PATH: path, XDG_CONFIG_HOME: home };
}

process.exitCode = await main();
