// dist/ holds exactly what npm run build makes: every file by its bytes, and no other file. Builds into a folder of
// its own; the working tree stays as it is.

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../bundle.ts';
import { dist } from '../paths.ts';
import type { Check } from './check.ts';

export const distIsFresh: Check = { name: 'dist/ is what npm run build makes', problems };

async function problems(): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'codearts-dist-'));
  try {
    await bundle(folder);
    const [built, committed] = await Promise.all([readFiles(folder), readFiles(dist)]);
    const names = [...new Set([...built.keys(), ...committed.keys()])].sort();
    const faults = names.flatMap((name) => fault(name, built.get(name), committed.get(name)));
    return faults.length === 0 ? [] : [...faults, 'Run npm run build, and commit dist/ with the change.'];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function fault(name: string, built: Buffer | undefined, committed: Buffer | undefined): readonly string[] {
  if (!committed) return [`dist/${name} is missing.`];
  if (!built) return [`dist/${name} is not a file that the build makes.`];
  return built.equals(committed) ? [] : [`dist/${name} is not what the build makes now.`];
}

async function readFiles(folder: string): Promise<ReadonlyMap<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  const read = files.map(async (file) => {
    const path = join(file.parentPath, file.name);
    const name = path.slice(folder.length + 1).replaceAll('\\', '/');
    return [name, await readFile(path)] as const;
  });
  return new Map(await Promise.all(read));
}
