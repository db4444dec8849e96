// Checks README.md and README.zh.md against action.yml. The workflow block below the heading for inputs must have every
// input with its default and a comment, the table of outputs every output, and no workflow on the page may pass an
// input that does not exist. The wording is not checked.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isScalar, parseDocument } from 'yaml';
import { type ActionMetadata, readMetadata } from '../action-metadata.ts';
import { codeBlocks, codeSpans, readTables } from '../markdown.ts';
import { root } from '../paths.ts';
import { unknownInputs } from '../workflow-uses.ts';
import type { Check } from './check.ts';

interface Page {
  readonly name: string;
  /** The heading of the section with the block of all inputs. */
  readonly inputs: string;
  /** The first heading, in lower case, of the table of outputs. */
  readonly output: string;
}

export const english: Page = { name: 'README.md', inputs: 'Inputs', output: 'output' };
export const chinese: Page = { name: 'README.zh.md', inputs: '输入', output: '输出' };

export const readme: Check = {
  name: 'README.md and README.zh.md are in step with action.yml',
  problems: async () =>
    [english, chinese].flatMap((page) =>
      readmeFaults(readFileSync(join(root, page.name), 'utf8'), readMetadata(), page),
    ),
};

export function readmeFaults(
  text: string,
  { inputs, outputs }: ActionMetadata,
  page: Page,
): readonly string[] {
  const listed = inputsIn(text, page.inputs);
  return [
    ...nameFaults('input', page, [...listed.keys()], Object.keys(inputs)),
    ...nameFaults('output', page, outputsIn(text, page.output), Object.keys(outputs)),
    ...[...listed].flatMap(([name, entry]) => entryFaults(page, name, entry, inputs[name]?.default)),
    ...exampleFaults(page, text, Object.keys(inputs)),
  ];
}

interface Entry {
  readonly value: string;
  readonly hasComment: boolean;
}

/** The inputs of the first step in the first YAML block of the section. */
function inputsIn(text: string, heading: string): ReadonlyMap<string, Entry> {
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const [block = ''] = codeBlocks(section, 'yaml');
  const entries = parseDocument(block).getIn([0, 'with']);
  if (!isMap(entries)) return new Map();
  return new Map(
    entries.items.map(({ key, value }) => [
      String(key),
      isScalar(value)
        ? { value: String(value.value), hasComment: (value.comment ?? '') !== '' }
        : { value: '', hasComment: false },
    ]),
  );
}

function outputsIn(text: string, heading: string): readonly string[] {
  return readTables(text)
    .filter(({ headings }) => headings[0] === heading)
    .flatMap(({ rows }) => rows.flatMap(([names = '']) => codeSpans(names)));
}

function nameFaults(
  kind: string,
  { name: page }: Page,
  listed: readonly string[],
  defined: readonly string[],
): readonly string[] {
  return [
    ...defined.filter((name) => !listed.includes(name)).map((name) => `${page} lacks the ${kind} ${name}.`),
    ...listed
      .filter((name) => !defined.includes(name))
      .map((name) => `${page} lists the ${kind} ${name}, which action.yml does not have.`),
  ];
}

/** An input without a default has the value "", which counts as not set. */
function entryFaults(
  { name: page }: Page,
  name: string,
  { value, hasComment }: Entry,
  expected = '',
): readonly string[] {
  return [
    ...(value === expected
      ? []
      : [`${page} gives ${name} the default "${value}"; in action.yml it is "${expected}".`]),
    ...(hasComment ? [] : [`${page} gives ${name} no comment.`]),
  ];
}

function exampleFaults({ name: page }: Page, text: string, known: readonly string[]): readonly string[] {
  const unknown = codeBlocks(text, 'yaml').flatMap((code) =>
    unknownInputs(code, /codearts-build-action/, known),
  );
  return unknown.map(
    (name) => `A workflow in ${page} passes the input ${name}, which action.yml does not have.`,
  );
}
