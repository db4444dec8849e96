// Lists what errors of MSBuild, the .NET SDK, Mono and Visual C++ look like, and of .NET tests.

import { anyFile, type ContextPattern, column, type ErrorPattern, line, re } from './pattern.ts';

/** The project that MSBuild names after each error; it is not part of the message. */
const project = String.raw`(?: \[[^\[\]]+\])?`;

export const dotnetErrors: readonly ErrorPattern[] = [
  {
    name: 'MSBuild error',
    expression: re`^\s*${anyFile}\(${line}(?:,${column})?(?:,\d+,\d+|-\d+)?\) ?: (?:fatal )?error ?(?:: )?(?<message>(?:[A-Z]+\d+ ?: )?\S.*?)${project}$`,
    weight: 60,
  },
  {
    name: 'MSBuild error without a place',
    expression: re`^\s*(?:\S+ ?: )?(?:fatal )?error (?<message>[A-Z]{1,8}\d+ ?: .+?)${project}$`,
    weight: 50,
  },
  { name: '.NET test', expression: /^\s+(?:Failed|失败) (?<test>\S.*) \[[^[\]]*\]$/, weight: 50 },
  { name: 'xUnit test', expression: /^(?:\[xUnit\.net [\d:.]+\])?\s+(?<test>\S.*) \[FAIL\]$/, weight: 50 },
  { name: 'message of a .NET test', expression: /^\s+(?<message>\S.*)$/, weight: 50, needs: 'assertion' },
];

export const dotnetContexts: readonly ContextPattern[] = [
  {
    name: 'heading of a .NET message',
    expression: /^\s+(?:Error Message|错误消息)[:：]$/,
    position: 'before',
    opens: 'assertion',
  },
  {
    name: '.NET stack frame',
    expression: / (?:in|位置) (?<file>(?:[A-Za-z]:)?[^\s:]+)[:：](?:line|行号) (?<line>\d+)$/,
    position: 'after',
  },
];
