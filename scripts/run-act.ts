// Runs a workflow through act, with its steps as plain processes instead of containers, and parses what act prints.

import { spawn } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { createInterface } from 'node:readline';
import * as v from 'valibot';

/** act prints one JSON object per line. */
const message = v.object({
  msg: v.string(),
  jobID: v.optional(v.string(), 'act'),
  raw_output: v.optional(v.boolean(), false),
  jobResult: v.optional(v.string()),
});

export interface ActLine {
  readonly job: string;
  readonly text: string;
  /** True for output of a step, false for act's own. */
  readonly fromStep: boolean;
  /** `success` or another result, on the line with which the job ends. */
  readonly jobResult: string | undefined;
}

export interface ActRun {
  readonly act: string;
  /** The repository that the workflow runs in; act works on a copy of it. */
  readonly folder: string;
  /** An empty folder for act's copies. */
  readonly home: string;
  /** Such as `push -W .github/workflows/ci.yml`. */
  readonly parameters: readonly string[];
  /** Folders to be searched for programs before all others. */
  readonly programs?: readonly string[];
  readonly onLine: (line: ActLine) => void;
}

/** act's exit code: 0 when every job succeeded. */
export async function runAct({
  act,
  folder,
  home,
  parameters,
  programs = [],
  onLine,
}: ActRun): Promise<number> {
  const selfHosted = ['ubuntu-latest', 'self-hosted', 'linux'].flatMap((label) => [
    '-P',
    `${label}=-self-hosted`,
  ]);
  const always = [...selfHosted, '--no-cache-server', '--action-cache-path', home, '--json'];
  const child = spawn(act, [...parameters, ...always], {
    cwd: folder,
    env: environment(home, programs),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = [child.stdout, child.stderr].map(async (stream) => {
    for await (const line of createInterface({ input: stream })) onLine(readLine(line));
  });
  const code = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve(exitCode ?? 1));
  });
  await Promise.all(lines);
  return await code;
}

/** Formats a line of act for people. */
export function formatLine({ job, text, fromStep }: ActLine): string {
  return text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => `[${job}] ${fromStep ? '| ' : ''}${line}`)
    .join('\n');
}

function readLine(line: string): ActLine {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), message), line);
  if (!read.success) return { job: 'act', text: line, fromStep: false, jobResult: undefined };
  const { msg, jobID, raw_output: fromStep, jobResult } = read.output;
  return { job: jobID, text: msg, fromStep, jobResult };
}

/**
 * act passes its own environment to the steps, so variables of npm, of an outer workflow and of an account are removed.
 * act runs the action with `node` from the PATH, so this Node comes first.
 */
function environment(home: string, programs: readonly string[]): NodeJS.ProcessEnv {
  const foreign =
    /^(?:npm_(?:lifecycle|package|command|execpath|node_execpath|config_local_prefix)|INIT_CWD$|NODE_|GITHUB_|RUNNER_|ACTIONS_|INPUT_|STATE_|HUAWEI|CLOUD_SDK)/;
  const entries = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  const path = [...programs, dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter);
  return { ...Object.fromEntries(entries), PATH: path, XDG_CONFIG_HOME: home };
}
