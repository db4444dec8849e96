// `npm run check`: runs every check that does not run the action, even after one has failed. Prints one line for each, with
// its problems below. Changes no file.

import { actionSchema } from './checks/action-schema.ts';
import type { Check } from './checks/check.ts';
import { deadCode } from './checks/dead-code.ts';
import { distIsFresh } from './checks/dist.ts';
import { examples } from './checks/examples.ts';
import { links } from './checks/links.ts';
import { nodeVersion } from './checks/node-version.ts';
import { readme } from './checks/readme.ts';
import { style } from './checks/style.ts';
import { translations } from './checks/translations.ts';
import { types } from './checks/types.ts';
import { workflows } from './checks/workflows.ts';

const checks: readonly Check[] = [
  nodeVersion,
  style,
  types,
  deadCode,
  distIsFresh,
  actionSchema,
  workflows,
  examples,
  readme,
  links,
  translations,
];

let failed = 0;
for (const { name, problems } of checks) {
  const found = await problems().catch((error: unknown) => [`could not be checked: ${String(error)}`]);
  console.log(`${found.length === 0 ? 'ok  ' : 'FAIL'}  ${name}`);
  for (const problem of found) console.log(problem.replace(/^/gm, '      '));
  if (found.length > 0) failed += 1;
}
console.log(`check: ${checks.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
