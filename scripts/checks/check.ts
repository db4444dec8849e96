// What a check is, and how a check runs one of the development tools. Judges nothing itself.

import { spawn } from 'node:child_process';
import { root } from '../paths.ts';

export interface Check {
  /** What is held to be so when the check passes. */
  readonly name: string;
  /** What is wrong and what to do, each in a line or more; empty: nothing. */
  readonly problems: () => Promise<readonly string[]>;
}

/** Runs a tool's own script with this Node. Its output is a problem if it fails. */
export function toolProblems(
  script: string,
  parameters: readonly string[],
  remedy: string,
): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...parameters], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve(code === 0 ? [] : [remedy, output.trimEnd()]));
  });
}
