// The process that a step is: signals in, exit code out. Shared by the two entries.

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { systemClock } from './clock.ts';
import { openHttp } from './huaweicloud/http.ts';
import type { Deps, ExitCode } from './run.ts';
import { githubRunner } from './workflow/runner.ts';

/** Runs one entry to its end. Ends the process as soon as its last byte is written, whatever sockets are open. */
export async function runProcess(entry: (deps: Deps) => Promise<ExitCode>): Promise<void> {
  const cancel = new AbortController();
  // The runner sends SIGINT, SIGTERM 7.5 s later, and kills 2.5 s after that. The first one counts.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => cancel.abort(new Error('the workflow was cancelled')));
  }
  const runner = githubRunner(process.stdout);
  // Node's own warnings (of experimental or outdated APIs) are for developers, not for readers of a build's log.
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (runner.debugging) process.stderr.write(`${warning.name}: ${warning.message}\n`);
  });
  const code = await entry({
    runner,
    env: process.env,
    readFile: (path) => readFileSync(path, 'utf8'),
    http: openHttp(),
    clock: systemClock,
    random: Math.random,
    newToken: randomUUID,
    cancelled: cancel.signal,
  }).catch((error: unknown): ExitCode => {
    process.stdout.write(
      `::error::The action itself failed: ${error instanceof Error ? error.message : 'unknown error'}\n`,
    );
    return 1;
  });
  process.stdout.write('', () => process.exit(code));
}
