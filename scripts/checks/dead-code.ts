// Nothing stands in the repository that nobody uses: files, exports, dependencies (knip). Writes nothing.

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
