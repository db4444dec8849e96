// The post step: stops a build that the main step left running because it was killed. Work begins on import.

import { cleanup } from './clean-up.ts';
import { runProcess } from './process.ts';

void runProcess(cleanup);
