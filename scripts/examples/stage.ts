// What the examples are played on: a repository that holds the action and nothing else, programs that only say how they
// were called, and GitHub's side of keyless sign-in. Judges nothing.

import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { idTokenService } from '../../test/simulator/id-token-service.ts';
import type { Simulator } from '../../test/simulator/simulator.ts';
import { dist, root } from '../paths.ts';
import { repository } from './plays.ts';

export interface Stage {
  /** The repository. */
  readonly folder: string;
  /** Its newest commit. */
  readonly commit: string;
  /** The folder with the programs. */
  readonly programs: string;
  /** What the runner sets for a job that may ask for ID tokens. */
  readonly idTokenEnv: Readonly<Record<string, string>>;
  /** A fresh folder, gone when the stage closes. */
  readonly newFolder: (name: string) => string;
  readonly close: () => void;
}

export async function openStage(simulator: Simulator): Promise<Stage> {
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
  for (const name of ['curl', 'docker', 'gh', 'kubectl', 'npm', 'sha256sum']) saying(programs, name);
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

/** Lists are empty: how a program was called to list something goes to stderr, where no script reads it as an answer. */
function saying(folder: string, name: string): void {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n[ "$2" = list ] && exec >&2\necho "${name} $*"\n`);
  chmodSync(path, 0o755);
}
