// README.md and README.zh.md tell what action.yml tells: every input and output is in a table, with its default, and
// none that is not there; their workflows give the action no unknown input. Whether the words are true is for people to
// see.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ActionMetadata, readMetadata } from '../action-metadata.ts';
import { codeBlocks, codeSpans, readTables, type Table } from '../markdown.ts';
import { root } from '../paths.ts';
import { unknownInputs } from '../workflow-uses.ts';
import type { Check } from './check.ts';

/** What the tables' headings are called, in lower case. */
interface Words {
  readonly input: string;
  readonly output: string;
  readonly default: string;
}

const english: Words = { input: 'input', output: 'output', default: 'default' };
export const chinese: Words = { input: '输入', output: '输出', default: '默认值' };

const pages: readonly (readonly [string, Words])[] = [
  ['README.md', english],
  ['README.zh.md', chinese],
];

export const readme: Check = {
  name: 'README.md and README.zh.md are in step with action.yml',
  problems: async () =>
    pages.flatMap(([name, words]) => {
      const path = join(root, name);
      if (!existsSync(path)) return [`${name} is missing.`];
      return readmeFaults(readFileSync(path, 'utf8'), readMetadata(), name, words);
    }),
};

/** Looks at tables whose first heading is that for inputs or outputs. */
export function readmeFaults(
  text: string,
  { inputs, outputs }: ActionMetadata,
  page = 'README.md',
  words = english,
): readonly string[] {
  const tables = readTables(text);
  const told = { input: namesIn(tables, words.input, words), output: namesIn(tables, words.output, words) };
  const defaults = Object.entries(inputs).map(([name, input]) => [name, input.default] as const);
  const faults = [
    ...nameFaults('input', [...told.input.keys()], Object.keys(inputs)),
    ...nameFaults('output', [...told.output.keys()], Object.keys(outputs)),
    ...defaults.flatMap(([name, value]) => defaultFault(name, value, told.input.get(name))),
    ...exampleFaults(text, Object.keys(inputs)),
  ];
  return faults.map((fault) => fault.replaceAll('PAGE', page));
}

/** The default cell by name; a row may tell of several names. */
function namesIn(tables: readonly Table[], heading: string, words: Words): ReadonlyMap<string, string> {
  const rows = tables
    .filter(({ headings }) => headings[0] === heading)
    .flatMap(({ headings, rows }) =>
      rows.map((row) => [row[0] ?? '', row[headings.indexOf(words.default)] ?? ''] as const),
    );
  return new Map(rows.flatMap(([names, value]) => codeSpans(names).map((name) => [name, value] as const)));
}

function nameFaults(kind: string, told: readonly string[], real: readonly string[]): readonly string[] {
  return [
    ...real
      .filter((name) => !told.includes(name))
      .map((name) => `The ${kind} ${name} is in no table of PAGE.`),
    ...told
      .filter((name) => !real.includes(name))
      .map((name) => `PAGE tells of an ${kind} that action.yml does not have: ${name}.`),
  ];
}

/** A cell that is a code span and nothing else is a default of action.yml; words tell where else a value comes from. */
function defaultFault(name: string, real: string | undefined, cell: string | undefined): readonly string[] {
  if (cell === undefined) return [];
  const told = /^`([^`]*)`$/.exec(cell)?.[1];
  if (told === real) return [];
  return [`PAGE gives ${name} the default ${told ?? 'none'}; in action.yml it is ${real ?? 'none'}.`];
}

function exampleFaults(text: string, known: readonly string[]): readonly string[] {
  const unknown = codeBlocks(text, 'yaml').flatMap((code) =>
    unknownInputs(code, /codearts-build-action/, known),
  );
  return unknown.map((name) => `An example in PAGE gives an input that action.yml does not have: ${name}.`);
}
