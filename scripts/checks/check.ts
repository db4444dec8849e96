// Defines what a check is, and runs development tools for checks.

import { spawn } from 'node:child_process';
import { root } from '../paths.ts';

export interface Check {
  /** What is true if the check passes. */
  readonly name: string;
  /** Each problem with what to do about it; empty if the check passes. */
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
