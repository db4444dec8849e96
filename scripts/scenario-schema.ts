// `npm run scenario-schema`: generates test/simulator/scenario.schema.json, by which editors help to write scenario
// files. A test compares it with the schema that the simulator itself uses.

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scenarioJsonSchema } from '../test/simulator/scenario-json-schema.ts';
import { root, toolScript } from './paths.ts';

const file = join(root, 'test', 'simulator', 'scenario.schema.json');
writeFileSync(file, JSON.stringify(scenarioJsonSchema(), undefined, 2));
const biome = toolScript('@biomejs', 'biome', 'bin', 'biome');
spawnSync(process.execPath, [biome, 'format', '--write', file], { stdio: 'inherit' });
