// Checks that this runs on Node 24, as the action does on GitHub: npm installs it as the package `node`.

import type { Check } from './check.ts';

export const nodeVersion: Check = {
  name: `Node is 24 (${process.version})`,
  problems: async () =>
    process.versions.node.startsWith('24.')
      ? []
      : [
          `This is Node ${process.version}; run it as npm run check, after npm ci, for the project's own Node 24.`,
        ],
};
