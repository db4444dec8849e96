// Tests what `npm run demo` prints and how it ends.

import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { root } from '../../scripts/paths.ts';
import { startSimulator } from '../simulator/simulator.ts';

interface Ended {
  readonly code: number | null;
  readonly lines: readonly string[];
}

function demo(...parameters: readonly string[]): Promise<Ended> {
  return run(process.execPath, join(root, 'scripts/demo.ts'), ...parameters);
}

function run(command: string, ...parameters: readonly string[]): Promise<Ended> {
  const child = spawn(command, parameters, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    // npm is a batch file on Windows, which needs a shell.
    shell: command === 'npm' && process.platform === 'win32',
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
  }
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, lines: text.trimEnd().split('\n') }));
  });
}

it('shows the log, the outputs, the place of the summary and the exit code of a build that succeeds', async () => {
  const { code, lines } = await demo('--speed', '50');
  expect(lines).toContain('▾ Maven构建');
  expect(lines).toContainEqual(expect.stringMatching(/^ {2}\[.*\] \[INFO\] BUILD SUCCESS$/));
  expect(lines).toContain('  result = success');
  expect(lines).toContainEqual(expect.stringMatching(/^ {2}empty: .*\berror\b/));
  const [summary, last] = lines.slice(-2);
  expect(last).toBe('exit code 0: GitHub shows the step as successful');
  const [, file] = /^summary of the job, .*: (\S+)$/.exec(summary ?? '') ?? [];
  expect(await readFile(join(root, file ?? ''), 'utf8')).toContain('shop-backend');
  expect(code).toBe(0);
});

it('ends the log with the step that failed and the reason, before the outputs', async () => {
  const { code, lines } = await demo('--scenario', 'failing-compile', '--speed', '50');
  expect(lines[lines.indexOf('outputs') - 2]).toMatch(
    /^Error: Build #1 of shop-backend failed in step Maven构建: .*cannot find symbol/,
  );
  expect(lines).toContain('  failed-step = Maven构建');
  expect(lines.at(-1)).toBe('exit code 1: GitHub shows the step as failed');
  expect(code).toBe(1);
});

it('runs the action on a simulator that runs already', async () => {
  const simulator = await startSimulator({ speed: 50 });
  onTestFinished(() => simulator.close());
  const job = simulator.addJob({ name: 'shop-backend', scenario: 'npm-success' });
  const { code, lines } = await demo('--endpoint', simulator.url, '--job', job.id);
  expect(lines).toContain('  result = success');
  expect(code).toBe(0);
  expect(simulator.builds(job.id)).toHaveLength(1);
});

it('runs the action on a simulator with a fault', async () => {
  const { code, lines } = await demo('--fault', 'no-last-line', '--speed', '50');
  expect(lines.filter((line) => line.includes('Finished: '))).toEqual([]);
  expect(code).toBe(0);
});

it.each([
  [['--scenario', 'sucess'], 'There is no scenario "sucess". Did you mean "success"?'],
  [['--fault', 'graph-lat'], 'There is no fault "graph-lat". Did you mean "graph-late"?'],
  [['failing-test'], /^Unexpected argument 'failing-test'/],
  [['--endpoint', 'http://127.0.0.1:1'], '--endpoint and --job go together.'],
  [['--speed', '0'], '--speed must be a number above 0.'],
])('says what is wrong with %j and how the demo is used', async (parameters, message) => {
  const { code, lines } = await demo(...parameters);
  expect(lines[0]).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  expect(lines).toContainEqual(expect.stringMatching(/^ {4}failing-compile +\w/));
  expect(code).toBe(2);
});

it.each([
  ['demo', ['--scenario', 'failing-test'], 'npm run demo -- --scenario failing-test'],
  ['demo', ['--scenario=failing-test', '--speed=5'], 'npm run demo -- --scenario failing-test --speed 5'],
  ['simulator', ['--port', '9000'], 'npm run simulator -- --port 9000'],
])('says where npm run %s needs -- when npm keeps the options %j', async (script, parameters, command) => {
  const { code, lines } = await run('npm', 'run', '--silent', script, ...parameters);
  expect(lines).toContain(`npm keeps options for itself. Put -- in front of them: ${command}`);
  expect(code).toBe(2);
});
