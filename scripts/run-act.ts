// Runs workflows through act as plain processes, without containers, and reads what it says. What is expected of a
// workflow is told elsewhere.

import { spawn } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { createInterface } from 'node:readline';
import * as v from 'valibot';

/** What act says of itself: one JSON object a line. */
const message = v.object({
  msg: v.string(),
  jobID: v.optional(v.string(), 'act'),
  raw_output: v.optional(v.boolean(), false),
  jobResult: v.optional(v.string()),
});

export interface Said {
  readonly job: string;
  readonly text: string;
  /** True for what a step printed, false for act's own words. */
  readonly fromStep: boolean;
  /** How the job ended, where this tells it: `success` or another word. */
  readonly jobResult: string | undefined;
}

export interface ActRun {
  readonly act: string;
  /** The repository that the workflow runs in; act works on a copy of it. */
  readonly folder: string;
  /** A folder of its own: act keeps its copies there. */
  readonly home: string;
  /** Such as `push -W .github/workflows/ci.yml`. */
  readonly parameters: readonly string[];
  /** Folders to be searched for programs before all others. */
  readonly programs?: readonly string[];
  readonly onSaid: (said: Said) => void;
}

/** act's exit code: 0 when every job succeeded. */
export async function runAct({
  act,
  folder,
  home,
  parameters,
  programs = [],
  onSaid,
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
    for await (const line of createInterface({ input: stream })) onSaid(readLine(line));
  });
  const code = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve(exitCode ?? 1));
  });
  await Promise.all(lines);
  return await code;
}

/** What act says, as it is shown to people. */
export function shown({ job, text, fromStep }: Said): string {
  return text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => `[${job}] ${fromStep ? '| ' : ''}${line}`)
    .join('\n');
}

function readLine(line: string): Said {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), message), line);
  if (!read.success) return { job: 'act', text: line, fromStep: false, jobResult: undefined };
  const { msg, jobID, raw_output: fromStep, jobResult } = read.output;
  return { job: jobID, text: msg, fromStep, jobResult };
}

/**
 * act hands its own environment on to the steps: nothing of npm's run, of an outer workflow or of an account may be in
 * it. `node` is what act runs the action with, so this Node comes first.
 */
function environment(home: string, programs: readonly string[]): NodeJS.ProcessEnv {
  const foreign =
    /^(?:npm_(?:lifecycle|package|command|execpath|node_execpath|config_local_prefix)|INIT_CWD$|NODE_|GITHUB_|RUNNER_|ACTIONS_|INPUT_|STATE_|HUAWEI|CLOUD_SDK)/;
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  const path = [...programs, dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter);
  return { ...Object.fromEntries(kept), PATH: path, XDG_CONFIG_HOME: home };
}
