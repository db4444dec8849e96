// A workflow step: starts `npm run simulator` so that it outlives the step, waits until it answers, and gives later
// steps its address, keys and jobs as outputs. Reads them from what the simulator prints for people.

import { spawn } from 'node:child_process';
import { appendFileSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { scenarioJobId, scenarioNames } from '../simulator/simulator.ts';

const log = join(process.env['RUNNER_TEMP'] ?? tmpdir(), `simulator-${process.pid}.log`);
const sink = openSync(log, 'w');
// A session of its own: the end of the step's terminal must not end it.
const child = spawn(
  process.execPath,
  [join(import.meta.dirname, '../simulator/main.ts'), '--port', '0', ...process.argv.slice(2)],
  { detached: true, stdio: ['ignore', sink, sink] },
);
child.unref();

const facts = await greeting();
const jobs = scenarioNames.map((name) => `job-${name}=${scenarioJobId(name)}`);
const lines = [...facts.map(([name, value]) => `${name}=${value}`), ...jobs, `pid=${child.pid}`];
const output = process.env['GITHUB_OUTPUT'];
if (output) appendFileSync(output, `${lines.join('\n')}\n`);
console.log(lines.join('\n'));

/** The inputs that the simulator suggests for the action. */
async function greeting(): Promise<readonly (readonly [string, string])[]> {
  for (let tries = 0; tries < 300; tries++) {
    const text = readFileSync(log, 'utf8');
    const found = [...text.matchAll(/^ +(endpoint|region|access-key|secret-key): (\S+)$/gm)];
    if (found.length === 4) return found.map(([, name = '', value = '']) => [name, value] as const);
    if (child.exitCode !== null) break;
    await sleep(100);
  }
  throw new Error(`The simulator did not start:\n${readFileSync(log, 'utf8')}`);
}
