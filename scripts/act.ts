// Finds and installs act, which runs workflows without GitHub: on the PATH, or where `go install` puts it.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A release that runs our workflow. */
export const actPackage = 'github.com/nektos/act@v0.2.89';

export function findAct(): string | undefined {
  const name = process.platform === 'win32' ? 'act.exe' : 'act';
  const onPath = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const folders = [...onPath, ...goFolders()];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Undefined if it could not be installed; Go has printed the reason. */
export function installAct(): string | undefined {
  console.log(`go install ${actPackage}`);
  const { status, error } = spawnSync('go', ['install', actPackage], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (error) console.log(`Go could not be run: ${error.message}`);
  return status === 0 ? findAct() : undefined;
}

function goFolders(): readonly string[] {
  const asked = spawnSync('go', ['env', 'GOBIN', 'GOPATH'], { encoding: 'utf8' });
  const [bin = '', path = ''] = asked.status === 0 ? asked.stdout.split(/\r?\n/) : [];
  const paths = path === '' ? [join(homedir(), 'go')] : path.split(delimiter);
  return [...(bin === '' ? [] : [bin]), ...paths.map((folder) => join(folder, 'bin'))];
}
