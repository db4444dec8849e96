// Checks types with the settings of tsconfig.json. Writes nothing.

import { toolScript } from '../paths.ts';
import { type Check, toolProblems } from './check.ts';

export const types: Check = {
  name: 'types',
  problems: () =>
    toolProblems(
      toolScript('typescript', 'bin', 'tsc'),
      ['-p', '.', '--pretty', 'false'],
      'tsc finds fault:',
    ),
};
