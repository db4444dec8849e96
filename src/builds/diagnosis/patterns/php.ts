// Lists what errors of PHP, PHPUnit and Composer look like.

import type { ContextPattern, ErrorPattern } from './pattern.ts';

export const phpErrors: readonly ErrorPattern[] = [
  {
    name: 'PHP error',
    expression:
      /^(?:PHP )?(?:Fatal|Parse|Recoverable fatal) error: +(?<message>\S.*) in (?<file>[^\s:]+\.\w+)(?: on line |:)(?<line>\d+)$/,
    weight: 60,
  },
  { name: 'PHPUnit test', expression: /^\d+\) (?<test>[\w\\]+::\w+.*)$/, weight: 50 },
  { name: 'PHPUnit message', expression: /^(?<message>Failed asserting .+)$/, weight: 50, needs: 'test' },
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
];

export const phpContexts: readonly ContextPattern[] = [
  { name: 'PHP place', expression: /^(?<file>(?:[A-Za-z]:)?[^\s:]+\.php):(?<line>\d+)$/, position: 'after' },
  {
    name: 'place that a PHP console names',
    expression: /^\s*In (?<file>\w+\.php) line (?<line>\d+):$/,
    position: 'before',
    opens: 'symfony',
  },
];
