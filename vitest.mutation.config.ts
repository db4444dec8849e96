import { defineConfig } from 'vitest/config';

// The tests that a fault in the log cursor, the start or the outcome is to be caught by.
export default defineConfig({
  test: {
    include: ['test/build/log-cursor.test.ts', 'test/story/start-faults.test.ts', 'test/story/stopping.test.ts', 'test/story/log-faults.test.ts'],
    exclude: ['test/story/bounded.test.ts'],
    testTimeout: 30_000,
  },
});
