// Checks format and lint rules with Biome, configured by biome.json. Writes nothing.

import { toolScript } from '../paths.ts';
import { type Check, toolProblems } from './check.ts';

export const style: Check = {
  name: 'format and lint',
  problems: () =>
    toolProblems(
      toolScript('@biomejs', 'biome', 'bin', 'biome'),
      ['check', '--error-on-warnings', '.'],
      'biome finds fault (npm run format repairs most of it):',
    ),
};
