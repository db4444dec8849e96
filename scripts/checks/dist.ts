// Checks that dist/ holds exactly what `npm run build` makes. Builds a copy of the sources in another folder, so that it
// also shows that the bytes do not depend on the project's location.

import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { bundle } from '../bundle.ts';
import { dist, root } from '../paths.ts';
import type { Check } from './check.ts';

export const distIsFresh: Check = { name: 'dist/ is what npm run build makes, in any folder', problems };

async function problems(): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'codearts-dist-'));
  try {
    const project = join(folder, 'a folder of another depth/copy');
    await copyProject(project);
    const built = (await bundle(project)).files;
    const committed = await readFiles(dist);
    const names = [...new Set([...built.keys(), ...committed.keys()])].sort();
    const faults = names.flatMap((name) => fault(name, built.get(name), committed.get(name)));
    return faults.length === 0 ? [] : [...faults, 'Run npm run build, and commit dist/ with the change.'];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Copies what the build reads: the sources, the settings, ncc, and the packages that the action uses. */
async function copyProject(project: string): Promise<void> {
  const names = [
    'src',
    'package.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'node_modules/@types',
    'node_modules/@vercel/ncc',
  ];
  for (const name of [...names, ...(await packageFolders())]) {
    await cp(join(root, name), join(project, name), { recursive: true });
  }
}

/** The folders of the packages that the action uses when it runs. */
async function packageFolders(): Promise<readonly string[]> {
  const lock: unknown = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'));
  const { packages } = v.parse(lockFile, lock);
  return Object.entries(packages).flatMap(([folder, { dev, devOptional, optional }]) =>
    folder === '' || dev || devOptional || optional ? [] : folder,
  );
}

const flag = v.optional(v.boolean(), false);
const lockFile = v.object({
  packages: v.record(v.string(), v.object({ dev: flag, devOptional: flag, optional: flag })),
});

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
