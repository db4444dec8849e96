// Creates the environment of a step on GitHub: variables, event file, command files and folders. No variable of this
// machine is passed to the action.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Event {
  /** GITHUB_EVENT_NAME. */
  readonly name: string;
  readonly payload: unknown;
  readonly sha: string;
  readonly ref: string;
}

export interface CommandFiles {
  readonly output: string;
  readonly state: string;
  readonly env: string;
  readonly path: string;
  readonly summary: string;
}

export interface Surroundings {
  readonly inputs: Readonly<Record<string, string>>;
  readonly state: ReadonlyMap<string, string>;
  readonly event: Event;
  readonly workspace: string | undefined;
  readonly env: Readonly<Record<string, string>>;
}

export interface Prepared {
  readonly env: Record<string, string>;
  readonly files: CommandFiles;
  readonly workspace: string;
}

const repository = 'octo-org/shop';
const exampleSha = '6113728f27ae82c7b1a177c8d03f9e96e0adf246';

export function pushEvent(sha = exampleSha, ref = 'refs/heads/main'): Event {
  const before = '0c6f9d3a5e1b4872b3a1e0d7c5f4968271a0b3c4';
  const payload = {
    ref,
    before,
    after: sha,
    created: false,
    deleted: false,
    forced: false,
    repository: { full_name: repository },
  };
  return { name: 'push', payload, sha, ref };
}

/** Creates files and folders below `home`. */
export function prepareEnvironment(home: string, around: Surroundings): Prepared {
  const workspace = around.workspace ?? folder(home, 'workspace');
  const eventPath = file(home, 'event.json', JSON.stringify(around.event.payload));
  const files: CommandFiles = {
    output: file(home, 'set_output', ''),
    state: file(home, 'save_state', ''),
    env: file(home, 'set_env', ''),
    path: file(home, 'add_path', ''),
    summary: file(home, 'step_summary', ''),
  };
  const env = {
    ...machineVariables(),
    ...githubVariables(around.event),
    GITHUB_EVENT_PATH: eventPath,
    GITHUB_WORKSPACE: workspace,
    GITHUB_OUTPUT: files.output,
    GITHUB_STATE: files.state,
    GITHUB_ENV: files.env,
    GITHUB_PATH: files.path,
    GITHUB_STEP_SUMMARY: files.summary,
    RUNNER_TEMP: folder(home, 'temp'),
    RUNNER_TOOL_CACHE: folder(home, 'tools'),
    ...inputVariables(around.inputs),
    ...stateVariables(around.state),
    ...around.env,
  };
  return { env, files, workspace };
}

/** Named as by the runner: spaces become underscores, and dashes are kept. */
function inputVariables(inputs: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(inputs);
  return Object.fromEntries(
    entries.map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]),
  );
}

function stateVariables(state: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...state].map(([name, value]) => [`STATE_${name}`, value]));
}

/** The variables that every process needs; Windows needs SystemRoot. */
function machineVariables(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'SystemRoot', 'TEMP', 'TMPDIR'];
  const entries = kept.map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function githubVariables({ name, sha, ref }: Event): Record<string, string> {
  return {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: 'build',
    GITHUB_ACTOR: 'octocat',
    GITHUB_API_URL: 'https://api.github.com',
    GITHUB_BASE_REF: '',
    GITHUB_EVENT_NAME: name,
    GITHUB_HEAD_REF: '',
    GITHUB_JOB: 'codearts',
    GITHUB_REF: ref,
    GITHUB_REF_NAME: ref.replace(/^refs\/(?:heads|tags|pull)\//, ''),
    GITHUB_REF_TYPE: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    GITHUB_REPOSITORY: repository,
    GITHUB_REPOSITORY_OWNER: 'octo-org',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: '1',
    GITHUB_RUN_NUMBER: '1',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: sha,
    GITHUB_WORKFLOW: 'CI',
    RUNNER_ARCH: 'X64',
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_NAME: 'runner',
    RUNNER_OS: 'Linux',
  };
}

function folder(home: string, name: string): string {
  const path = join(home, name);
  mkdirSync(path, { recursive: true });
  return path;
}

function file(home: string, name: string, text: string): string {
  const path = join(home, name);
  writeFileSync(path, text);
  return path;
}
