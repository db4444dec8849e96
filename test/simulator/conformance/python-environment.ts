/**
 * Makes a Python environment of its own with Huawei's clients, once, and keeps it in .tmp/ until requirements.txt changes.
 * The machine's own packages stay as they are; without Python it fails.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const requirements = join(import.meta.dirname, 'requirements.txt');

/** What the pinned packages want. */
const oldest = [3, 10] as const;

/** Why an SDK cannot be installed here: one line, and what to do about it. */
export class NoSdk extends Error {}

/** The path of a Python that has the clients; installs them into a folder below `cache` where they are not yet. */
export function pythonWithClients(cache: string): string {
  const { command, version } = findPython();
  const wanted = createHash('sha256').update(version).update(readFileSync(requirements)).digest('hex');
  const folder = join(cache, `conformance-${wanted.slice(0, 12)}`);
  const python =
    process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
  const ready = join(folder, 'ready');
  if (existsSync(ready)) return python;
  // One that was left half made is of no use.
  rmSync(folder, { recursive: true, force: true });
  run(
    [...command, '-m', 'venv', folder],
    'Python has no venv module (on Debian: apt-get install python3-venv)',
  );
  const quiet = ['--quiet', '--no-input', '--disable-pip-version-check'];
  run(
    [
      python,
      '-m',
      'pip',
      'install',
      ...quiet,
      '--only-binary',
      ':all:',
      '--require-hashes',
      '-r',
      requirements,
    ],
    'pip cannot install what requirements.txt names',
  );
  writeFileSync(ready, '');
  return python;
}

function findPython(): { command: readonly string[]; version: string } {
  const found: string[] = [];
  for (const command of [['python3'], ['python'], ['py', '-3']]) {
    const [program = '', ...rest] = command;
    const asked = spawnSync(
      program,
      [...rest, '-c', 'import sys; print(*sys.version_info[:3], sys.executable)'],
      {
        encoding: 'utf8',
      },
    );
    const version = asked.status === 0 ? asked.stdout.trim() : '';
    const [major = 0, minor = 0] = version.split(' ').map(Number);
    if (major === oldest[0] && minor >= oldest[1]) return { command, version };
    if (version !== '') found.push(`${major}.${minor}`);
  }
  const instead = found.length === 0 ? 'there is none on the PATH' : `there is only ${found.join(' and ')}`;
  throw new NoSdk(`the official clients need Python ${oldest.join('.')} or later, and ${instead}`);
}

function run(command: readonly string[], otherwise: string): void {
  const [program = '', ...rest] = command;
  const done = spawnSync(program, rest, { encoding: 'utf8' });
  if (done.status !== 0) {
    const said = (done.stderr || done.stdout || String(done.error ?? '')).trim();
    throw new NoSdk(`${otherwise}:\n${said}`);
  }
}
