import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    coverage: {
      include: ['src/**/*.ts'],
      // The entries run in a process of their own, where the built action is tested.
      exclude: ['src/main.ts', 'src/post.ts', 'src/process.ts'],
      reporter: ['text'],
      thresholds: {
        'src/build/**': { branches: 95 },
        'src/codearts/**': { branches: 95 },
      },
    },
  },
});
