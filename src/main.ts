// The step: runs a CodeArts build. Work begins on import; the story is in run.ts.

import { runProcess } from './process.ts';
import { run } from './run.ts';

void runProcess(run);
