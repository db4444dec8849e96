// `npm run bench`: measures the built action against the simulator and prints one report.
// Owns the command line and the exit code; what is measured stands in the other files of this folder.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dist } from '../scripts/paths.ts';
import type { Figure } from './figures.ts';
import { asJson, asTable } from './report.ts';
import { startUp } from './start-up.ts';
import { logsOf, throughput } from './throughput.ts';

const parts: Record<string, () => Promise<Figure[]>> = {
  'start-up': () => startUp(31),
  log: () => throughput({ rounds: 5, logs: logsOf.usual }),
};
const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' } } });
if (!existsSync(join(dist, 'main.cjs'))) throw new Error('dist/ is missing: run npm run build first.');
const figures: Figure[] = [];
for (const name of positionals) figures.push(...((await parts[name]?.()) ?? []));
console.log(values.json ? asJson(figures) : asTable(figures));
