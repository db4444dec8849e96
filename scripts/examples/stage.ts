// What the examples are played on: a repository that holds the action and nothing else, programs that only say how they
// were called, and GitHub's side of keyless sign-in. Judges nothing.

import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dist, root } from '../paths.ts';
import { repository } from './plays.ts';

export interface Stage {
  /** The repository. */
  readonly folder: string;
  /** Its newest commit. */
  readonly commit: string;
  /** The folder with the programs. */
  readonly programs: string;
  readonly idTokenUrl: string;
  /** A fresh folder, gone when the stage closes. */
  readonly newFolder: (name: string) => string;
  readonly close: () => void;
}

export async function openStage(): Promise<Stage> {
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
  const { url, close } = await idTokens();
  return {
    folder,
    commit: commitAll(folder),
    programs,
    idTokenUrl: url,
    newFolder,
    close: () => {
      close();
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

/** Answers as the Actions runtime does when an action asks for an ID token. */
async function idTokens(): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: 'https://token.actions.githubusercontent.com',
      aud: searchParams.get('audience') ?? 'https://github.com/octo-org',
      sub: `repo:${repository}:ref:refs/heads/main`,
      repository,
      iat: now,
      exp: now + 300,
    };
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const value = [part({ alg: 'RS256', typ: 'JWT' }), part(claims), 'c2lnbmF0dXJl'].join('.');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ value }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/token?api-version=2.0`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
