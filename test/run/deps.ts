// Creates the dependencies of a run for tests of its parts.

import type { Clock } from '../../src/clock.ts';
import type { Deps } from '../../src/deps.ts';
import type { MaskingRunner } from '../../src/github/runner.ts';
import { openHttp } from '../../src/huaweicloud/http.ts';

export function depsOf(runner: MaskingRunner, clock: Clock, env: Deps['env'] = {}): Deps {
  return {
    runner,
    env,
    readFile: () => '',
    writeFile: () => {},
    http: openHttp({ env: {} }),
    clock,
    random: () => 0.5,
    randomToken: () => 'token',
    cancelled: new AbortController().signal,
  };
}
