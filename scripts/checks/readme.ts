// README.md tells what action.yml tells: every input and output is in a table, with its default, and none that is not
// there; its workflows give the action no unknown input. Whether the words are true is for people to see.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ActionMetadata, readMetadata } from '../action-metadata.ts';
import { codeBlocks, codeSpans, readTables, type Table } from '../markdown.ts';
import { root } from '../paths.ts';
import { unknownInputs } from '../workflow-uses.ts';
import type { Check } from './check.ts';

export const readme: Check = {
  name: 'README.md is in step with action.yml',
  problems: async () => {
    const path = join(root, 'README.md');
    if (!existsSync(path)) return ['README.md is missing.'];
    return readmeFaults(readFileSync(path, 'utf8'), readMetadata());
  },
};

/** Looks at tables whose first heading is `Input` or `Output`. */
export function readmeFaults(text: string, { inputs, outputs }: ActionMetadata): readonly string[] {
  const tables = readTables(text);
  const told = { input: namesIn(tables, 'input'), output: namesIn(tables, 'output') };
  const defaults = Object.entries(inputs).map(([name, input]) => [name, input.default] as const);
  return [
    ...nameFaults('input', [...told.input.keys()], Object.keys(inputs)),
    ...nameFaults('output', [...told.output.keys()], Object.keys(outputs)),
    ...defaults.flatMap(([name, value]) => defaultFault(name, value, told.input.get(name))),
    ...exampleFaults(text, Object.keys(inputs)),
  ];
}

/** The default cell by name; a row may tell of several names. */
function namesIn(tables: readonly Table[], heading: string): ReadonlyMap<string, string> {
  const rows = tables
    .filter(({ headings }) => headings[0] === heading)
    .flatMap(({ headings, rows }) =>
      rows.map((row) => [row[0] ?? '', row[headings.indexOf('default')] ?? ''] as const),
    );
  return new Map(rows.flatMap(([names, value]) => codeSpans(names).map((name) => [name, value] as const)));
}

function nameFaults(kind: string, told: readonly string[], real: readonly string[]): readonly string[] {
  return [
    ...real
      .filter((name) => !told.includes(name))
      .map((name) => `The ${kind} ${name} is in no table of README.md.`),
    ...told
      .filter((name) => !real.includes(name))
      .map((name) => `README.md tells of an ${kind} that action.yml does not have: ${name}.`),
  ];
}

/** A cell that is a code span and nothing else is a default of action.yml; words tell where else a value comes from. */
function defaultFault(name: string, real: string | undefined, cell: string | undefined): readonly string[] {
  if (cell === undefined) return [];
  const told = /^`([^`]*)`$/.exec(cell)?.[1];
  if (told === real) return [];
  return [`README.md gives ${name} the default ${told ?? 'none'}; in action.yml it is ${real ?? 'none'}.`];
}

function exampleFaults(text: string, known: readonly string[]): readonly string[] {
  const unknown = codeBlocks(text, 'yaml').flatMap((code) =>
    unknownInputs(code, /codearts-build-action/, known),
  );
  return unknown.map(
    (name) => `An example in README.md gives an input that action.yml does not have: ${name}.`,
  );
}
