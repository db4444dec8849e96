// `npm run demo` as a person starts it: what it prints last, and how it ends.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../scripts/paths.ts';

interface Ended {
  readonly code: number | null;
  readonly lines: readonly string[];
}

function demo(...parameters: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [join(root, 'scripts/demo.ts'), ...parameters], {
    stdio: ['ignore', 'pipe', 'pipe'],
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

describe('npm run demo', () => {
  it('shows the log and the outputs of a build that succeeds', async () => {
    const { code, lines } = await demo('--speed', '50');
    expect(lines).toContain('▾ Maven构建');
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}\[.*\] \[INFO\] BUILD SUCCESS$/));
    expect(lines).toContain('  result = success');
    expect(code).toBe(0);
  });

  it('says last which step of a build failed, and why', async () => {
    const { code, lines } = await demo('--scenario', 'failing-compile', '--speed', '50');
    expect(lines).toContain('  failed-step = Maven构建');
    expect(lines.at(-1)).toMatch(
      /^Error: Build #1 of failing-compile failed in step Maven构建: .*cannot find symbol/,
    );
    expect(code).toBe(1);
  });

  it('names the scenarios when it does not know one', async () => {
    const { code, lines } = await demo('--scenario', 'nonsense');
    expect(lines).toContain('There is no scenario nonsense.');
    expect(lines).toContainEqual(expect.stringMatching(/^ {4}failing-compile +\w/));
    expect(code).toBe(2);
  });
});
