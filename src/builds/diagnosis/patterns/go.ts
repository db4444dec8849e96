// Lists what errors of Go builds and tests look like.

import type { ContextPattern, ErrorPattern } from './pattern.ts';

export const goErrors: readonly ErrorPattern[] = [
  {
    name: 'Go error',
    expression:
      /^(?:vet: )?(?<file>(?:[A-Za-z]:)?[\w./\\*@-]+\.go):(?<line>\d+):(?<column>\d+): (?<message>.+)$/,
    weight: 60,
  },
  { name: 'Go test', expression: /^\s*--- FAIL: (?<test>\S+)(?: \([\d.]+s\))?$/, weight: 50 },
  {
    name: 'message of a Go test',
    expression: /^\s+(?<file>[\w.-]+_test\.go):(?<line>\d+): (?<message>\S.*)$/,
    weight: 55,
    needs: 'test',
  },
  { name: 'Go panic', expression: /^(?<message>panic: .+)$/, weight: 50, except: /\[recovered/ },
  {
    name: 'Go module error',
    expression:
      /^go: (?<message>(?!downloading |finding |extracting |added |upgraded |creating |warning: ).+)$/,
    weight: 40,
  },
];

export const goContexts: readonly ContextPattern[] = [
  {
    name: 'Go stack frame',
    expression: /^\s+(?<file>(?:[A-Za-z]:)?[^\s:]+\.go):(?<line>\d+) \+0x[0-9a-f]+$/,
    position: 'after',
  },
];
