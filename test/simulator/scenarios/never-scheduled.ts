/** A build that never gets an executor: it ends as SCHEDULE_FAILURE and has no log. */
import type { ScenarioSource } from '../scenario.ts';

export const neverScheduled: ScenarioSource = {
  name: 'never-scheduled',
  description: 'no executor is found within 4 seconds; SCHEDULE_FAILURE, no log',
  scheduled: false,
  queueSeconds: 4,
  errorMessage: 'CB.00030004: 没有可用的执行机',
  steps: [{ name: '代码检出', mark: 'checkout', seconds: 1 }],
};
