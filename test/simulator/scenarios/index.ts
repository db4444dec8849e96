/** Lists the built-in scenarios by name; tests and `npm run demo` use the names. */
import { readScenario, type Scenario, type ScenarioSource } from '../scenario.ts';
import { failingCompile } from './failing-compile.ts';
import { failingTest } from './failing-test.ts';
import { flowDiamond, flowFailing, flowLazy, flowThirty } from './flow.ts';
import { hostile } from './hostile.ts';
import { largeLog } from './large-log.ts';
import { longQueue } from './long-queue.ts';
import { neverScheduled } from './never-scheduled.ts';
import { npmSuccess } from './npm-success.ts';
import { progressBars } from './progress-bars.ts';
import { dockerFailing, shellFailing } from './published-forms.ts';
import { silentMinute } from './silent-minute.ts';
import { stopped } from './stopped.ts';
import { success } from './success.ts';

const sources = {
  success,
  'npm-success': npmSuccess,
  'failing-compile': failingCompile,
  'failing-test': failingTest,
  'never-scheduled': neverScheduled,
  stopped,
  'long-queue': longQueue,
  'silent-minute': silentMinute,
  'large-log': largeLog(),
  'progress-bars': progressBars,
  hostile,
  'flow-diamond': flowDiamond,
  'flow-lazy': flowLazy,
  'flow-failing': flowFailing,
  'flow-thirty': flowThirty,
  'shell-failing': shellFailing,
  'docker-failing': dockerFailing,
} as const satisfies Record<string, ScenarioSource>;

export type ScenarioName = keyof typeof sources;

const isName = (name: string): name is ScenarioName => Object.hasOwn(sources, name);

export const scenarioNames: readonly ScenarioName[] = Object.keys(sources).filter(isName);

export const isScenarioName = isName;

export const scenarioNamed = (name: ScenarioName): Scenario => readScenario(sources[name], name);

/** The id of the job that `npm run simulator` adds for a scenario: its number in the list, then its letters. */
export function scenarioJobId(name: ScenarioName): string {
  const place = String(scenarioNames.indexOf(name) + 1).padStart(2, '0');
  return `${place}${name.replaceAll(/[^a-z]/g, '')}`.padEnd(32, '0');
}
