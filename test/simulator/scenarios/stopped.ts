/** A build that a user stops during Maven. */
import type { ScenarioSource } from '../scenario.ts';
import { checkout } from './checkout.ts';
import { mavenPackage } from './parts.ts';

export const stopped: ScenarioSource = {
  name: 'stopped',
  description: 'zhangsan stops it after 4 seconds, midway through Maven; ABORTED',
  abort: { afterSeconds: 4, by: 'zhangsan' },
  steps: [checkout('server', 1), mavenPackage(8)],
};
