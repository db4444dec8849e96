/** A short build after half a minute in the queue. */
import type { ScenarioSource } from '../scenario.ts';
import { checkout } from './checkout.ts';
import { mavenPackage } from './parts.ts';

export const longQueue: ScenarioSource = {
  name: 'long-queue',
  description: '30 seconds InQueue, with no log to read, then 5 seconds of success',
  queueSeconds: 30,
  recordAfterSeconds: 1,
  steps: [checkout('server', 1), mavenPackage(3)],
};
