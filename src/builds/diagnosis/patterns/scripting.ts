// Lists what errors of Python and PHP programs look like, and of their linters, tests and packages.

import { column, line, type PatternTable, re } from './pattern.ts';

const python = String.raw`(?<file>(?:[A-Za-z]:)?[^\s:]+\.pyi?)`;

export const scriptingPatterns: PatternTable = {
  errors: [
    // Python
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
    // PHP, PHPUnit and Composer
    {
      name: 'PHP error',
      expression:
        /^(?:PHP )?(?:Fatal|Parse|Recoverable fatal) error: +(?<message>\S.*) in (?<file>[^\s:]+\.\w+)(?: on line |:)(?<line>\d+)$/,
      weight: 60,
    },
    { name: 'PHPUnit test', expression: /^\d+\) (?<test>[\w\\]+::\w+.*)$/, weight: 50 },
    { name: 'PHPUnit message', expression: /^(?<message>Failed asserting .+)$/, weight: 50, needs: 'test' },
    {
      name: 'PHP_CodeSniffer error',
      expression: /^ +(?<line>\d+) \| ERROR +\| (?:\[[ x]\] )?(?<message>\S.*)$/,
      weight: 60,
      needs: 'file',
    },
    {
      name: 'Composer requirement',
      expression: /^ {4}- (?<message>(?:Root composer\.json requires|[^\s/]+\/[^\s/]+ .*requires) .+)$/,
      weight: 50,
    },
    {
      name: 'Composer failure',
      expression: /^(?<message>Your requirements could not be resolved.*)$/,
      weight: 40,
    },
    { name: 'message of a PHP console', expression: /^ {2}(?<message>\S.*)$/, weight: 40, needs: 'symfony' },
  ],
  contexts: [
    // Python
    {
      name: 'Python traceback',
      expression: /^\s+File "(?<file>[^"]+)", line (?<line>\d+)/,
      position: 'before',
      opens: 'traceback',
    },
    { name: 'pytest place', expression: re`^${python}:${line}: (?:in \S+|[\w.]*)$`, position: 'after' },
    // PHP, PHPUnit and Composer
    {
      name: 'PHP place',
      expression: /^(?<file>(?:[A-Za-z]:)?[^\s:]+\.php):(?<line>\d+)$/,
      position: 'after',
    },
    {
      name: 'file that PHP_CodeSniffer checked',
      expression: /^FILE: (?<file>\S+\.\w+)$/,
      position: 'before',
      opens: 'file',
    },
    {
      name: 'place that a PHP console names',
      expression: /^\s*In (?<file>\w+\.php) line (?<line>\d+):$/,
      position: 'before',
      opens: 'symfony',
    },
  ],
};
