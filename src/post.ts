// Runs the post step, which stops a build that the main step left running because it was killed. Work begins on import.
// Where nothing is left to do, it loads nothing else and ends.

import { hasWorkLeft } from './github/state.ts';

if (hasWorkLeft(process.env)) void cleanUp();

async function cleanUp(): Promise<void> {
  const [{ runProcess }, { cleanup }] = await Promise.all([import('./runtime.ts'), import('./cleanup.ts')]);
  await runProcess(cleanup);
}
