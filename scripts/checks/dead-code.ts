// Checks with knip that every file, export and dependency is used. Writes nothing.

import { toolScript } from '../paths.ts';
import { type Check, toolProblems } from './check.ts';

export const deadCode: Check = {
  name: 'no dead code, no unused dependency',
  problems: () =>
    toolProblems(
      toolScript('knip', 'bin', 'knip.js'),
      ['--no-progress', '--no-config-hints'],
      'knip finds what nobody uses; remove it:',
    ),
};
