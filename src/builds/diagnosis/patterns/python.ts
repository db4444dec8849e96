// Lists what errors of Python programs, linters, tests and packages look like.

import { type ContextPattern, column, type ErrorPattern, line, re } from './pattern.ts';

const python = String.raw`(?<file>(?:[A-Za-z]:)?[^\s:]+\.pyi?)`;

export const pythonErrors: readonly ErrorPattern[] = [
  {
    name: 'flake8 error',
    expression: re`^${python}:${line}:${column}: (?<message>[A-Z]{1,4}\d{3,4}:? .+)$`,
    weight: 60,
  },
  { name: 'pytest summary', expression: /^FAILED (?<message>[^\s:]+::\S.* - .+)$/, weight: 55 },
  { name: 'pytest collection summary', expression: /^ERROR (?<message>[^\s:]+\.py\S* - .+)$/, weight: 55 },
  { name: 'pytest failure without a message', expression: /^FAILED (?<message>[^\s:]+::\S+)$/, weight: 40 },
  { name: 'pytest collection error', expression: /^ERROR (?<message>[^\s:]+\.py\S*)$/, weight: 30 },
  {
    name: 'pytest message',
    expression: /^E {3,}(?<message>(?:assert |fixture |[\w.]*(?:Error|Exception|Exit|Failed)\b).*)$/,
    weight: 50,
  },
  {
    name: 'unittest test',
    expression: /^(?:FAIL|ERROR): (?<test>\w+) \((?:\w+\.)*(?<suite>[A-Z]\w*)(?:\.\w+)?\)/,
    weight: 40,
  },
  {
    name: 'Python exception',
    expression: /^(?<message>(?:[\w]+\.)*[A-Z]\w*(?:: .+)?)$/,
    weight: 40,
    needs: 'traceback',
    supersedes: true,
  },
  {
    name: 'pip error',
    expression:
      /^ERROR: (?<message>(?:Could not|No matching distribution|Cannot install|Invalid requirement|Failed building) .+)$/,
    weight: 50,
  },
  { name: 'black', expression: /^(?<message>would reformat \S+)$/, weight: 50 },
];

export const pythonContexts: readonly ContextPattern[] = [
  {
    name: 'Python traceback',
    expression: /^\s+File "(?<file>[^"]+)", line (?<line>\d+)/,
    position: 'before',
    opens: 'traceback',
  },
  { name: 'pytest place', expression: re`^${python}:${line}: (?:in \S+|[\w.]*)$`, position: 'after' },
];
