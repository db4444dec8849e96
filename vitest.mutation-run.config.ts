import { defineConfig } from 'vitest/config';

// Nothing but whole runs tests src/run: the story files that are quick must notice a fault in it.
export default defineConfig({
  test: {
    include: [
      'test/golden/*.test.ts',
      'test/story/{commit-status,endings,flow-file,jobs,killed,log-modes,modes,post,reuse,run}.test.ts',
      'test/story/{secret-words,start-faults,stopping,summary,too-long,untrue-records,worst-moments}.test.ts',
    ],
    setupFiles: ['test/mutation-setup.ts'],
    testTimeout: 30_000,
  },
});
