// The Node that runs all this is the one that GitHub runs the action on: the project's own, from the package `node`.

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
