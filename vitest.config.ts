// Three projects: `unit` tests single modules, `story` plays whole runs against the simulator in virtual time, and
// `slow` runs the built action as a runner would, in real time. `npm run unit` is enough while editing.

import { defineConfig } from 'vitest/config';

const story = ['test/{golden,security,simulator,story}/**/*.test.ts'];
const slow = ['test/{bench,e2e,soak}/**/*.test.ts'];
const timeouts = { testTimeout: 30_000, hookTimeout: 30_000 };

export default defineConfig({
  test: {
    // The slow project mostly waits, so more files than cores can run at once.
    maxWorkers: 4,
    projects: [
      { test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: [...story, ...slow], ...timeouts } },
      { test: { name: 'story', include: story, ...timeouts } },
      { test: { name: 'slow', include: slow, ...timeouts } },
    ],
    coverage: {
      include: ['src/**/*.ts'],
      // The entries run in a process of their own, where the built action is tested.
      exclude: ['src/main.ts', 'src/post.ts', 'src/runtime.ts'],
      reporter: ['text'],
      thresholds: {
        'src/builds/**': { branches: 95 },
        'src/codearts/**': { branches: 95 },
        'src/run/**': { branches: 93 },
      },
    },
  },
});
