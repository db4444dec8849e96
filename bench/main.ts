// `npm run bench`: measures the built action against the simulator and prints one report.
// Handles the command line and the exit code; the other files of this folder measure.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dist } from '../scripts/paths.ts';
import { compareStartUp, updateBaseline } from './baseline.ts';
import { type Figure, isMet } from './figures.ts';
import { fleet } from './fleet.ts';
import { latency } from './latency.ts';
import { logEnd } from './log-end.ts';
import { polls } from './polls.ts';
import { asJson, asTable } from './report.ts';
import { startUp } from './start-up.ts';
import { logsOf, throughput } from './throughput.ts';

const usage = `usage: npm run bench -- [PART…] [--quick | --long] [--json] [--update-baseline]
parts: start-up, log, polls, latency (all four by default), log-end, fleet
--quick            measures each part briefly, within a minute; rough figures
--long             also a log of 1 GB
--json             the report as JSON
--update-baseline  the start-up of today is what later ones are held against`;

type Extent = 'quick' | 'usual' | 'long';

const parts: Record<string, (extent: Extent) => Promise<Figure[]>> = {
  'start-up': async (extent) => await compareStartUp(() => startUp(extent === 'quick' ? 15 : 41)),
  log: (extent) => throughput({ rounds: extent === 'quick' ? 1 : 5, logs: logsOf[extent] }),
  polls: (extent) => (extent === 'quick' ? polls([10, 100], 1) : polls([10, 100, 1000], 5)),
  latency: (extent) =>
    extent === 'quick'
      ? latency({ roundTrips: [50], seconds: 15, steps: 2 })
      : latency({ roundTrips: [0, 50, 300], seconds: 64, steps: 8 }),
  'log-end': (extent) => logEnd(extent === 'quick' ? 5 : 100),
  fleet: async () => [
    ...(await fleet({ ...crowd, style: '429', by: 'follow' })),
    ...(await fleet({ ...crowd, style: 'CB.00060211', by: 'follow' })),
    ...(await fleet({ ...crowd, style: '429', by: 'fixed poll' })),
  ],
};
/** A sister service of CodeArts Build allows all users of a region 600 calls of each kind. */
const crowd = { steps: 500, callsPerMinute: 600 };
const usualParts = ['start-up', 'log', 'polls', 'latency'];
/** The parts whose targets do not depend on the load of the machine. */
const strictParts = /^(?:fleet|start-up against|end of the build)/;

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      long: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      'update-baseline': { type: 'boolean', default: false },
    },
  });
  const unknown = positionals.filter((name) => !Object.hasOwn(parts, name));
  if (unknown.length > 0) throw new Error(`There is no part ${unknown.join(', ')}.`);
  if (!existsSync(join(dist, 'main/index.js'))) throw new Error('dist/ is missing: run npm run build first.');
  if (values['update-baseline']) updateBaseline(await startUp(81));
  const extent = values.quick ? 'quick' : values.long ? 'long' : 'usual';
  const figures: Figure[] = [];
  for (const name of positionals.length > 0 ? positionals : usualParts) {
    console.error(`measuring ${name}…`);
    figures.push(...((await parts[name]?.(extent)) ?? []));
  }
  console.log(values.json ? asJson(figures) : asTable(figures));
  return figures.some((figure) => strictParts.test(figure.part) && isMet(figure) === false) ? 1 : 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    console.error(usage);
    process.exitCode = 2;
  },
);
