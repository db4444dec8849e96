// The post step: stops a build that the main step left running because it was killed. Work begins on import.

import { cleanup } from './cleanup.ts';
import { runProcess } from './runtime.ts';

void runProcess(cleanup);
