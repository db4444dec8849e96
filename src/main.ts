// Runs the main step. Importing this file starts the work; run.ts says what it does.

import { run } from './run.ts';
import { runProcess } from './runtime.ts';

void runProcess(run);
