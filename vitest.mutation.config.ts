import { defineConfig } from 'vitest/config';

// The tests that must notice a fault in the mutated files: those beside them, which are quick, and for src/run a few
// whole runs, because only a run shows what its chapters decide.
export default defineConfig({
  test: {
    include: [
      'test/builds/{log/log-cursor,start*,find-lost-start,outcome}.test.ts',
      'test/story/{commit-status,flow-outcome,modes,summary,untrue-records}.test.ts',
    ],
    setupFiles: ['test/mutation-setup.ts'],
    testTimeout: 30_000,
  },
});
