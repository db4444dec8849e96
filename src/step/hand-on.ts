// What a build made and how its parts went, set as outputs: nothing once it is known, all of it once it is over. Says
// where it had to be cut.

import type { BuildId } from '../codearts/api.ts';
import type { Deps } from '../deps.ts';
import { type BuildLists, setListOutputs } from '../workflow/handoff.ts';
import type { Console } from '../workflow/step-log.ts';

/** Sets the outputs of what a build made, and says where they had to be cut. */
export async function publishLists(deps: Deps, log: Console, build: BuildId, handoff: BuildLists): Promise<void> {
  const { runner, env, writeFile } = deps;
  const folder = env['RUNNER_TEMP'] ?? '';
  const name = `codearts-artifacts-${build.jobId}-${build.buildNumber}.json`;
  const path = folder === '' ? '' : `${folder}/${name}`;
  for (const note of setListOutputs(runner, handoff, { path, write: writeFile })) await log.warning(note);
}
