// Creates what the examples run in: a repository with the action alone, programs that only print how they were called, and
// a service that issues GitHub's ID tokens.

import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { idTokenService } from '../../test/simulator/id-token-service.ts';
import type { Simulator } from '../../test/simulator/simulator.ts';
import { dist, root } from '../paths.ts';
import { repository } from './plays.ts';

export interface Sandbox {
  /** The repository. */
  readonly folder: string;
  /** Its newest commit. */
  readonly commit: string;
  /** The folder with the programs. */
  readonly programs: string;
  /** What the runner sets for a job that may ask for ID tokens. */
  readonly idTokenEnv: Readonly<Record<string, string>>;
  /** Creates a folder that close() removes. */
  readonly newFolder: (name: string) => string;
  readonly close: () => void;
}

export async function createSandbox(simulator: Simulator): Promise<Sandbox> {
  const home = mkdtempSync(join(tmpdir(), 'codearts-examples-'));
  const newFolder = (name: string): string => {
    const path = join(home, name);
    mkdirSync(path, { recursive: true });
    return path;
  };
  const folder = newFolder('repository');
  cpSync(join(root, 'action.yml'), join(folder, 'action.yml'));
  cpSync(dist, join(folder, 'dist'), { recursive: true });
  const programs = newFolder('programs');
  for (const name of ['curl', 'docker', 'gh', 'kubectl', 'npm', 'sha256sum']) writeProgram(programs, name);
  const { server, env } = idTokenService((claims) =>
    simulator.idToken({
      aud: 'https://github.com/octo-org',
      sub: `repo:${repository}:ref:refs/heads/main`,
      ...claims,
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    folder,
    commit: commitAll(folder),
    programs,
    idTokenEnv: env(`http://127.0.0.1:${port}`),
    newFolder,
    close: () => {
      server.close();
      server.closeAllConnections();
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** act reads commit, branch and repository from git. */
function commitAll(folder: string): string {
  const git = (...parameters: readonly string[]): string =>
    execFileSync('git', [...parameters], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  git('init', '--initial-branch', 'main');
  git('remote', 'add', 'origin', `https://github.com/${repository}.git`);
  git('add', '--force', '.');
  const who = [
    '-c',
    'user.name=octocat',
    '-c',
    'user.email=octocat@example.com',
    '-c',
    'commit.gpgsign=false',
  ];
  git(...who, 'commit', '--message', 'The action');
  return git('rev-parse', 'HEAD').trim();
}

/** A program called to list something prints to stderr, so that scripts read an empty list. */
function writeProgram(folder: string, name: string): void {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n[ "$2" = list ] && exec >&2\necho "${name} $*"\n`);
  chmodSync(path, 0o755);
}
