/**
 * Lists the stages of a build as CodeArts numbers them: `stage1`, `stage2` and so on, with the steps that it adds
 * itself and does not show. Their order is a guess; that hidden steps are counted is documented.
 */

import { engineSteps } from './log-forms/steps.ts';
import type { LogForm } from './log-forms/style.ts';
import type { Step } from './scenario.ts';

export interface Stage {
  readonly displayName: string;
  readonly executionName: string;
  readonly hidden: boolean;
  /** The place of the step in the plan; negative for a hidden one, as in the log's pieces. */
  readonly index: number;
}

/** By name, in order. */
export function stagesOf(steps: readonly Step[], form: LogForm): ReadonlyMap<string, Stage> {
  const prepare = hidden('PRE_ENV', 'slave_create', engineSteps.prepare);
  const before = form === 'public-executor' ? [prepare, cacheCheck] : [prepare];
  const stages = steps.map((step, index): Stage => {
    const executionName = step.checkout === undefined ? (step.mark ?? 'external_plugin') : 'checkout';
    return { displayName: step.name, executionName, hidden: false, index };
  });
  const afterCheckout = steps.findLastIndex((step) => step.checkout !== undefined) + 1;
  if (form === 'public-executor' && afterCheckout > 0) stages.splice(afterCheckout, 0, waitForDependencies);
  return new Map([...before, ...stages].map((stage, place) => [`stage${place + 1}`, stage]));
}

const hidden = (displayName: string, executionName: string, index: number): Stage => ({
  displayName,
  executionName,
  hidden: true,
  index,
});
const cacheCheck = hidden('Cache Check', 'cacheCheck', engineSteps.cacheCheck);
const waitForDependencies = hidden('wait_job_depends', 'wait_job_depends', engineSteps.waitForDependencies);
