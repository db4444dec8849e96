import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // The built action is run in real time, where waiting is most of it: more files at once than there are cores.
    maxWorkers: 4,
    coverage: {
      include: ['src/**/*.ts'],
      // The entries run in a process of their own, where the built action is tested.
      exclude: ['src/main.ts', 'src/post.ts', 'src/runtime.ts'],
      reporter: ['text'],
      thresholds: {
        'src/builds/**': { branches: 95 },
        'src/codearts/**': { branches: 95 },
      },
    },
  },
});
