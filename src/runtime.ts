// Runs an entry as a process: signals in, exit code out. Shared by the two entries.

import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { systemClock } from './clock.ts';
import type { ExitCode, RuntimeDeps } from './deps.ts';
import { githubRunner } from './github/runner.ts';
import { openHttp } from './huaweicloud/http.ts';
import { messageOf, toSingleLine } from './text.ts';

/** Runs one entry to its end. Ends the process as soon as its last byte is written, whatever sockets are open. */
export async function runProcess(entry: (deps: RuntimeDeps) => Promise<ExitCode>): Promise<void> {
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
  let lastToken = '';
  const randomToken = () => {
    lastToken = randomUUID();
    return lastToken;
  };
  process.on('uncaughtException', (error: unknown) => {
    // In the middle of a build's log workflow commands are off, and an error would be printed as text. Once they are on,
    // the runner prints this line as it is.
    const release = lastToken === '' ? '' : `\n::${lastToken}::\n`;
    const message = toSingleLine(messageOf(error)).replace(/\.$/, '');
    exit(1, `${release}::error::Unexpected error in the action: ${message}. Please report this.\n`);
  });
  const code = await entry({
    runner,
    env: process.env,
    readFile: readText,
    writeFile: replaceFile,
    http: openHttp({ env: process.env, readFile: readText }),
    clock: systemClock,
    random: Math.random,
    randomToken,
    cancelled: cancel.signal,
  });
  exit(code);
}

/** Replaces whatever is at the path, a link included, by a new file. */
export function replaceFile(path: string, text: string): void {
  const written = `${path}.${randomUUID()}`;
  writeFileSync(written, text, { flag: 'wx' });
  renameSync(written, path);
}

const readText = (path: string) => readFileSync(path, 'utf8');

function exit(code: ExitCode, lastLine = ''): void {
  process.stdout.write(lastLine, () => process.exit(code));
}
