// Creates what a run works with for tests of its parts.

import type { Clock } from '../../src/clock.ts';
import type { CodeArtsBuildClient } from '../../src/codearts/client.ts';
import type { RunSetup } from '../../src/deps.ts';
import { Console } from '../../src/github/console.ts';
import { readInputs } from '../../src/github/inputs/inputs.ts';
import type { MaskingRunner } from '../../src/github/runner.ts';
import { openHttp } from '../../src/huaweicloud/http.ts';

interface SetupOptions {
  readonly runner: MaskingRunner;
  readonly client: CodeArtsBuildClient;
  readonly clock: Clock;
  readonly env?: RunSetup['deps']['env'];
  readonly given?: Readonly<Record<string, string>>;
}

export function setupOf({ runner, client, clock, env = {}, given = {} }: SetupOptions): RunSetup {
  const input = (name: string) => given[name] ?? '';
  const randomToken = () => 'token';
  const deps = {
    runner,
    env,
    readFile: () => '',
    writeFile: () => {},
    http: openHttp({ env: {} }),
    randomToken,
  };
  return {
    deps,
    inputs: readInputs({ input, exactInput: input, env: {} }).inputs,
    console: new Console(runner, { newToken: randomToken, keepDates: true }),
    client,
    calls: { clock, random: () => 0.5, signal: new AbortController().signal },
  };
}
