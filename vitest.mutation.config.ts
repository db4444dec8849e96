import { defineConfig } from 'vitest/config';

// The tests that must notice a fault in the mutated files: those beside them, which are quick. Whole runs would catch many
// as well, but take minutes for each file.
export default defineConfig({
  test: {
    include: ['test/builds/{log/log-cursor,start*,find-lost-start}.test.ts'],
    setupFiles: ['test/mutation-setup.ts'],
    testTimeout: 30_000,
  },
});
