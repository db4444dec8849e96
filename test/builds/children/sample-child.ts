// A running child of a multi-task build; tests change what they are about.

import type { Child } from '../../../src/builds/children/child.ts';

export const anyChild: Child = {
  recordId: 'r1',
  name: 'core',
  buildNumber: 2,
  status: 'RUNNING',
  state: 'running',
  startedAt: 0,
  finishedAt: undefined,
  durationMs: undefined,
  needs: [],
};
