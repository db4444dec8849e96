import { defineConfig } from 'vitest/config';

// The tests that a fault in the log cursor, the start or the outcome is to be caught by: those beside them, which are
// quick. Whole stories would catch many as well, but not tell where.
export default defineConfig({
  test: {
    include: ['test/builds/{log/log-cursor*,log/log-offset,start*,find-lost-start,outcome}.test.ts'],
    setupFiles: ['test/mutation-setup.ts'],
    testTimeout: 30_000,
  },
});
