// The step: runs a CodeArts build. Work begins on import; the story is in run.ts.

import { run } from './run.ts';
import { runProcess } from './runtime.ts';

void runProcess(run);
